// TimeText: points in time as RFC 3339 writes them, in whole seconds. Pure.
#pragma once

#include "policy/Facts.h"

#include <expected>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// "2027-01-01T00:00:00Z" or with an offset, "2027-01-01T01:00:00+01:00", from 1970 (its first
/// second excepted, which stands for no time) to 9999. The error is a complaint that starts with
/// the quoted text.
[[nodiscard]] std::expected<WallTime, std::string> parseTime(std::string_view text);
/// In UTC: "2027-01-01T00:00:00Z".
[[nodiscard]] std::string timeText(WallTime time);

} // namespace sallyport::policy
