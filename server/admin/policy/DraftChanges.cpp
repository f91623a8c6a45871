#include "admin/policy/DraftChanges.h"

#include "policy/PolicyDifference.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::Layer;
using policy::PolicyDocument;
using policy::Rule;

struct BaseRule {
    const Rule* rule = nullptr;
    std::size_t number = 0;
};
using BaseRules = std::unordered_map<std::string, BaseRule>;

BaseRules rulesById(const PolicyDocument& document)
{
    BaseRules rules;
    for (const auto& rows : document.layers)
        for (std::size_t index = 0; index < rows.size(); ++index)
            rules.emplace(rows[index].id, BaseRule{&rows[index], index + 1});
    return rules;
}

// The longest sequence of numbers that only grow: whatever is not in it has been moved.
std::set<std::size_t> longestRising(const std::vector<std::size_t>& numbers)
{
    std::vector<std::size_t> ends;                      // places, by the length they end
    std::vector<std::size_t> before(numbers.size(), 0); // place of the one in front, plus 1
    for (std::size_t place = 0; place < numbers.size(); ++place) {
        const auto end = std::ranges::lower_bound(ends, numbers[place], {},
                                                  [&](std::size_t at) { return numbers[at]; });
        before[place] = end == ends.begin() ? 0 : *std::prev(end) + 1;
        if (end == ends.end())
            ends.push_back(place);
        else
            *end = place;
    }
    std::set<std::size_t> rising;
    for (auto at = ends.empty() ? 0 : ends.back() + 1; at != 0; at = before[at - 1])
        rising.insert(numbers[at - 1]);
    return rising;
}

bool isKept(const BaseRule& base, Layer layer)
{
    return base.rule != nullptr && base.rule->layer == layer;
}

void compareLayer(Layer layer, const std::vector<Rule>& rows, const BaseRules& base,
                  DraftChanges& changes)
{
    std::vector<std::size_t> numbers;
    for (const auto& rule : rows)
        if (const auto found = base.find(rule.id);
            found != base.end() && isKept(found->second, layer))
            numbers.push_back(found->second.number);
    const auto inPlace = longestRising(numbers);
    for (const auto& rule : rows) {
        const auto found = base.find(rule.id);
        RuleChange change;
        if (found == base.end() || !isKept(found->second, layer)) {
            change.origin = RuleChange::Origin::New;
            changes.rules.emplace(rule.id, change);
            continue;
        }
        change.was = found->second.number;
        if (!inPlace.contains(change.was))
            change.place = RuleChange::Place::Moved;
        if (rule != *found->second.rule)
            change.fields = fieldsChanged(*found->second.rule, rule);
        if (change.place == RuleChange::Place::Moved || !change.fields.empty())
            changes.rules.emplace(rule.id, std::move(change));
    }
}

PolicyDocument withoutRules(PolicyDocument document)
{
    for (auto& rows : document.layers)
        rows.clear();
    return document;
}

// Rows that observe with a profile need it to be there when a document is read, not when written.
std::vector<std::string> othersChanged(const PolicyDocument& base, const PolicyDocument& draft)
{
    std::vector<std::string> others;
    const auto before = withoutRules(base);
    const auto after = withoutRules(draft);
    if (before == after)
        return others;
    const auto difference = policy::differenceOf(before.toJson(), after.toJson());
    for (const auto& setting : difference.settings)
        others.push_back(setting.field);
    for (const auto& profile : difference.profiles)
        others.push_back("profile " + profile.name);
    for (const auto& each : difference.cases)
        others.push_back("test " + each.name);
    return others;
}

} // namespace

std::vector<std::string> fieldsChanged(const Rule& before, const Rule& after)
{
    std::vector<std::string> fields;
    PolicyDocument one;
    PolicyDocument other;
    one.rows(before.layer) = {before};
    other.rows(before.layer) = {after};
    for (const auto& row : policy::differenceOf(one.toJson(), other.toJson()).rows)
        for (const auto& field : row.fields)
            fields.push_back(field.field);
    return fields;
}

DraftChanges changesBetween(const PolicyDocument& base, const PolicyDocument& draft)
{
    DraftChanges changes;
    const auto baseRules = rulesById(base);
    const auto draftRules = rulesById(draft);
    for (const auto layer : policy::AllLayers) {
        compareLayer(layer, draft.rows(layer), baseRules, changes);
        for (const auto& rule : base.rows(layer)) {
            const auto found = draftRules.find(rule.id);
            if (found == draftRules.end() || !isKept(found->second, layer))
                changes.removed.push_back(
                    {layer, rule.id, rule.name, baseRules.at(rule.id).number});
        }
    }
    changes.others = othersChanged(base, draft);
    return changes;
}

} // namespace sallyport::admin
