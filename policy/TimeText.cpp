#include "policy/TimeText.h"

#include <cctz/time_zone.h>

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr WallTime End = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);

// cctz reads more than RFC 3339 allows: spaces, months of one digit.
bool hasShape(std::string_view text, std::string_view shape)
{
    return std::ranges::equal(text, shape, [](char c, char expected) {
        return expected == '0' ? c >= '0' && c <= '9' : c == expected;
    });
}

} // namespace

std::expected<WallTime, std::string> parseTime(std::string_view text)
{
    cctz::time_point<cctz::seconds> time;
    const auto isTime =
        (hasShape(text, "0000-00-00T00:00:00Z") || hasShape(text, "0000-00-00T00:00:00+00:00") ||
         hasShape(text, "0000-00-00T00:00:00-00:00")) &&
        cctz::parse("%Y-%m-%dT%H:%M:%S%Ez", std::string(text), cctz::utc_time_zone(), &time);
    if (!isTime)
        return std::unexpected('"' + std::string(text) +
                               "\" is not a time like \"2027-01-01T00:00:00Z\" or "
                               "\"2027-01-01T01:00:00+01:00\"");
    if (time <= WallTime() || time >= End)
        return std::unexpected('"' + std::string(text) +
                               "\" is out of range; years go from 1970 to 9999");
    return time;
}

std::string timeText(WallTime time)
{
    return cctz::format("%Y-%m-%dT%H:%M:%SZ", time, cctz::utc_time_zone());
}

} // namespace sallyport::policy
