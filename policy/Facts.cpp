#include "policy/Facts.h"

namespace sallyport::policy {

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
