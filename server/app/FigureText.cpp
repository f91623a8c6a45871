#include "app/FigureText.h"

#include <Poco/NumberFormatter.h>

namespace sallyport::app {
namespace {

// One decimal, rounded down: "4.2".
std::string tenths(std::uint64_t count)
{
    return std::to_string(count / 10) + '.' + std::to_string(count % 10);
}

} // namespace

std::string number(std::uint64_t value)
{
    std::string digits = std::to_string(value);
    for (std::size_t i = digits.size(); i > 3; i -= 3)
        digits.insert(i - 3, ",");
    return digits;
}

std::string shortBytes(std::uint64_t bytes)
{
    constexpr const char* Units[] = {" B", " kB", " MB", " GB", " TB", " PB", " EB"};
    std::uint64_t whole = bytes;
    std::uint64_t unit = 1;
    const char* const* name = Units;
    for (; whole >= 1000; ++name) {
        whole /= 1000;
        unit *= 1000;
    }
    const bool exact = unit == 1 || whole >= 10;
    return (exact ? std::to_string(whole) : tenths(bytes / (unit / 10))) + *name;
}

std::string durationText(std::uint64_t microseconds)
{
    const std::uint64_t seconds = microseconds / 1'000'000;
    std::string text =
        std::to_string(seconds % 60) + '.' +
        Poco::NumberFormatter::format0(static_cast<unsigned>(microseconds / 1000 % 1000), 3) + " s";
    if (seconds >= 60)
        text = std::to_string(seconds / 60 % 60) + " min " + text;
    if (seconds >= 3600)
        text = std::to_string(seconds / 3600) + " h " + text;
    return text;
}

std::string shortDuration(std::uint64_t microseconds)
{
    const std::uint64_t seconds = microseconds / 1'000'000;
    if (seconds < 1)
        return std::to_string(microseconds / 1000) + " ms";
    if (seconds < 60)
        return tenths(microseconds / 100'000) + " s";
    const std::uint64_t minutes = seconds / 60;
    if (minutes < 60)
        return std::to_string(minutes) + " min";
    const std::uint64_t hours = minutes / 60;
    if (hours < 48)
        return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
    return std::to_string(hours / 24) + " d";
}

} // namespace sallyport::app
