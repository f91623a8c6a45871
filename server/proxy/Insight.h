// Insight: what was seen inside a session, kept small until its record is written.
//
// Tunnels live for hours by the thousands, and most of this is only for the closing record.
#pragma once

#include "audit/AuditEvent.h"
#include "policy/Policy.h"
#include "tls/ClientHello.h"
#include "tls/ServerFlight.h"
#include "websocket/MessageTap.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::proxy {

/// TLS, from both sides.
struct TlsInsight {
    std::string ja3;
    std::string ja4;
    bool echOffered = false;
    std::uint16_t version = 0; ///< chosen by the server; 0: not seen
    std::uint16_t cipher = 0;
    std::optional<bool> resumed;
    std::string alpn; ///< chosen, where it is seen
    std::unique_ptr<const audit::SeenCertificate> certificate;
};

/// A WebSocket, from its 101 on.
struct WebSocketInsight {
    std::uint16_t status = 0;
    std::string extensions;
    /// Filled at the end, if somebody looked.
    std::unique_ptr<const websocket::MessageTap::Counts> counts;
    std::optional<websocket::MessageTap::Close> close;
    std::string notInspectable;
};

/// How closely a policy wants a session looked at. Rule and profile belong to the policy; a null
/// rule is the layer's default row.
struct Inspection {
    policy::Action action = policy::Action::Blind;
    const policy::Rule* rule = nullptr;
    const policy::inspection::CompiledProfile* profile = nullptr;
    std::shared_ptr<const policy::Policy> policy;
};

struct Insight {
    std::string banner;
    std::unique_ptr<TlsInsight> tls;
    std::unique_ptr<WebSocketInsight> webSocket;
    std::unique_ptr<audit::InspectionResult> inspection;
    std::unique_ptr<const Inspection> cutBy; ///< whose check wanted it cut
};

/// What a ClientHello is remembered by.
[[nodiscard]] std::unique_ptr<TlsInsight> insightOf(const tls::ClientHello& hello);
/// Adds what the server said; says whether its certificate is for the name, true if none was seen.
[[nodiscard]] bool addFlight(TlsInsight& into, const tls::ServerFlight& flight,
                             std::string_view name);
/// For the record; what the session's facts have is left to their owner.
[[nodiscard]] audit::SeenTls seenTls(const TlsInsight& insight);

} // namespace sallyport::proxy
