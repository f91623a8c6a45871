// AuditSealing: what is done to a file of the audit log once nothing is added to it any more.
//
// It gets the indexes, the session blocks and the sums of hours that searching wants and that would
// have cost more than the rows while they were added, and stands alone afterwards: without a
// write-ahead log beside it.
#pragma once

#include "db/AuditEvent.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>

namespace sallyport::db {

enum class Sealing : std::uint8_t {
    Done,
    StillRead,   ///< sealed, but readers keep it from standing alone: to be run again
    Interrupted, ///< by `stop`: to be run again
};

/// Seals the file, which must not be the one being written. May be run again at any time, also
/// after a crash in the middle. Readers are not held up. Some seconds for each million sessions.
/// Throws DatabaseError.
[[nodiscard]] Sealing sealAuditFile(const std::filesystem::path& path, AuditTime now,
                                    const std::stop_token& stop);

/// Whether sealAuditFile() has nothing left to do. Throws DatabaseError.
[[nodiscard]] bool isAuditFileSealed(const std::filesystem::path& path);

} // namespace sallyport::db
