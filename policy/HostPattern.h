// HostPattern: the text of a host condition checked and put into its one spelling: names in lower
// case without trailing dot, internationalised ones as A-labels (RFC 5890 §2.3.2.1), IP literals in
// their canonical form without brackets.
//
// The errors are complaints that start with the quoted text.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// "a.example", "*.a.example", "192.0.2.7", "list:NAME", "regex:EXPRESSION" (as written).
[[nodiscard]] std::expected<std::string, std::string> parseHostPattern(std::string_view text);

/// The first three of them: what a list of hosts holds.
[[nodiscard]] std::expected<std::string, std::string> parseHostOrSuffix(std::string_view text);

/// A name or an IP literal, nothing else.
[[nodiscard]] std::expected<std::string, std::string> parseHost(std::string_view text);

/// How a condition refers to a destination list.
inline constexpr std::string_view ListPrefix = "list:";
/// What makes the rest of a host condition a regular expression.
inline constexpr std::string_view RegexPrefix = "regex:";

/// The NAME of "list:NAME": 1 to 64 lower-case letters, digits, "-", "_" and ".".
[[nodiscard]] std::expected<std::string, std::string> parseListReference(std::string_view text);

} // namespace sallyport::policy
