// AuditReader: reads the records of the audit log back in the order of their seq, over all files of
// its folder, also while a server writes, seals and deletes them.
//
// Knows how the files hang together: a session may begin in one file and end in a later one. Memory
// does not grow with the number of records. Used by one thread at a time.
#pragma once

#include "db/AuditEvent.h"
#include "db/AuditFolder.h"
#include "db/AuditRecord.h"
#include "db/SessionFilter.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

class OpenAuditFiles;

/// Ids that begin alike; both are included.
struct SessionIdRange {
    SessionId first{};
    SessionId last{};
};

struct RecordedSession {
    std::int64_t seq = 0; ///< of its open or decision event
    SessionId id{};
};

class AuditReader {
public:
    enum class Next : std::uint8_t { Continue, Stop };
    using Use = std::function<void(const AuditRecord&)>;
    using Visit = std::function<Next(const AuditRecord&)>;

    /// Throws DatabaseError when there is no such folder. A folder without files is an empty log.
    explicit AuditReader(const std::filesystem::path& folder);
    ~AuditReader();
    AuditReader(AuditReader&&) noexcept;
    AuditReader& operator=(AuditReader&&) noexcept;

    // All that read throw DatabaseError. What is committed when they are called is given, what is
    // added meanwhile is not; files deleted meanwhile are left out.

    /// Gives every record of the period.
    void forEach(const AuditPeriod& period, const Use& use) const;
    /// Gives the records with a larger seq than `seq`, until there are no more or it is told to
    /// stop. For those who remember how far they came: exports, sinks.
    void forEachAfter(std::uint64_t seq, const Visit& visit) const;
    /// Gives the last `count` records, oldest first.
    void forEachOfLast(std::size_t count, const Use& use) const;
    /// Gives every event of one session, from its first to its last. In files that are not sealed,
    /// reads all records from its first event on.
    void forEachOf(const RecordedSession& session, const Use& use) const;

    /// The sessions with such ids, at most `limit`. Looks where the time in the ids says, and only
    /// if none is there at the whole log.
    [[nodiscard]] std::vector<RecordedSession> find(const SessionIdRange& ids,
                                                    std::size_t limit) const;

    /// The first signed checkpoint behind this seq; missing: there is none yet.
    struct CheckpointPlace {
        std::uint64_t seq = 0;
        AuditTime time{};
    };
    [[nodiscard]] std::optional<CheckpointPlace> checkpointBehind(std::uint64_t seq) const;
    /// That the record with this seq is in; missing: there is none.
    [[nodiscard]] std::optional<std::filesystem::path> fileOf(std::uint64_t seq) const;

    /// Of the newest and the oldest record there is; 0: there is none.
    [[nodiscard]] std::uint64_t lastSeq() const;
    [[nodiscard]] std::uint64_t firstSeq() const;

    /// Files that look like some of the log but cannot be read, as of the last call of another
    /// function: their records are missing in what it gave.
    [[nodiscard]] const std::vector<UnreadableAuditFile>& unreadable() const;

private:
    std::unique_ptr<OpenAuditFiles> files_;
};

} // namespace sallyport::db
