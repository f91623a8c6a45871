// AuditLane: one worker's way to the audit log: its journal, and what is promised about it.
//
// A worker takes no lock here and waits for nobody: what put() has taken lies in the journal. Where
// the journal has no room, what must not be lost waits in the worker until it has some. Knows no
// store.
#pragma once

#include "audit/AuditEvent.h"
#include "audit/AuditMode.h"
#include "audit/Journal.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace sallyport::audit {

class AuditQueue;

class AuditLane {
public:
    enum class Sync : std::uint8_t { Works, Fails };

    /// Both outlive it.
    AuditLane(AuditQueue& queue, AuditMode mode, Journal& journal);
    AuditLane(const AuditLane&) = delete;
    AuditLane& operator=(const AuditLane&) = delete;

    // The worker's thread.

    /// Without room in the journal, best-effort mode drops and counts the event, unless it ends a
    /// session. In the other modes it is always taken: the caller asks ready() before it lets a
    /// session in.
    void put(const AuditEvent& event);
    /// False: the store is so far behind, or the disk fails in strict mode, that no new session can
    /// be recorded as the mode promises: answer it with 503.
    [[nodiscard]] bool ready() const;
    /// How many events put() has taken. An event is on the disk once durable() has reached what
    /// accepted() said right after its put().
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
    [[nodiscard]] AuditMode mode() const { return mode_; }
    /// Asks for the call that onProgress() has set, once durable() has grown or there is room
    /// again.
    void expectProgress() { expected_.store(true); }
    /// Brings what waits into the journal, as far as there is room.
    void settle();

    // Any thread.

    [[nodiscard]] std::uint64_t durable() const { return durable_.load(); }
    /// Whether the disk took what the journal was given last.
    [[nodiscard]] Sync sync() const { return sync_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
    /// Bytes that are not in the store yet.
    [[nodiscard]] std::size_t backlog() const { return journal_.written() - stored_.load(); }

    // The threads behind the workers.

    [[nodiscard]] Journal& journal() { return journal_; }
    /// `wake` is called on another thread than the worker's. To be set before those run.
    void onProgress(std::function<void()> wake) { wake_ = std::move(wake); }
    /// Events in the journal; those are durable after a Journal::sync() that begins now.
    [[nodiscard]] std::uint64_t inJournal() const
    {
        return inJournal_.load(std::memory_order_acquire);
    }
    void makeDurable(std::uint64_t events);
    /// What of the journal is before `position` is in the store.
    void noteStored(std::uint64_t position) { stored_.store(position); }
    void noteSync(Sync outcome) { sync_.store(outcome, std::memory_order_relaxed); }
    /// Tells a worker that expects it that something has moved.
    void tellProgress();

private:
    [[nodiscard]] bool append(const std::string& record);

    AuditQueue& queue_;
    const AuditMode mode_;
    Journal& journal_;

    // The worker's own.
    std::uint64_t accepted_ = 0;
    std::string scratch_;
    std::deque<std::string> waiting_; ///< for room, in their order

    std::atomic<std::uint64_t> inJournal_ = 0;
    std::atomic<std::uint64_t> lost_ = 0;
    alignas(64) std::atomic<std::uint64_t> durable_ = 0;
    std::atomic<std::uint64_t> stored_;
    std::atomic<bool> expected_ = false;
    std::atomic<Sync> sync_ = Sync::Works;
    std::function<void()> wake_;
};

} // namespace sallyport::audit
