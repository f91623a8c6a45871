// TimerWheel: when timers fire, in what order, and that stopping and starting them from inside a
// callback is safe.

#include "net/TimerWheel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace sallyport::net {
namespace {

using testing::ElementsAre;

struct Recorded final : Timer {
    void onTimer() override
    {
        ++fired;
        if (then)
            then();
    }
    int fired = 0;
    std::function<void()> then;
};

struct WheelCase {
    const char* name;
    std::uint64_t now;
    std::uint64_t due;
};

class WheelDistance : public testing::TestWithParam<WheelCase> {};

TEST_P(WheelDistance, FiresAtItsTickAndNotBefore)
{
    const auto [name, now, due] = GetParam();
    TimerWheel wheel;
    wheel.advance(now);
    Recorded timer;
    wheel.start(timer, due);
    ASSERT_TRUE(wheel.nextTick().has_value());
    EXPECT_LE(*wheel.nextTick(), due);
    EXPECT_GT(*wheel.nextTick(), now);
    wheel.advance(due - 1);
    EXPECT_EQ(timer.fired, 0);
    EXPECT_TRUE(timer.running());
    wheel.advance(due);
    EXPECT_EQ(timer.fired, 1);
    EXPECT_FALSE(timer.running());
    EXPECT_FALSE(wheel.nextTick().has_value());
}

constexpr std::uint64_t power(unsigned bits)
{
    return std::uint64_t{1} << bits;
}

INSTANTIATE_TEST_SUITE_P(
    TimerWheel, WheelDistance,
    testing::Values(WheelCase{"Next", 0, 1}, WheelCase{"LastOfLevelZero", 0, 63},
                    WheelCase{"FirstOfLevelOne", 0, 64}, WheelCase{"AcrossASlotEdge", 63, 64},
                    WheelCase{"AcrossSeveralEdges", power(18) - 1, power(18)},
                    WheelCase{"WithinTheLastSlot", power(12) - 2, power(12) - 1},
                    WheelCase{"LevelTwo", 100, power(12) + 1},
                    WheelCase{"LevelThree", 5, power(18) + 77},
                    WheelCase{"LevelFour", 12345, power(24) + 12345},
                    WheelCase{"LevelFive", 12345, power(30) + 1},
                    WheelCase{"LastOfAll", 1, power(36) - 1}),
    [](const auto& info) { return info.param.name; });

TEST(TimerWheel, FiresWhatIsAlreadyDueAtTheNextAdvance)
{
    TimerWheel wheel;
    wheel.advance(1000);
    Recorded timer;
    wheel.start(timer, 10);
    EXPECT_EQ(wheel.nextTick(), 1001U);
    wheel.advance(1001);
    EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, FiresInTheOrderOfTheTicks)
{
    TimerWheel wheel;
    std::vector<int> order;
    std::array<Recorded, 4> timers;
    const std::array<std::uint64_t, 4> ticks{5000, 70, 3, 300'000};
    for (int i = 0; i < 4; ++i) {
        auto& timer = timers[static_cast<std::size_t>(i)];
        timer.then = [&order, i] { order.push_back(i); };
        wheel.start(timer, ticks[static_cast<std::size_t>(i)]);
    }
    wheel.advance(1'000'000);
    EXPECT_THAT(order, ElementsAre(2, 1, 0, 3));
}

TEST(TimerWheel, MovesATimerThatIsStartedAgain)
{
    TimerWheel wheel;
    Recorded timer;
    wheel.start(timer, 10);
    wheel.start(timer, 5000);
    wheel.advance(4999);
    EXPECT_EQ(timer.fired, 0);
    wheel.advance(5000);
    EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, ForgetsATimerThatIsStoppedOrDestroyed)
{
    TimerWheel wheel;
    Recorded stopped;
    auto destroyed = std::make_unique<Recorded>();
    wheel.start(stopped, 100);
    wheel.start(*destroyed, 100);
    stopped.stop();
    destroyed.reset();
    EXPECT_FALSE(wheel.nextTick().has_value());
    wheel.advance(1000);
    EXPECT_EQ(stopped.fired, 0);
}

TEST(TimerWheel, LeavesItsTimersStoppedWhenItIsDestroyed)
{
    Recorded timer;
    {
        TimerWheel wheel;
        wheel.start(timer, 100);
    }
    EXPECT_FALSE(timer.running());
}

TEST(TimerWheel, LetsACallbackStopAndDestroyOthersOfTheSameTick)
{
    TimerWheel wheel;
    Recorded first;
    Recorded second;
    auto third = std::make_unique<Recorded>();
    Recorded fourth;
    first.then = [&] {
        second.stop();
        third.reset();
    };
    for (auto* timer : {&first, &second, third.get(), &fourth})
        wheel.start(*timer, 100);
    wheel.advance(100);
    EXPECT_EQ(first.fired, 1);
    EXPECT_EQ(second.fired, 0);
    EXPECT_EQ(fourth.fired, 1);
}

TEST(TimerWheel, LetsACallbackStartItsTimerAndOthersAgain)
{
    TimerWheel wheel;
    Recorded periodic;
    Recorded other;
    std::uint64_t tick = 10;
    periodic.then = [&] {
        tick += 10;
        wheel.start(periodic, tick);
        wheel.start(other, tick + 5);
    };
    wheel.start(periodic, tick);
    wheel.advance(1000);
    EXPECT_EQ(periodic.fired, 100);
    EXPECT_EQ(other.fired, 0);
    periodic.stop();
    wheel.advance(2000);
    EXPECT_EQ(other.fired, 1);
}

TEST(TimerWheel, LetsACallbackStartWhatIsOverdueWithoutLoopingForEver)
{
    TimerWheel wheel;
    Recorded timer;
    timer.then = [&] { wheel.start(timer, 0); };
    wheel.start(timer, 10);
    wheel.advance(20);
    EXPECT_EQ(timer.fired, 11);
    EXPECT_TRUE(timer.running());
}

/// Does the same to a wheel and to a sorted list of what should happen.
class WheelAgainstList : public testing::TestWithParam<unsigned> {
protected:
    static constexpr std::size_t Count = 200;

    struct Entry final : Timer {
        void onTimer() override { test->onFired(*this); }
        WheelAgainstList* test = nullptr;
        std::multimap<std::uint64_t, Entry*>::iterator place;
    };

    void onFired(Entry& entry)
    {
        // Of the model, too, it has to be one of the earliest, and not be late or early.
        ASSERT_FALSE(model.empty());
        EXPECT_EQ(entry.place->first, model.begin()->first);
        EXPECT_LE(entry.place->first, goal);
        forget(entry);
        ++fired;
        if (random() % 4 == 0)
            disturb();
    }

    void begin(Entry& entry, std::uint64_t tick)
    {
        if (entry.running())
            model.erase(entry.place);
        wheel.start(entry, tick);
        entry.place = model.emplace(tick, &entry);
    }

    void forget(Entry& entry)
    {
        model.erase(entry.place);
        entry.place = model.end();
    }

    std::uint64_t distance()
    {
        const unsigned bits = static_cast<unsigned>(random() % 30);
        return 1 + random() % (std::uint64_t{1} << bits);
    }

    void disturb()
    {
        auto& entry = entries[random() % Count];
        if (entry.running() && random() % 3 == 0) {
            entry.stop();
            forget(entry);
        } else {
            // Inside an advance time stands at what fires, which is at most the goal: later than
            // that is certain.
            begin(entry, goal + distance());
        }
    }

    std::mt19937_64 random{GetParam()};
    std::uint64_t goal = 0;
    std::size_t fired = 0;
    TimerWheel wheel;
    std::multimap<std::uint64_t, Entry*> model;
    std::array<Entry, Count> entries;
};

TEST_P(WheelAgainstList, FiresTheSame)
{
    for (auto& entry : entries)
        entry.test = this;
    for (int round = 0; round < 3000; ++round) {
        for (int i = 0; i < 5; ++i)
            disturb();
        const auto next = wheel.nextTick();
        ASSERT_EQ(next.has_value(), !model.empty());
        if (next) {
            ASSERT_LE(*next, model.begin()->first);
            ASSERT_GT(*next, goal);
        }
        goal = random() % 3 == 0 && !model.empty() ? model.begin()->first : goal + distance() / 16;
        wheel.advance(goal);
        ASSERT_TRUE(model.empty() || model.begin()->first > goal);
    }
    EXPECT_GT(fired, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WheelAgainstList, testing::Range(1U, 9U));

} // namespace
} // namespace sallyport::net
