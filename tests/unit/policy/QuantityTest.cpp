#include "policy/Quantity.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadAndWrittenInItsLargestUnits)
{
    const struct {
        std::string_view written;
        std::chrono::milliseconds duration;
        std::string_view canonical;
    } cases[] = {{"500ms", 500ms, "500ms"},     {"1500ms", 1500ms, "1s500ms"},
                 {"90m", 90min, "1h30m"},       {"1h30m", 90min, "1h30m"},
                 {"24h", 24h, "24h"},           {"1h2m3s4ms", 3'723'004ms, "1h2m3s4ms"},
                 {"10000h", 10'000h, "10000h"}, {"0h5s", 5s, "5s"}};
    for (const auto& each : cases) {
        EXPECT_EQ(parseDuration(each.written), each.duration) << each.written;
        EXPECT_EQ(durationText(each.duration), each.canonical);
    }
}

TEST(Duration, RefusesOtherTexts)
{
    for (const auto* text : {"",
                             "0",
                             "0s",
                             "5",
                             "m",
                             "5 m",
                             " 5m",
                             "5m ",
                             "-5m",
                             "+5m",
                             "5M",
                             "1d",
                             "1m1h",
                             "1m1m",
                             "1.5h",
                             "10001h",
                             "10000h1ms",
                             "99999999999999999999h",
                             "18446744073709551615ms",
                             "1e3s"})
        EXPECT_EQ(parseDuration(text), std::nullopt) << text;
}

TEST(Size, IsReadAndWrittenInItsLargestUnit)
{
    const struct {
        std::string_view written;
        std::uint64_t bytes;
        std::string_view canonical;
    } cases[] = {{"1", 1, "1"},
                 {"123", 123, "123"},
                 {"32KiB", 32'768, "32KiB"},
                 {"1024KiB", 1'048'576, "1MiB"},
                 {"1025KiB", 1'049'600, "1025KiB"},
                 {"2GiB", 2ULL << 30, "2GiB"},
                 {"1048576GiB", 1ULL << 50, "1048576GiB"}};
    for (const auto& each : cases) {
        EXPECT_EQ(parseSize(each.written), each.bytes) << each.written;
        EXPECT_EQ(sizeText(each.bytes), each.canonical);
    }
}

TEST(Size, RefusesOtherTexts)
{
    for (const auto* text :
         {"", "0", "0KiB", "KiB", "1 KiB", " 1", "1 ", "-1", "+1", "1kib", "1MB", "1K", "1KiB1",
          "1KiB1KiB", "1.5MiB", "1048577GiB", "18446744073709551616", "17179869184GiB"})
        EXPECT_EQ(parseSize(text), std::nullopt) << text;
}

} // namespace
} // namespace sallyport::policy
