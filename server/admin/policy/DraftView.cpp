#include "admin/policy/DraftView.h"

#include "admin/api/EntityTag.h"
#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"
#include "db/ContentHash.h"
#include "policy/DocumentWriter.h"
#include "policy/PolicyError.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <exception>
#include <ranges>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::Layer;
using policy::Rule;
using policy::Severity;

constexpr auto ExpiresSoon = std::chrono::days(7);

policy::WallTime nowInSeconds()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string layerText(Layer layer)
{
    return std::string(policy::layerName(layer));
}

JsonLine changeJson(const RuleChange& change)
{
    std::vector<std::string> kinds;
    if (change.origin == RuleChange::Origin::New)
        kinds.emplace_back("new");
    if (!change.fields.empty())
        kinds.emplace_back("edited");
    if (change.place == RuleChange::Place::Moved)
        kinds.emplace_back("moved");
    JsonLine json;
    json.texts("kinds", kinds);
    if (change.was == 0)
        json.null("was");
    else
        json.number("was", change.was);
    json.texts("fields", change.fields);
    return json;
}

JsonLine warningJson(const DraftView::Warning& warning)
{
    JsonLine json;
    json.text("kind", warning.kind);
    json.text("severity", policy::severityName(warning.severity));
    json.text("layer", policy::layerName(warning.layer));
    json.text("rule_id", warning.ruleId);
    json.textOrNull("other_rule_id", warning.otherId);
    json.text("text", warning.text);
    return json;
}

std::string daysText(std::chrono::days days)
{
    return std::to_string(days.count()) + (days.count() == 1 ? " day" : " days");
}

} // namespace

std::string tagOf(std::string_view state)
{
    return api::entityTagOf(state);
}

DraftView::DraftView(Parts parts) : parts_(std::move(parts))
{
    std::string all = std::to_string(baseVersion()) + ' ' + std::to_string(parts_.liveVersion) +
                      (exists() ? " draft " : " none ");
    for (const auto layer : policy::AllLayers) {
        auto& rows = rows_[static_cast<std::size_t>(layer)];
        rows.reserve(parts_.document.rows(layer).size());
        for (const auto& rule : parts_.document.rows(layer)) {
            auto json = policy::writeRule(rule);
            auto tag = tagOf(layerText(layer) + json);
            all += tag;
            rows.push_back({&rule, rows.size() + 1, std::move(json), std::move(tag)});
        }
        all += '/';
        for (const auto& row : rows)
            byId_.emplace(row.rule->id, &row);
    }
    auto rest = parts_.document;
    for (auto& rules : rest.layers)
        rules.clear();
    all += rest.toJson();
    for (const auto& list : parts_.lists)
        all += list.name + '=' + list.contentHash + ' ';
    tag_ = tagOf(all);
    if (exists())
        changes_ = changesBetween(*parts_.base, parts_.document);
}

std::uint32_t DraftView::baseVersion() const
{
    return exists() ? parts_.draft->baseVersion : parts_.liveVersion;
}

const DraftView::Row* DraftView::find(const std::string& ruleId) const
{
    const auto found = byId_.find(ruleId);
    return found == byId_.end() ? nullptr : found->second;
}

std::vector<DraftView::Section> DraftView::sections(Layer layer) const
{
    std::vector<Section> sections;
    for (const auto& row : rows(layer)) {
        const auto& name = row.rule->section;
        if (name.empty())
            continue;
        auto found = std::ranges::find(sections, name, &Section::name);
        if (found == sections.end())
            found = sections.insert(sections.end(), {name, 0, layerText(layer) + '\n' + name});
        ++found->rules;
        found->tag += '\n' + row.rule->id;
    }
    for (auto& section : sections)
        section.tag = tagOf(section.tag);
    return sections;
}

std::string DraftView::defaultsTag() const
{
    return tagOf(policy::writeDefaults(parts_.document.defaults));
}

std::optional<LastChange> DraftView::lastChange(const std::string& ruleId) const
{
    if (!exists() || !changes_.rules.contains(ruleId))
        return std::nullopt;
    if (const auto found = parts_.lastChanges.find(ruleId); found != parts_.lastChanges.end())
        return found->second;
    return LastChange{parts_.draft->who, parts_.draft->changed};
}

std::vector<ListRef> DraftView::listsOf(const Rule& rule) const
{
    policy::PolicyDocument alone;
    alone.rows(rule.layer) = {rule};
    std::vector<ListRef> lists;
    for (const auto& name : alone.listsUsed()) {
        const auto found = std::ranges::find(parts_.lists, name, &ListRef::name);
        lists.push_back(found == parts_.lists.end() ? ListRef{name, std::nullopt, ""} : *found);
    }
    return lists;
}

const DraftView::Compiled& DraftView::compiled() const
{
    std::call_once(compiledOnce_, [this] {
        try {
            compiled_.policy =
                policy::Policy::compile(parts_.document, baseVersion(), parts_.loaded);
        } catch (const policy::PolicyError& error) {
            compiled_.problem = error.what();
        }
    });
    return compiled_;
}

const TestRun* DraftView::tests() const
{
    std::call_once(testedOnce_, [this] {
        if (const auto& policy = compiled().policy)
            tests_ = runTests(policy);
    });
    return tests_ ? &*tests_ : nullptr;
}

const std::vector<DraftView::Warning>& DraftView::warnings() const
{
    std::call_once(warnedOnce_, [this] {
        addFindings(warnings_);
        addBroadRules(warnings_);
        addDates(warnings_);
    });
    return warnings_;
}

