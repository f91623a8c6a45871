#include "policy/TimeColumn.h"

#include "policy/PolicyError.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace sallyport::policy {
namespace {

constexpr std::uint32_t DaysPerWeek = 7;
constexpr std::uint32_t MinutesPerWeek = DaysPerWeek * MinutesPerDay;

using WeekRange = KeyRange<std::uint32_t>;

// The hours of each of its days; those that run over Sunday's midnight go on in the week's first
// minutes.
void addRanges(std::vector<WeekRange>& ranges, const Schedule& schedule)
{
    const std::uint32_t length = schedule.to > schedule.from
                                     ? schedule.to - schedule.from
                                     : MinutesPerDay - schedule.from + schedule.to;
    for (std::uint32_t day = 0; day < DaysPerWeek; ++day) {
        if ((schedule.days >> day & 1U) == 0)
            continue;
        const auto first = day * MinutesPerDay + schedule.from;
        const auto end = first + length;
        ranges.push_back({first, std::min(end, MinutesPerWeek)});
        if (end > MinutesPerWeek)
            ranges.push_back({0, end - MinutesPerWeek});
    }
}

} // namespace

cctz::time_zone requireZone(const std::string& name)
{
    cctz::time_zone zone;
    if (!cctz::load_time_zone(name, &zone))
        throw PolicyError("there is no time zone \"" + name +
                          "\"; expected a name like \"Europe/Berlin\" or \"UTC\"");
    return zone;
}

std::uint32_t minuteOfWeek(const cctz::time_zone& zone, WallTime now)
{
    using Seconds = cctz::time_point<cctz::seconds>;
    const auto local = zone.lookup(Seconds(cctz::seconds(now.time_since_epoch().count()))).cs;
    const auto day = static_cast<std::uint32_t>(cctz::get_weekday(cctz::civil_day(local)));
    return day * MinutesPerDay + static_cast<std::uint32_t>(local.hour() * 60 + local.minute());
}

std::string clockText(const std::string& zone, WallTime now)
{
    constexpr std::array<std::string_view, 7> Days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
    const auto minute = minuteOfWeek(requireZone(zone), now);
    const auto two = [](std::uint32_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::string(Days[minute / MinutesPerDay]) + ' ' + two(minute % MinutesPerDay / 60) +
           ':' + two(minute % 60) + " in " + zone;
}

TimeColumn::TimeColumn(std::span<const RowCondition<Schedule>> rows, const ValueRowsMaker& maker)
{
    std::map<std::string, std::map<RowNumber, RowCondition<WeekRange>>> zones;
    for (const auto& each : rows) {
        const auto condition = [&](const std::string& zone) -> RowCondition<WeekRange>& {
            auto& found = zones[zone][each.row];
            found.row = each.row;
            return found;
        };
        for (const auto& schedule : each.wanted)
            addRanges(condition(schedule.zone).wanted, schedule);
        for (const auto& schedule : each.shutOut)
            addRanges(condition(schedule.zone).shutOut, schedule);
    }
    for (auto& [name, conditions] : zones) {
        std::vector<RowCondition<WeekRange>> list;
        for (auto& [row, condition] : conditions)
            list.push_back(std::move(condition));
        zones_.push_back({requireZone(name), RangeColumn<std::uint32_t>(list, maker)});
    }
}

} // namespace sallyport::policy
