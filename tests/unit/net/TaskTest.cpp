// Task and Job: values, exceptions, order, destruction where they wait, and a stack that does not
// grow.

#include "net/Task.h"

#include "net/Job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace sallyport::net {
namespace {

/// Suspends whoever awaits it until resume().
struct Gate {
    struct Pass {
        Gate& gate;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> who) const noexcept { gate.waiter = who; }
        void await_resume() const noexcept {}
    };
    [[nodiscard]] Pass pass() { return {*this}; }
    void open() { std::exchange(waiter, nullptr).resume(); }
    std::coroutine_handle<> waiter;
};

/// Counts how many of it are alive.
struct Counted {
    explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --*alive_; }
    int* alive_;
};

Task<int> plus(int a, int b)
{
    co_return a + b;
}

Task<std::unique_ptr<std::string>> moveOnly()
{
    co_return std::make_unique<std::string>("moved");
}

Task<int> failing()
{
    throw std::runtime_error("a bug");
    co_return 0;
}

Task<void> waitAt(Gate& gate, int& alive)
{
    const Counted counted(alive);
    co_await gate.pass();
}

Task<void> waitDeeper(Gate& gate, int& alive)
{
    const Counted counted(alive);
    co_await waitAt(gate, alive);
}

Task<void> sumInto(int& sum)
{
    const auto first = co_await plus(1, 2);
    const auto second = co_await plus(first, 4);
    sum = second;
}

Task<void> takeInto(std::string& text)
{
    const auto taken = co_await moveOnly();
    text = *taken;
}

Task<void> letThrough()
{
    const auto never = co_await failing();
    static_cast<void>(never);
}

Task<void> catchInto(std::string& words)
{
    try {
        co_await letThrough();
    } catch (const std::runtime_error& error) {
        words = error.what();
    }
}

TEST(Task, GivesItsValueToWhoAwaitsIt)
{
    int sum = 0;
    Job job;
    job.start(sumInto(sum));
    EXPECT_TRUE(job.done());
    EXPECT_EQ(sum, 7);
}

TEST(Task, CarriesValuesThatOnlyMove)
{
    std::string text;
    Job job;
    job.start(takeInto(text));
    EXPECT_EQ(text, "moved");
}

TEST(Task, DoesNothingUntilItIsAwaited)
{
    int sum = 0;
    {
        const auto task = sumInto(sum);
    }
    EXPECT_EQ(sum, 0);
}

TEST(Task, PassesExceptionsToWhoAwaitsIt)
{
    std::string words;
    Job job;
    job.start(catchInto(words));
    EXPECT_EQ(words, "a bug");
}

TEST(Task, DestroysWhatItAwaitsWhenItIsDestroyed)
{
    Gate gate;
    int alive = 0;
    {
        Job job;
        job.start(waitDeeper(gate, alive));
        EXPECT_EQ(alive, 2);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Job, IsDoneWhenItsTaskIs)
{
    Gate gate;
    int alive = 0;
    Job job;
    EXPECT_FALSE(job.started());
    job.start(waitAt(gate, alive));
    EXPECT_TRUE(job.started());
    EXPECT_FALSE(job.done());
    gate.open();
    EXPECT_TRUE(job.done());
    EXPECT_EQ(alive, 0);
}

TEST(Job, TellsItsObserverOnce)
{
    struct Observer final : JobObserver {
        void onJobDone() override { ++told; }
        int told = 0;
    } observer;
    Gate gate;
    int alive = 0;
    Job job;
    job.start(waitAt(gate, alive), &observer);
    EXPECT_EQ(observer.told, 0);
    gate.open();
    EXPECT_EQ(observer.told, 1);
}

Task<void> waitFor(Job& other, std::string& words)
{
    try {
        co_await other.finished();
        words = "finished";
    } catch (const std::runtime_error& error) {
        words = error.what();
    }
}

TEST(Job, IsAwaitedByAnother)
{
    Gate gate;
    int alive = 0;
    std::string words;
    Job first;
    Job second;
    first.start(waitAt(gate, alive));
    second.start(waitFor(first, words));
    EXPECT_EQ(words, "");
    gate.open();
    EXPECT_EQ(words, "finished");
}

TEST(Job, RethrowsToWhoAwaitsIt)
{
    std::string words;
    Job first;
    Job second;
    first.start(letThrough());
    second.start(waitFor(first, words));
    EXPECT_EQ(words, "a bug");
}

TEST(Job, IsFinishedForWhoeverAsksWhenNothingWasStarted)
{
    std::string words;
    Job first;
    Job second;
    second.start(waitFor(first, words));
    EXPECT_EQ(words, "finished");
}

Task<void> waitAndDestroy(std::unique_ptr<Job>& other)
{
    co_await other->finished();
    other.reset();
}

TEST(Job, MayBeDestroyedByWhoAwaitedIt)
{
    Gate gate;
    int alive = 0;
    auto first = std::make_unique<Job>();
    Job second;
    first->start(waitAt(gate, alive));
    second.start(waitAndDestroy(first));
    gate.open();
    EXPECT_EQ(first, nullptr);
    EXPECT_TRUE(second.done());
}

[[gnu::noinline]] std::uintptr_t stackPosition()
{
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

struct StackUse {
    std::uintptr_t lowest = UINTPTR_MAX;
    std::uintptr_t highest = 0;
    void note()
    {
        const auto position = stackPosition();
        lowest = std::min(lowest, position);
        highest = std::max(highest, position);
    }
    [[nodiscard]] std::uintptr_t bytes() const { return highest - lowest; }
};

Task<int> notePosition(StackUse& use)
{
    use.note();
    co_return 1;
}

Task<void> awaitAMillion(StackUse& use, int& sum)
{
    for (int i = 0; i < 1'000'000; ++i) {
        const auto one = co_await notePosition(use);
        sum += one;
    }
}

TEST(Task, AMillionReadyAwaitsDoNotGrowTheStack)
{
    StackUse use;
    int sum = 0;
    Job job;
    job.start(awaitAMillion(use, sum));
    EXPECT_EQ(sum, 1'000'000);
    EXPECT_LT(use.bytes(), 64U * 1024);
}

} // namespace
} // namespace sallyport::net
