// TcpStream: a connected socket as a coroutine sees it: read, write, shut down, abort, each wait
// with a deadline.
//
// Move-only owner of a Channel; gives it back to the loop when destroyed. One reader and one writer
// at a time.
#pragma once

#include "net/Channel.h"

#include <memory>

namespace sallyport::net {

/// Waits for bytes. Lives in the coroutine that awaits it.
class ReadAwaiter final : ReadWaiter, Timer {
public:
    ReadAwaiter(Channel& channel, std::span<char> into, TimePoint deadline)
        : channel_(channel), into_(into), deadline_(deadline)
    {}
    ~ReadAwaiter();

    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter);
    [[nodiscard]] Result<std::size_t> await_resume()
    {
        phase_ = Phase::Finished;
        return std::move(result_);
    }

private:
    enum class Phase : std::uint8_t { Fresh, Waiting, Deferred, Finished };

    void onReadable() override;
    void onReadAborted() override;
    void onTimer() override;
    [[nodiscard]] bool attempt();
    void leave();

    Channel& channel_;
    std::span<char> into_;
    TimePoint deadline_;
    Result<std::size_t> result_ = std::size_t{0};
    std::coroutine_handle<> waiter_;
    Phase phase_ = Phase::Fresh;
};

/// Waits until everything is written.
class WriteAwaiter final : WriteWaiter, Timer {
public:
    WriteAwaiter(Channel& channel, std::string_view head, std::string_view body, TimePoint deadline)
        : channel_(channel), head_(head), body_(body), deadline_(deadline)
    {}
    ~WriteAwaiter();

    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter);
    [[nodiscard]] Result<void> await_resume()
    {
        phase_ = Phase::Finished;
        return std::move(result_);
    }

private:
    enum class Phase : std::uint8_t { Fresh, Waiting, Deferred, Finished };

    void onWritable() override;
    void onWriteAborted() override;
    void onTimer() override;
    [[nodiscard]] bool attempt();
    void leave();

    Channel& channel_;
    std::string_view head_;
    std::string_view body_;
    TimePoint deadline_;
    Result<void> result_;
    std::coroutine_handle<> waiter_;
    Phase phase_ = Phase::Fresh;
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