void DraftView::addFindings(std::vector<Warning>& warnings) const
{
    const policy::AnalysisInput input{nowInSeconds(), *parts_.loaded};
    for (const auto& finding : policy::analyse(parts_.document, input))
        warnings.push_back({std::string(policy::findingName(finding.kind)), finding.severity,
                            finding.layer, finding.ruleId, finding.otherId, finding.text});
}

// A rule that leaves nothing to any of those behind it says so itself, too: it is there that this
// is put right.
void DraftView::addBroadRules(std::vector<Warning>& warnings) const
{
    for (const auto layer : policy::AllLayers) {
        std::map<std::string, std::size_t> covered; // by the rule that covers them
        for (const auto& warning : warnings)
            if (warning.layer == layer && !warning.otherId.empty() &&
                (warning.kind == policy::findingName(policy::Finding::Kind::NeverReached) ||
                 warning.kind == policy::findingName(policy::Finding::Kind::Contradicting)))
                ++covered[warning.otherId];
        std::size_t behind = 0; // enabled rules
        for (const auto& row : rows(layer) | std::views::reverse) {
            const auto found = covered.find(row.rule->id);
            if (behind > 1 && found != covered.end() && found->second == behind)
                warnings.push_back({"covers-rest", Severity::Warning, layer, row.rule->id, "",
                                    "is broader than all rules below it: none of them is "
                                    "reached"});
            behind += row.rule->enabled ? 1 : 0;
        }
    }
}

void DraftView::addDates(std::vector<Warning>& warnings) const
{
    const auto now = nowInSeconds();
    for (const auto layer : policy::AllLayers) {
        for (const auto& rule : parts_.document.rows(layer)) {
            if (!rule.enabled)
                continue;
            if (rule.expires && *rule.expires > now && *rule.expires - now <= ExpiresSoon) {
                const auto left = std::chrono::ceil<std::chrono::days>(*rule.expires - now);
                warnings.push_back({"expires", Severity::Note, layer, rule.id, "",
                                    "expires within " + daysText(left) + ", at " +
                                        policy::timeText(*rule.expires)});
            }
            if (parts_.quiet->old.contains(rule.id) && !parts_.quiet->hit.contains(rule.id))
                warnings.push_back({"no-hit", Severity::Note, layer, rule.id, "",
                                    "was not hit for " + daysText(parts_.quiet->days)});
        }
    }
}

std::string DraftView::rowText(const Row& row) const
{
    const auto& rule = *row.rule;
    auto json = JsonLine::continuing(row.json);
    json.text("layer", policy::layerName(rule.layer));
    json.number("number", row.number);
    json.text("etag", row.tag);
    const auto change = changes_.rules.find(rule.id);
    if (change == changes_.rules.end())
        json.null("change");
    else
        json.object("change", changeJson(change->second));
    std::vector<JsonLine> lists;
    for (const auto& list : listsOf(rule)) {
        auto& one = lists.emplace_back();
        one.text("name", list.name);
        if (list.entries)
            one.number("entries", *list.entries);
        else
            one.null("entries");
    }
    json.objects("lists", lists);
    const auto last = lastChange(rule.id);
    json.textOrNull("changed_by", last ? last->who : "");
    json.textOrNull("changed_at", last ? api::timeText(last->when) : "");
    return std::move(json).take();
}

const std::string& DraftView::text() const
{
    std::call_once(writtenOnce_, [this] { text_ = makeText(); });
    return text_;
}

std::string DraftView::makeText() const
{
    JsonLine json;
    json.flag("exists", exists());
    json.text("etag", tag_);
    json.number("base_version", baseVersion());
    json.number("live_version", parts_.liveVersion);
    json.textOrNull("changed_by", exists() ? parts_.draft->who : "");
    json.textOrNull("changed_at", exists() ? api::timeText(parts_.draft->changed) : "");
    std::vector<std::string> authors;
    for (const auto& author : parts_.authors)
        if (std::ranges::find(authors, author.who) == authors.end())
            authors.push_back(author.who);
    json.texts("authors", authors);
    json.number("change_count", changes_.count());
    JsonLine layers;
    JsonLine sections;
    for (const auto layer : policy::AllLayers) {
        std::vector<std::string> texts;
        for (const auto& row : rows(layer))
            texts.push_back(rowText(row));
        layers.values(policy::layerName(layer), texts);
        std::vector<JsonLine> headings;
        for (const auto& section : this->sections(layer)) {
            auto& one = headings.emplace_back();
            one.text("name", section.name);
            one.number("rules", section.rules);
            one.text("etag", section.tag);
        }
        sections.objects(policy::layerName(layer), headings);
    }
    json.object("layers", layers);
    json.object("sections", sections);
    std::vector<JsonLine> removed;
    for (const auto& rule : changes_.removed) {
        auto& one = removed.emplace_back();
        one.text("id", rule.id);
        one.text("name", rule.name);
        one.text("layer", policy::layerName(rule.layer));
        one.number("was", rule.was);
    }
    json.objects("removed", removed);
    json.texts("other_changes", changes_.others);
    json.value("defaults", policy::writeDefaults(parts_.document.defaults));
    json.text("defaults_etag", defaultsTag());
    std::vector<JsonLine> odd;
    for (const auto& warning : warnings())
        odd.push_back(warningJson(warning));
    json.objects("warnings", odd);
    JsonLine figures;
    const auto* run = tests();
    const auto failing = run ? run->failures() : 0;
    figures.number("pass", run ? run->results.size() - failing : 0);
    figures.number("fail", failing);
    json.object("tests", figures);
    json.textOrNull("problem", compiled().problem);
    return std::move(json).take();
}

} // namespace sallyport::admin
