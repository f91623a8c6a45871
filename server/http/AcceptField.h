// AcceptField: whether a client would rather read HTML or plain text (RFC 9110 section 12.5.1).
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::http {

enum class PageKind : std::uint8_t { Plain, Html };

/// Html if text/html is weighted higher than text/plain, or equal and named itself: what browsers
/// send. Programs, which send "*/*" or nothing, get Plain.
[[nodiscard]] PageKind preferredPage(std::string_view acceptValue);

} // namespace sallyport::http
