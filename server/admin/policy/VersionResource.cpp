#include "admin/policy/VersionResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/DraftResource.h"
#include "admin/policy/JsonLine.h"
#include "admin/policy/PolicySide.h"
#include "db/DatabaseError.h"
#include "policy/DocumentWriter.h"
#include "policy/PolicyDifference.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using db::PolicyStore;
using policy::ChangeKind;

constexpr std::size_t UsualPage = 25;

JsonLine entryJson(const PolicyStore::VersionEntry& version, const std::string& changes)
{
    JsonLine json;
    json.number("version", version.number);
    json.number("parent", version.parent);
    json.text("kind", db::versionKindName(version.kind));
    json.text("published_at", api::timeText(version.created));
    json.text("by", version.who);
    json.text("note", version.note);
    json.text("test_override", version.testOverride);
    json.text("document_hash", version.documentHash);
    json.value("changes", changes);
    return json;
}

std::string layersText(const policy::PolicyDocument& document)
{
    JsonLine layers;
    for (const auto layer : policy::AllLayers) {
        std::vector<JsonLine> rules;
        for (const auto& rule : document.rows(layer)) {
            auto& one = rules.emplace_back(JsonLine::continuing(policy::writeRule(rule)));
            one.text("layer", policy::layerName(layer));
            one.number("number", rules.size());
        }
        layers.objects(policy::layerName(layer), rules);
    }
    return std::move(layers).take();
}

std::string countsText(const DraftChanges& changes)
{
    std::size_t added = 0;
    std::size_t edited = 0;
    std::size_t moved = 0;
    for (const auto& [id, change] : changes.rules) {
        if (change.origin == RuleChange::Origin::New)
            ++added;
        else if (!change.fields.empty())
            ++edited;
        if (change.place == RuleChange::Place::Moved)
            ++moved;
    }
    JsonLine json;
    json.number("added", added);
    json.number("removed", changes.removed.size());
    json.number("edited", edited);
    json.number("moved", moved);
    json.number("other", changes.others.size());
    return std::move(json).take();
}

std::uint32_t numberIn(const std::string& text)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw ApiError(ProblemKind::NotFound, "Versions are named by their number.");
    return number;
}

// JSON texts already, null where there is none.
std::string jsonOr(const std::string& json)
{
    return json.empty() ? "null" : json;
}

std::vector<JsonLine> fieldsJson(const std::vector<policy::FieldChange>& fields)
{
    std::vector<JsonLine> all;
    for (const auto& field : fields) {
        auto& one = all.emplace_back();
        one.text("path", field.field);
        one.value("before", jsonOr(field.before));
        one.value("after", jsonOr(field.after));
    }
    return all;
}

std::string_view operationName(ChangeKind kind)
{
    switch (kind) {
    case ChangeKind::Added:
        return "added";
    case ChangeKind::Removed:
        return "removed";
    case ChangeKind::Kept:
        break;
    }
    return "edited";
}

void putNumber(JsonLine& json, std::string_view name, std::size_t number)
{
    if (number == 0)
        json.null(name);
    else
        json.number(name, number);
}

JsonLine rowJson(const policy::RowChange& row)
{
    const bool isMoved = row.place == policy::RowChange::Place::Moved;
    const bool isOnlyMoved = row.kind == ChangeKind::Kept && row.fields.empty() && isMoved;
    JsonLine json;
    json.text("op", isOnlyMoved ? "moved" : operationName(row.kind));
    json.text("layer", row.layer);
    json.text("rule_id", row.id);
    json.text("name", row.name);
    putNumber(json, "from", row.before);
    putNumber(json, "to", row.after);
    json.flag("moved", isMoved);
    json.objects("fields", fieldsJson(row.fields));
    return json;
}

std::vector<JsonLine> namedJson(const std::vector<policy::NamedChange>& changes)
{
    std::vector<JsonLine> all;
    for (const auto& change : changes) {
        auto& one = all.emplace_back();
        one.text("op", operationName(change.kind));
        one.text("name", change.name);
        one.objects("fields", fieldsJson(change.fields));
    }
    return all;
}

std::vector<JsonLine> listsJson(const std::vector<policy::ListChange>& changes)
{
    std::vector<JsonLine> all;
    for (const auto& change : changes) {
        auto& one = all.emplace_back();
        one.text("name", change.name);
        one.textOrNull("before", change.before);
        one.textOrNull("after", change.after);
    }
    return all;
}

