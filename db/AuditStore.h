// AuditStore: writes audit.db, the record of every session, for the one writer thread.
//
// Rows are only ever added: `session` has one per open or decision event, `session_event` one per
// update, close or alert; what was seen inside stands beside it (AuditContentsStore). Names that
// repeat are kept once, in `dict` and `rule`. Every event gets the next `seq`, without gaps. Knows
// which sessions are open, so that a restart can close those a crash left behind. Does not read
// back: see AuditReader.
#pragma once

#include "db/AuditContentsStore.h"
#include "db/AuditEvent.h"
#include "db/Database.h"
#include "db/Dictionary.h"
#include "db/FileLock.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

class AuditStore {
public:
    static constexpr std::string_view FileName = "audit.db";

    /// Opens or makes `file`. Throws DatabaseError; Locked when another process is its writer.
    AuditStore(const std::filesystem::path& file, std::string_view node, Durability durability);
    AuditStore(const AuditStore&) = delete;
    AuditStore& operator=(const AuditStore&) = delete;

    /// Closes, as lost with the process that served them, the sessions that an earlier run left
    /// open; `now` is the time of their close events. Call it before the first write(). Returns how
    /// many there were.
    std::size_t closeLostSessions(std::chrono::sys_time<std::chrono::microseconds> now);

    /// Writes the events of all lists in one transaction, in their order. Throws DatabaseError;
    /// then nothing of them is written and the same call may be tried again. Returns the number of
    /// Update, Close and Alert events left out because their session was never opened here.
    std::size_t write(std::span<const std::vector<AuditEvent>> lists);

    /// Moves the write-ahead log into the file, as far as readers allow.
    void checkpoint();

    [[nodiscard]] std::size_t openSessions() const { return open_.size(); }
    [[nodiscard]] std::uint64_t lastSeq() const { return static_cast<std::uint64_t>(lastSeq_); }

private:
    struct OpenSession {
        std::int64_t seq = 0; ///< of its open event
        enum class Kept : std::uint8_t { InMemory, InTable } kept = Kept::InMemory;
    };
    struct SessionHash {
        std::size_t operator()(const SessionId& id) const
        {
            std::size_t random = 0; // a UUIDv7 ends in random bits
            std::memcpy(&random, id.data() + id.size() - sizeof random, sizeof random);
            return random;
        }
    };
    /// Numbers of an enumeration's names in the dictionary, by its values.
    using WordNumbers = std::array<std::int64_t, 64>;
    enum class Outcome : std::uint8_t { Written, UnknownSession };

    Outcome writeEvent(const AuditEvent& event);
    void writeSession(const AuditEvent& event);
    Outcome writeProgress(const AuditEvent& event);
    void insertProgress(const AuditEvent& event, std::int64_t session);
    void keepOpen(std::int64_t session, const ByteCounts& bytes);
    void keepStillOpen();
    void loadMemory();

    void bindName(Statement& statement, int position, Dictionary::Kind kind, std::string_view name);
    template <class Value>
    void bindWord(Statement& statement, int position, Value value, std::string_view (*name)(Value),
                  WordNumbers& numbers);
    void bindVerdict(Statement& statement, int position, const AuditEvent& event);
    void bindEnd(Statement& statement, int position, const AuditEvent& event);

    FileLock writerLock_;
    Database database_;
    Dictionary dictionary_;
    AuditContentsStore contents_;
    Statement insertSession_;
    Statement insertProgress_;
    Statement insertOpen_;
    Statement deleteOpen_;
    std::int64_t node_ = 0;
    std::string nodeName_;
    std::int64_t lastSeq_ = 0;
    std::unordered_map<SessionId, OpenSession, SessionHash> open_;
    std::vector<SessionId> openedNow_; // in the transaction that is under way
    // Stale: a transaction was rolled back, and what is remembered here may be of it.
    enum class Memory : std::uint8_t { True, Stale } memory_ = Memory::Stale;

    WordNumbers kinds_{}, protocols_{}, forms_{}, verdicts_{}, stages_{}, layers_{}, closers_{},
        reasons_{};
};

} // namespace sallyport::db
