// TokenBucket: how much may be moved when, with a clock that the test moves.

#include "net/TokenBucket.h"

#include <gtest/gtest.h>

namespace sallyport::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint Begin{hours(1)};

TEST(TokenBucket, BeginsWithABurst)
{
    TokenBucket bucket(1'000'000, Begin);
    EXPECT_EQ(bucket.available(0, Begin), 200'000U);
}

TEST(TokenBucket, GivesNoMoreThanWasSavedUp)
{
    TokenBucket bucket(1'000'000, Begin);
    EXPECT_EQ(bucket.available(0, Begin + hours(5)), 200'000U);
}

TEST(TokenBucket, CountsWhatWasMoved)
{
    TokenBucket bucket(1'000'000, Begin);
    EXPECT_EQ(bucket.available(120'000, Begin), 80'000U);
    EXPECT_EQ(bucket.available(120'000, Begin + milliseconds(20)), 100'000U);
}

TEST(TokenBucket, GivesNothingWhileThereIsLittle)
{
    TokenBucket bucket(1'000'000, Begin);
    EXPECT_EQ(bucket.available(160'000, Begin), 0U);
    EXPECT_EQ(bucket.refilledAt(), Begin + milliseconds(10));
    EXPECT_EQ(bucket.available(160'000, Begin + milliseconds(10)), 50'000U);
}

TEST(TokenBucket, WorksOffADebt)
{
    TokenBucket bucket(1'000'000, Begin);
    EXPECT_EQ(bucket.available(700'000, Begin), 0U);
    EXPECT_EQ(bucket.refilledAt(), Begin + milliseconds(550));
    EXPECT_EQ(bucket.available(700'000, Begin + milliseconds(500)), 0U);
    EXPECT_EQ(bucket.available(700'000, Begin + milliseconds(560)), 60'000U);
}

TEST(TokenBucket, MovesByteForByteAtTheLowestRate)
{
    TokenBucket bucket(1, Begin);
    EXPECT_EQ(bucket.available(0, Begin), 1U);
    EXPECT_EQ(bucket.available(1, Begin), 0U);
    EXPECT_EQ(bucket.refilledAt(), Begin + seconds(1));
    EXPECT_EQ(bucket.available(1, Begin + seconds(1)), 1U);
}

TEST(TokenBucket, KeepsItsRateInTheLongRun)
{
    TokenBucket bucket(50'000, Begin);
    std::uint64_t moved = 0;
    TimePoint now = Begin;
    for (int i = 0; i < 2'000; ++i) {
        moved += bucket.available(moved, now);
        now = std::max(now + milliseconds(1), bucket.refilledAt());
    }
    const auto expected = 50'000 * std::chrono::duration<double>(now - Begin).count();
    EXPECT_NEAR(static_cast<double>(moved), expected, 13'000);
}

} // namespace
} // namespace sallyport::net
