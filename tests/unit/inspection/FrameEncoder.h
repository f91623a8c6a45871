// FrameEncoder: WebSocket frames and compressed messages as a sender writes them, correct or not.
#pragma once

#include "policy/inspection/Extensions.h"
#include "policy/inspection/Frame.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection::test {

inline constexpr std::string_view Mask{"\x37\xfa\x21\x3d", 4};
inline constexpr std::string_view NoMask;

inline std::string masked(std::string_view payload, std::string_view mask)
{
    std::string wire(payload);
    if (!mask.empty())
        for (std::size_t at = 0; at < wire.size(); ++at)
            wire[at] = static_cast<char>(wire[at] ^ mask[at % mask.size()]);
    return wire;
}

/// `first` is the whole first byte: FIN, RSV, opcode.
inline std::string frame(unsigned first, std::string_view payload, std::string_view mask = Mask)
{
    const auto size = payload.size();
    const unsigned maskBit = mask.empty() ? 0 : 0x80;
    std::string wire(1, static_cast<char>(first));
    int lengthBytes = 0;
    if (size < 126) {
        wire += static_cast<char>(maskBit | size);
    } else {
        lengthBytes = size < 65536 ? 2 : 8;
        wire += static_cast<char>(maskBit | (lengthBytes == 2 ? 126U : 127U));
    }
    for (int at = lengthBytes - 1; at >= 0; --at)
        wire += static_cast<char>(size >> (8 * at) & 0xff);
    return wire.append(mask).append(masked(payload, mask));
}

/// One sender's compressor.
class Deflater {
public:
    explicit Deflater(const DeflateTerms& terms, int level = 6) : terms_(terms)
    {
        // zlib refuses to send with 8.
        deflateInit2(&stream_, level, Z_DEFLATED, -std::max<int>(terms.windowBits, 9), 8,
                     Z_DEFAULT_STRATEGY);
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// The payload of a message (RFC 7692 §7.2.1).
    std::string message(std::string_view content)
    {
        auto payload = run(content, Z_SYNC_FLUSH);
        payload.resize(payload.size() - 4); // 00 00 ff ff
        if (!terms_.contextTakeover)
            deflateReset(&stream_);
        return payload;
    }
    /// Likewise, flushed by a final block (§7.2.3.4). Begins anew.
    std::string finalMessage(std::string_view content)
    {
        auto payload = run(content, Z_FINISH);
        deflateReset(&stream_);
        return payload += '\0';
    }

private:
    std::string run(std::string_view content, int flush)
    {
        std::string input(content);
        std::string payload;
        stream_.next_in = reinterpret_cast<Bytef*>(input.data());
        stream_.avail_in = static_cast<uInt>(input.size());
        std::array<char, 65536> room{};
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(room.data());
            stream_.avail_out = room.size();
            ::deflate(&stream_, flush);
            payload.append(room.data(), room.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return payload;
    }

    DeflateTerms terms_;
    z_stream stream_{};
};

} // namespace sallyport::policy::inspection::test
