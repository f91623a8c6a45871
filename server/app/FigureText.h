// FigureText: counts, sizes and lengths of time as a person reads them. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace sallyport::app {

/// "5,000,000,000".
[[nodiscard]] std::string number(std::uint64_t value);
/// At most five characters and the unit: "999 B", "1.5 kB", "5.0 GB"; by thousands.
[[nodiscard]] std::string shortBytes(std::uint64_t bytes);
/// "1 h 2 min 5.004 s".
[[nodiscard]] std::string durationText(std::uint64_t microseconds);
/// To about three digits: "5 ms", "4.2 s", "3 min", "1 h 2 min", "12 d".
[[nodiscard]] std::string shortDuration(std::uint64_t microseconds);

} // namespace sallyport::app
