// AuditStore: writes the audit log, the record of every session, for the one writer thread.
//
// Owns the folder of day files (AuditFolder.h): begins a new one when the day (UTC) or its size
// says so, and when the one it writes was taken away; sessions that are open then are carried over.
// Knows which sessions are open, so that a restart can close those a crash left behind. How a
// record becomes rows is AuditDayFile's business. Does not read back: see AuditReader.
#pragma once

#include "db/AuditDayFile.h"
#include "db/AuditEvent.h"
#include "db/AuditFolder.h"
#include "db/AuditHead.h"
#include "db/AuditKey.h"
#include "db/FileLock.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

struct AuditStoreOptions {
    static constexpr std::uint64_t DefaultFileBytes = 512ULL << 20;

    std::string node;
    std::uint64_t fileBytes = DefaultFileBytes; ///< a file that has grown beyond gets a successor
    Durability durability = Durability::Normal;
    std::shared_ptr<const AuditKey> key; ///< signs checkpoints
};

/// Records of one journal, up to `position` in it; the store remembers the position in the same
/// transaction. An id of zeros: of no journal, nothing is remembered.
struct JournalRecords {
    JournalId journal{};
    std::uint64_t position = 0;
    std::span<const AuditEvent> events;
    std::span<const AdminAct> acts; ///< recorded after the events
};

class AuditStore {
public:
    static constexpr std::string_view LockName = "lock";

    /// Opens the newest file of `folder`, which is made if it is missing. A file that is damaged is
    /// put aside as NAME.damaged, and the next record begins a new one. Throws DatabaseError;
    /// Locked when another process is the log's writer.
    AuditStore(const std::filesystem::path& folder, AuditStoreOptions options);
    AuditStore(const AuditStore&) = delete;
    AuditStore& operator=(const AuditStore&) = delete;
    ~AuditStore();

    /// How much of the journal is in the log; 0 for a journal never seen.
    [[nodiscard]] std::uint64_t position(const JournalId& journal) const;
    /// Writes all lists in one transaction, in their order. `now` says which day it is. Throws
    /// DatabaseError; then nothing of them is written and the same call may be tried again. Returns
    /// the number of Update, Close and Alert events left out because their session was never opened
    /// here.
    std::size_t write(std::span<const JournalRecords> lists, AuditTime now);
    /// Forgets the positions of all journals but these. Throws DatabaseError.
    void keepJournals(std::span<const JournalId> journals);
    /// Closes, as lost with the process that served them, the sessions that are open; `now` is the
    /// time of their close events. To be called at a start, when the journals of the run before are
    /// written. Throws DatabaseError having closed none. Returns how many there were.
    std::size_t closeLostSessions(AuditTime now);
    /// Records a signed statement of all records so far; they are on the disk when it returns.
    /// Throws DatabaseError.
    Checkpoint checkpoint(AuditTime now);

    /// Has everything that was written brought to the disk: a loss of power no longer takes it. In
    /// Durability::Full each write does this by itself. Throws DatabaseError.
    void sync();
    /// Moves the write-ahead log into the file, as far as readers allow. Includes sync().
    void checkpointWal();

    [[nodiscard]] std::size_t openSessions() const { return open_.size(); }
    [[nodiscard]] std::uint64_t lastSeq() const { return end_.seq; }
    /// The file being written; empty before the first record of a new log.
    [[nodiscard]] std::filesystem::path file() const;

private:
    struct OpenSession {
        RecordedBeginning begun;
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
    using OpenSessions = std::unordered_map<SessionId, OpenSession, SessionHash>;
    using Work = std::function<void(AuditDayFile&)>;
    enum class Outcome : std::uint8_t { Written, UnknownSession };
    /// Why the next record cannot go into the file that is open.
    enum class Broken : std::uint8_t { No, Lost, Damaged };

    void openNewest();
    void putAside(const std::filesystem::path& file, const std::string& why);
    void continueFromHead();

    void inFile(AuditTime now, const Work& work);
    void startFile(AuditTime now, const Work& work);
    void endFile(AuditTime now);
    void carryOpenSessions(AuditDayFile& next);
    void committed(AuditDayFile& file);
    void lookForFile();
    void noteBroken(Broken how);
    [[nodiscard]] bool mustStartFile(AuditTime now) const;
    void loadMemory();
    void recordPendingActs(AuditDayFile& file, AuditTime now);

    Outcome writeEvent(AuditDayFile& file, const AuditEvent& event);
    void keepStillOpen(AuditDayFile& file);

    const std::filesystem::path folder_;
    const AuditStoreOptions options_;
    FileLock writerLock_;
    AuditHead head_;
    AuditFileName newestName_; // of all files there ever were, as far as is known
    std::unique_ptr<AuditDayFile> file_;
    ChainPlace end_; // of what is committed
    Broken broken_ = Broken::No;
    std::vector<AdminAct> pendingActs_; // for the beginning of the next file
    struct FileIdentity {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
    };
    [[nodiscard]] static std::optional<FileIdentity> identityOf(const std::filesystem::path& path);
    std::optional<FileIdentity> identity_; // of file_
    std::chrono::steady_clock::time_point nextLook_;

    OpenSessions open_;
    std::map<JournalId, std::uint64_t> positions_;
    std::vector<SessionId> openedNow_; // in the transaction that is under way
    // Stale: a transaction was rolled back, and what is remembered here may be of it.
    enum class Memory : std::uint8_t { True, Stale } memory_ = Memory::True;
};

} // namespace sallyport::db
