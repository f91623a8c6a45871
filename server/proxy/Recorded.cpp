#include "proxy/Recorded.h"

#include <utility>

namespace sallyport::proxy {

RecordWaiters::RecordWaiters(net::EventLoop& loop, audit::AuditLane& lane)
    : loop_(loop), lane_(lane)
{
    if (lane_.mode() == audit::AuditMode::Strict)
        lane_.onWritten([this] { loop_.post([this] { resumeThoseWritten(); }); });
}

void RecordWaiters::resumeThoseWritten()
{
    const auto written = lane_.written();
    while (!waiting_.empty() && waiting_.front()->target_ <= written)
        waiting_.front()->finish();
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
    return waiters_.lane_.mode() != audit::AuditMode::Strict || waiters_.lane_.written() >= target_;
}

void RecordWaiters::Awaiter::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    self_ = waiters_.waiting_.insert(waiters_.waiting_.end(), this);
    waiters_.loop_.start(*this, deadline_);
}

void RecordWaiters::Awaiter::onTimer()
{
    recorded_ = false;
    finish();
}

void RecordWaiters::Awaiter::finish()
{
    stop();
    waiters_.waiting_.erase(self_);
    std::exchange(waiter_, nullptr).resume();
}

} // namespace sallyport::proxy
