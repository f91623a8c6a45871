// Opening: what a tunnel's first bytes of the client are: TLS, a request in the clear, SSH, or
// something else.
//
// Pure: bytes in, values out. Knows neither the session nor the policy.
#pragma once

#include "http/HeadLimits.h"
#include "policy/Facts.h"
#include "tls/ClientHello.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::proxy {

struct Opening {
    policy::Protocol content = policy::Protocol::Unknown;

    tls::ClientHello hello; ///< of Tls
    std::string banner;     ///< of Ssh: its first line (RFC 4253 §4.2)

    /// Of WebSocket and TunnelledHttp: all of the request's head, and what it says, as it came.
    std::string head;
    std::string host; ///< from the target or the Host field; may be empty
    std::string path;
    std::string query;  ///< without the "?"
    std::string origin; ///< the host in it
    std::vector<std::string> subprotocols;
};

enum class OpeningOutcome : std::uint8_t { Known, NeedMore };

/// `stream` is all that a client has sent so far; what follows the opening is not looked at. Not
/// NeedMore when there are `limitBytes` or more: what is not complete by then is Unknown.
[[nodiscard]] OpeningOutcome readOpening(std::string_view stream, std::size_t limitBytes,
                                         const http::HeadLimits& headLimits, Opening& into);

} // namespace sallyport::proxy
