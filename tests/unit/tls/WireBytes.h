// WireBytes: pieces of TLS messages, put together by hand so that they can be put together wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sallyport::test {

inline std::string number(std::size_t value, int bytes)
{
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        text += static_cast<char>(value >> shift & 0xff);
    return text;
}

/// Bytes behind their length.
inline std::string part(int lengthBytes, std::string_view content)
{
    return number(content.size(), lengthBytes) += content;
}

inline std::string extension(std::size_t type, std::string_view content)
{
    return number(type, 2) + part(2, content);
}

inline std::string numbers(std::initializer_list<std::uint16_t> values)
{
    std::string text;
    for (const std::uint16_t value : values)
        text += number(value, 2);
    return text;
}

inline std::string message(std::size_t type, std::string_view body)
{
    return number(type, 1) + part(3, body);
}

/// Of TLS 1.2.
inline std::string record(std::size_t type, std::string_view content)
{
    return number(type, 1) + "\x03\x03" + part(2, content);
}

} // namespace sallyport::test
