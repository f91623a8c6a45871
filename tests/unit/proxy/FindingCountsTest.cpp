#include "proxy/FindingCounts.h"

#include <gmock/gmock.h>

namespace sallyport::proxy {

namespace {

using policy::WallTime;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WallTime Noon{std::chrono::hours(12)};

TEST(FindingCounts, CountEachCheckOfEachProfile)
{
    FindingCounts counts;
    counts.count("Chat", "Large", Noon);
    counts.count("Chat", "Large", Noon + std::chrono::seconds(5));
    counts.count("Other", "Large", Noon);
    auto counted = counts.take();
    ASSERT_THAT(counted, SizeIs(2));
    std::ranges::sort(counted, {}, &CountedCheck::name);
    EXPECT_EQ(counted[0].name, "check/Chat/Large");
    EXPECT_EQ(counted[0].found, 2u);
    EXPECT_EQ(counted[0].lastFound, Noon + std::chrono::seconds(5));
    EXPECT_EQ(counted[1].name, "check/Other/Large");
    EXPECT_EQ(counted[1].found, 1u);
}

TEST(FindingCounts, BeginAgainAtNothingWhenTheyAreTaken)
{
    FindingCounts counts;
    counts.count("Chat", "Large", Noon);
    EXPECT_THAT(counts.take(), SizeIs(1));
    EXPECT_THAT(counts.take(), IsEmpty());
    counts.count("Chat", "Large", Noon);
    const auto counted = counts.take();
    ASSERT_THAT(counted, SizeIs(1));
    EXPECT_EQ(counted[0].found, 1u);
}

} // namespace

} // namespace sallyport::proxy
