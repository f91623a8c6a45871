#include "websocket/OpeningHandshake.h"

#include "http/Authority.h"
#include "http/CharacterClass.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace sallyport::websocket {

namespace {

using http::KnownField;

constexpr std::string_view KeySuffix =
    "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 section 1.3
constexpr std::size_t KeyBytes = 24;
constexpr std::size_t Sha1Bytes = 20;

struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Looking the digest up costs more than computing it, so each thread does that once.
struct Sha1 {
    std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
    std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};

    std::array<unsigned char, Sha1Bytes> of(std::string_view first, std::string_view second)
    {
        std::array<unsigned char, Sha1Bytes> sum{};
        if (!digest || !context || EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) != 1 ||
            EVP_DigestUpdate(context.get(), first.data(), first.size()) != 1 ||
            EVP_DigestUpdate(context.get(), second.data(), second.size()) != 1 ||
            EVP_DigestFinal_ex(context.get(), sum.data(), nullptr) != 1)
            throw std::bad_alloc();
        return sum;
    }
};

// 16 bytes in base64: 21 free characters, one that carries two bits, and padding.
bool isKey(std::string_view key)
{
    const auto isBase64 = [](char c) {
        return http::isOf(http::LetterCharacter, c) || http::isOf(http::DigitCharacter, c) ||
               c == '+' || c == '/';
    };
    constexpr std::string_view LastCharacters = "AQgw";
    return key.size() == KeyBytes && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, 21), isBase64) && LastCharacters.contains(key[21]);
}

// RFC 6455 section 4.3: 0 to 255 without leading zeros.
bool isVersion(std::string_view version)
{
    if (!http::consistsOf(http::DigitCharacter, version) || version.size() > 3)
        return false;
    if (version.size() > 1 && version.front() == '0')
        return false;
    return version.size() < 3 || version <= "255";
}

} // namespace

std::string_view describe(HandshakeFault fault)
{
    switch (fault) {
    case HandshakeFault::None:
        return "Nothing is wrong.";
    case HandshakeFault::MissingKey:
        return "The WebSocket handshake has no Sec-WebSocket-Key.";
    case HandshakeFault::SecondKey:
        return "The WebSocket handshake has more than one Sec-WebSocket-Key.";
    case HandshakeFault::BadKey:
        return "The Sec-WebSocket-Key is not 16 bytes in base64.";
    case HandshakeFault::MissingVersion:
        return "The WebSocket handshake has no Sec-WebSocket-Version.";
    case HandshakeFault::SecondVersion:
        return "The WebSocket handshake has more than one Sec-WebSocket-Version.";
    case HandshakeFault::BadVersion:
        return "The Sec-WebSocket-Version is not a number from 0 to 255.";
    case HandshakeFault::HasBody:
        return "A WebSocket handshake cannot have a body.";
    case HandshakeFault::NotSwitching:
        return "The server did not switch to the WebSocket protocol.";
    case HandshakeFault::BadUpgrade:
        return "The server switched to a protocol that is not WebSocket.";
    case HandshakeFault::BadConnection:
        return "The server's switch to WebSocket lacks Connection: Upgrade.";
    case HandshakeFault::MissingAccept:
        return "The server's switch to WebSocket has no Sec-WebSocket-Accept.";
    case HandshakeFault::SecondAccept:
        return "The server's switch to WebSocket has more than one Sec-WebSocket-Accept.";
    case HandshakeFault::WrongAccept:
        return "The server's Sec-WebSocket-Accept does not answer the key that was sent.";
    case HandshakeFault::SecondSubprotocol:
        return "The server chose more than one WebSocket subprotocol.";
    case HandshakeFault::UnofferedSubprotocol:
        return "The server chose a WebSocket subprotocol that was not offered.";
    }
    return "";
}

bool isHandshake(const http::RequestHead& request)
{
    return request.connection().upgrade && request.method() == "GET" &&
           request.minorVersion() >= 1 && request.fields().lists(KnownField::Upgrade, "websocket");
}

