#include "admin/live/FigureWords.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace sallyport::admin::live {

namespace {

/// One decimal below 10, unless it is a whole number.
std::string shortNumber(double number)
{
    std::array<char, 32> room;
    const bool whole = number >= 10 || std::abs(number - std::round(number)) < 0.05;
    std::snprintf(room.data(), room.size(), whole ? "%.0f" : "%.1f", number);
    return room.data();
}

} // namespace

std::string bytesWords(std::uint64_t bytes)
{
    constexpr std::array<std::string_view, 6> Units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    auto number = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (number >= 1024 && unit + 1 < Units.size()) {
        number /= 1024;
        ++unit;
    }
    return shortNumber(number).append(" ").append(Units[unit]);
}

std::string timeWords(std::chrono::nanoseconds time)
{
    struct Unit {
        double nanoseconds;
        std::string_view name;
    };
    constexpr std::array<Unit, 6> Units{{{1e3, " µs"},
                                         {1e6, " ms"},
                                         {1e9, " s"},
                                         {60e9, " min"},
                                         {3600e9, " h"},
                                         {86400e9, " days"}}};
    const auto number = static_cast<double>(time.count());
    std::size_t unit = 0;
    while (unit + 1 < Units.size() && number >= Units[unit + 1].nanoseconds)
        ++unit;
    return shortNumber(number / Units[unit].nanoseconds).append(Units[unit].name);
}

std::string percentWords(double share)
{
    return shortNumber(share * 100) + " %";
}

} // namespace sallyport::admin::live
