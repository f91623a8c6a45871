#include "policy/FactSheet.h"

#include "policy/Ascii.h"
#include "policy/HostPattern.h"
#include "policy/Network.h"
#include "policy/PathPrefix.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sallyport::policy {
namespace {

struct Scheme {
    std::string_view name;
    std::uint16_t port;
    Protocol protocol; // of the request
    std::string_view method;
    std::string_view alpn; // that TLS in the tunnel offers first; "h2" is followed by HTTP/1.1
};

constexpr std::array<Scheme, 4> Schemes{{
    {"http", 80, Protocol::Http, "GET", ""},
    {"ws", 80, Protocol::WebSocket, "GET", ""},
    {"https", 443, Protocol::Connect, "CONNECT", "h2"},
    {"wss", 443, Protocol::Connect, "CONNECT", "http/1.1"},
}};

constexpr std::string_view SchemeMark = "://";

[[noreturn]] void refuseUrl(std::string_view url, std::string_view why)
{
    failPolicy('"' + std::string(url) + "\" " + std::string(why));
}

const Scheme& requireScheme(std::string_view url, std::string_view name)
{
    const auto scheme = std::ranges::find(Schemes, inLowerCase(name), &Scheme::name);
    if (scheme == Schemes.end())
        refuseUrl(url, "has an unknown scheme; expected http, https, ws, wss or \"HOST:PORT\"");
    return *scheme;
}

std::uint16_t requirePort(std::string_view url, std::string_view text)
{
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0)
        refuseUrl(url, "has a wrong port; ports go from 1 to 65535");
    return port;
}

// Host and port of an authority; without a port the sheet keeps the one it has.
void readAuthority(std::string_view url, std::string_view authority, FactSheet& sheet)
{
    if (authority.contains('@'))
        refuseUrl(url, "has user information before the host; leave it out");
    const auto hostEnd = authority.starts_with('[') ? authority.find(']') : 0;
    const auto colon = authority.find(':', hostEnd == authority.npos ? 0 : hostEnd);
    auto host = parseHost(authority.substr(0, colon));
    if (!host)
        refuseUrl(url, "has no host that could be reached: " + host.error());
    sheet.host = *std::move(host);
    sheet.destination = parseAddress(sheet.host);
    if (colon != authority.npos)
        sheet.port = requirePort(url, authority.substr(colon + 1));
}

// Path and query; a fragment stays with the client.
template <class Sheet>
void readTarget(std::string_view url, std::string_view target, Sheet& sheet)
{
    target = target.substr(0, target.find('#'));
    if (!std::ranges::all_of(target, isVisible))
        refuseUrl(url, "has a space or characters outside ASCII; write them percent-encoded");
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    normalizePath(path.empty() ? "/" : path, sheet.path); // RFC 9110 §4.2.3
    sheet.query = question != target.npos ? target.substr(question + 1) : "";
}

FactSheet::Opening openingOf(const Scheme& scheme, const FactSheet& sheet)
{
    FactSheet::Opening opening;
    opening.content = Protocol::Tls;
    if (!sheet.destination) // RFC 6066 §3: literals are not sent as server names
        opening.sni = sheet.host;
    opening.alpn = {std::string(scheme.alpn)};
    if (scheme.alpn == "h2")
        opening.alpn.emplace_back("http/1.1");
    return opening;
}

FactSheet tunnelSheet(std::string_view authority)
{
    FactSheet sheet;
    sheet.method = "CONNECT";
    readAuthority(authority, authority, sheet);
    if (sheet.port == 0)
        refuseUrl(authority, "has neither scheme nor port; expected a URL like "
                             "\"https://www.example.com/\" or \"HOST:PORT\"");
    return sheet;
}

} // namespace

FactSheet::Opening& FactSheet::beginWith(Protocol content)
{
    if (firstBytes && firstBytes->content == content)
        return *firstBytes;
    firstBytes = Opening();
    firstBytes->content = content;
    if (content == Protocol::WebSocket || content == Protocol::TunnelledHttp)
        firstBytes->path = "/";
    return *firstBytes;
}

std::optional<FactSheet::Handshake> FactSheet::handshake()
{
    if (!hasHandshake(facts()))
        return std::nullopt;
    if (protocol == Protocol::WebSocket)
        return Handshake{origin, subprotocolsOffered};
    return Handshake{firstBytes->origin, firstBytes->subprotocolsOffered};
}

void takeTarget(FactSheet::Opening& opening, std::string_view target)
{
    if (!target.starts_with('/'))
        refuseUrl(target, "is not a path like \"/chat?room=1\"");
    readTarget(target, target, opening);
}

Facts FactSheet::facts() const
{
    Facts facts;
    facts.listener = listener;
    facts.client = client;
    facts.user = user;
    facts.groups = groups;
    facts.now = at;
    facts.protocol = protocol;
    facts.method = method;
    facts.host = host;
    facts.port = port;
    facts.path = path;
    facts.query = query;
    facts.origin = origin;
    facts.subprotocolsOffered = subprotocolsOffered;
    facts.destination = destination;
    if (firstBytes)
        facts.firstBytes = FirstBytes{.content = firstBytes->content,
                                      .sni = firstBytes->sni,
                                      .alpn = firstBytes->alpn,
                                      .path = firstBytes->path,
                                      .query = firstBytes->query,
                                      .origin = firstBytes->origin,
                                      .subprotocolsOffered = firstBytes->subprotocolsOffered,
                                      .differences = firstBytes->differences};
    if (subprotocol)
        facts.subprotocol = *subprotocol;
    return facts;
}

FactSheet factSheetFor(std::string_view url)
{
    if (std::ranges::any_of(url, isControl))
        refuseUrl(url, "has a control character");
    const auto schemeEnd = url.find(SchemeMark);
    if (schemeEnd == url.npos)
        return tunnelSheet(url);
    const auto& scheme = requireScheme(url, url.substr(0, schemeEnd));
    const auto rest = url.substr(schemeEnd + SchemeMark.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    FactSheet sheet;
    sheet.protocol = scheme.protocol;
    sheet.method = scheme.method;
    sheet.port = scheme.port;
    readAuthority(url, authority, sheet);
    if (scheme.protocol == Protocol::Connect)
        sheet.firstBytes = openingOf(scheme, sheet);
    else
        readTarget(url, rest.substr(authority.size()), sheet);
    return sheet;
}

} // namespace sallyport::policy
