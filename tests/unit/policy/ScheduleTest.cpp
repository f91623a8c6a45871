#include "policy/Schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct ScheduleCase {
    const char* name;
    std::string written;
    Schedule schedule;
    std::string canonical;
};

class ScheduleText : public testing::TestWithParam<ScheduleCase> {};

TEST_P(ScheduleText, IsReadAndWritten)
{
    const auto schedule = parseSchedule(GetParam().written);
    ASSERT_TRUE(schedule.has_value()) << schedule.error();
    EXPECT_EQ(*schedule, GetParam().schedule);
    EXPECT_EQ(scheduleText(*schedule), GetParam().canonical);
    EXPECT_EQ(parseSchedule(scheduleText(*schedule)), *schedule);
}

constexpr std::uint16_t minutes(int hour, int minute)
{
    return static_cast<std::uint16_t>(hour * 60 + minute);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ScheduleText,
    testing::Values(
        ScheduleCase{"Full",
                     "mon-fri 08:00-18:00 Europe/Berlin",
                     {0x1f, minutes(8, 0), minutes(18, 0), "Europe/Berlin"},
                     "mon-fri 08:00-18:00 Europe/Berlin"},
        ScheduleCase{"Days", "wed", {0x04, 0, MinutesPerDay, "UTC"}, "wed UTC"},
        ScheduleCase{"EveryDay", "mon-sun", {0x7f, 0, MinutesPerDay, "UTC"}, "mon-sun UTC"},
        ScheduleCase{"UpperCaseDays", "Mon,SUN", {0x41, 0, MinutesPerDay, "UTC"}, "mon,sun UTC"},
        ScheduleCase{"DaysAndZone",
                     "sat-sun Europe/Berlin",
                     {0x60, 0, MinutesPerDay, "Europe/Berlin"},
                     "sat-sun Europe/Berlin"},
        ScheduleCase{
            "OverTheWeekend", "fri-mon", {0x71, 0, MinutesPerDay, "UTC"}, "mon,fri-sun UTC"},
        ScheduleCase{"OverlappingDays",
                     "wed-fri,mon,thu",
                     {0x1d, 0, MinutesPerDay, "UTC"},
                     "mon,wed-fri UTC"},
        ScheduleCase{"Hours",
                     "08:05-18:30",
                     {0x7f, minutes(8, 5), minutes(18, 30), "UTC"},
                     "08:05-18:30 UTC"},
        ScheduleCase{"OverMidnight",
                     "22:00-06:00 Etc/GMT+1",
                     {0x7f, minutes(22, 0), minutes(6, 0), "Etc/GMT+1"},
                     "22:00-06:00 Etc/GMT+1"},
        ScheduleCase{"UpToMidnight",
                     "tue 18:00-24:00",
                     {0x02, minutes(18, 0), MinutesPerDay, "UTC"},
                     "tue 18:00-24:00 UTC"},
        ScheduleCase{"WholeDay", "00:00-24:00", {0x7f, 0, MinutesPerDay, "UTC"}, "mon-sun UTC"},
        ScheduleCase{
            "FromMidnightToMidnight", "00:00-00:00", {0x7f, 0, 0, "UTC"}, "00:00-00:00 UTC"}),
    [](const auto& info) { return info.param.name; });

class ScheduleFault : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(ScheduleFault, IsNamed)
{
    const auto& [written, complaint] = GetParam();
    const auto schedule = parseSchedule(written);
    ASSERT_FALSE(schedule.has_value()) << scheduleText(*schedule);
    EXPECT_THAT(schedule.error(), testing::StartsWith('"' + written + "\" "));
    EXPECT_THAT(schedule.error(), testing::HasSubstr(complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, ScheduleFault,
    testing::Values(
        std::pair{"", "does not start with days"}, std::pair{" mon", "does not start with days"},
        std::pair{"Europe/Berlin", "does not start with days"},
        std::pair{"monday", "does not start with days"},
        std::pair{"mon-", "does not start with days"},
        std::pair{"mon,,tue", "does not start with days"},
        std::pair{"mon-wed-fri", "does not start with days"},
        std::pair{"8:00-18:00", "needs its hours"}, std::pair{"08:00", "needs its hours"},
        std::pair{"08:00-", "needs its hours"}, std::pair{"08:60-09:00", "needs its hours"},
        std::pair{"08:00-24:01", "needs its hours"}, std::pair{"24:00-08:00", "needs its hours"},
        std::pair{"0a:00-08:00", "needs its hours"}, std::pair{"08:00 - 18:00", "needs its hours"},
        std::pair{"mon 08:00-18:00-20:00", "needs its hours"},
        std::pair{"mon  08:00-18:00", "is not a schedule"},
        std::pair{"mon Europe/Berlin 08:00-18:00", "is not a schedule"},
        std::pair{"mon 08:00-18:00 ../etc/passwd", "is not a schedule"},
        std::pair{"mon 08:00-18:00 Europe/Berlin x", "is not a schedule"},
        std::pair{"mon Eu\nrope", "is not a schedule"}));

TEST(Schedule, RefusesALongZone)
{
    EXPECT_TRUE(parseSchedule("mon " + std::string(64, 'Z')).has_value());
    EXPECT_FALSE(parseSchedule("mon " + std::string(65, 'Z')).has_value());
}

} // namespace
} // namespace sallyport::policy
