// ServerHealth: the order in which name servers are asked.

#include "net/ServerHealth.h"

#include "Samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::net {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

const Endpoint A{IpAddress::v4(1), 53};
const Endpoint B{IpAddress::v4(2), 53};
const Endpoint C{IpAddress::v4(3), 53};

TEST(ServerHealth, KeepsTheOrderGivenWhileAllAnswer)
{
    const ServerHealth health({C, A, B});
    EXPECT_THAT(health.order(Start), ElementsAre(C, A, B));
    EXPECT_EQ(health.goodUntil(Start), Never);
}

TEST(ServerHealth, AsksASilentServerLast)
{
    ServerHealth health({A, B, C});
    health.noteSilence(A, Start);
    EXPECT_THAT(health.order(Start), ElementsAre(B, C, A));
}

TEST(ServerHealth, GivesASilentServerAnotherChance)
{
    ServerHealth health({A, B, C});
    health.noteSilence(A, Start);
    const auto chance = health.goodUntil(Start);
    ASSERT_NE(chance, Never);
    EXPECT_THAT(health.order(chance - Duration(1)), ElementsAre(B, C, A));
    EXPECT_THAT(health.order(chance), ElementsAre(A, B, C));
    EXPECT_EQ(health.goodUntil(chance), Never);
}

TEST(ServerHealth, AsksTheLongestSilentFirstWhenAllAreSilent)
{
    ServerHealth health({A, B, C});
    health.noteSilence(C, Start);
    health.noteSilence(A, Start + seconds(1));
    health.noteSilence(B, Start + seconds(2));
    EXPECT_THAT(health.order(Start + seconds(2)), ElementsAre(C, A, B));
}

TEST(ServerHealth, IgnoresAServerItDoesNotKnow)
{
    ServerHealth health({A});
    health.noteSilence(B, Start);
    EXPECT_THAT(health.order(Start), ElementsAre(A));
}

} // namespace
} // namespace sallyport::net
