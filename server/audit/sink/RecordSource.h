// RecordSource: where a sink reads the records that it sends: the audit log itself, which so is
// every sink's spool.
#pragma once

#include "db/AuditRecord.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace sallyport::audit::sink {

/// Used by one thread. All throw db::DatabaseError.
class RecordSource {
public:
    enum class Next : std::uint8_t { Continue, Stop };
    using Visit = std::function<Next(const db::AuditRecord&)>;

    RecordSource() = default;
    RecordSource(const RecordSource&) = delete;
    RecordSource& operator=(const RecordSource&) = delete;
    virtual ~RecordSource() = default;

    /// Gives the records with a larger seq than `seq` in their order, until there are no more or it
    /// is told to stop.
    virtual void forEachAfter(std::uint64_t seq, const Visit& visit) = 0;
    /// Of the oldest and the newest record there is; 0: there is none.
    [[nodiscard]] virtual std::uint64_t firstSeq() = 0;
    [[nodiscard]] virtual std::uint64_t lastSeq() = 0;
};

/// Called once by each sink, on its own thread.
using OpenSource = std::function<std::unique_ptr<RecordSource>()>;

} // namespace sallyport::audit::sink
