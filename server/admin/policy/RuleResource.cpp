#include "admin/policy/RuleResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"
#include "admin/policy/MergePatch.h"
#include "admin/policy/PolicyComplaint.h"
#include "admin/policy/RulePlace.h"
#include "db/JsonText.h"
#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;
using policy::Layer;
using policy::Rule;

[[noreturn]] void refuseUnknown()
{
    throw ApiError(ProblemKind::NotFound, "The draft has no such rule; somebody may have removed "
                                          "it.");
}

const DraftView::Row& requireRow(const DraftView& draft, const std::string& id)
{
    if (const auto* row = draft.find(id))
        return *row;
    refuseUnknown();
}

Rule ruleFrom(const std::string& json, Layer layer)
{
    try {
        return policy::readRule(json, layer);
    } catch (const policy::PolicyError& error) {
        throw fieldError(error);
    }
}

// The document's times are whole seconds; the API's have milliseconds.
Poco::JSON::Object withWholeSeconds(Poco::JSON::Object rule)
{
    for (const auto* name : {"starts", "expires"}) {
        if (!rule.has(name) || !rule.get(name).isString())
            continue;
        if (const auto time = api::timeFrom(rule.getValue<std::string>(name)))
            rule.set(name, policy::timeText(std::chrono::floor<std::chrono::seconds>(*time)));
    }
    return rule;
}

// Moves what is wrong with a part of the body to where that part stands.
template <class Work>
auto below(const std::string& pointer, Work work)
{
    try {
        return work();
    } catch (const ApiError& error) {
        if (error.kind() != ProblemKind::Validation)
            throw;
        auto errors = error.errors();
        for (auto& each : errors)
            each.pointer = pointer + each.pointer;
        throw ApiError(std::move(errors));
    }
}

void requireProfile(const Rule& rule, const policy::PolicyDocument& document)
{
    if (rule.profile.empty())
        return;
    if (rule.action != policy::Action::Observe)
        throw ApiError({{"/profile", "invalid",
                         "is for \"observe\" only; \"blind\" looks at "
                         "nothing"}});
    using policy::inspection::InspectionProfile;
    if (std::ranges::find(document.profiles, rule.profile, &InspectionProfile::name) ==
        document.profiles.end())
        throw ApiError({{"/profile", "unknown", "There is no WebSocket profile of this name."}});
}

// `before` is the state that is changed, null for a new rule: a list that it names already may be
// missing.
void check(const Rule& rule, const Rule* before, const PolicyDesk::Editing& editing)
{
    requireProfile(rule, editing.document);
    auto lists = editing.lists;
    if (before)
        for (const auto& list : editing.seen.listsOf(*before))
            lists.push_back(list.name);
    requireLists(rule, lists);
    requireCompilable(rule);
}

std::string overlapJson(const std::vector<std::string>& fields)
{
    JsonLine json;
    json.texts("fields", fields);
    const auto text = std::move(json).take();
    const auto begin = text.find('[');
    return text.substr(begin, text.rfind('}') - begin);
}

std::string quotedOrNull(const std::string& text)
{
    if (text.empty())
        return "null";
    std::string json;
    db::appendJsonString(json, text);
    return json;
}

ApiError conflict(const DraftView& draft, const std::string& id,
                  const std::vector<std::string>& fields)
{
    const auto* row = draft.find(id);
    const auto last = draft.lastChange(id);
    auto who = last ? last->who : draft.exists() ? draft.parts().draft->who : "";
    ApiError error(ProblemKind::Stale,
                   (who.empty() ? "Somebody" : who) +
                       (row ? " changed this rule meanwhile." : " removed this rule meanwhile."));
    error.with("changed_by", quotedOrNull(who));
    error.with("changed_at", quotedOrNull(last ? api::timeText(last->when) : ""));
    error.with("theirs", row ? draft.rowText(*row) : "null");
    error.with("fields", overlapJson(fields));
    return error;
}

std::string tagIn(std::string_view ifMatch)
{
    while (ifMatch.starts_with(' ') || ifMatch.starts_with('"'))
        ifMatch.remove_prefix(1);
    return std::string(ifMatch.substr(0, ifMatch.find('"')));
}

// A field and one that it is part of: "when" and "when.host".
bool overlap(std::string_view one, std::string_view other)
{
    if (one.size() > other.size())
        std::swap(one, other);
    return other.starts_with(one) && (other.size() == one.size() || other[one.size()] == '.');
}

// Throws unless the state that the caller saw is there, or differs in other fields only.
void requireUndisturbed(const Call& call, const PolicyDesk::Editing& editing,
                        const DraftView::Row& row, const std::vector<std::string>& fields)
{
    try {
        call.requireMatch(row.tag);
    } catch (const ApiError& error) {
        if (error.kind() != ProblemKind::Stale)
            throw;
        const auto* seen = editing.history.find(tagIn(call.field("if-match")));
        if (!seen || seen->id != row.rule->id)
            throw conflict(editing.seen, row.rule->id, {});
        std::vector<std::string> both;
        for (const auto& theirs : fieldsChanged(*seen, *row.rule))
            if (std::ranges::any_of(fields,
                                    [&](const std::string& mine) { return overlap(mine, theirs); }))
                both.push_back(theirs);
        if (!both.empty())
            throw conflict(editing.seen, row.rule->id, both);
    }
}