HandshakeFault checkRequest(const http::RequestHead& request)
{
    const auto& fields = request.fields();
    const auto keys = fields.count(KnownField::SecWebSocketKey);
    if (keys != 1)
        return keys == 0 ? HandshakeFault::MissingKey : HandshakeFault::SecondKey;
    if (!isKey(*fields.find(KnownField::SecWebSocketKey)))
        return HandshakeFault::BadKey;
    const auto versions = fields.count(KnownField::SecWebSocketVersion);
    if (versions != 1)
        return versions == 0 ? HandshakeFault::MissingVersion : HandshakeFault::SecondVersion;
    if (!isVersion(*fields.find(KnownField::SecWebSocketVersion)))
        return HandshakeFault::BadVersion;
    if (request.bodyFraming().kind != http::BodyFraming::Kind::None)
        return HandshakeFault::HasBody;
    return HandshakeFault::None;
}

std::string_view originHost(const http::RequestHead& request)
{
    constexpr std::string_view Separator = "://";
    if (request.fields().count(KnownField::Origin) != 1)
        return {};
    auto origin = *request.fields().find(KnownField::Origin);
    const auto schemeEnd = origin.find(Separator);
    if (schemeEnd == std::string_view::npos)
        return {};
    origin.remove_prefix(schemeEnd + Separator.size());
    const auto authority = http::parseAuthority(origin);
    return authority ? authority->host : std::string_view();
}

std::array<char, 28> acceptFor(std::string_view key)
{
    thread_local Sha1 sha1;
    const auto sum = sha1.of(key, KeySuffix);
    std::array<unsigned char, 29> text{}; // EVP_EncodeBlock ends it with NUL
    EVP_EncodeBlock(text.data(), sum.data(), static_cast<int>(sum.size()));
    std::array<char, 28> accept;
    std::copy_n(text.begin(), accept.size(), accept.begin());
    return accept;
}

HandshakeFault checkAnswer(const http::ResponseHead& answer, const http::RequestHead& request)
{
    const auto& fields = answer.fields();
    if (answer.statusCode() != 101)
        return HandshakeFault::NotSwitching;
    if (answer.minorVersion() == 0 || fields.count(KnownField::Upgrade) != 1 ||
        !http::equalsIgnoringCase(*fields.find(KnownField::Upgrade), "websocket"))
        return HandshakeFault::BadUpgrade;
    if (!answer.connection().upgrade)
        return HandshakeFault::BadConnection;

    const auto accepts = fields.count(KnownField::SecWebSocketAccept);
    if (accepts != 1)
        return accepts == 0 ? HandshakeFault::MissingAccept : HandshakeFault::SecondAccept;
    const auto key = request.fields().find(KnownField::SecWebSocketKey);
    const auto expected = acceptFor(key.value_or(""));
    if (*fields.find(KnownField::SecWebSocketAccept) !=
        std::string_view(expected.data(), expected.size()))
        return HandshakeFault::WrongAccept;

    const auto subprotocols = fields.count(KnownField::SecWebSocketProtocol);
    if (subprotocols > 1)
        return HandshakeFault::SecondSubprotocol;
    if (subprotocols == 0)
        return HandshakeFault::None;
    // Case-sensitive (RFC 6455 section 4.1).
    const auto chosen = *fields.find(KnownField::SecWebSocketProtocol);
    bool offered = false;
    request.fields().forEachElement(
        KnownField::SecWebSocketProtocol,
        [&offered, chosen](std::string_view name) { offered = offered || name == chosen; });
    return offered ? HandshakeFault::None : HandshakeFault::UnofferedSubprotocol;
}

std::string extensionsOf(const http::ResponseHead& answer)
{
    std::string value;
    answer.fields().forEachElement(KnownField::SecWebSocketExtensions,
                                   [&value](std::string_view element) {
                                       if (!value.empty())
                                           value += ", ";
                                       value += element;
                                   });
    return value;
}

} // namespace sallyport::websocket
