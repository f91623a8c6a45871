// Ascii: classes and case of ASCII characters, whatever the locale. Bytes above 0x7f belong to no
// class and have no case.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace sallyport::policy {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Neither space nor control character.
constexpr bool isVisible(char c)
{
    return c > ' ' && c < 0x7f;
}

constexpr bool isControl(char c)
{
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
}

constexpr char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char toUpper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] inline std::string inLowerCase(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), toLower);
    return lower;
}

} // namespace sallyport::policy
