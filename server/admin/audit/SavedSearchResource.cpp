#include "admin/audit/SavedSearchResource.h"

#include "admin/api/TimeText.h"

#include <array>
#include <charconv>

namespace sallyport::admin::audit {
namespace {

using db::SavedSearch;
using Poco::Dynamic::Var;

constexpr std::size_t MostColumns = 30;
constexpr api::TextSize NameSize{.least = 1, .most = 80};
constexpr api::TextSize QuerySize{.least = 0, .most = 4000};
constexpr api::TextSize ColumnSize{.least = 1, .most = 40};

struct BuiltIn {
    std::string_view id;
    std::string_view name;
    std::string_view query;
};
constexpr std::array BuiltIns{
    BuiltIn{"denied-today", "Denied today", "last=24h&verdict=deny"},
    BuiltIn{"not-identified", "Not identified", "last=24h&user="},
    BuiltIn{"failed-upstream", "Failed upstream", "last=24h&verdict=error"}};

Poco::JSON::Array arrayOf(const std::vector<std::string>& texts)
{
    Poco::JSON::Array array;
    for (const auto& text : texts)
        array.add(text);
    return array;
}

Poco::JSON::Object jsonOf(const BuiltIn& search)
{
    auto json = api::orderedObject();
    json.set("id", std::string(search.id));
    json.set("name", std::string(search.name));
    json.set("shared", true);
    json.set("built_in", true);
    json.set("query", std::string(search.query));
    json.set("columns", Poco::JSON::Array());
    json.set("by", "sallyport");
    json.set("mine", false);
    json.set("created_at", Var());
    json.set("changed_at", Var());
    json.set("etag", "0");
    return json;
}

std::string tagOf(const SavedSearch& search)
{
    return std::to_string(search.id) + '.' + std::to_string(search.version);
}

Poco::JSON::Object jsonOf(const SavedSearch& search, const api::Caller& caller)
{
    auto json = api::orderedObject();
    json.set("id", std::to_string(search.id));
    json.set("name", search.name);
    json.set("shared", search.reach == SavedSearch::Reach::Shared);
    json.set("built_in", false);
    json.set("query", search.query);
    json.set("columns", arrayOf(search.columns));
    json.set("by", search.by);
    json.set("mine", search.owner == caller.account);
    json.set("created_at", api::timeText(search.created));
    json.set("changed_at", api::timeText(search.changed));
    json.set("etag", tagOf(search));
    return json;
}

// Columns are joined by commas where they are kept.
void requireColumns(api::JsonFields& body, const std::vector<std::string>& columns)
{
    for (const auto& column : columns)
        if (column.contains(','))
            body.wrong("columns", "invalid", "the name of a column has no comma");
}

void requireRoleFor(SavedSearch::Reach reach, const api::Caller& caller)
{
    if (reach == SavedSearch::Reach::Shared && caller.role < api::Role::Auditor)
        throw api::ApiError(api::ProblemKind::Forbidden, "Sharing a search needs the role auditor.")
            .with("needs", R"("auditor")");
}

// What is shared is everybody's: that it changed goes to the trail.
api::Trail::Act actOf(const std::string& action, const SavedSearch& search,
                      const std::string& before, const std::string& after)
{
    return {action, search.name, before, after, ""};
}

} // namespace

api::Answer SavedSearchResource::list(const api::Call& call)
{
    Poco::JSON::Array items;
    for (const auto& search : BuiltIns)
        items.add(jsonOf(search));
    const std::scoped_lock lock(mutex_);
    for (const auto& search : store_.visibleTo(call.caller().account))
        items.add(jsonOf(search, call.caller()));
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("next_cursor", Var());
    json.set("prev_cursor", Var());
    return api::answerOf(json);
}

api::Answer SavedSearchResource::create(api::Call& call)
{
    auto& body = call.json();
    SavedSearch search;
    search.name = body.text("name", NameSize);
    search.query = body.text("query", QuerySize);
    search.columns = body.texts("columns", MostColumns, ColumnSize);
    if (body.optionalFlag("shared").value_or(false))
        search.reach = SavedSearch::Reach::Shared;
    requireColumns(body, search.columns);
    body.refuseOthers();
    body.throwIfWrong();
    requireRoleFor(search.reach, call.caller());
    search.owner = call.caller().account;
    search.by = call.caller().name;
    search.created = api::now();
    const std::scoped_lock lock(mutex_);
    trail_.record(call.caller(),
                  actOf("search.create", search, "", api::textOf(jsonOf(search, call.caller()))));
    search = store_.add(std::move(search));
    return api::created("/audit/searches/" + std::to_string(search.id),
                        jsonOf(search, call.caller()))
        .withTag(tagOf(search));
}

SavedSearch SavedSearchResource::require(const api::Call& call) const
{
    const auto& text = call.inPath("id");
    std::int64_t id = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), id).ptr;
    auto search = end == text.data() + text.size() ? store_.find(id) : std::nullopt;
    const bool visible = search && (search->reach == SavedSearch::Reach::Shared ||
                                    search->owner == call.caller().account);
    if (!visible)
        throw api::ApiError(api::ProblemKind::NotFound, "There is no such search.");
    return *std::move(search);
}

