// TcpStream: a connected socket as a coroutine sees it: read, write, shut down, abort, each wait
// with a deadline.
//
// Move-only owner of a Channel; gives it back to the loop when destroyed. One reader and one writer
// at a time.
#pragma once

#include "net/Channel.h"

#include <memory>

namespace sallyport::net {

/// What reading and writing have in common as seen by the coroutine that awaits them: they are
/// tried at once, wait for the channel if that is not enough, and end with an answer, at the
/// deadline, or when the channel is aborted.
class StreamAwaiter : Timer {
public:
    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter);

protected:
    StreamAwaiter(Channel& channel, TimePoint deadline) : channel_(channel), deadline_(deadline) {}
    ~StreamAwaiter() override = default;

    /// Goes as far as it can; true when there is an answer.
    [[nodiscard]] virtual bool attempt() = 0;
    /// Takes or gives up the channel's slot.
    virtual void enter() = 0;
    virtual void leave() = 0;
    virtual void fail(Error::Kind kind) = 0;

    [[nodiscard]] Channel& channel() const { return channel_; }
    void onReady();
    void onAborted();
    /// In the destructor of what derives: nobody is to be resumed any more.
    void forget();
    void markResumed() { phase_ = Phase::Finished; }

private:
    enum class Phase : std::uint8_t { Fresh, Waiting, Deferred, Finished };

    void onTimer() override;
    void stopWaiting();

    Channel& channel_;
    TimePoint deadline_;
    std::coroutine_handle<> waiter_;
    Phase phase_ = Phase::Fresh;
};

/// Waits for bytes. Lives in the coroutine that awaits it.
class ReadAwaiter final : public StreamAwaiter, ReadWaiter {
public:
    ReadAwaiter(Channel& channel, std::span<char> into, TimePoint deadline)
        : StreamAwaiter(channel, deadline), into_(into)
    {}
    ~ReadAwaiter() override { forget(); }

    [[nodiscard]] Result<std::size_t> await_resume()
    {
        markResumed();
        return std::move(result_);
    }

private:
    void onReadable() override { onReady(); }
    void onReadAborted() override { onAborted(); }
    [[nodiscard]] bool attempt() override;
    void enter() override { channel().setReader(this); }
    void leave() override { channel().setReader(nullptr); }
    void fail(Error::Kind kind) override;

    std::span<char> into_;
    Result<std::size_t> result_ = std::size_t{0};
};

/// Waits until everything is written.
class WriteAwaiter final : public StreamAwaiter, WriteWaiter {
public:
    WriteAwaiter(Channel& channel, std::string_view head, std::string_view body, TimePoint deadline)
        : StreamAwaiter(channel, deadline), head_(head), body_(body)
    {}
    ~WriteAwaiter() override { forget(); }

    [[nodiscard]] Result<void> await_resume()
    {
        markResumed();
        return std::move(result_);
    }

private:
    void onWritable() override { onReady(); }
    void onWriteAborted() override { onAborted(); }
    [[nodiscard]] bool attempt() override;
    void enter() override { channel().setWriter(this); }
    void leave() override { channel().setWriter(nullptr); }
    void fail(Error::Kind kind) override;

    std::string_view head_;
    std::string_view body_;
    Result<void> result_;
};

class TcpStream {
public:
    TcpStream() = default;
    explicit TcpStream(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
    TcpStream(TcpStream&&) noexcept = default;
    TcpStream& operator=(TcpStream&& other) noexcept;
    ~TcpStream() { close(); }

    [[nodiscard]] explicit operator bool() const { return channel_ != nullptr; }

    /// Reads at most into.size() bytes; 0 means the peer ended its direction.
    /// Fails with Reset, TimedOut, Aborted or Failed.
    [[nodiscard]] ReadAwaiter read(std::span<char> into, TimePoint deadline)
    {
        return {*channel_, into, deadline};
    }
    /// Waits until a read would not; the answer's number means nothing.
    [[nodiscard]] ReadAwaiter readable(TimePoint deadline) { return {*channel_, {}, deadline}; }
    /// Writes all of head, then all of body. Both are borrowed until the answer.
    [[nodiscard]] WriteAwaiter write(std::string_view head, std::string_view body,
                                     TimePoint deadline)
    {
        return {*channel_, head, body, deadline};
    }
    [[nodiscard]] WriteAwaiter write(std::string_view bytes, TimePoint deadline)
    {
        return {*channel_, bytes, {}, deadline};
    }

    void shutdownWrite() { channel_->shutdownWrite(); }
    /// The pending wait, or the next one, answers Aborted.
    void abort() { channel_->abort(); }
    void abortRead() { channel_->abortRead(); }
    void allowRead() { channel_->allowRead(); }
    void close();
    /// Closes so that the peer sees a reset.
    void reset();

    [[nodiscard]] const Endpoint& peer() const { return channel_->peer(); }
    [[nodiscard]] Channel& channel() const { return *channel_; }

private:
    std::unique_ptr<Channel> channel_;
};

} // namespace sallyport::net
