#include "net/Transfer.h"

namespace sallyport::net {

Transfer::Transfer(TcpStream& from, TcpStream& to, std::uint64_t limit, Duration stallLimit,
                   MovedBytes moved)
    : loop_(from.channel().loop()),
      pump_(from.channel(), to.channel(), limit, Pump::AtEnd::Leave, *this),
      stallLimit_(stallLimit), moved_(moved)
{}

Transfer::~Transfer()
{
    if (phase_ == Phase::Deferred)
        loop_.forget(waiter_);
}

bool Transfer::await_ready()
{
    pump_.start();
    return phase_ == Phase::Finished;
}

void Transfer::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    phase_ = Phase::Waiting;
    loop_.start(*this, loop_.now() + stallLimit_);
}

void Transfer::onPumpEnd(Pump&, Pump::End end)
{
    finish(end);
}

void Transfer::onTimer()
{
    const auto due = pump_.lastActive() + stallLimit_;
    if (due > loop_.now()) {
        loop_.start(*this, due);
        return;
    }
    pump_.stop();
    result_.stalled = TransferResult::Stalled::Yes;
    finish(Pump::End::Aborted);
}

void Transfer::finish(Pump::End end)
{
    stop();
    result_.end = end;
    result_.bytesRead = pump_.bytesRead();
    result_.bytesWritten = pump_.bytesWritten();
    const bool waited = phase_ == Phase::Waiting;
    if (!waited) {
        phase_ = Phase::Finished;
    } else if (end == Pump::End::Aborted && result_.stalled == TransferResult::Stalled::No) {
        // Whoever aborted is in the middle of something.
        phase_ = Phase::Deferred;
        loop_.defer(waiter_);
    } else {
        phase_ = Phase::Finished;
        waiter_.resume();
    }
}

} // namespace sallyport::net
