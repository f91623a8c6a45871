#include "admin/api/TimeText.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace sallyport::admin::api {
namespace {

// Reads digits and marks from the front of a text; anything else ends in `good() == false`.
class Digits {
public:
    explicit Digits(std::string_view text) : rest_(text) {}

    int number(std::size_t length)
    {
        int value = 0;
        for (std::size_t i = 0; i < length; ++i) {
            if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9')
                return fail();
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    bool tryMark(char mark)
    {
        const bool found = rest_.starts_with(mark);
        rest_.remove_prefix(found ? 1 : 0);
        return found;
    }

    void mark(char expected)
    {
        if (!tryMark(expected))
            fail();
    }

    // The digits after a decimal point, as millionths; further ones are dropped.
    std::chrono::microseconds fraction()
    {
        int value = number(1) * 100'000;
        for (int unit = 10'000; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
             unit /= 10)
            value += number(1) * unit;
        return std::chrono::microseconds(value);
    }

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }

private:
    int fail()
    {
        good_ = false;
        return 0;
    }

    std::string_view rest_;
    bool good_ = true;
};

} // namespace

std::string timeText(std::chrono::sys_time<std::chrono::microseconds> time)
{
    return Poco::DateTimeFormatter::format(Poco::Timestamp(time.time_since_epoch().count()),
                                           "%Y-%m-%dT%H:%M:%S.%iZ");
}

std::optional<std::chrono::sys_time<std::chrono::microseconds>> timeFrom(std::string_view text)
{
    using namespace std::chrono;
    Digits in(text);
    const int years = in.number(4);
    in.mark('-');
    const int months = in.number(2);
    in.mark('-');
    const year_month_day date{year(years), month(static_cast<unsigned>(months)),
                              day(static_cast<unsigned>(in.number(2)))};
    if (!in.good() || !date.ok())
        return std::nullopt;
    sys_time<microseconds> time = sys_days(date);
    if (in.atEnd())
        return time;
    if (!in.tryMark('T') && !in.tryMark('t'))
        in.mark(' ');
    const int hour = in.number(2);
    in.mark(':');
    const int minute = in.number(2);
    const int second = in.tryMark(':') ? in.number(2) : 0;
    time += hours(hour) + minutes(minute) + seconds(second);
    if (in.tryMark('.'))
        time += in.fraction();
    if (!in.tryMark('Z') && !in.tryMark('z')) {
        const int direction = in.tryMark('-') ? 1 : -1;
        if (direction < 0)
            in.mark('+');
        const int zoneHours = in.number(2);
        in.mark(':');
        time += direction * (hours(zoneHours) + minutes(in.number(2)));
    }
    if (!in.good() || !in.atEnd() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return time;
}

} // namespace sallyport::admin::api
