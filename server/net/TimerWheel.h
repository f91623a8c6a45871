// TimerWheel: deadlines by the tens of thousands, started and stopped in constant time.
//
// Six levels of 64 slots over ticks of 4 ms, so that a timer is moved at most five times and an
// idle loop sleeps until something is due. Knows no clock: the loop says what tick it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace sallyport::net {

/// Something that happens at a point in time unless it is stopped first. Stops itself when
/// destroyed.
class Timer {
public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer() { stop(); }

    /// Called once by the loop when the time has come; the timer is then no longer running and may
    /// be started again.
    virtual void onTimer() = 0;

    void stop();
    [[nodiscard]] bool running() const { return link_.next != nullptr; }

private:
    friend class TimerWheel;
    struct Link {
        Link* next = nullptr;
        Link* previous = nullptr;
    };
    Link link_;
    std::uint64_t tick_ = 0;
};

class TimerWheel {
public:
    TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;
    ~TimerWheel();

    /// (Re)starts `timer`; a tick that is not in the future fires at the next advance.
    void start(Timer& timer, std::uint64_t tick);

    /// Fires everything due up to and including `tick`. Timers may be started and stopped while it
    /// runs.
    void advance(std::uint64_t tick);

    /// The next tick at which advance() has something to do; never later than the earliest timer.
    [[nodiscard]] std::optional<std::uint64_t> nextTick() const;

private:
    static constexpr unsigned Levels = 6;
    static constexpr unsigned SlotBits = 6;
    static constexpr unsigned Slots = 1U << SlotBits;

    [[nodiscard]] static Timer& timerOf(Timer::Link& link);
    void insert(Timer& timer);
    void takeSlot(unsigned level, unsigned slot, Timer::Link& into);
    void cascade();
    void fireCurrent();

    std::uint64_t current_ = 0;
    std::array<std::array<Timer::Link, Slots>, Levels> slots_;
    /// Bit s is set when slot s was filled since it was last emptied; a stopped timer may leave it
    /// set.
    mutable std::array<std::uint64_t, Levels> filled_{};
};

} // namespace sallyport::net
