// TimeOption: points in time as a command line takes and prints them, RFC 3339 §5.6.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

class CommandLine;

using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// The time of day may be left out, which means midnight UTC.
[[nodiscard]] std::optional<Time> parseTime(std::string_view text);
/// Of an option that may be missing. Throws UsageError.
[[nodiscard]] std::optional<Time> timeOption(const CommandLine& line, const std::string& option);
/// UTC, to the second: "2026-01-31T08:00:00Z".
[[nodiscard]] std::string timeText(Time time);

} // namespace sallyport::app
