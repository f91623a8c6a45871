// EntityTag: what a resource's ETag says about the state it was answered in (RFC 9110,
// section 8.8.3).
#pragma once

#include "db/ContentHash.h"

#include <string>
#include <string_view>

namespace sallyport::admin::api {

/// Without quotes: the first digits of the digest of a text that changes when the state does.
[[nodiscard]] inline std::string entityTagOf(std::string_view state)
{
    return db::contentHash(state).substr(0, 20);
}

} // namespace sallyport::admin::api
