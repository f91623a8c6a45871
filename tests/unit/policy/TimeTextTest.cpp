#include "policy/TimeText.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

TEST(TimeText, IsReadWithAnyOffsetAndWrittenInUtc)
{
    const std::pair<const char*, const char*> cases[] = {
        {"2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        {"2027-01-01T00:00:00+01:00", "2026-12-31T23:00:00Z"},
        {"2026-12-31T18:30:00-05:30", "2027-01-01T00:00:00Z"},
        {"2028-02-29T12:34:56+00:00", "2028-02-29T12:34:56Z"},
        {"1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"}};
    for (const auto& [written, utc] : cases) {
        const auto time = parseTime(written);
        ASSERT_TRUE(time.has_value()) << time.error();
        EXPECT_EQ(timeText(*time), utc);
    }
    EXPECT_EQ(parseTime("2027-01-01T00:00:00Z"),
              std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));
}

TEST(TimeText, RefusesWhatIsNoTime)
{
    for (const std::string text : {"",
                                   "now",
                                   "2027-01-01",
                                   "2027-01-01T00:00Z",
                                   "2027-01-01T00:00:00",
                                   "2027-01-01 00:00:00Z",
                                   "2027-01-01t00:00:00z",
                                   "2027-1-01T00:00:00Z",
                                   "2027-01-01T00:00:00.5Z",
                                   "2027-01-01T00:00:00+0100",
                                   "2027-01-01T00:00:00Z ",
                                   " 2027-01-01T00:00:00Z",
                                   "2027-02-29T00:00:00Z",
                                   "2027-13-01T00:00:00Z",
                                   "2027-00-10T00:00:00Z",
                                   "2027-01-32T00:00:00Z",
                                   "2027-01-01T24:00:00Z",
                                   "2027-01-01T00:60:00Z",
                                   "2027-01-01T00:00:00+24:00",
                                   "2027-01-01T00:00:00+00:60",
                                   "-027-01-01T00:00:00Z"}) {
        const auto time = parseTime(text);
        ASSERT_FALSE(time.has_value()) << text << " is " << timeText(*time);
        EXPECT_THAT(time.error(), testing::StartsWith('"' + text + "\" is not a time like "));
    }
}

TEST(TimeText, RefusesWhatIsOutOfRange)
{
    for (const auto* text : {"1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
                             "1970-01-01T00:30:00+01:00", "9999-12-31T23:59:59-00:01"})
        EXPECT_THAT(parseTime(text).error(), testing::HasSubstr("years go from 1970 to 9999"));
}

} // namespace
} // namespace sallyport::policy
