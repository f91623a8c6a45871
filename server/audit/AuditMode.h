// AuditMode: what is promised about the audit log when it cannot keep up.
#pragma once

#include <cstdint>

namespace sallyport::audit {

enum class AuditMode : std::uint8_t {
    Strict, ///< each commit reaches the disk; nothing is dropped, new sessions wait or are refused
    Spool,  ///< nothing is dropped, new sessions are refused while the queue is full
    BestEffort, ///< sessions go on; what does not fit into the queue is counted as lost
};

} // namespace sallyport::audit
