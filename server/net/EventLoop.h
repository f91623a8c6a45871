// EventLoop: one thread's readiness, time and turns (epoll, edge-triggered).
//
// Everything a worker does happens in a turn of its loop: ready descriptors, due timers, posted and
// deferred work, in that order. Only post() and stop() may be called from other threads. Knows no
// HTTP and no policy.
#pragma once

#include "net/PipePool.h"
#include "net/TimerWheel.h"

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace sallyport::net {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// Never passes.
inline constexpr TimePoint Never = TimePoint::max();

/// What a descriptor may be ready for; several at once.
struct Readiness {
    bool readable = false;
    bool writable = false;
    bool hungUp = false; ///< the peer ended its direction, or the connection failed
    bool failed = false;
};

/// Receives readiness of one descriptor. Heap-allocated; given back through EventLoop::retire(), so
/// that events already fetched for it find it still there.
class EventHandler {
public:
    EventHandler() = default;
    EventHandler(const EventHandler&) = delete;
    EventHandler& operator=(const EventHandler&) = delete;
    virtual ~EventHandler() = default;
    virtual void onEvent(Readiness) = 0;

private:
    friend class EventLoop;
    bool retired_ = false;
    bool again_ = false;
};

class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs turns until stop().
    void run();
    void stop();

    /// Runs turns until `finished` says true; for tests and for draining.
    void runUntil(const std::function<bool()>& finished);

    /// The time of this turn; read once a turn.
    [[nodiscard]] TimePoint now() const { return now_; }

    /// Edge-triggered, both directions, until the descriptor is closed.
    /// False when the kernel has no room for another registration.
    [[nodiscard]] bool add(int descriptor, EventHandler& handler);
    /// Level-triggered and for reading only, for listeners and libraries that want it.
    [[nodiscard]] bool addLevel(int descriptor, EventHandler& handler, Readiness interest);
    void changeLevel(int descriptor, EventHandler& handler, Readiness interest);
    void remove(int descriptor);

    /// `when` == Never only stops it.
    void start(Timer& timer, TimePoint when);

    /// Deletes the handler at the end of this turn; no event reaches it any more.
    void retire(std::unique_ptr<EventHandler> handler);
    /// Calls handler.onEvent() with both directions ready in the next turn: for work cut short to
    /// let others run.
    void again(EventHandler& handler);

    /// Resumes in the next turn.
    void defer(std::coroutine_handle<> waiter);
    /// Takes a deferred coroutine back; for a frame that is destroyed while it waits for its turn.
    void forget(std::coroutine_handle<> waiter);
    /// Runs in the next turn, on the loop's own thread. From any thread.
    void post(std::function<void()> work);

    /// True while the running coroutine may go on with results that were ready at once; false when
    /// it should let others run first. Bounds both the stack of a busy loop and its greed.
    [[nodiscard]] bool mayContinue() { return readyBudget_ > 0 && readyBudget_-- > 0; }

    /// Scratch space for one read-then-write; its content is lost at the next wait.
    [[nodiscard]] std::span<char> scratch() { return {scratch_.get(), ScratchBytes}; }
    static constexpr std::size_t ScratchBytes = 256 * 1024;
    [[nodiscard]] PipePool& pipes() { return pipes_; }

private:
    class Waker;
    static constexpr unsigned ReadyBudget = 64;

    void turn();
    [[nodiscard]] int waitMilliseconds() const;
    [[nodiscard]] std::uint64_t tickAt(TimePoint when) const;
    void runPosted();

    int epoll_ = -1;
    std::unique_ptr<Waker> waker_;
    TimePoint begin_;
    TimePoint now_;
    TimerWheel timers_;
    unsigned readyBudget_ = ReadyBudget;
    bool stopped_ = false;
    std::vector<std::coroutine_handle<>> deferred_;
    std::vector<std::coroutine_handle<>> deferredNow_;
    std::vector<EventHandler*> again_;
    std::vector<EventHandler*> againNow_;
    std::vector<std::unique_ptr<EventHandler>> retired_;
    std::unique_ptr<char[]> scratch_;
    PipePool pipes_;
    std::mutex postedMutex_;
    std::vector<std::function<void()>> posted_;
};

} // namespace sallyport::net
