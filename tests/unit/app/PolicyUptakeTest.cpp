// Who published a policy goes on when all workers decide by it, or will not.

#include "app/PolicyUptake.h"

#include <gtest/gtest.h>

#include <thread>

namespace sallyport::app {
namespace {

using namespace std::chrono_literals;

constexpr auto NeverWaitedFor = 60s;

TEST(PolicyUptake, AsksForALookAndWaitsForEachWorker)
{
    PolicyUptake* uptake = nullptr;
    std::jthread workers;
    PolicyUptake made(2, 1, [&] {
        workers = std::jthread([&] {
            uptake->decides(1, 2);
            uptake->decides(0, 2);
        });
    });
    uptake = &made;
    EXPECT_EQ(made.await(2, NeverWaitedFor), PolicyUptake::Outcome::InForce);
    workers.join();
}

TEST(PolicyUptake, IsOverAtOnceWhereAllDecideByItOrALaterOne)
{
    int looks = 0;
    PolicyUptake uptake(2, 3, [&] { ++looks; });
    EXPECT_EQ(uptake.await(3, NeverWaitedFor), PolicyUptake::Outcome::InForce);
    EXPECT_EQ(uptake.await(2, NeverWaitedFor), PolicyUptake::Outcome::InForce);
    EXPECT_EQ(looks, 0);
}

TEST(PolicyUptake, IsGivenUpWhereSomethingStandsInTheWay)
{
    PolicyUptake* uptake = nullptr;
    PolicyUptake made(1, 1, [&] { uptake->standsInTheWay(); });
    uptake = &made;
    EXPECT_EQ(made.await(2, NeverWaitedFor), PolicyUptake::Outcome::NotYet);
}

TEST(PolicyUptake, IsGivenUpAfterAWhile)
{
    PolicyUptake uptake(2, 1, [] {});
    uptake.decides(0, 2);
    EXPECT_EQ(uptake.await(2, 1ms), PolicyUptake::Outcome::NotYet);
}

TEST(PolicyUptake, IsNotWaitedForOnceNobodyLooks)
{
    PolicyUptake uptake(1, 1, [] {});
    uptake.close();
    EXPECT_EQ(uptake.await(2, NeverWaitedFor), PolicyUptake::Outcome::NotYet);
}

} // namespace
} // namespace sallyport::app
