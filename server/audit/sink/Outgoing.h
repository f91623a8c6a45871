// Outgoing: one record on its way out: its line, and what the ways out must know of it.
#pragma once

#include "db/AuditRecord.h"

#include <cstdint>
#include <string>

namespace sallyport::audit::sink {

struct Outgoing {
    std::uint64_t seq = 0;
    std::string id; ///< the same each time it is sent: receivers drop doubles by it
    std::string node;
    std::string event;
    std::string session;
    std::string time;      ///< RFC 3339
    unsigned severity = 0; ///< of syslog: 4 warning, 5 notice, 6 informational
    std::string line;      ///< without an end
};

/// The line is made by `append` of a format.
[[nodiscard]] Outgoing outgoingOf(const db::AuditRecord& record,
                                  void (*append)(std::string&, const db::AuditRecord&));

} // namespace sallyport::audit::sink
