#include "policy/Quantity.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sallyport::policy {
namespace {

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};

constexpr std::array<Unit, 4> DurationUnits{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> SizeUnits{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"", 1}}};

constexpr std::uint64_t LongestDuration = 10'000ULL * 3'600'000;
constexpr std::uint64_t LargestSize = 1ULL << 50;

struct Amount {
    std::uint64_t total;
    const Unit* unit;
};

// A number and one of the units, off the front of the text; nothing where the total is above most.
std::optional<Amount> cutAmount(std::string_view& text, const Unit* from, const Unit* end,
                                std::uint64_t most)
{
    std::uint64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    const auto suffix = text.substr(0, text.find_first_of("0123456789"));
    text.remove_prefix(suffix.size());
    const auto* unit = std::find_if(
        from, end, [suffix](const Unit& candidate) { return candidate.suffix == suffix; });
    if (unit == end || number > most / unit->factor)
        return std::nullopt;
    return Amount{number * unit->factor, unit};
}

} // namespace

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text)
{
    std::uint64_t total = 0;
    const auto* unit = DurationUnits.begin();
    do {
        const auto amount = cutAmount(text, unit, DurationUnits.end(), LongestDuration - total);
        if (!amount)
            return std::nullopt;
        total += amount->total;
        unit = amount->unit + 1;
    } while (!text.empty());
    if (total == 0)
        return std::nullopt;
    return std::chrono::milliseconds(total);
}

std::string durationText(std::chrono::milliseconds duration)
{
    auto rest = static_cast<std::uint64_t>(duration.count());
    std::string text;
    for (const auto& unit : DurationUnits) {
        if (rest >= unit.factor)
            text += std::to_string(rest / unit.factor).append(unit.suffix);
        rest %= unit.factor;
    }
    return text;
}

std::optional<std::uint64_t> parseSize(std::string_view text)
{
    const auto amount = cutAmount(text, SizeUnits.begin(), SizeUnits.end(), LargestSize);
    if (!amount || !text.empty() || amount->total == 0)
        return std::nullopt;
    return amount->total;
}

std::string sizeText(std::uint64_t bytes)
{
    const auto unit = std::ranges::find_if(
        SizeUnits, [bytes](const Unit& candidate) { return bytes % candidate.factor == 0; });
    return std::to_string(bytes / unit->factor).append(unit->suffix);
}

} // namespace sallyport::policy
