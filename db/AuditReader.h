// AuditReader: reads the events of audit.db back in the order of their seq, also while a server
// writes it.
//
// Knows the tables that AuditStore fills. Memory does not grow with the number of events.
#pragma once

#include "db/AuditEvent.h"
#include "db/AuditRecord.h"
#include "db/Database.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

struct AuditPeriod {
    using Time = std::chrono::sys_time<std::chrono::microseconds>;
    std::optional<Time> since; ///< included
    std::optional<Time> until; ///< not included
};

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
    using Use = std::function<void(const AuditRecord&)>;

    /// Throws DatabaseError.
    explicit AuditReader(const std::filesystem::path& file);

    /// Gives every event of the period that is committed now.
    void forEach(const AuditPeriod& period, const Use& use) const;
    /// Gives every event of one session. Reads the log from its first event to its last; of a
    /// session that is open, to the log's end.
    void forEachOf(const RecordedSession& session, const Use& use) const;

    /// The sessions with such ids, at most `limit`. Looks where the time in the ids says, and only
    /// if none is there at the whole log.
    [[nodiscard]] std::vector<RecordedSession> find(const SessionIdRange& ids,
                                                    std::size_t limit) const;

    /// The query behind forEach(); ?1 and ?2 are the period in microseconds.
    [[nodiscard]] static std::string eventsQuery();
    /// The query behind forEachOf(); ?1 is the session's seq.
    [[nodiscard]] static std::string eventsOfSessionQuery();

private:
    [[nodiscard]] std::vector<RecordedSession> find(const SessionIdRange& ids, std::size_t limit,
                                                    std::int64_t fromSeq, std::int64_t toSeq) const;
    /// Where to begin to find the sessions of that time (since 1970) and later, by halving.
    [[nodiscard]] std::int64_t firstSessionSince(std::chrono::microseconds time) const;

    Database database_;
};

} // namespace sallyport::db
