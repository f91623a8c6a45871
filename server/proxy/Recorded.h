// Recorded: waits until the audit log has what was put so far, if the audit mode promises that
// before an answer.
//
// Only AuditMode::Strict waits; many sessions share one commit. Knows only counts of events.
#pragma once

#include "audit/AuditQueue.h"
#include "net/EventLoop.h"

#include <coroutine>
#include <cstdint>
#include <list>

namespace sallyport::proxy {

/// The sessions of one worker that wait for the writer, in the order in which they came.
class RecordWaiters {
public:
    RecordWaiters(net::EventLoop& loop, audit::AuditLane& lane);
    RecordWaiters(const RecordWaiters&) = delete;
    RecordWaiters& operator=(const RecordWaiters&) = delete;

    class Awaiter final : net::Timer {
    public:
        Awaiter(RecordWaiters& waiters, net::TimePoint deadline);
        ~Awaiter() override;

        [[nodiscard]] bool await_ready() const;
        void await_suspend(std::coroutine_handle<> waiter);
        /// False when the deadline passed first.
        [[nodiscard]] bool await_resume() const { return recorded_; }

    private:
        friend class RecordWaiters;
        void onTimer() override;
        void finish();

        RecordWaiters& waiters_;
        net::TimePoint deadline_;
        std::uint64_t target_;
        bool recorded_ = true;
        std::coroutine_handle<> waiter_;
        std::list<Awaiter*>::iterator self_;
    };

    [[nodiscard]] Awaiter recorded(net::TimePoint deadline) { return {*this, deadline}; }

private:
    void resumeThoseWritten();

    net::EventLoop& loop_;
    audit::AuditLane& lane_;
    std::list<Awaiter*> waiting_;
};

} // namespace sallyport::proxy
