// AuditQueue: carries events from the workers to the one writer thread.
//
// One lane per worker: a worker takes no lock that another worker takes. Lanes are bounded; what to
// do when one is full is the audit mode's choice. Knows no disk: the writer waits for it here, the
// workers never do.
#pragma once

#include "audit/AuditEvent.h"
#include "audit/AuditMode.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sallyport::audit {

class AuditQueue;

class AuditLane {
public:
    AuditLane(AuditQueue& queue, AuditMode mode, std::size_t capacity);
    AuditLane(const AuditLane&) = delete;
    AuditLane& operator=(const AuditLane&) = delete;

    // The owning worker's side.

    /// Never blocks on the disk. A full lane in best-effort mode drops and counts the event, unless
    /// it ends a session. In the other modes it is always taken: the caller asks ready() before it
    /// lets a session in.
    void put(AuditEvent&& event);
    /// False: the writer is behind by a full lane and the mode allows no loss; answer new sessions
    /// with 503.
    [[nodiscard]] bool ready() const;
    /// How many events put() has taken. An event is in the store once written() has reached what
    /// accepted() said right after its put().
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
    [[nodiscard]] AuditMode mode() const { return mode_; }

    // Any thread.
    [[nodiscard]] std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t backlog() const { return waiting_.load(std::memory_order_relaxed); }

    /// `wake` is called by the writer thread whenever written() has grown. To be set before the
    /// writer starts.
    void onWritten(std::function<void()> wake) { wake_ = std::move(wake); }

private:
    friend class AuditQueue;

    AuditQueue& queue_;
    const AuditMode mode_;
    const std::size_t capacity_;
    std::uint64_t accepted_ = 0; // the worker's own

    std::mutex mutex_; // between the worker and the writer
    std::vector<AuditEvent> events_;

    std::atomic<std::size_t> waiting_ = 0; // events_.size(), readable without the lock
    std::atomic<std::uint64_t> written_ = 0;
    std::atomic<std::uint64_t> lost_ = 0;
    std::function<void()> wake_;
};

class AuditQueue {
public:
    static constexpr std::size_t DefaultCapacity = 65'536;

    /// `capacity` is the number of events that may wait in each lane.
    AuditQueue(AuditMode mode, std::size_t lanes, std::size_t capacity = DefaultCapacity);
    AuditQueue(const AuditQueue&) = delete;
    AuditQueue& operator=(const AuditQueue&) = delete;

    [[nodiscard]] AuditLane& lane(std::size_t worker) { return *lanes_[worker]; }
    [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }
    [[nodiscard]] AuditMode mode() const { return mode_; }
    [[nodiscard]] std::uint64_t lost() const;
    [[nodiscard]] std::size_t backlog() const; ///< events waiting in the lanes

    // The writer thread's side.

    /// One list of events per lane.
    using Batch = std::vector<std::vector<AuditEvent>>;

    /// Sleeps until an event waits or interrupt() is called.
    void awaitEvents();
    /// Sleeps for `limit`; less if interrupt() is called.
    void pause(std::chrono::milliseconds limit);
    /// Ends the wait that is under way, or else the next one. Any thread.
    void interrupt();
    /// Moves all that waits in the lanes into `batch`, whose lists must be empty.
    void take(Batch& batch);
    /// Tells the lanes that the batch taken last is in the store.
    void confirm(const Batch& batch);

private:
    friend class AuditLane;
    void wakeWriter();
    [[nodiscard]] bool anyWaiting();

    const AuditMode mode_;
    std::vector<std::unique_ptr<AuditLane>> lanes_;

    // True only while the writer sleeps with all lanes empty: a worker pays for a wake-up then and
    // only then.
    std::atomic<bool> asleep_ = false;
    std::mutex mutex_;
    std::condition_variable condition_;
    enum class Signal : std::uint8_t { None, Events, Interrupt } signal_ = Signal::None;
};

} // namespace sallyport::audit
