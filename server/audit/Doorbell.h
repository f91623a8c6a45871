// Doorbell: lets one thread sleep until others have work for it, at next to no cost for those
// others while it is awake.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sallyport::audit {

class Doorbell {
public:
    static constexpr std::chrono::milliseconds ForEver = std::chrono::hours(24);

    /// There is work, which the caller has made visible before. Any thread; takes a lock only if
    /// somebody sleeps.
    void ring()
    {
        // Pairs with the fence in await(): either the sleeper sees the work, or this sees the
        // sleeper.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (asleep_.load(std::memory_order_relaxed))
            wake(Signal::Work);
    }
    /// Ends the wait that is under way, or else the next one. Any thread.
    void interrupt() { wake(Signal::Interrupt); }

    // The sleeper's own.

    /// Sleeps until ring() or interrupt(), at most for `limit`; not at all if there is work
    /// already.
    void await(const std::predicate auto& hasWork, std::chrono::milliseconds limit = ForEver)
    {
        asleep_.store(true, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (!hasWork())
            sleep(limit);
        asleep_.store(false, std::memory_order_relaxed);
    }
    /// Sleeps for `limit`, less if interrupt() is called; ring() does not disturb it.
    void pause(std::chrono::milliseconds limit);

private:
    enum class Signal : std::uint8_t { None, Work, Interrupt };
    void wake(Signal signal);
    void sleep(std::chrono::milliseconds limit);

    std::atomic<bool> asleep_ = false;
    std::mutex mutex_;
    std::condition_variable condition_;
    Signal signal_ = Signal::None;
};

} // namespace sallyport::audit
