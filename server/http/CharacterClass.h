// CharacterClass: which bytes may stand where in a head (RFC 9110 section 5.6, RFC 3986 section 2),
// as one table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sallyport::http {

enum CharacterClass : std::uint8_t {
    TokenCharacter = 1, ///< tchar
    TargetCharacter =
        2, ///< visible ASCII without '#'; a request-target must be percent-encoded beyond that
    DigitCharacter = 4,
    HexCharacter = 8,
    HostCharacter = 16, ///< letter, digit, '-', '_'
    LetterCharacter = 32,
};

namespace character_class {

consteval std::array<std::uint8_t, 256> makeTable()
{
    std::array<std::uint8_t, 256> table{};
    const auto mark = [&table](std::string_view characters, std::uint8_t cls) {
        for (const char c : characters)
            table[static_cast<unsigned char>(c)] |= cls;
    };
    constexpr std::string_view Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view Digits = "0123456789";
    for (int c = 0x21; c < 0x7f; ++c)
        if (c != '#')
            table[static_cast<std::size_t>(c)] |= TargetCharacter;
    mark(Letters, TokenCharacter | HostCharacter | LetterCharacter);
    mark(Digits, TokenCharacter | HostCharacter | DigitCharacter | HexCharacter);
    mark("!#$%&'*+-.^_`|~", TokenCharacter);
    mark("-_", HostCharacter);
    mark("abcdefABCDEF", HexCharacter);
    return table;
}

inline constexpr std::array<std::uint8_t, 256> Table = makeTable();

} // namespace character_class

[[nodiscard]] constexpr bool isOf(CharacterClass cls, char c)
{
    return (character_class::Table[static_cast<unsigned char>(c)] & cls) != 0;
}

/// False for an empty text.
[[nodiscard]] constexpr bool consistsOf(CharacterClass cls, std::string_view text)
{
    for (const char c : text)
        if (!isOf(cls, c))
            return false;
    return !text.empty();
}

[[nodiscard]] constexpr bool isToken(std::string_view text)
{
    return consistsOf(TokenCharacter, text);
}

[[nodiscard]] constexpr char lowerCase(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] constexpr bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lowerCase(a[i]) != lowerCase(b[i]))
            return false;
    return true;
}

/// Without optional white space (space, tab) at both ends, RFC 9110 section 5.6.3.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace sallyport::http
