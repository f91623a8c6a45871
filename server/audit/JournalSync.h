// JournalSync: the thread that brings the workers' journals to the disk.
//
// Many sessions share one flush. Knows no store: what the disk has is safe however long the store
// takes.
#pragma once

#include "audit/AuditQueue.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

namespace sallyport::audit {

class JournalSync {
public:
    /// `interval` is the most that a loss of power can cost; zero: as often as the disk can, for
    /// those who wait for it. `queue` outlives it.
    JournalSync(AuditQueue& queue, std::chrono::milliseconds interval);
    JournalSync(const JournalSync&) = delete;
    JournalSync& operator=(const JournalSync&) = delete;
    ~JournalSync(); ///< stops if it still runs

    void start();
    void stop();
    /// Empty while the disk works. Any thread.
    [[nodiscard]] std::string lastError() const;

private:
    static constexpr std::chrono::milliseconds RetryAfter{100};

    void run();
    [[nodiscard]] bool anyUnsynced() const;
    [[nodiscard]] bool syncAll();
    void noteFailure(const std::string& text);
    void noteSuccess();

    AuditQueue& queue_;
    const std::chrono::milliseconds interval_;
    std::thread thread_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_; // guards what follows
    std::string lastError_;
};

} // namespace sallyport::audit
