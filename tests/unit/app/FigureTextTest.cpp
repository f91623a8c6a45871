#include "app/FigureText.h"

#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

TEST(FigureText, ShortensBytes)
{
    EXPECT_EQ(shortBytes(0), "0 B");
    EXPECT_EQ(shortBytes(999), "999 B");
    EXPECT_EQ(shortBytes(1000), "1.0 kB");
    EXPECT_EQ(shortBytes(9'999), "9.9 kB");
    EXPECT_EQ(shortBytes(123'456), "123 kB");
    EXPECT_EQ(shortBytes(5'000'000'000), "5.0 GB");
    EXPECT_EQ(shortBytes(~0ULL), "18 EB");
}

TEST(FigureText, ShortensDurations)
{
    EXPECT_EQ(shortDuration(0), "0 ms");
    EXPECT_EQ(shortDuration(999'999), "999 ms");
    EXPECT_EQ(shortDuration(4'290'000), "4.2 s");
    EXPECT_EQ(shortDuration(61'000'000), "1 min");
    EXPECT_EQ(shortDuration(3'725'000'000), "1 h 2 min");
    EXPECT_EQ(shortDuration(48ULL * 3600 * 1'000'000), "2 d");
}

TEST(FigureText, TellsTheWhole)
{
    EXPECT_EQ(number(5'000'000'000), "5,000,000,000");
    EXPECT_EQ(number(999), "999");
    EXPECT_EQ(durationText(3'725'004'567), "1 h 2 min 5.004 s");
    EXPECT_EQ(durationText(1'500), "0.001 s");
}

} // namespace
} // namespace sallyport::app
