// EventLoop: turns, time, posted and deferred work, and handlers that go while events for them are
// on the way.

#include "net/EventLoop.h"

#include "LoopTest.h"

#include <gmock/gmock.h>

#include <sys/eventfd.h>

#include <thread>

namespace sallyport::net {
namespace {

using testing::ElementsAre;

/// An eventfd that is readable from the start, and what it is to do then.
class Ready final : public EventHandler {
public:
    explicit Ready(std::function<void(Readiness)> then)
        : descriptor(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)), then_(std::move(then))
    {}
    ~Ready() override { ::close(descriptor); }
    void onEvent(Readiness ready) override { then_(ready); }

    const int descriptor;

private:
    std::function<void(Readiness)> then_;
};

using EventLoopTurns = LoopTest;

TEST_F(EventLoopTurns, RunPostedWorkOfOtherThreadsOnTheLoopsThread)
{
    constexpr int PerThread = 1000;
    int ran = 0;
    const auto here = std::this_thread::get_id();
    const auto post = [&] {
        for (int i = 0; i < PerThread; ++i)
            loop.post([&] { ran += std::this_thread::get_id() == here ? 1 : 0; });
    };
    std::thread one(post);
    std::thread two(post);
    const bool all = until([&] { return ran == 2 * PerThread; });
    one.join();
    two.join();
    EXPECT_TRUE(all) << ran;
}

TEST_F(EventLoopTurns, KeepTheOrderOfPostedWorkAndLeaveWhatItPostsToTheNextTurn)
{
    std::vector<int> order;
    loop.post([&] {
        order.push_back(1);
        loop.post([&] { order.push_back(3); });
    });
    loop.post([&] { order.push_back(2); });
    ASSERT_TRUE(until([&] { return order.size() == 3; }));
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST_F(EventLoopTurns, EndWhenAnotherThreadStopsThem)
{
    std::thread other([this] { loop.stop(); });
    loop.run();
    other.join();
}

TEST_F(EventLoopTurns, FireTimersInOrderAndNeverEarly)
{
    struct Noted final : Timer {
        void onTimer() override
        {
            EXPECT_GE(Clock::now(), due);
            order->push_back(number);
        }
        std::vector<int>* order = nullptr;
        int number = 0;
        TimePoint due;
    };
    std::vector<int> order;
    std::array<Noted, 3> timers;
    const std::array<int, 3> delays{25, 5, 15};
    for (int i = 0; i < 3; ++i) {
        auto& timer = timers[static_cast<std::size_t>(i)];
        timer.order = &order;
        timer.number = delays[static_cast<std::size_t>(i)];
        timer.due = in(milliseconds(timer.number));
        loop.start(timer, timer.due);
    }
    ASSERT_TRUE(until([&] { return order.size() == 3; }));
    EXPECT_THAT(order, ElementsAre(5, 15, 25));
}

TEST_F(EventLoopTurns, NeverFireATimerThatIsStartedForNever)
{
    struct Unwanted final : Timer {
        void onTimer() override { ADD_FAILURE(); }
    } timer;
    loop.start(timer, in(milliseconds(1)));
    loop.start(timer, Never);
    EXPECT_FALSE(timer.running());
    pass(milliseconds(20));
}

TEST_F(EventLoopTurns, BringNoEventToAHandlerThatWasRetiredInTheSameTurn)
{
    std::array<std::unique_ptr<Ready>, 2> handlers;
    int events = 0;
    const auto retireTheOther = [&](std::size_t self) {
        ++events;
        auto& other = handlers[1 - self];
        if (other) {
            loop.remove(other->descriptor);
            loop.retire(std::move(other));
        }
        std::uint64_t count = 0;
        EXPECT_EQ(::read(handlers[self]->descriptor, &count, sizeof count), ssize_t{sizeof count});
    };
    handlers[0] = std::make_unique<Ready>([&](Readiness) { retireTheOther(0); });
    handlers[1] = std::make_unique<Ready>([&](Readiness) { retireTheOther(1); });
    ASSERT_TRUE(loop.addLevel(handlers[0]->descriptor, *handlers[0], {.readable = true}));
    ASSERT_TRUE(loop.addLevel(handlers[1]->descriptor, *handlers[1], {.readable = true}));
    settle();
    EXPECT_EQ(events, 1);
}

TEST_F(EventLoopTurns, TellEdgesOnceAndLevelsUntilTheyAreGone)
{
    int edges = 0;
    int levels = 0;
    Ready edge([&](Readiness) { ++edges; });
    Ready level([&](Readiness ready) {
        EXPECT_TRUE(ready.readable);
        if (++levels == 3)
            loop.changeLevel(level.descriptor, level, {});
    });
    ASSERT_TRUE(loop.add(edge.descriptor, edge));
    ASSERT_TRUE(loop.addLevel(level.descriptor, level, {.readable = true}));
    ASSERT_TRUE(until([&] { return levels == 3; }));
    settle();
    EXPECT_EQ(edges, 1);
    EXPECT_EQ(levels, 3);
    loop.remove(level.descriptor);
    loop.remove(edge.descriptor);
}

TEST_F(EventLoopTurns, CallAHandlerAgainOnceHoweverOftenItIsAsked)
{
    int calls = 0;
    Ready handler([&](Readiness ready) {
        EXPECT_TRUE(ready.readable && ready.writable);
        ++calls;
    });
    loop.again(handler);
    loop.again(handler);
    settle();
    EXPECT_EQ(calls, 1);
    loop.again(handler);
    settle();
    EXPECT_EQ(calls, 2);
}

TEST_F(EventLoopTurns, DoNotCallAHandlerAgainThatWasRetired)
{
    auto handler = std::make_unique<Ready>([](Readiness) { ADD_FAILURE(); });
    loop.again(*handler);
    loop.retire(std::move(handler));
    settle();
}

/// Suspends until the loop's next turn.
struct NextTurn {
    EventLoop& loop;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const { loop.defer(waiter); }
    void await_resume() const noexcept {}
};

Task<void> passTurns(EventLoop& loop, int turns, int& passed)
{
    for (int i = 0; i < turns; ++i) {
        co_await NextTurn(loop);
        ++passed;
    }
}

TEST_F(EventLoopTurns, ResumeADeferredCoroutineOnceATurn)
{
    int passed = 0;
    int another = 0;
    Job job;
    Job other;
    job.start(passTurns(loop, 5, passed));
    other.start(passTurns(loop, 5, another));
    EXPECT_EQ(passed, 0);
    ASSERT_TRUE(until([&] {
        EXPECT_EQ(passed, another);
        return job.done() && other.done();
    }));
    EXPECT_EQ(passed, 5);
}

TEST_F(EventLoopTurns, AllowABoundedNumberOfReadyResults)
{
    int allowed = 0;
    loop.post([&] {
        while (loop.mayContinue())
            ++allowed;
    });
    settle();
    EXPECT_GT(allowed, 0);
    EXPECT_LT(allowed, 1000);
}

} // namespace
} // namespace sallyport::net
