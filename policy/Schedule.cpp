#include "policy/Schedule.h"

#include "policy/Ascii.h"
#include "policy/Quoted.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sallyport::policy {
namespace {

constexpr std::array<std::string_view, 7> DayNames{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint8_t AllDays = 0x7f;
constexpr std::size_t MaxZoneBytes = 64;

std::string_view cutWord(std::string_view& text, std::string_view end)
{
    const auto word = text.substr(0, text.find_first_of(end));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

std::optional<unsigned> parseDay(std::string_view name)
{
    const auto day = std::ranges::find(DayNames, inLowerCase(name));
    if (day == DayNames.end())
        return std::nullopt;
    return static_cast<unsigned>(day - DayNames.begin());
}

// "mon", or "fri-mon", which runs over the end of the week.
std::optional<std::uint8_t> parseDaySpan(std::string_view text)
{
    const auto dash = text.find('-');
    const auto first = parseDay(text.substr(0, dash));
    const auto last = dash == text.npos ? first : parseDay(text.substr(dash + 1));
    if (!first || !last)
        return std::nullopt;
    std::uint8_t days = 0;
    for (auto day = *first; days |= static_cast<std::uint8_t>(1U << day), day != *last;)
        day = (day + 1) % DayNames.size();
    return days;
}

std::optional<std::uint8_t> parseDays(std::string_view text)
{
    std::uint8_t days = 0;
    while (true) {
        const auto comma = text.find(',');
        const auto span = parseDaySpan(text.substr(0, comma));
        if (!span)
            return std::nullopt;
        days |= *span;
        if (comma == text.npos)
            return days;
        text.remove_prefix(comma + 1);
    }
}

// "08:00", up to "24:00".
std::optional<std::uint16_t> parseMinutes(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    for (const auto at : {0, 1, 3, 4})
        if (!isDigit(text[static_cast<std::size_t>(at)]))
            return std::nullopt;
    const auto number = [text](std::size_t at) {
        return (text[at] - '0') * 10 + text[at + 1] - '0';
    };
    const auto minutes = number(0) * 60 + number(3);
    if (number(3) > 59 || minutes > MinutesPerDay)
        return std::nullopt;
    return static_cast<std::uint16_t>(minutes);
}

bool readHours(std::string_view text, Schedule& schedule)
{
    const auto dash = text.find('-');
    const auto from = parseMinutes(text.substr(0, dash));
    const auto to = dash == text.npos ? std::nullopt : parseMinutes(text.substr(dash + 1));
    if (!from || !to || *from == MinutesPerDay)
        return false;
    schedule.from = *from;
    schedule.to = *to;
    return true;
}

bool isZoneName(std::string_view text)
{
    return !text.empty() && text.size() <= MaxZoneBytes && isLetter(text.front()) &&
           std::ranges::all_of(text, [](char c) {
               return isLetter(c) || isDigit(c) || std::string_view("_+-/").contains(c);
           });
}

std::string daysText(std::uint8_t days)
{
    const auto has = [days](std::size_t day) {
        return day < DayNames.size() && (days >> day & 1U) != 0;
    };
    std::string text;
    for (std::size_t day = 0; day < DayNames.size(); ++day) {
        if (!has(day))
            continue;
        const auto first = day;
        while (has(day + 1))
            ++day;
        text.append(text.empty() ? "" : ",").append(DayNames[first]);
        if (day > first)
            text.append("-").append(DayNames[day]);
    }
    return text;
}

std::string minutesText(std::uint16_t minutes)
{
    const auto twoDigits = [](int number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return twoDigits(minutes / 60) + ':' + twoDigits(minutes % 60);
}

} // namespace

std::expected<Schedule, std::string> parseSchedule(std::string_view text)
{
    const auto complain = [text](std::string_view what) { return complaint(text, what); };
    Schedule schedule;
    auto rest = text;
    auto word = cutWord(rest, " ");
    const auto days = parseDays(word);
    if (days) {
        schedule.days = *days;
        word = cutWord(rest, " ");
    }
    const auto hasHours = !word.empty() && isDigit(word.front());
    if (hasHours) {
        if (!readHours(word, schedule))
            return complain("needs its hours like \"08:00-18:00\", up to \"24:00\"");
        word = cutWord(rest, " ");
    }
    if (!days && !hasHours)
        return complain("does not start with days like \"mon-fri\" or hours like \"08:00-18:00\"");
    if (word.empty() && rest.empty())
        return schedule;
    if (!isZoneName(word) || !rest.empty())
        return complain("is not a schedule like \"mon-fri 08:00-18:00 Europe/Berlin\"");
    schedule.zone = word;
    return schedule;
}

std::string scheduleText(const Schedule& schedule)
{
    const auto isWholeDay = schedule.from == 0 && schedule.to == MinutesPerDay;
    std::string text;
    if (schedule.days != AllDays || isWholeDay)
        text = daysText(schedule.days) + ' ';
    if (!isWholeDay)
        text += minutesText(schedule.from) + '-' + minutesText(schedule.to) + ' ';
    return text + schedule.zone;
}

} // namespace sallyport::policy
