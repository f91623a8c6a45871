// AuditWriter: the thread that moves records from the journals into the store.
//
// While records come it writes one batch a tick; their room in the journals is given back when the
// store is on the disk. When the store fails they stay there and it tries again, less and less
// often. Also puts the admin trail into the chain, and signs checkpoints. Knows no SQL.
#pragma once

#include "audit/AuditQueue.h"
#include "audit/EventCodec.h"
#include "db/AdminSpool.h"
#include "db/AuditStore.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sallyport::audit {

class AuditWriter {
public:
    struct Times {
        /// From the first event after a rest to the write.
        std::chrono::milliseconds tick{20};
        std::chrono::milliseconds firstRetry{100};
        std::chrono::milliseconds longestRetry{2000};
        /// How long stop() goes on trying a store that fails.
        std::chrono::milliseconds stopLimit{5000};
        /// Between two checkpoints, if there are new records.
        std::chrono::milliseconds checkpoint{300'000};
    };

    struct Status {
        std::uint64_t written = 0; ///< events in the store
        std::uint64_t lost = 0;    ///< events that will never be there
        std::uint64_t backlog = 0; ///< bytes in the journals
        std::string lastError;     ///< empty while the store works
    };

    /// All must outlive the writer. Between start() and stop() the store is the writer's alone.
    AuditWriter(AuditQueue& queue, db::AuditStore& store, const db::AdminSpool& spool, Times times);
    AuditWriter(const AuditWriter&) = delete;
    AuditWriter& operator=(const AuditWriter&) = delete;
    ~AuditWriter(); ///< stops if it still runs

    /// `use` is called on the writer's thread with the seq of the last record in the store,
    /// whenever that has grown. To be set before start().
    void onCommitted(std::function<void(std::uint64_t lastSeq)> use)
    {
        committed_ = std::move(use);
    }

    void start();
    /// Writes everything that was put before, then ends the thread. The workers have stopped
    /// putting.
    void stop();
    /// Puts an act of this process into the admin trail. Any thread, also before start(). What is
    /// not written when the process ends suddenly is lost.
    void record(db::AdminAct act);
    /// Waits until everything put before is in the store; false if that took longer than `limit`.
    [[nodiscard]] bool flush(std::chrono::milliseconds limit);
    [[nodiscard]] Status status() const; ///< any thread

private:
    enum class Stage : std::uint8_t { Idle, Running, Stopping };

    /// What of one lane is being written.
    struct Portion {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::uint64_t wanted = 0; ///< position that this round is to reach
        std::vector<AuditEvent> events;
    };

    void run();
    void writeAll();
    [[nodiscard]] bool isBehind() const;
    void writeSome();
    void collect();
    void collectFrom(AuditLane& lane, Portion& portion);
    [[nodiscard]] bool anyCollected() const;
    void write();
    [[nodiscard]] bool tryWrite();
    void releaseIfDue();
    void release();
    void takeOthersActs();
    void checkpointIfDue();
    [[nodiscard]] bool hasWork();
    [[nodiscard]] bool mustGiveUp() const;
    void noteFailure(const std::string& text);
    void noteSuccess(std::size_t leftOut);

    AuditQueue& queue_;
    db::AuditStore& store_;
    const db::AdminSpool& spool_;
    const Times times_;
    std::function<void(std::uint64_t)> committed_;
    std::thread thread_;
    std::atomic<Stage> stage_ = Stage::Idle;

    // The thread's own.
    std::vector<Portion> portions_; ///< by lane
    EventDecoder decoder_;
    std::vector<db::AdminAct> acts_; ///< being written
    std::vector<db::JournalRecords> records_;
    std::chrono::steady_clock::time_point nextCheckpoint_;
    std::chrono::steady_clock::time_point nextRelease_;
    std::uint64_t checkpointed_ = 0; ///< seq of the last one
    bool gaveUp_ = false;            ///< the store failed until the end

    mutable std::mutex mutex_; // guards what follows
    std::condition_variable flushed_;
    std::uint64_t flushesAsked_ = 0;
    std::uint64_t flushesDone_ = 0;
    std::chrono::steady_clock::time_point giveUpAt_ = std::chrono::steady_clock::time_point::max();
    std::vector<db::AdminAct> newActs_;
    std::uint64_t written_ = 0;
    std::uint64_t lost_ = 0;
    std::string lastError_;
};

} // namespace sallyport::audit
