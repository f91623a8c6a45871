// SessionBlockMaker: makes session blocks of a file's rows, the newest first.
//
// Backwards, because how a session stands is in events behind it: those of sessions that began in
// blocks to come are remembered, so as many as were open at a time.
#pragma once

#include "db/SessionBlock.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

/// What events tell of how a session stands, in numbers of SessionColumn.
struct SessionChange {
    struct Verdict {
        std::uint64_t verdict = 0;
        std::uint64_t inspection = 0;
        std::uint64_t rule = 0;
        std::uint64_t policyVersion = 0;
    };
    struct Figures {
        std::uint64_t bytesUp = 0;
        std::uint64_t bytesDown = 0;
        std::uint64_t duration = 0;
    };
    std::optional<Verdict> verdict;
    std::optional<Figures> figures;
    std::optional<std::uint64_t> endReason; ///< it has ended

    /// What `earlier` tells besides.
    void addEarlier(const SessionChange& earlier);
    void addLater(SessionChange later);
};

/// Changes how a session of a block stands.
void change(SessionRowsOfBlock& rows, std::size_t place, const SessionChange& change);

class SessionBlockMaker {
public:
    /// Of a file that begins with this record.
    explicit SessionBlockMaker(std::int64_t firstSeq) : firstSeq_(firstSeq) {}

    /// The sessions that began from `range.first` to `range.last`, which are in one block, as they
    /// stand after all events that were read; to be called for one stretch after the other,
    /// backwards. Throws DatabaseError.
    [[nodiscard]] SessionRowsOfBlock before(const Database& database, SeqRange range);

    /// Of an event behind all stretches; its session is in a stretch still to come.
    void addLater(std::int64_t session, SessionChange change);
    /// What was read of sessions that began in no stretch yet.
    [[nodiscard]] const std::unordered_map<std::int64_t, SessionChange>& ofEarlier() const
    {
        return earlier_;
    }

private:
    void readEvents(const Database& database, SeqRange range);

    std::int64_t firstSeq_;
    std::vector<SessionChange> here_; // of the sessions in the range, by place
    std::unordered_map<std::int64_t, SessionChange> earlier_;
};

} // namespace sallyport::db
