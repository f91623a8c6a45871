#include "proxy/Recorded.h"

#include <utility>

namespace sallyport::proxy {

RecordWaiters::RecordWaiters(net::EventLoop& loop, audit::AuditLane& lane, Distribution& times)
    : loop_(loop), lane_(lane), times_(times)
{
    lane_.onProgress([this] { loop_.post([this] { onProgress(); }); });
}

void RecordWaiters::onProgress()
{
    lane_.settle();
    const bool fails = lane_.sync() == audit::AuditLane::Sync::Fails;
    while (!waiting_.empty() && (fails || waiting_.front()->target_ <= lane_.durable()))
        waiting_.front()->finish(waiting_.front()->target_ <= lane_.durable()
                                     ? Awaiter::Outcome::Recorded
                                     : Awaiter::Outcome::NotRecorded);
    if (!waiting_.empty())
        lane_.expectProgress();
}

RecordWaiters::Awaiter::Awaiter(RecordWaiters& waiters, net::TimePoint deadline)
    : waiters_(waiters), deadline_(deadline), target_(waiters.lane_.accepted())
{}

RecordWaiters::Awaiter::~Awaiter()
{
    if (waiter_)
        waiters_.waiting_.erase(self_);
}

bool RecordWaiters::Awaiter::await_ready() const
{
    return waiters_.lane_.mode() != audit::AuditMode::Strict || waiters_.lane_.durable() >= target_;
}

bool RecordWaiters::Awaiter::await_suspend(std::coroutine_handle<> waiter)
{
    // Asked for before looking once more: the flush may end between the two.
    waiters_.lane_.expectProgress();
    if (waiters_.lane_.durable() >= target_)
        return false;
    waiter_ = waiter;
    begun_ = waiters_.loop_.now();
    self_ = waiters_.waiting_.insert(waiters_.waiting_.end(), this);
    waiters_.loop_.start(*this, deadline_);
    return true;
}

void RecordWaiters::Awaiter::onTimer()
{
    finish(Outcome::NotRecorded);
}

void RecordWaiters::Awaiter::finish(Outcome outcome)
{
    stop();
    outcome_ = outcome;
    waiters_.times_.add(waiters_.loop_.now() - begun_);
    waiters_.waiting_.erase(self_);
    std::exchange(waiter_, nullptr).resume();
}

} // namespace sallyport::proxy