SavedSearch SavedSearchResource::requireOwn(const api::Call& call) const
{
    auto search = require(call);
    if (search.owner != call.caller().account && call.caller().role < api::Role::Admin)
        throw api::ApiError(api::ProblemKind::Forbidden,
                            "Only " + search.by + " and an admin can change it.");
    call.requireMatch(tagOf(search));
    return search;
}

api::Answer SavedSearchResource::show(const api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    const auto search = require(call);
    return std::move(api::answerOf(jsonOf(search, call.caller())).withTag(tagOf(search)));
}

api::Answer SavedSearchResource::change(api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    auto search = requireOwn(call);
    const auto before = api::textOf(jsonOf(search, call.caller()));
    auto& body = call.json();
    if (auto name = body.optionalText("name", NameSize))
        search.name = *std::move(name);
    if (auto query = body.optionalText("query", QuerySize))
        search.query = *std::move(query);
    if (body.has("columns"))
        search.columns = body.texts("columns", MostColumns, ColumnSize);
    if (const auto shared = body.optionalFlag("shared"))
        search.reach = *shared ? SavedSearch::Reach::Shared : SavedSearch::Reach::Private;
    requireColumns(body, search.columns);
    body.refuseOthers();
    body.throwIfWrong();
    requireRoleFor(search.reach, call.caller());
    search.changed = api::now();
    trail_.record(call.caller(), actOf("search.change", search, before,
                                       api::textOf(jsonOf(search, call.caller()))));
    if (!store_.change(search))
        throw api::ApiError(api::ProblemKind::Stale, "It was changed since it was read.");
    return std::move(api::answerOf(jsonOf(search, call.caller())).withTag(tagOf(search)));
}

api::Answer SavedSearchResource::remove(const api::Call& call)
{
    const std::scoped_lock lock(mutex_);
    const auto search = requireOwn(call);
    trail_.record(call.caller(),
                  actOf("search.delete", search, api::textOf(jsonOf(search, call.caller())), ""));
    store_.remove(search.id);
    return api::noContent();
}

void SavedSearchResource::addTo(api::Router& router)
{
    const auto anyRole = api::Access::from(api::Role::HelpDesk);
    router.add("GET", "/audit/searches", anyRole,
               [this](const api::Call& call) { return list(call); });
    router.add("POST", "/audit/searches", anyRole,
               [this](api::Call& call) { return create(call); });
    router.add("GET", "/audit/searches/{id}", anyRole,
               [this](const api::Call& call) { return show(call); });
    router.add("PATCH", "/audit/searches/{id}", anyRole,
               [this](api::Call& call) { return change(call); });
    router.add("DELETE", "/audit/searches/{id}", anyRole,
               [this](const api::Call& call) { return remove(call); });
}

} // namespace sallyport::admin::audit
