#include "app/ConfigText.h"

#include <algorithm>

namespace sallyport::app {
namespace {

constexpr std::string_view Blanks = " \t\r";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(Blanks);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

std::string_view keyOf(std::string_view line)
{
    const auto equals = line.find('=');
    return equals == line.npos ? std::string_view() : trimmed(line.substr(0, equals));
}

enum class LineKind { Other, Says, Shows };

LineKind kindOf(std::string_view line, std::string_view name)
{
    auto text = trimmed(line);
    if (!text.starts_with('#'))
        return keyOf(text) == name ? LineKind::Says : LineKind::Other;
    text.remove_prefix(1);
    return keyOf(text) == name ? LineKind::Shows : LineKind::Other;
}

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

} // namespace

std::string withSetting(std::string_view text, std::string_view name,
                        const std::optional<std::vector<std::string>>& values)
{
    auto lines = linesOf(text);
    const auto find = [&](LineKind kind) {
        return std::ranges::find_if(
            lines, [&](const std::string& line) { return kindOf(line, name) == kind; });
    };
    auto place = find(LineKind::Says);
    if (place == lines.end()) {
        place = find(LineKind::Shows);
        if (place != lines.end())
            ++place;
    }
    const auto position = place - lines.begin();
    std::erase_if(lines,
                  [&](const std::string& line) { return kindOf(line, name) == LineKind::Says; });
    auto at = lines.begin() + position;
    for (const auto& value : values.value_or(std::vector<std::string>()))
        at = lines.insert(at, std::string(name) + " = " + value) + 1;
    std::string changed;
    for (const auto& line : lines)
        (changed += line) += '\n';
    return changed;
}

bool fitsConfigLine(std::string_view value)
{
    return trimmed(value) == value &&
           value.find_first_of(std::string_view("#\n\r\0", 4)) == value.npos;
}

} // namespace sallyport::app
