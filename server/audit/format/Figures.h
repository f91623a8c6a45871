// Figures: numbers, times and bytes as texts. Pure.
#pragma once

#include "db/AuditEvent.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::audit::format {

void appendNumber(std::string& out, std::uint64_t number);
/// With three decimals.
void appendThousandths(std::string& out, std::uint64_t count);
/// With lower-case digits.
void appendHex(std::string& out, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string hexText(std::span<const std::uint8_t> bytes);

/// Of a record's time: "2026-11-23T09:00:00.000001Z". Nothing if it is not of this form.
[[nodiscard]] std::optional<db::AuditTime> timeOf(std::string_view text);
/// The same form back.
[[nodiscard]] std::string timeText(db::AuditTime time);
[[nodiscard]] std::string secondsText(std::chrono::sys_seconds time); ///< without a fraction
/// Since 1970; 0 for times before.
[[nodiscard]] std::uint64_t millisecondsOf(db::AuditTime time);

} // namespace sallyport::audit::format
