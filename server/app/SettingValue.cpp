#include "app/SettingValue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <vector>

namespace sallyport::app {

namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};

constexpr std::array<Unit, 4> DurationUnits{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 3> SizeUnits{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}}};

constexpr std::string_view TokenMarks = "!#$%&'*+-.^_`|~";

constexpr std::uint64_t LongestDuration = 10'000ULL * 3'600'000;
constexpr std::uint64_t LargestSize = 1ULL << 50;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Cuts the longest prefix of characters for which `belongs` holds.
template <class Predicate>
std::string_view cutPrefix(std::string_view& text, Predicate belongs)
{
    const auto end = std::ranges::find_if_not(text, belongs);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const auto prefix = text.substr(0, length);
    text.remove_prefix(length);
    return prefix;
}

} // namespace

std::optional<std::uint64_t> parseNumber(std::string_view text)
{
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || rest != end)
        return std::nullopt;
    return number;
}

std::optional<milliseconds> parseDuration(std::string_view text)
{
    if (text == "0")
        return milliseconds::zero();

    std::uint64_t total = 0;
    auto unit = DurationUnits.begin();
    do {
        const auto number = parseNumber(cutPrefix(text, isDigit));
        const auto suffix = cutPrefix(text, isLetter);
        unit = std::find_if(unit, DurationUnits.end(),
                            [suffix](const Unit& candidate) { return candidate.suffix == suffix; });
        if (!number || unit == DurationUnits.end() || *number > LongestDuration / unit->factor)
            return std::nullopt;
        total += *number * unit->factor;
        ++unit;
    } while (!text.empty());
    if (total > LongestDuration)
        return std::nullopt;
    return milliseconds(total);
}

std::string durationText(milliseconds duration)
{
    auto rest = static_cast<std::uint64_t>(duration.count());
    std::string text;
    for (const auto& unit : DurationUnits) {
        if (rest >= unit.factor)
            text += std::to_string(rest / unit.factor).append(unit.suffix);
        rest %= unit.factor;
    }
    return text.empty() ? "0" : text;
}

std::optional<std::uint64_t> parseSize(std::string_view text)
{
    const auto number = parseNumber(cutPrefix(text, isDigit));
    if (!number)
        return std::nullopt;
    std::uint64_t factor = 1;
    if (!text.empty()) {
        const auto unit = std::ranges::find(SizeUnits, text, &Unit::suffix);
        if (unit == SizeUnits.end())
            return std::nullopt;
        factor = unit->factor;
    }
    if (*number > LargestSize / factor)
        return std::nullopt;
    return *number * factor;
}

std::string sizeText(std::uint64_t bytes)
{
    for (const auto& unit : SizeUnits)
        if (bytes >= unit.factor && bytes % unit.factor == 0)
            return std::to_string(bytes / unit.factor).append(unit.suffix);
    return std::to_string(bytes);
}

bool isToken(std::string_view text)
{
    const auto isTokenCharacter = [](char c) {
        return isDigit(c) || isLetter(c) || TokenMarks.contains(c);
    };
    return !text.empty() && std::ranges::all_of(text, isTokenCharacter);
}

bool isHostName(std::string_view text)
{
    if (text.empty() || text.size() > 253)
        return false;
    std::size_t labelLength = 0;
    for (const char c : text) {
        if (c == '.' ? labelLength == 0 : !(isDigit(c) || isLetter(c) || c == '-' || c == '_'))
            return false;
        labelLength = c == '.' ? 0 : labelLength + 1;
        if (labelLength > 63)
            return false;
    }
    return labelLength > 0;
}

std::size_t editDistance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace sallyport::app
