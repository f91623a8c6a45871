#include "policy/Facts.h"

namespace sallyport::policy {

ClearRequest clearRequestOf(const Facts& facts)
{
    if (facts.protocol != Protocol::Connect)
        return {facts.path, facts.query, facts.origin, facts.subprotocolsOffered};
    if (!facts.firstBytes)
        return {};
    const auto& seen = *facts.firstBytes;
    return {seen.path, seen.query, seen.origin, seen.subprotocolsOffered};
}

bool hasHandshake(const Facts& facts)
{
    return facts.protocol == Protocol::WebSocket ||
           (facts.firstBytes && facts.firstBytes->content == Protocol::WebSocket);
}

bool awaitsFirstBytes(const Facts& facts, Stage stage)
{
    return facts.protocol == Protocol::Connect && !facts.firstBytes && stage < Stage::FirstBytes;
}

std::string_view stageName(Stage stage)
{
    switch (stage) {
    case Stage::Accept:
        return "accept";
    case Stage::Request:
        return "request";
    case Stage::ResolvedAddress:
        return "resolved-address";
    case Stage::FirstBytes:
        return "first-bytes";
    case Stage::UpstreamAnswer:
        return "upstream-answer";
    case Stage::RunningSession:
        return "running-session";
    }
    return "";
}

std::string_view protocolName(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Http:
        return "http";
    case Protocol::Connect:
        return "connect";
    case Protocol::WebSocket:
        return "websocket";
    case Protocol::Tls:
        return "tls";
    case Protocol::Unknown:
        return "unknown";
    case Protocol::TunnelledHttp:
        return "tunnelled-http";
    case Protocol::Ssh:
        return "ssh";
    }
    return "";
}

std::string_view nameDifferenceName(NameDifference difference)
{
    switch (difference) {
    case NameDifference::SniDiffers:
        return "sni-differs";
    case NameDifference::SniMissing:
        return "sni-missing";
    case NameDifference::HostDiffers:
        return "host-differs";
    case NameDifference::CertificateDiffers:
        return "certificate-differs";
    }
    return "";
}

} // namespace sallyport::policy
