// SyslogMessage: records as syslog messages (RFC 5424) and their framing on a stream (RFC 6587
// §3.4.1, RFC 5425 §4.3). Pure.
#pragma once

#include "audit/sink/Outgoing.h"

#include <string>

namespace sallyport::audit::sink {

/// Structured data has the seq and the session: receivers find doubles without reading the line.
[[nodiscard]] std::string syslogMessage(const Outgoing& record, unsigned facility);
/// Appends "LENGTH MESSAGE".
void appendCounted(std::string& out, const std::string& message);

} // namespace sallyport::audit::sink
