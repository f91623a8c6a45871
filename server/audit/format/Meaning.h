// Meaning: what a record says to somebody who does not know the proxy: what happened, how it ended,
// how much it weighs. All formats ask here, so that they agree.
#pragma once

#include "db/AuditRecord.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::audit::format {

inline constexpr std::string_view Vendor = "Sallyport";
inline constexpr std::string_view Product = "Sallyport";
inline constexpr std::string_view ProductVersion = SALLYPORT_VERSION;

[[nodiscard]] bool isOfSession(const db::AuditRecord&); ///< not of the admin trail or the chain
/// Whether the session is one HTTP exchange, and not a tunnel or a WebSocket.
[[nodiscard]] bool isExchange(const db::AuditRecord&);

/// "session-open", "session-update", "session-close", "session-refused", "session-alert",
/// "audit-checkpoint", or the administrator's act: "policy.publish".
[[nodiscard]] std::string_view actionOf(const db::AuditRecord&);
/// For people, without names and numbers: "Session opened".
[[nodiscard]] std::string_view titleOf(const db::AuditRecord&);

enum class Outcome : std::uint8_t { Success, Failure, Unknown };
/// Of a session's end: Success when it was done, Unknown when the process was lost.
[[nodiscard]] Outcome outcomeOf(const db::AuditRecord&);
[[nodiscard]] std::string_view outcomeName(Outcome); ///< "success", "failure", "unknown"

/// Whether the policy, or an administrator, forbade the session or ended it.
[[nodiscard]] bool isForbidden(const db::AuditRecord&);

enum class Weight : std::uint8_t { Informational, Low, Medium };
/// Medium: alerts and cuts. Low: what was forbidden.
[[nodiscard]] Weight weightOf(const db::AuditRecord&);
/// The same on the scale of CEF and LEEF, from 0 to 10.
[[nodiscard]] unsigned severityOf(const db::AuditRecord&);

/// What the tunnel turned out to carry, or else how the request came: "tls", "connect", …
[[nodiscard]] std::string_view protocolOf(const db::AuditRecord&);

/// When the session began: of update and close events by their duration.
[[nodiscard]] std::optional<db::AuditTime> startOf(const db::AuditRecord&);

/// "NODE-SEQ": the same each time the record is sent, and no other record's.
[[nodiscard]] std::string recordId(const db::AuditRecord&);

/// What was asked for, as a URL; "HOST:PORT" of CONNECT. Empty when it could not be read.
[[nodiscard]] std::string urlOf(const db::AuditRecord&);

[[nodiscard]] bool isIpv6(std::string_view address);
[[nodiscard]] bool isIpAddress(std::string_view text);

} // namespace sallyport::audit::format