std::vector<Rule>& rowsOf(const Rule& rule, policy::PolicyDocument& document)
{
    return document.rows(rule.layer);
}

api::Trail::Act act(std::string action, const Rule& rule, std::string before, std::string after)
{
    return {std::move(action),
            "rule " + rule.id + " \"" + rule.name + "\" (" +
                std::string(policy::layerName(rule.layer)) + ')',
            std::move(before), std::move(after), ""};
}

std::string placeText(std::size_t number, const Rule& rule)
{
    JsonLine json;
    json.number("number", number);
    json.text("section", rule.section);
    return std::move(json).take();
}

Layer layerIn(api::JsonFields& fields)
{
    std::array<std::string_view, policy::LayerCount> names;
    std::ranges::transform(policy::AllLayers, names.begin(), policy::layerName);
    return policy::AllLayers[fields.choice("layer", names)];
}

} // namespace

Answer ruleAnswer(const DraftView& draft, const std::string& id, unsigned status)
{
    const auto& row = requireRow(draft, id);
    auto json = JsonLine::continuing(draft.rowText(row));
    json.text("draft_etag", draft.tag());
    auto answer = api::jsonAnswer(std::move(json).take(), status);
    answer.withTag(row.tag);
    return answer;
}

void RuleResource::addTo(api::Router& router)
{
    const std::string one = "/policy/draft/rules/{id}";
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("POST", "/policy/draft/rules", editor, [this](Call& call) { return create(call); });
    router.add("GET", one, Access::from(Role::HelpDesk), [this](Call& call) { return find(call); });
    router.add("PATCH", one, editor, [this](Call& call) { return change(call); });
    router.add("DELETE", one, editor, [this](Call& call) { return remove(call); });
    router.add("POST", one + "/move", editor, [this](Call& call) { return move(call); });
}

Answer RuleResource::find(Call& call)
{
    return ruleAnswer(*desk_.draft(), call.inPath("id"));
}

Answer RuleResource::create(Call& call)
{
    auto& body = call.json();
    const auto layer = layerIn(body);
    RulePlace place;
    if (auto given = body.object("place"))
        place = RulePlace::in(*given);
    const auto written = body.object("rule");
    if (!written)
        body.wrong("rule", "required", "is missing");
    body.refuseOthers();
    body.throwIfWrong();
    auto rule = below(
        "/rule", [&] { return ruleFrom(api::textOf(withWholeSeconds(written->raw())), layer); });
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        below("/rule", [&] {
            if (editing.seen.find(rule.id))
                throw ApiError({{"/id", "taken", "is the id of another rule of the draft"}});
            check(rule, nullptr, editing);
        });
        place.put(rule, rowsOf(rule, editing.document), "/place");
        return act("policy.rule-create", rule, "", policy::writeRule(rule));
    });
    auto answer = ruleAnswer(*draft, rule.id, 201);
    answer.with("Location", "/api/v1/policy/draft/rules/" + rule.id);
    return answer;
}

Answer RuleResource::change(Call& call)
{
    const auto& id = call.inPath("id");
    const auto patch = withWholeSeconds(call.json().raw());
    const auto fields = fieldsPatched(patch);
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        if (call.field("if-match").empty())
            call.requireMatch("");
        const auto* row = editing.seen.find(id);
        if (!row && editing.history.find(tagIn(call.field("if-match"))))
            throw conflict(editing.seen, id, {});
        if (!row)
            refuseUnknown();
        requireUndisturbed(call, editing, *row, fields);
        auto rule = ruleFrom(mergePatched(row->json, patch), row->rule->layer);
        if (rule.id != id)
            throw ApiError({{"/id", "fixed", "cannot be changed"}});
        check(rule, row->rule, editing);
        auto told = act("policy.rule-edit", rule, row->json, policy::writeRule(rule));
        *std::ranges::find(rowsOf(rule, editing.document), id, &Rule::id) = std::move(rule);
        return told;
    });
    return ruleAnswer(*draft, id);
}

Answer RuleResource::remove(Call& call)
{
    const auto& id = call.inPath("id");
    desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        const auto& row = requireRow(editing.seen, id);
        try {
            call.requireMatch(row.tag);
        } catch (const ApiError& error) {
            if (error.kind() != ProblemKind::Stale)
                throw;
            throw conflict(editing.seen, id, {});
        }
        std::erase_if(rowsOf(*row.rule, editing.document),
                      [&](const Rule& rule) { return rule.id == id; });
        return act("policy.rule-delete", *row.rule, row.json, "");
    });
    return api::noContent();
}

Answer RuleResource::move(Call& call)
{
    const auto& id = call.inPath("id");
    auto& body = call.json();
    const auto place = RulePlace::in(body);
    body.throwIfWrong();
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        const auto& row = requireRow(editing.seen, id);
        auto& rows = rowsOf(*row.rule, editing.document);
        std::erase_if(rows, [&](const Rule& rule) { return rule.id == id; });
        place.put(*row.rule, rows, "");
        const auto moved = std::ranges::find(rows, id, &Rule::id);
        return act("policy.rule-move", *row.rule, placeText(row.number, *row.rule),
                   placeText(static_cast<std::size_t>(moved - rows.begin()) + 1, *moved));
    });
    return ruleAnswer(*draft, id);
}

} // namespace sallyport::admin
