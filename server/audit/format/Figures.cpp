#include "audit/format/Figures.h"

#include <array>
#include <charconv>

namespace sallyport::audit::format {
namespace {

// Exactly `count` decimal digits at `place`.
std::optional<unsigned> digitsAt(std::string_view text, std::size_t place, std::size_t count)
{
    unsigned value = 0;
    for (const char c : text.substr(place, count)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

void appendPadded(std::string& out, std::uint64_t number, std::size_t width)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    out.append(width > length ? width - length : 0, '0').append(digits.data(), end);
}

} // namespace

void appendNumber(std::string& out, std::uint64_t number)
{
    appendPadded(out, number, 1);
}

void appendThousandths(std::string& out, std::uint64_t count)
{
    appendNumber(out, count / 1000);
    out += '.';
    appendPadded(out, count % 1000, 3);
}

void appendHex(std::string& out, std::span<const std::uint8_t> bytes)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    for (const std::uint8_t byte : bytes)
        (out += Digits[byte >> 4]) += Digits[byte & 15];
}

std::string hexText(std::span<const std::uint8_t> bytes)
{
    std::string text;
    appendHex(text, bytes);
    return text;
}

std::optional<db::AuditTime> timeOf(std::string_view text)
{
    static constexpr std::string_view Form = "0000-00-00T00:00:00.000000Z";
    if (text.size() != Form.size())
        return std::nullopt;
    for (std::size_t i = 0; i < Form.size(); ++i)
        if (Form[i] != '0' && text[i] != Form[i])
            return std::nullopt;
    const auto year = digitsAt(text, 0, 4);
    const auto month = digitsAt(text, 5, 2);
    const auto day = digitsAt(text, 8, 2);
    const auto hour = digitsAt(text, 11, 2);
    const auto minute = digitsAt(text, 14, 2);
    const auto second = digitsAt(text, 17, 2);
    const auto fraction = digitsAt(text, 20, 6);
    if (!year || !month || !day || !hour || !minute || !second || !fraction)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + std::chrono::microseconds{*fraction};
}

std::string secondsText(std::chrono::sys_seconds time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string text;
    appendPadded(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    appendPadded(text += '-', static_cast<unsigned>(date.month()), 2);
    appendPadded(text += '-', static_cast<unsigned>(date.day()), 2);
    appendPadded(text += 'T', static_cast<unsigned>(clock.hours().count()), 2);
    appendPadded(text += ':', static_cast<unsigned>(clock.minutes().count()), 2);
    appendPadded(text += ':', static_cast<unsigned>(clock.seconds().count()), 2);
    return text += 'Z';
}

std::string timeText(db::AuditTime time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    std::string text = secondsText(seconds);
    text.back() = '.';
    appendPadded(text, static_cast<std::uint64_t>((time - seconds).count()), 6);
    return text += 'Z';
}

std::uint64_t millisecondsOf(db::AuditTime time)
{
    const auto count =
        std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

} // namespace sallyport::audit::format
