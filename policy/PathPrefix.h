// PathPrefix: the one spelling of a path, so that "/a/../b" and "/%62" cannot get around a rule on
// "/b".
#pragma once

#include <string>
#include <string_view>

namespace sallyport::policy {

/// RFC 3986 §6.2.2: unreserved characters are decoded, other escapes written in upper case, dot
/// segments removed; and several slashes become one. An escape that is none stays as it is. Replaces
/// the content of `out`.
void normalizePath(std::string_view path, std::string& out);

} // namespace sallyport::policy
