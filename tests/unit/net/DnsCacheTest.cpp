// DnsCache: what is kept, for how long and how much of it.

#include "net/DnsCache.h"

#include "Samples.h"

#include <gtest/gtest.h>

namespace sallyport::net {
namespace {

using std::chrono::seconds;

std::vector<IpAddress> one(std::uint32_t address)
{
    return {IpAddress::v4(address)};
}

TEST(DnsCache, GivesAnAnswerUntilItExpires)
{
    DnsCache cache(10);
    cache.put("name.test", one(1), Start, Start + seconds(5));
    ASSERT_NE(cache.find("name.test", Start), nullptr);
    EXPECT_EQ(cache.find("name.test", Start + seconds(5) - Duration(1))->value(), one(1));
    EXPECT_EQ(cache.find("name.test", Start + seconds(5)), nullptr);
    EXPECT_EQ(cache.find("other.test", Start), nullptr);
}

TEST(DnsCache, ReplacesAnAnswer)
{
    DnsCache cache(10);
    cache.put("name.test", one(1), Start, Start + seconds(5));
    cache.put("name.test", one(2), Start + seconds(1), Start + seconds(60));
    EXPECT_EQ(cache.find("name.test", Start + seconds(30))->value(), one(2));
    EXPECT_EQ(cache.size(), 1U);
}

TEST(DnsCache, KeepsNothingThatExpiresAtOnceAndForgetsWhatWasKnown)
{
    DnsCache cache(10);
    cache.put("name.test", one(1), Start, Start + seconds(5));
    cache.put("name.test", one(2), Start, Start);
    EXPECT_EQ(cache.find("name.test", Start), nullptr);
    EXPECT_EQ(cache.size(), 0U);
}

TEST(DnsCache, KeepsBadAnswersToo)
{
    DnsCache cache(10);
    cache.put("name.test",
              std::unexpected(Error{Error::Kind::NotFound, Side::Upstream, "no such name"}), Start,
              Start + seconds(5));
    const auto* answer = cache.find("name.test", Start);
    ASSERT_NE(answer, nullptr);
    ASSERT_FALSE(answer->has_value());
    EXPECT_EQ(answer->error().kind, Error::Kind::NotFound);
}

TEST(DnsCache, MakesRoomByDroppingTheOldest)
{
    DnsCache cache(3);
    for (const auto* name : {"a", "b", "c"})
        cache.put(name, one(1), Start, Start + seconds(60));
    cache.put("a", one(2), Start, Start + seconds(60));
    cache.put("d", one(1), Start, Start + seconds(60));
    EXPECT_EQ(cache.size(), 3U);
    EXPECT_EQ(cache.find("b", Start), nullptr);
    for (const auto* name : {"a", "c", "d"})
        EXPECT_NE(cache.find(name, Start), nullptr) << name;
}

} // namespace
} // namespace sallyport::net
