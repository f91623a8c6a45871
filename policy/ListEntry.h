// ListEntry: the spelling of one entry of a destination list: a host, "*." and a domain, or a
// network.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// Stands before a domain in an entry for all names below it.
inline constexpr std::string_view NamesBelow = "*.";

/// What an entry without "*." or "." before it means.
enum class BareName : std::uint8_t {
    ThatHost,
    WithNamesBelow, ///< that host and all names below it
};

/// The entries that one written entry means: "a.example", "*.a.example" (names below it),
/// ".a.example" (both), an IP address (its network of full length) or a network. Hosts come in the
/// spelling of parseHostPattern(), networks in that of networkText(). The error is what is wrong,
/// to be read behind the text itself.
[[nodiscard]] std::expected<std::vector<std::string>, std::string>
parseListEntry(std::string_view text, BareName bareName);

/// Of an entry in its one spelling.
[[nodiscard]] constexpr bool isNetworkEntry(std::string_view entry)
{
    return entry.contains('/');
}

/// Takes the first entry off `entries`, which has '\n' behind each. Empty: there is none left.
[[nodiscard]] std::string_view takeEntry(std::string_view& entries);

} // namespace sallyport::policy
