// TimeText: points in time as the API writes and reads them: RFC 3339, UTC, milliseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::api {

using WallClock = std::chrono::system_clock;

/// By the clock on the wall, to the microsecond, as databases keep it.
[[nodiscard]] inline std::chrono::sys_time<std::chrono::microseconds> now()
{
    return std::chrono::floor<std::chrono::microseconds>(WallClock::now());
}

/// "2026-11-24T09:41:47.750Z".
[[nodiscard]] std::string timeText(std::chrono::sys_time<std::chrono::microseconds> time);
[[nodiscard]] inline std::string timeText(WallClock::time_point time)
{
    return timeText(std::chrono::time_point_cast<std::chrono::microseconds>(time));
}
/// RFC 3339 in any zone, with or without fractions of a second; the time of day may be left out,
/// which means midnight UTC. Nothing: it is not one.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::microseconds>>
timeFrom(std::string_view text);

} // namespace sallyport::admin::api
