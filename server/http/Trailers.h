// Trailers: which fields may stand behind a chunked body, and how they are sent on (RFC 9110
// section 6.5).
#pragma once

#include "http/FieldList.h"

#include <string>
#include <string_view>

namespace sallyport::http {

/// RFC 9110 section 6.5.1: false for fields that frame, route, authenticate, modify the request,
/// control the answer or describe the content, and for hop-by-hop fields.
[[nodiscard]] bool allowedInTrailer(std::string_view name);

/// Appends the allowed trailer fields and the empty line that ends a chunked body.
void writeTrailers(const FieldList& trailers, std::string& out);

} // namespace sallyport::http
