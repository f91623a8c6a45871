// Records: the same TLS messages in smaller records. For the fuzz targets only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::fuzz {

/// Leading handshake records of `stream` in fragments of at most that many bytes; from the first
/// other record on, or one that is cut short, as it is.
inline std::string inSmallerRecords(std::string_view stream, std::size_t fragmentBytes)
{
    constexpr std::size_t HeaderBytes = 5;
    std::string records;
    while (stream.size() > HeaderBytes && stream.front() == '\x16') {
        const std::size_t bytes = static_cast<std::size_t>(static_cast<unsigned char>(stream[3]))
                                      << 8 |
                                  static_cast<unsigned char>(stream[4]);
        // An empty one or one that is too long is wrong, and must stay so.
        if (bytes == 0 || bytes > 16 * 1024 || bytes > stream.size() - HeaderBytes)
            break;
        std::string_view rest = stream.substr(HeaderBytes, bytes);
        for (; !rest.empty(); rest.remove_prefix(std::min(fragmentBytes, rest.size()))) {
            const std::string_view fragment = rest.substr(0, fragmentBytes);
            records += stream.substr(0, 3);
            records += static_cast<char>(fragment.size() >> 8);
            records += static_cast<char>(fragment.size() & 0xff);
            records += fragment;
        }
        stream.remove_prefix(HeaderBytes + bytes);
    }
    return records += stream;
}

} // namespace sallyport::fuzz
