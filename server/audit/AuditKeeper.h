// AuditKeeper: the thread that looks after the audit log's older files: seals them, and deletes
// what is older or bigger than retention allows.
//
// Never touches the newest file, which the writer has. Runs at low priority, one step at a time.
// What it deletes is recorded before it is gone.
#pragma once

#include "db/AuditEvent.h"
#include "db/AuditFolder.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sallyport::audit {

/// Missing: no limit.
struct AuditRetention {
    std::optional<std::chrono::days> age;     ///< since a file's last record
    std::optional<std::uint64_t> budgetBytes; ///< of all files together, the newest included
};

class AuditKeeper {
public:
    /// Returns once the act is recorded; throws if it cannot be: then nothing is deleted. Called by
    /// the keeper's thread.
    using Record = std::function<void(const db::AdminAct&)>;

    struct Times {
        std::chrono::milliseconds every{60'000}; ///< between two looks
        std::function<db::AuditTime()> now;      ///< empty: the system's clock
    };
    struct Status {
        std::uint64_t sealed = 0;  ///< files, since the start
        std::uint64_t deleted = 0; ///< likewise
        std::uint64_t bytes = 0;   ///< of all files, at the last look
        std::string lastError;     ///< empty: the last look had none
    };

    AuditKeeper(std::filesystem::path folder, AuditRetention retention, Record record, Times times);
    AuditKeeper(std::filesystem::path folder, AuditRetention retention, Record record);
    AuditKeeper(const AuditKeeper&) = delete;
    AuditKeeper& operator=(const AuditKeeper&) = delete;
    ~AuditKeeper(); ///< stops if it still runs

    void start();
    /// Interrupts a sealing that is under way; the next start takes it up again.
    void stop();
    /// Looks at once: the writer has begun a file. Any thread.
    void wake();
    [[nodiscard]] Status status() const; ///< any thread

    /// One look, as the thread takes it; for tests. Not while it runs.
    void look(const std::stop_token& stop);

private:
    void run(const std::stop_token& stop);
    void seal(const std::vector<db::AuditFile>& files, const std::stop_token& stop);
    void deleteOld(std::vector<db::AuditFile> files);
    void remove(const db::AuditFile& file, std::string_view reason);
    [[nodiscard]] db::AuditTime now() const;
    void noteError(const std::string& text);

    db::AuditFolder folder_;
    const AuditRetention retention_;
    const Record record_;
    const Times times_;
    std::set<std::filesystem::path> standAlone_; // nothing is left to do for these
    std::jthread thread_;

    mutable std::mutex mutex_; // guards what follows
    std::condition_variable_any woken_;
    enum class Signal : std::uint8_t { None, Look } signal_ = Signal::None;
    Status status_;
};

} // namespace sallyport::audit
