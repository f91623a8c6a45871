#include "admin/policy/RulePlace.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::Rule;
using Kind = RulePlace::Kind;

constexpr std::array<std::string_view, 2> Edges{"first", "last"};

// Behind so many rules of the section; a section without rules is at the end.
std::size_t indexIn(const std::string& section, std::optional<std::size_t> position,
                    const std::vector<Rule>& rows)
{
    const auto wanted = position.value_or(std::numeric_limits<std::size_t>::max());
    std::size_t seen = 0;
    auto behind = rows.size();
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (rows[index].section != section)
            continue;
        if (++seen == wanted)
            return index;
        behind = index + 1;
    }
    return behind;
}

} // namespace

RulePlace RulePlace::in(api::JsonFields& fields)
{
    RulePlace place;
    std::size_t ways = 0;
    const auto take = [&](const char* member, Kind kind, api::TextSize size) {
        auto text = fields.optionalText(member, size);
        if (!text)
            return;
        ++ways;
        place.kind = kind;
        place.name = std::move(*text);
    };
    take("before", Kind::Before, {});
    take("after", Kind::After, {});
    take("section", Kind::Section, {.least = 0});
    if (const auto edge = fields.optionalChoice("edge", Edges)) {
        ++ways;
        place.kind = *edge == 0 ? Kind::First : Kind::Last;
    }
    if (const auto position = fields.optionalInteger("position", 1, 1'000'000)) {
        if (place.kind != Kind::Section)
            fields.wrong("position", "invalid", "is a place within a section: name it");
        place.position = static_cast<std::size_t>(*position);
    }
    if (ways != 1)
        fields.wrong("", "invalid", "say one of before, after, section and edge");
    fields.refuseOthers();
    return place;
}

void RulePlace::put(Rule rule, std::vector<Rule>& rows, const std::string& pointer) const
{
    auto index = kind == Kind::First ? 0 : rows.size();
    if (kind == Kind::Section) {
        rule.section = name;
        index = indexIn(name, position, rows);
    } else if (kind == Kind::Before || kind == Kind::After) {
        const auto other = std::ranges::find(rows, name, &Rule::id);
        if (other == rows.end())
            throw api::ApiError({{pointer + (kind == Kind::Before ? "/before" : "/after"),
                                  "unknown", "is no other rule of this layer"}});
        rule.section = other->section;
        index = static_cast<std::size_t>(other - rows.begin()) + (kind == Kind::After ? 1 : 0);
    }
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(index), std::move(rule));
}

} // namespace sallyport::admin
