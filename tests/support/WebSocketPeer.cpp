#include "support/WebSocketPeer.h"

#include <openssl/evp.h>

#include <array>

namespace sallyport::test {
namespace {

enum class Masked : std::uint8_t { No = 0, Yes = 0x80 };

constexpr std::array<unsigned char, 4> MaskKey{0x37, 0xfa, 0x21, 0x3d};

std::string masked(std::string_view payload, std::string_view key)
{
    std::string out(payload);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<char>(out[i] ^ key[i % 4]);
    return out;
}

std::string frameHead(Opcode opcode, std::size_t length, Masked mask)
{
    std::string head;
    head += static_cast<char>(0x80 | static_cast<unsigned>(opcode));
    const unsigned bit = static_cast<unsigned>(mask);
    const int lengthBytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
    if (lengthBytes == 0)
        head += static_cast<char>(bit | length);
    else
        head += static_cast<char>(bit | (lengthBytes == 2 ? 126U : 127U));
    for (int i = lengthBytes - 1; i >= 0; --i)
        head += static_cast<char>((length >> (8 * i)) & 0xff);
    return head;
}

std::size_t receiveNumber(RawConnection& connection, std::size_t bytes)
{
    std::size_t number = 0;
    for (const char byte : connection.receiveExactly(bytes))
        number = (number << 8) | static_cast<unsigned char>(byte);
    return number;
}

} // namespace

std::string acceptFor(std::string_view key)
{
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
    return {encoded.begin(), encoded.begin() + size};
}

std::string serverFrame(Opcode opcode, std::string_view payload)
{
    return frameHead(opcode, payload.size(), Masked::No) + std::string(payload);
}

std::string clientFrame(Opcode opcode, std::string_view payload)
{
    const std::string key(MaskKey.begin(), MaskKey.end());
    return frameHead(opcode, payload.size(), Masked::Yes) + key + masked(payload, key);
}

Frame receiveFrame(RawConnection& connection)
{
    const std::size_t first = receiveNumber(connection, 1);
    const std::size_t second = receiveNumber(connection, 1);
    std::size_t length = second & 0x7f;
    if (length >= 126)
        length = receiveNumber(connection, length == 126 ? 2 : 8);
    const std::string key = (second & 0x80) != 0 ? connection.receiveExactly(4) : std::string(4, 0);
    return {static_cast<Opcode>(first & 0x0f), masked(connection.receiveExactly(length), key)};
}

void serveWebSocketEcho(RawConnection& connection)
{
    const std::string head = connection.receiveHead();
    const auto keys = fieldValues(head, "Sec-WebSocket-Key");
    if (keys.size() != 1)
        throw Unexpected("not one Sec-WebSocket-Key:\n" + head);
    connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                    acceptFor(keys.front()) + "\r\n\r\n");
    for (;;) {
        const Frame frame = receiveFrame(connection);
        connection.send(serverFrame(frame.opcode, frame.payload));
        if (frame.opcode == Opcode::Close)
            return;
    }
}

} // namespace sallyport::test
