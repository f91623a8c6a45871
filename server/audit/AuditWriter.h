// AuditWriter: the one thread that moves events from the queue into the store.
//
// While events come it writes one batch a tick. When the store fails it keeps the batch and tries
// again, less and less often. Knows no SQL.
#pragma once

#include "audit/AuditQueue.h"
#include "db/AuditStore.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace sallyport::audit {

/// What flushes a batch costs is set by the store: Full for AuditMode::Strict, Normal otherwise.
[[nodiscard]] db::Durability durabilityOf(AuditMode mode);

class AuditWriter {
public:
    struct Times {
        /// From the first event after a rest to the write: the longest that an event waits, and the
        /// most wake-ups.
        std::chrono::milliseconds tick{20};
        std::chrono::milliseconds firstRetry{100};
        std::chrono::milliseconds longestRetry{2000};
        /// How long stop() goes on trying a store that fails.
        std::chrono::milliseconds stopLimit{5000};
    };

    struct Status {
        std::uint64_t written = 0; ///< events in the store
        std::uint64_t lost = 0;    ///< events that will never be there
        std::uint64_t backlog = 0; ///< events that wait
        std::string lastError;     ///< empty while the store works
    };

    /// Both must outlive the writer. Between start() and stop() the store is the writer's alone.
    AuditWriter(AuditQueue& queue, db::AuditStore& store, Times times);
    AuditWriter(AuditQueue& queue, db::AuditStore& store);
    AuditWriter(const AuditWriter&) = delete;
    AuditWriter& operator=(const AuditWriter&) = delete;
    ~AuditWriter(); ///< stops if it still runs

    void start();
    /// Writes everything that was put before, then ends the thread. The workers have stopped
    /// putting.
    void stop();
    /// Waits until everything put before is in the store; false if that took longer than `limit`.
    [[nodiscard]] bool flush(std::chrono::milliseconds limit);
    [[nodiscard]] Status status() const; ///< any thread

private:
    enum class Stage : std::uint8_t { Idle, Running, Stopping };

    void run();
    void writeAll();
    void write(AuditQueue::Batch& batch);
    [[nodiscard]] bool tryWrite(const AuditQueue::Batch& batch);
    [[nodiscard]] bool mustGiveUp() const;
    void noteFailure(const std::string& text);
    void noteSuccess(std::size_t events, std::size_t leftOut);

    AuditQueue& queue_;
    db::AuditStore& store_;
    const Times times_;
    std::thread thread_;
    std::atomic<Stage> stage_ = Stage::Idle;
    AuditQueue::Batch batch_; // the thread's own

    mutable std::mutex mutex_; // guards what follows
    std::condition_variable flushed_;
    std::uint64_t flushesAsked_ = 0;
    std::uint64_t flushesDone_ = 0;
    std::chrono::steady_clock::time_point giveUpAt_ = std::chrono::steady_clock::time_point::max();
    std::uint64_t written_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t inHand_ = 0; // taken from the queue, not written yet
    std::string lastError_;
};

} // namespace sallyport::audit
