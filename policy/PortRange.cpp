#include "policy/PortRange.h"

#include <charconv>

namespace sallyport::policy {
namespace {

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0)
        return std::nullopt;
    return port;
}

} // namespace

std::optional<PortRange> parsePortRange(std::string_view text)
{
    const auto dash = text.find('-');
    const auto first = parsePort(text.substr(0, dash));
    const auto last = dash == text.npos ? first : parsePort(text.substr(dash + 1));
    if (!first || !last || *first > *last)
        return std::nullopt;
    return PortRange{*first, *last};
}

std::string portRangeText(const PortRange& range)
{
    auto text = std::to_string(range.first);
    if (range.last != range.first)
        text += "-" + std::to_string(range.last);
    return text;
}

} // namespace sallyport::policy
