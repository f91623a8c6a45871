// Transfer: a pump that a coroutine waits for: a body of known length, or one that lasts until its
// source ends.
#pragma once

#include "net/Pump.h"
#include "net/TcpStream.h"

namespace sallyport::net {

struct TransferResult {
    Pump::End end = Pump::End::Complete;
    enum class Stalled : std::uint8_t {
        No,
        Yes
    } stalled = Stalled::No; ///< no byte moved for the limit given
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
};

/// Where a transfer adds what it has moved, while it moves it.
struct MovedBytes {
    std::uint64_t& read;
    std::uint64_t& written;
};

/// `co_await Transfer(from, to, bytes, stallLimit, moved)`; streams and counters must outlive it.
class Transfer final : Pump::Owner, Timer {
public:
    Transfer(TcpStream& from, TcpStream& to, std::uint64_t limit, Duration stallLimit,
             MovedBytes moved);
    ~Transfer();

    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter);
    [[nodiscard]] TransferResult await_resume() const { return result_; }

private:
    void onPumpEnd(Pump& pump, Pump::End end) override;
    void onRead(Pump&, std::size_t bytes) override { moved_.read += bytes; }
    void onWritten(Pump&, std::size_t bytes) override { moved_.written += bytes; }
    void onTimer() override;
    void finish(Pump::End end);

    EventLoop& loop_;
    Pump pump_;
    Duration stallLimit_;
    MovedBytes moved_;
    TransferResult result_;
    std::coroutine_handle<> waiter_;
    enum class Phase : std::uint8_t { Fresh, Waiting, Deferred, Finished } phase_ = Phase::Fresh;
};

} // namespace sallyport::net
