// AuditMode: what is promised about the audit log when it cannot keep up.
#pragma once

#include <cstdint>

namespace sallyport::audit {

enum class AuditMode : std::uint8_t {
    Strict, ///< a client is told yes when the disk has the record; no disk, no session
    Spool, ///< a record outlives the process at once; new sessions are refused while it has no room
    BestEffort, ///< records wait in memory; sessions go on, what finds no room is counted as lost
};

} // namespace sallyport::audit
