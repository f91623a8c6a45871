// SettingValue: the text forms of single values: durations, sizes, numbers, names. Pure; knows no
// setting.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// "500ms", "10s", "5m", "24h", "1h30m" (units in falling order, each at most once), and "0".
/// Nothing for all other texts and for more than 10,000 hours.
[[nodiscard]] std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);
/// The shortest text that parseDuration() reads back: "1h30m".
[[nodiscard]] std::string durationText(std::chrono::milliseconds);

/// "8192", "32KiB", "1MiB", "2GiB": bytes.
[[nodiscard]] std::optional<std::uint64_t> parseSize(std::string_view text);
/// In the largest unit that loses nothing: "32KiB".
[[nodiscard]] std::string sizeText(std::uint64_t bytes);

/// Decimal digits only.
[[nodiscard]] std::optional<std::uint64_t> parseNumber(std::string_view text);

/// One or more token characters (RFC 9110 §5.6.2).
[[nodiscard]] bool isToken(std::string_view text);

/// Letters, digits, hyphens and underscores in labels of 1 to 63 between dots, 253 in all.
[[nodiscard]] bool isHostName(std::string_view text);

/// How many single-character changes lie between two words.
[[nodiscard]] std::size_t editDistance(std::string_view left, std::string_view right);

} // namespace sallyport::app
