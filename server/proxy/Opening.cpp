#include "proxy/Opening.h"

#include "http/CharacterClass.h"
#include "http/RequestHead.h"
#include "websocket/OpeningHandshake.h"

#include <algorithm>

namespace sallyport::proxy {

namespace {

using policy::Protocol;

constexpr char TlsHandshakeRecord = 22;
constexpr std::string_view SshMark = "SSH-";
constexpr std::size_t MaxBannerBytes = 255; // RFC 4253 §4.2
constexpr std::size_t MaxMethodBytes = 32;

OpeningOutcome readHello(std::string_view stream, std::size_t limitBytes, Opening& into)
{
    switch (tls::parseClientHello(stream, into.hello, limitBytes)) {
    case tls::HelloOutcome::Complete:
        into.content = Protocol::Tls;
        return OpeningOutcome::Known;
    case tls::HelloOutcome::NeedMore:
        return OpeningOutcome::NeedMore;
    case tls::HelloOutcome::NotTls:
        break;
    }
    return OpeningOutcome::Known;
}

OpeningOutcome readBanner(std::string_view stream, Opening& into)
{
    const auto end = stream.substr(0, MaxBannerBytes).find('\n');
    if (end == stream.npos)
        return stream.size() < MaxBannerBytes ? OpeningOutcome::NeedMore : OpeningOutcome::Known;
    into.content = Protocol::Ssh;
    into.banner = stream.substr(0, end);
    if (into.banner.ends_with('\r'))
        into.banner.pop_back();
    return OpeningOutcome::Known;
}

/// Other protocols begin with words, too: more is waited for only behind what no other client says.
enum class Looks : std::uint8_t { LikeRequest, TooShortToTell, Otherwise };

Looks looksLikeRequest(std::string_view stream)
{
    const auto methodEnd = std::ranges::find_if_not(
        stream, [](char c) { return http::isOf(http::TokenCharacter, c); });
    const auto methodBytes = static_cast<std::size_t>(methodEnd - stream.begin());
    if (methodBytes > MaxMethodBytes)
        return Looks::Otherwise;
    if (methodEnd == stream.end())
        return Looks::TooShortToTell;
    if (methodBytes == 0 || *methodEnd != ' ')
        return Looks::Otherwise;
    constexpr std::string_view Scheme = "http";
    const auto target = stream.substr(methodBytes + 1);
    if (target.empty())
        return Looks::TooShortToTell;
    if (target.front() == '/' || target.front() == '*')
        return Looks::LikeRequest;
    return Scheme.starts_with(target.substr(0, Scheme.size())) ? Looks::LikeRequest
                                                               : Looks::Otherwise;
}

void takeOver(const http::RequestHead& head, std::string_view stream, Opening& into)
{
    into.head = stream.substr(0, head.headBytes());
    into.host = head.authority().host;
    into.path = head.path();
    into.query = head.query().substr(head.query().empty() ? 0 : 1);
    into.content = Protocol::TunnelledHttp;
    if (!websocket::isHandshake(head) ||
        websocket::checkRequest(head) != websocket::HandshakeFault::None)
        return;
    into.content = Protocol::WebSocket;
    into.origin = websocket::originHost(head);
    head.fields().forEachElement(
        http::KnownField::SecWebSocketProtocol,
        [&into](std::string_view name) { into.subprotocols.emplace_back(name); });
}

OpeningOutcome readRequest(std::string_view stream, const http::HeadLimits& limits, Opening& into)
{
    http::RequestHead head;
    switch (head.parse(stream, limits)) {
    case http::ParseOutcome::Complete:
        if (head.form() != http::TargetForm::Authority)
            takeOver(head, stream, into);
        return OpeningOutcome::Known;
    case http::ParseOutcome::NeedMore:
        return OpeningOutcome::NeedMore;
    case http::ParseOutcome::Bad:
        break;
    }
    return OpeningOutcome::Known;
}

OpeningOutcome read(std::string_view stream, std::size_t limitBytes,
                    const http::HeadLimits& headLimits, Opening& into)
{
    if (stream.empty())
        return OpeningOutcome::NeedMore;
    if (stream.front() == TlsHandshakeRecord)
        return readHello(stream, limitBytes, into);
    if (stream.starts_with(SshMark))
        return readBanner(stream, into);
    switch (looksLikeRequest(stream)) {
    case Looks::LikeRequest:
        return readRequest(stream, headLimits, into);
    case Looks::TooShortToTell:
        return OpeningOutcome::NeedMore;
    case Looks::Otherwise:
        break;
    }
    return OpeningOutcome::Known;
}

} // namespace

OpeningOutcome readOpening(std::string_view stream, std::size_t limitBytes,
                           const http::HeadLimits& headLimits, Opening& into)
{
    into = {};
    const auto outcome = read(stream.substr(0, limitBytes), limitBytes, headLimits, into);
    return stream.size() >= limitBytes ? OpeningOutcome::Known : outcome;
}

} // namespace sallyport::proxy
