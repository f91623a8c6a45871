#include "net/TcpStream.h"

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

ReadAwaiter::~ReadAwaiter()
{
    if (phase_ == Phase::Waiting)
        leave();
    else if (phase_ == Phase::Deferred)
        channel_.loop().forget(waiter_);
}

bool ReadAwaiter::attempt()
{
    if (channel_.readAborted()) {
        result_ = std::unexpected(Error{Error::Kind::Aborted, channel_.side(), {}});
        return true;
    }
    if (!channel_.mayRead())
        return false;
    if (into_.empty())
        return true;
    const auto got = channel_.receive(into_);
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
    result_ = std::unexpected(errorOf(channel_, got, "read"));
    return true;
}

bool ReadAwaiter::await_ready()
{
    if (!attempt())
        return false;
    phase_ = channel_.loop().mayContinue() ? Phase::Finished : Phase::Deferred;
    return phase_ == Phase::Finished;
}

void ReadAwaiter::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    if (phase_ == Phase::Deferred) {
        channel_.loop().defer(waiter);
        return;
    }
    phase_ = Phase::Waiting;
    channel_.setReader(this);
    channel_.loop().start(*this, deadline_);
}

void ReadAwaiter::leave()
{
    channel_.setReader(nullptr);
    stop();
}

void ReadAwaiter::onReadable()
{
    if (!attempt())
        return;
    leave();
    phase_ = Phase::Finished;
    waiter_.resume();
}

void ReadAwaiter::onReadAborted()
{
    result_ = std::unexpected(Error{Error::Kind::Aborted, channel_.side(), {}});
    leave();
    // Whoever aborts is in the middle of something: the waiter goes on in the next turn.
    phase_ = Phase::Deferred;
    channel_.loop().defer(waiter_);
}

void ReadAwaiter::onTimer()
{
    result_ = std::unexpected(Error{Error::Kind::TimedOut, channel_.side(), {}});
    leave();
    phase_ = Phase::Finished;
    waiter_.resume();
}

WriteAwaiter::~WriteAwaiter()
{
    if (phase_ == Phase::Waiting)
        leave();
    else if (phase_ == Phase::Deferred)
        channel_.loop().forget(waiter_);
}

bool WriteAwaiter::attempt()
{
    if (channel_.writeAborted()) {
        result_ = std::unexpected(Error{Error::Kind::Aborted, channel_.side(), {}});
        return true;
    }
    while (!head_.empty() || !body_.empty()) {
        if (!channel_.mayWrite())
            return false;
        if (head_.empty())
            head_ = std::exchange(body_, {});
        const auto sent = channel_.send(head_, body_);
        if (sent.outcome == Outcome::WouldBlock)
            return false;
        if (sent.outcome != Outcome::Some) {
            result_ = std::unexpected(errorOf(channel_, sent, "write"));
            return true;
        }
        const auto ofHead = std::min(sent.bytes, head_.size());
        head_.remove_prefix(ofHead);
        body_.remove_prefix(sent.bytes - ofHead);
    }
    return true;
}

bool WriteAwaiter::await_ready()
{
    if (!attempt())
        return false;
    phase_ = channel_.loop().mayContinue() ? Phase::Finished : Phase::Deferred;
    return phase_ == Phase::Finished;
}

void WriteAwaiter::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    if (phase_ == Phase::Deferred) {
        channel_.loop().defer(waiter);
        return;
    }
    phase_ = Phase::Waiting;
    channel_.setWriter(this);
    channel_.loop().start(*this, deadline_);
}

void WriteAwaiter::leave()
{
    channel_.setWriter(nullptr);
    stop();
}

void WriteAwaiter::onWritable()
{
    if (!attempt())
        return;
    leave();
    phase_ = Phase::Finished;
    waiter_.resume();
}

void WriteAwaiter::onWriteAborted()
{
    result_ = std::unexpected(Error{Error::Kind::Aborted, channel_.side(), {}});
    leave();
    phase_ = Phase::Deferred;
    channel_.loop().defer(waiter_);
}

void WriteAwaiter::onTimer()
{
    result_ = std::unexpected(Error{Error::Kind::TimedOut, channel_.side(), {}});
    leave();
    phase_ = Phase::Finished;
    waiter_.resume();
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
