// AuditLog: the audit log of a running server put together: store, journals, the threads behind
// them, sinks.
//
// Knows in which order they start and stop.
#pragma once

#include "app/Settings.h"
#include "audit/AuditKeeper.h"
#include "audit/AuditQueue.h"
#include "audit/AuditWriter.h"
#include "audit/JournalSync.h"
#include "audit/sink/SinkSet.h"
#include "db/AdminSpool.h"
#include "db/AuditStore.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

class AuditLog {
public:
    /// Opens the log of the data directory and takes over what an earlier run has left. Throws
    /// db::DatabaseError, std::system_error or std::runtime_error.
    explicit AuditLog(const Settings& settings);
    ~AuditLog(); ///< stops if it still runs
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    void start();
    /// Everything that was put is in the store when it returns, or in a journal for the next start.
    /// The workers have stopped putting.
    void stop();
    /// Sinks that are files open them anew.
    void reopen() { sinks_->reopen(); }

    [[nodiscard]] audit::AuditLane& lane(std::size_t worker) { return queue_->lane(worker); }

    struct Status {
        AuditMode mode = AuditMode::Spool;
        audit::AuditWriter::Status writer;
        std::size_t journalUsed = 0; ///< bytes in all journals
        std::size_t journalCapacity = 0;
        std::string journalError; ///< empty while the disk takes them
        std::vector<audit::sink::SinkStatus> sinks;
    };
    [[nodiscard]] Status status() const; ///< any thread

private:
    void openStore(const Settings& settings);
    void recordBeforeDeleting(const db::AdminAct& act);

    const std::filesystem::path folder_;
    const db::AdminSpool spool_;
    std::unique_ptr<db::AuditStore> store_;
    std::unique_ptr<audit::AuditQueue> queue_;
    std::unique_ptr<audit::sink::SinkSet> sinks_;
    std::unique_ptr<audit::AuditWriter> writer_;
    std::unique_ptr<audit::JournalSync> sync_; ///< none in best-effort mode
    std::unique_ptr<audit::AuditKeeper> keeper_;
};

} // namespace sallyport::app
