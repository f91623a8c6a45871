// Recorded: waits until what was put into the audit log so far is on the disk, if the audit mode
// promises that before an answer.
//
// Only AuditMode::Strict waits; many sessions share one flush. In the other modes a record is out
// of the process as soon as it is put. Knows only counts of events.
#pragma once

#include "audit/AuditLane.h"
#include "net/EventLoop.h"
#include "proxy/Distribution.h"

#include <coroutine>
#include <cstdint>
#include <list>

namespace sallyport::proxy {

/// The sessions of one worker that wait for the disk, in the order in which they came.
class RecordWaiters {
public:
    /// `times`: how long they waited; it outlives this.
    RecordWaiters(net::EventLoop& loop, audit::AuditLane& lane, Distribution& times);
    RecordWaiters(const RecordWaiters&) = delete;
    RecordWaiters& operator=(const RecordWaiters&) = delete;

    class Awaiter final : net::Timer {
    public:
        Awaiter(RecordWaiters& waiters, net::TimePoint deadline);
        ~Awaiter() override;

        [[nodiscard]] bool await_ready() const;
        bool await_suspend(std::coroutine_handle<> waiter);
        /// False when the deadline passed first, or the disk fails.
        [[nodiscard]] bool await_resume() const { return outcome_ == Outcome::Recorded; }

    private:
        friend class RecordWaiters;
        enum class Outcome : std::uint8_t { Recorded, NotRecorded };
        void onTimer() override;
        void finish(Outcome outcome);

        RecordWaiters& waiters_;
        net::TimePoint deadline_;
        net::TimePoint begun_{};
        std::uint64_t target_;
        Outcome outcome_ = Outcome::Recorded;
        std::coroutine_handle<> waiter_;
        std::list<Awaiter*>::iterator self_;
    };

    [[nodiscard]] Awaiter recorded(net::TimePoint deadline) { return {*this, deadline}; }

private:
    void onProgress();

    net::EventLoop& loop_;
    audit::AuditLane& lane_;
    Distribution& times_;
    std::list<Awaiter*> waiting_;
};

} // namespace sallyport::proxy
