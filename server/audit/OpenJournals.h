// openJournals: the workers' journals at a start, and what earlier runs have left in them.
#pragma once

#include "audit/AuditMode.h"
#include "audit/Journal.h"
#include "db/AdminSpool.h"
#include "db/AuditStore.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace sallyport::audit {

struct OpenedJournals {
    std::vector<std::unique_ptr<Journal>> journals; ///< empty ones, as many as were asked for
    std::uint64_t recovered = 0;                    ///< records of earlier runs, now in the store
    std::uint64_t lostSessions = 0;                 ///< sessions of earlier runs, ended now
    std::uint64_t unreadableBytes = 0;              ///< of records that a loss of power took
};

/// Moves every record that lies in a journal of `folder` into the store, each once, then closes the
/// sessions that have no end as lost with their process, and takes in the acts that wait in
/// `spool`. In best-effort mode the new journals are in memory alone. Throws std::system_error,
/// std::runtime_error or db::DatabaseError; what was not moved is still there.
[[nodiscard]] OpenedJournals openJournals(const std::filesystem::path& folder, AuditMode mode,
                                          std::size_t count, std::size_t bytes,
                                          db::AuditStore& store, const db::AdminSpool& spool,
                                          db::AuditTime now);

} // namespace sallyport::audit
