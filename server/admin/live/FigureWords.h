// FigureWords: figures as sentences for people say them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sallyport::admin::live {

/// "812 B", "3.4 KiB", "27 GiB".
[[nodiscard]] std::string bytesWords(std::uint64_t bytes);
/// "38 µs", "4 ms", "1.7 s", "3 min", "5 h", "12 days".
[[nodiscard]] std::string timeWords(std::chrono::nanoseconds time);
/// "0.4 %", "37 %".
[[nodiscard]] std::string percentWords(double share);

} // namespace sallyport::admin::live
