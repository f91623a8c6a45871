// Via: who carried a message before, to find forwarding loops (RFC 9110 section 7.6.3).
#pragma once

#include "http/FieldList.h"

#include <string_view>

namespace sallyport::http {

/// Whether `name` is the received-by of any Via element, case-insensitively.
[[nodiscard]] bool viaNames(const FieldList&, std::string_view name);

} // namespace sallyport::http
