#include "net/TcpStream.h"

#include <algorithm>
#include <utility>

namespace sallyport::net {

namespace {

using Outcome = Channel::Transferred::Outcome;

Error errorOf(const Channel& channel, const Channel::Transferred& result, std::string_view doing)
{
    if (result.outcome == Outcome::Reset)
        return {.kind = Error::Kind::Reset, .side = channel.side(), .detail = {}};
    return errorFrom(result.error, channel.side(), doing);
}

} // namespace

bool StreamAwaiter::await_ready()
{
    if (!attempt())
        return false;
    phase_ = channel_.loop().mayContinue() ? Phase::Finished : Phase::Deferred;
    return phase_ == Phase::Finished;
}

void StreamAwaiter::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    if (phase_ == Phase::Deferred) {
        channel_.loop().defer(waiter);
        return;
    }
    phase_ = Phase::Waiting;
    enter();
    channel_.loop().start(*this, deadline_);
}

void StreamAwaiter::stopWaiting()
{
    leave();
    stop();
}

void StreamAwaiter::forget()
{
    if (phase_ == Phase::Waiting)
        stopWaiting();
    else if (phase_ == Phase::Deferred)
        channel_.loop().forget(waiter_);
}

void StreamAwaiter::onReady()
{
    if (!attempt())
        return;
    stopWaiting();
    phase_ = Phase::Finished;
    waiter_.resume();
}

void StreamAwaiter::onAborted()
{
    fail(Error::Kind::Aborted);
    stopWaiting();
    // Whoever aborts is in the middle of something: the waiter goes on in the next turn.
    phase_ = Phase::Deferred;
    channel_.loop().defer(waiter_);
}

void StreamAwaiter::onTimer()
{
    fail(Error::Kind::TimedOut);
    stopWaiting();
    phase_ = Phase::Finished;
    waiter_.resume();
}

void ReadAwaiter::fail(Error::Kind kind)
{
    result_ = std::unexpected(Error{kind, channel().side(), {}});
}

bool ReadAwaiter::attempt()
{
    if (channel().readAborted()) {
        fail(Error::Kind::Aborted);
        return true;
    }
    if (!channel().mayRead())
        return false;
    if (into_.empty())
        return true;
    const auto got = channel().receive(into_);
    switch (got.outcome) {
    case Outcome::WouldBlock:
        return false;
    case Outcome::Some:
        result_ = got.bytes;
        return true;
    case Outcome::End:
        result_ = std::size_t{0};
        return true;
    case Outcome::Reset:
    case Outcome::Failed:
        break;
    }
    result_ = std::unexpected(errorOf(channel(), got, "read"));
    return true;
}

void WriteAwaiter::fail(Error::Kind kind)
{
    result_ = std::unexpected(Error{kind, channel().side(), {}});
}

bool WriteAwaiter::attempt()
{
    if (channel().writeAborted()) {
        fail(Error::Kind::Aborted);
        return true;
    }
    while (!head_.empty() || !body_.empty()) {
        if (!channel().mayWrite())
            return false;
        if (head_.empty())
            head_ = std::exchange(body_, {});
        const auto sent = channel().send(head_, body_);
        if (sent.outcome == Outcome::WouldBlock)
            return false;
        if (sent.outcome != Outcome::Some) {
            result_ = std::unexpected(errorOf(channel(), sent, "write"));
            return true;
        }
        const auto ofHead = std::min(sent.bytes, head_.size());
        head_.remove_prefix(ofHead);
        body_.remove_prefix(sent.bytes - ofHead);
    }
    return true;
}

TcpStream& TcpStream::operator=(TcpStream&& other) noexcept
{
    if (this != &other) {
        close();
        channel_ = std::move(other.channel_);
    }
    return *this;
}

void TcpStream::close()
{
    if (!channel_)
        return;
    channel_->setReader(nullptr);
    channel_->setWriter(nullptr);
    channel_->closeDescriptor();
    auto& loop = channel_->loop();
    loop.retire(std::move(channel_));
}

void TcpStream::reset()
{
    if (!channel_)
        return;
    channel_->resetOnClose();
    close();
}

} // namespace sallyport::net
