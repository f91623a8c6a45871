// The text forms of single values.

#include "app/SettingValue.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct DurationCase {
    const char* name;
    std::string_view text;
    std::optional<milliseconds> value;
};

class DurationForm : public testing::TestWithParam<DurationCase> {};

TEST_P(DurationForm, IsParsed)
{
    EXPECT_EQ(parseDuration(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DurationForm,
    testing::Values(
        DurationCase{"Zero", "0", 0ms}, DurationCase{"Milliseconds", "500ms", 500ms},
        DurationCase{"Seconds", "10s", 10s}, DurationCase{"Minutes", "5m", 5min},
        DurationCase{"Hours", "24h", 24h}, DurationCase{"HoursAndMinutes", "1h30m", 90min},
        DurationCase{"AllUnits", "1h2m3s4ms", 1h + 2min + 3s + 4ms},
        DurationCase{"ZeroWithUnit", "0s", 0s}, DurationCase{"LongestAllowed", "10000h", 10000h},
        DurationCase{"TooLong", "10000h1ms", std::nullopt},
        DurationCase{"Overflowing", "99999999999999999999h", std::nullopt},
        DurationCase{"OverflowingProduct", "18446744073709551615h", std::nullopt},
        DurationCase{"Empty", "", std::nullopt}, DurationCase{"WithoutUnit", "10", std::nullopt},
        DurationCase{"UnknownUnit", "10d", std::nullopt},
        DurationCase{"CapitalUnit", "10S", std::nullopt},
        DurationCase{"UnitAlone", "s", std::nullopt},
        DurationCase{"Negative", "-10s", std::nullopt}, DurationCase{"Sign", "+10s", std::nullopt},
        DurationCase{"Fraction", "1.5s", std::nullopt}, DurationCase{"Space", "10 s", std::nullopt},
        DurationCase{"RisingUnits", "30m1h", std::nullopt},
        DurationCase{"SameUnitTwice", "1h1h", std::nullopt},
        DurationCase{"NumberAtTheEnd", "1h30", std::nullopt}),
    [](const auto& info) { return info.param.name; });

TEST(DurationText, IsReadBackAsTheSameDuration)
{
    for (const milliseconds duration : {0ms, 1ms, 999ms, 1000ms, milliseconds(90min),
                                        milliseconds(24h), milliseconds(1h + 2min + 3s + 4ms)})
        EXPECT_EQ(parseDuration(durationText(duration)), duration) << durationText(duration);
}

TEST(DurationText, UsesTheLargestUnits)
{
    EXPECT_EQ(durationText(90min), "1h30m");
    EXPECT_EQ(durationText(250ms), "250ms");
    EXPECT_EQ(durationText(0ms), "0");
}

struct SizeCase {
    const char* name;
    std::string_view text;
    std::optional<std::uint64_t> value;
};

class SizeForm : public testing::TestWithParam<SizeCase> {};

TEST_P(SizeForm, IsParsed)
{
    EXPECT_EQ(parseSize(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SizeForm,
    testing::Values(
        SizeCase{"Bytes", "8192", 8192}, SizeCase{"Kibibytes", "32KiB", 32768},
        SizeCase{"Mebibytes", "1MiB", 1048576}, SizeCase{"Gibibytes", "2GiB", 2147483648},
        SizeCase{"Largest", "1048576GiB", 1ULL << 50},
        SizeCase{"TooLarge", "1048577GiB", std::nullopt},
        SizeCase{"Overflowing", "18446744073709551616", std::nullopt},
        SizeCase{"Empty", "", std::nullopt}, SizeCase{"UnitAlone", "KiB", std::nullopt},
        SizeCase{"DecimalUnit", "32kB", std::nullopt}, SizeCase{"LetterAlone", "32k", std::nullopt},
        SizeCase{"Space", "32 KiB", std::nullopt}, SizeCase{"Negative", "-1", std::nullopt}),
    [](const auto& info) { return info.param.name; });

TEST(SizeText, UsesTheLargestUnitThatLosesNothing)
{
    EXPECT_EQ(sizeText(32768), "32KiB");
    EXPECT_EQ(sizeText(1 << 20), "1MiB");
    EXPECT_EQ(sizeText(1025), "1025");
    EXPECT_EQ(sizeText(0), "0");
}

struct NameCase {
    const char* name;
    std::string text;
    bool accepted;
};

class HostNameForm : public testing::TestWithParam<NameCase> {};

TEST_P(HostNameForm, IsChecked)
{
    EXPECT_EQ(isHostName(GetParam().text), GetParam().accepted);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostNameForm,
    testing::Values(NameCase{"OneLabel", "localhost", true},
                    NameCase{"SeveralLabels", "proxy-1.corp.example", true},
                    NameCase{"Underscore", "_proxy.example", true},
                    NameCase{"LongestLabel", std::string(63, 'a') + ".example", true},
                    NameCase{"LabelTooLong", std::string(64, 'a') + ".example", false},
                    NameCase{"Empty", "", false}, NameCase{"EmptyLabel", "a..example", false},
                    NameCase{"LeadingDot", ".example", false},
                    NameCase{"TrailingDot", "example.", false}, NameCase{"Space", "a b", false},
                    NameCase{"Quote", "a\"b", false}, NameCase{"LineFeed", "a\nb", false},
                    NameCase{"Slash", "a/b", false}),
    [](const auto& info) { return info.param.name; });

TEST(Token, TakesTheCharactersOfRfc9110AndNoOthers) // RFC 9110 §5.6.2
{
    EXPECT_TRUE(isToken("proxy-1.example"));
    EXPECT_TRUE(isToken("!#$%&'*+-.^_`|~"));
    for (const auto* text : {"", "a b", "a:b", "a/b", "a\"", "(a)", "a,b", "a;b", "\xc3\xa4"})
        EXPECT_FALSE(isToken(text)) << text;
}

TEST(EditDistance, CountsChangesOfOneCharacter)
{
    EXPECT_EQ(editDistance("", ""), 0U);
    EXPECT_EQ(editDistance("tunnel-idle", "tunnel-idle"), 0U);
    EXPECT_EQ(editDistance("tunel-idle", "tunnel-idle"), 1U);
    EXPECT_EQ(editDistance("listen", "listne"), 2U);
    EXPECT_EQ(editDistance("", "abc"), 3U);
    EXPECT_EQ(editDistance("abc", ""), 3U);
}

} // namespace

} // namespace sallyport::app
