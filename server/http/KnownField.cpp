#include "http/KnownField.h"

#include "http/CharacterClass.h"

#include <array>
#include <cstddef>

namespace sallyport::http {

namespace {

struct Name {
    std::string_view text; // lower case
    KnownField known = KnownField::Other;
};

constexpr std::array Names = {
    Name{"accept", KnownField::Accept},
    Name{"age", KnownField::Age},
    Name{"authorization", KnownField::Authorization},
    Name{"cache-control", KnownField::CacheControl},
    Name{"connection", KnownField::Connection},
    Name{"content-encoding", KnownField::ContentEncoding},
    Name{"content-length", KnownField::ContentLength},
    Name{"content-location", KnownField::ContentLocation},
    Name{"content-range", KnownField::ContentRange},
    Name{"content-type", KnownField::ContentType},
    Name{"cookie", KnownField::Cookie},
    Name{"date", KnownField::Date},
    Name{"expect", KnownField::Expect},
    Name{"expires", KnownField::Expires},
    Name{"forwarded", KnownField::Forwarded},
    Name{"host", KnownField::Host},
    Name{"http2-settings", KnownField::Http2Settings},
    Name{"keep-alive", KnownField::KeepAlive},
    Name{"location", KnownField::Location},
    Name{"max-forwards", KnownField::MaxForwards},
    Name{"origin", KnownField::Origin},
    Name{"pragma", KnownField::Pragma},
    Name{"proxy-authenticate", KnownField::ProxyAuthenticate},
    Name{"proxy-authentication-info", KnownField::ProxyAuthenticationInfo},
    Name{"proxy-authorization", KnownField::ProxyAuthorization},
    Name{"proxy-connection", KnownField::ProxyConnection},
    Name{"proxy-status", KnownField::ProxyStatus},
    Name{"range", KnownField::Range},
    Name{"retry-after", KnownField::RetryAfter},
    Name{"sec-websocket-accept", KnownField::SecWebSocketAccept},
    Name{"sec-websocket-extensions", KnownField::SecWebSocketExtensions},
    Name{"sec-websocket-key", KnownField::SecWebSocketKey},
    Name{"sec-websocket-protocol", KnownField::SecWebSocketProtocol},
    Name{"sec-websocket-version", KnownField::SecWebSocketVersion},
    Name{"set-cookie", KnownField::SetCookie},
    Name{"te", KnownField::Te},
    Name{"trailer", KnownField::Trailer},
    Name{"transfer-encoding", KnownField::TransferEncoding},
    Name{"upgrade", KnownField::Upgrade},
    Name{"user-agent", KnownField::UserAgent},
    Name{"vary", KnownField::Vary},
    Name{"via", KnownField::Via},
    Name{"warning", KnownField::Warning},
    Name{"www-authenticate", KnownField::WwwAuthenticate},
    Name{"x-forwarded-for", KnownField::XForwardedFor},
};

constexpr std::size_t Slots = 512;

// Length, first and last letter tell all the names apart; the multipliers spread them so that no
// two share a slot.
struct Multipliers {
    std::size_t length = 0;
    std::size_t first = 0;
};

constexpr std::size_t slotOf(std::string_view name, Multipliers by)
{
    const auto first = static_cast<unsigned char>(lowerCase(name.front()));
    const auto last = static_cast<unsigned char>(lowerCase(name.back()));
    return (name.size() * by.length + first * by.first + last) % Slots;
}

consteval Multipliers findMultipliers()
{
    for (std::size_t length = 1; length < 64; ++length) {
        for (std::size_t first = 1; first < 64; ++first) {
            std::array<bool, Slots> taken{};
            bool clash = false;
            for (const auto& name : Names) {
                auto& slot = taken[slotOf(name.text, {length, first})];
                clash = clash || slot;
                slot = true;
            }
            if (!clash)
                return {length, first};
        }
    }
    throw "no two multipliers keep the names apart: enlarge Slots";
}

constexpr Multipliers Spread = findMultipliers();

consteval std::array<std::uint8_t, Slots> makeIndex()
{
    std::array<std::uint8_t, Slots> index{}; // of the name, plus one
    for (std::size_t i = 0; i < Names.size(); ++i)
        index[slotOf(Names[i].text, Spread)] = static_cast<std::uint8_t>(i + 1);
    return index;
}

constexpr std::array<std::uint8_t, Slots> Index = makeIndex();

} // namespace

KnownField knownField(std::string_view name)
{
    if (name.empty())
        return KnownField::Other;
    const auto index = Index[slotOf(name, Spread)];
    if (index == 0 || !equalsIgnoringCase(Names[index - 1].text, name))
        return KnownField::Other;
    return Names[index - 1].known;
}

} // namespace sallyport::http
