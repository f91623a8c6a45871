// HostPattern: the text of a host condition, "a.example" or "*.a.example", checked and put into its
// one spelling.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// Gives the pattern in lower case without trailing dot, an IP literal in its canonical form
/// without brackets. The error is a complaint that starts with the quoted text.
[[nodiscard]] std::expected<std::string, std::string> parseHostPattern(std::string_view text);

} // namespace sallyport::policy
