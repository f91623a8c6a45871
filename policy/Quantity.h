// Quantity: durations and sizes as people write them. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// "500ms", "10s", "5m", "24h", "1h30m": units in falling order, each at most once. Nothing for all
/// other texts, for 0 and for more than 10,000 hours.
[[nodiscard]] std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);
/// The shortest text that parseDuration() reads back: "1h30m".
[[nodiscard]] std::string durationText(std::chrono::milliseconds duration);

/// "8192", "32KiB", "1MiB", "2GiB": bytes. Nothing for all other texts, for 0 and for more than
/// 1 PiB.
[[nodiscard]] std::optional<std::uint64_t> parseSize(std::string_view text);
/// In the largest unit that loses nothing: "32KiB".
[[nodiscard]] std::string sizeText(std::uint64_t bytes);

} // namespace sallyport::policy