std::string requireQuery(const Call& call, std::string_view name)
{
    auto value = call.query(name);
    if (!value)
        throw ApiError({{'?' + std::string(name), "required",
                         "must be \"live\", \"draft\" or the number of a version"}});
    return std::move(*value);
}

} // namespace

void VersionResource::addTo(api::Router& router)
{
    const auto reader = Access::from(api::Role::HelpDesk);
    router.add("GET", "/policy/versions", reader, [this](Call& call) { return list(call); });
    router.add("GET", "/policy/versions/{n}", reader, [this](Call& call) { return find(call); });
    router.add("GET", "/policy/diff", reader, [this](Call& call) { return compare(call); });
}

std::string VersionResource::changesOf(std::uint32_t number)
{
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = changes_.find(number); known != changes_.end())
            return known->second;
    }
    std::string text = "null";
    try {
        if (number > 1)
            text = countsText(
                changesBetween(desk_.version(number - 1).document, desk_.version(number).document));
    } catch (const db::DatabaseError&) {
        return text; // damaged: the version itself says so when it is asked for
    } catch (const policy::PolicyError&) {
        return text;
    }
    const std::scoped_lock lock(mutex_);
    changes_.insert_or_assign(number, text);
    return text;
}

// The cursor is the version that the page begins with.
Answer VersionResource::list(const Call& call)
{
    call.allowQuery({"limit", "cursor"});
    const auto limit = call.limit(UsualPage);
    const auto versions = desk_.versions();
    std::size_t begin = 0;
    if (const auto cursor = call.query("cursor")) {
        const auto number = call.queryInteger("cursor", 1, 4'000'000'000);
        const auto found = std::ranges::find_if(
            versions, [&](const auto& version) { return version.number <= *number; });
        begin = static_cast<std::size_t>(found - versions.begin());
    }
    const auto end = std::min(begin + limit, versions.size());
    std::vector<JsonLine> items;
    for (auto index = begin; index < end; ++index)
        items.push_back(entryJson(versions[index], changesOf(versions[index].number)));
    JsonLine json;
    json.objects("items", items);
    json.textOrNull("next_cursor",
                    end < versions.size() ? std::to_string(versions[end].number) : "");
    json.textOrNull("prev_cursor",
                    begin > 0 ? std::to_string(versions[begin - std::min(begin, limit)].number)
                              : "");
    return api::jsonAnswer(std::move(json).take());
}

Answer VersionResource::find(const Call& call)
{
    call.allowQuery({"format"});
    const auto version = desk_.version(numberIn(call.inPath("n")));
    if (const auto format = call.query("format")) {
        if (*format != "document")
            throw ApiError({{"?format", "invalid", "can be \"document\" only"}});
        return documentAnswer(version.document, "policy-v" + std::to_string(version.number));
    }
    auto json = entryJson(version, changesOf(version.number));
    std::vector<JsonLine> lists;
    for (const auto& list : version.lists) {
        auto& one = lists.emplace_back();
        one.text("name", list.name);
        one.text("content_hash", list.contentHash);
    }
    json.objects("lists", lists);
    json.value("layers", layersText(version.document));
    json.value("defaults", policy::writeDefaults(version.document.defaults));
    return api::jsonAnswer(std::move(json).take());
}

Answer VersionResource::compare(const Call& call)
{
    call.allowQuery({"from", "to"});
    const auto from = policySide(desk_, requireQuery(call, "from"), "?from");
    const auto to = policySide(desk_, requireQuery(call, "to"), "?to");
    const bool haveLists = from.lists && to.lists;
    const auto difference = policy::differenceOf(from.document.toJson(), to.document.toJson(),
                                                 haveLists ? *from.lists : policy::ListHashes(),
                                                 haveLists ? *to.lists : policy::ListHashes());
    std::vector<JsonLine> rows;
    for (const auto& row : difference.rows)
        rows.push_back(rowJson(row));
    JsonLine json;
    json.text("from", from.name);
    json.text("to", to.name);
    json.objects("items", rows);
    json.objects("profiles", namedJson(difference.profiles));
    json.objects("tests", namedJson(difference.cases));
    json.objects("settings", fieldsJson(difference.settings));
    json.objects("lists", listsJson(difference.lists));
    json.texts("words", policy::differenceLines(difference));
    return api::jsonAnswer(std::move(json).take());
}

} // namespace sallyport::admin
