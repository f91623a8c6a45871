#include "proxy/PacFetches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sallyport::proxy {
namespace {

using testing::UnorderedElementsAre;

std::vector<std::string> linesOf(const PacFetches& fetches)
{
    std::vector<std::string> lines;
    for (const auto& [network, count, last] : fetches.entries())
        lines.push_back(policy::networkText(network) + ' ' + std::to_string(count) + " @" +
                        std::to_string(last.time_since_epoch() / std::chrono::seconds(1)));
    return lines;
}

PacFetches::Time at(int seconds)
{
    return PacFetches::Time(std::chrono::seconds(seconds));
}

TEST(PacFetches, AreCountedByNetworkOfTheClient)
{
    PacFetches fetches;
    fetches.note(*policy::parseAddress("10.1.2.3"), at(1));
    fetches.note(*policy::parseAddress("10.1.2.200"), at(2));
    fetches.note(*policy::parseAddress("10.1.3.1"), at(3));
    fetches.note(*policy::parseAddress("2001:db8:1:2:3::4"), at(4));
    EXPECT_THAT(linesOf(fetches), UnorderedElementsAre("10.1.2.0/24 2 @2", "10.1.3.0/24 1 @3",
                                                       "2001:db8:1:2::/64 1 @4"));
}

TEST(PacFetches, ForgetTheNetworkThatWasAwayLongest)
{
    PacFetches fetches;
    for (int i = 0; i <= static_cast<int>(PacFetches::MostNetworks); ++i)
        fetches.note(*policy::parseAddress("10." + std::to_string(i / 256) + '.' +
                                           std::to_string(i % 256) + ".1"),
                     at(1000 - i));
    EXPECT_EQ(fetches.entries().size(), PacFetches::MostNetworks);
    const auto lines = linesOf(fetches);
    EXPECT_THAT(lines, testing::Contains("10.0.0.0/24 1 @1000"));
    EXPECT_THAT(lines, testing::Contains("10.1.0.0/24 1 @744"));
    EXPECT_THAT(lines, testing::Not(testing::Contains("10.0.255.0/24 1 @745")));
}

} // namespace
} // namespace sallyport::proxy
