// Problem: an answer that is not what was asked for, as problem details (RFC 9457).
#pragma once

#include "admin/Page.h"

#include <string_view>

namespace sallyport::admin {

/// `detail` says what the asker can do.
[[nodiscard]] Page problem(unsigned status, std::string_view title, std::string_view detail);

} // namespace sallyport::admin
