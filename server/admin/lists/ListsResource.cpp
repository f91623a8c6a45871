#include "admin/lists/ListsResource.h"

#include "admin/api/TimeText.h"
#include "admin/lists/Feed.h"
#include "admin/lists/ListActs.h"
#include "admin/lists/ListState.h"

#include <algorithm>
#include <sstream>

namespace sallyport::admin::lists {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;

constexpr std::size_t MostVersions = 100;
constexpr std::string_view LookupName = "lookup"; // stands in a path where a list's name does

bool containsInAnyCase(std::string_view text, std::string_view part)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

Poco::JSON::Object versionJson(const db::ListStore::Version& version)
{
    auto json = api::orderedObject();
    json.set("version", version.number);
    json.set("at", api::timeText(version.created));
    json.set("by", version.origin.who);
    json.set("source", version.origin.source);
    json.set("note", version.origin.note);
    json.set("hosts", version.identity.hosts);
    json.set("networks", version.identity.networks);
    json.set("added", version.added);
    json.set("removed", version.removed);
    json.set("rejected", version.rejected);
    json.set("content_hash", version.identity.contentHash);
    return json;
}

// What a body says of a feed: nothing, none any more, or which.
std::optional<std::string> feedIn(api::JsonFields& fields)
{
    if (!fields.has("feed"))
        return std::nullopt;
    auto given = fields.object("feed");
    return given ? Feed::read(*given).text() : std::string();
}

Answer answerOf(const OpenLists& lists, const ListState& state, const ListUse& use)
{
    return api::answerOf(state.json(lists, use)).withTag(state.tag());
}

[[noreturn]] void refuseUsed(const ListUse& use)
{
    Poco::JSON::Array rules;
    for (const auto& rule : use.draft) {
        auto json = api::orderedObject();
        json.set("id", rule.id);
        json.set("name", rule.name);
        json.set("layer", std::string(policy::layerName(rule.layer)));
        rules.add(json);
    }
    std::ostringstream text;
    rules.stringify(text);
    throw ApiError(ProblemKind::Conflict,
                   use.draft.empty()
                       ? "The policy in force uses it; publish the draft first, which does not."
                       : "Rules refer to it; take it out of them first.")
        .with("rules", text.str());
}

// A new list is there afterwards, or nothing has changed.
auto refuseKnown(const std::string& name)
{
    return [name](const db::ListStore::Import& import) {
        if (import.outcome == db::ListStore::ImportOutcome::Unchanged || import.version.number != 1)
            throw ApiError(ProblemKind::Conflict, "There is a list \"" + name + "\" already.");
    };
}

} // namespace

void ListsResource::addTo(api::Router& router)
{
    const auto reader = Access::from(Role::HelpDesk);
    const auto editor = Access::from(Role::Editor).changingPolicy();
    const auto route = [&](const char* method, const char* path, Access access,
                           Answer (ListsResource::*handle)(Call&)) {
        router.add(method, path, access,
                   [this, handle](Call& call) { return (this->*handle)(call); });
    };
    route("GET", "/lists", reader, &ListsResource::all);
    route("POST", "/lists", editor, &ListsResource::create);
    route("GET", "/lists/lookup", reader, &ListsResource::lookUp);
    route("GET", "/lists/{id}", reader, &ListsResource::one);
    route("PATCH", "/lists/{id}", editor, &ListsResource::change);
    route("DELETE", "/lists/{id}", editor, &ListsResource::remove);
    route("GET", "/lists/{id}/versions", reader, &ListsResource::versions);
}

Answer ListsResource::all(Call& call)
{
    call.allowQuery({"q", "kind", "limit", "cursor"});
    const auto part = call.query("q").value_or("");
    const auto kind = call.query("kind").value_or("");
    const auto after = call.query("cursor").value_or("");
    const auto limit = call.limit();
    const OpenLists lists(parts_.policyFile);
    const auto uses = parts_.uses.now();

    Poco::JSON::Array items;
    std::size_t total = 0;
    std::string last;
    Poco::Dynamic::Var next;
    for (const auto& name : lists.store.names()) {
        const auto state = ListState::of(lists, name);
        if (!kind.empty() && state.kind() != kind)
            continue;
        if (!containsInAnyCase(name, part) && !containsInAnyCase(state.description.comment, part))
            continue;
        ++total;
        if (name <= after)
            continue;
        if (items.size() == limit) {
            if (next.isEmpty())
                next = last;
            continue;
        }
        const auto use = uses->find(name);
        items.add(state.json(lists, use == uses->end() ? ListUse() : use->second));
        last = name;
    }
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("next_cursor", next);
    json.set("prev_cursor", Poco::Dynamic::Var());
    json.set("total", total);
    return api::answerOf(json);
}

Answer ListsResource::create(Call& call)
{
    auto& fields = call.json();
    const auto name = fields.text("name", {.least = 1, .most = db::ListStore::MaxNameLength});
    const auto comment = fields.optionalText("comment").value_or("");
    const auto feed = feedIn(fields).value_or("");
    fields.refuseOthers();
    if (name == LookupName)
        fields.wrong("name", "reserved", "is a word of the API; choose another name");
    fields.throwIfWrong();

    OpenLists lists(parts_.policyFile);
    try {
        lists.store.import(name, {}, {.who = call.caller().name, .source = "by hand", .note = {}},
                           [&](const db::ListStore::Import& import) {
                               refuseKnown(name)(import);
                               parts_.trail.record(call.caller(), importAct("list.create", import));
                           });
    } catch (const policy::PolicyError& problem) {
        throw ApiError({{"/name", "invalid", problem.what()}});
    }
    const auto nothingSaid = lists.descriptions.of(name);
    if (!comment.empty() || !feed.empty())
        lists.descriptions.save(name, comment, feed, [&] {
            parts_.trail.record(call.caller(), descriptionAct(nothingSaid, comment, feed));
        });
    const auto state = ListState::of(lists, name);
    return api::created("/lists/" + name, state.json(lists, parts_.uses.of(name)))
        .withTag(state.tag());
}

Answer ListsResource::one(Call& call)
{
    const OpenLists lists(parts_.policyFile);
    const auto& name = call.inPath("id");
    return answerOf(lists, ListState::of(lists, name), parts_.uses.of(name));
}

Answer ListsResource::change(Call& call)
{
    const auto& name = call.inPath("id");
    const std::scoped_lock lock(parts_.changing);
    OpenLists lists(parts_.policyFile);
    const auto before = ListState::of(lists, name);
    call.requireMatch(before.tag());
    auto& fields = call.json();
    const auto comment = fields.optionalText("comment").value_or(before.description.comment);
    const auto feed = feedIn(fields).value_or(before.description.feed);
    fields.refuseOthers();
    fields.throwIfWrong();
    lists.descriptions.save(name, comment, feed, [&] {
        parts_.trail.record(call.caller(), descriptionAct(before.description, comment, feed));
    });
    return answerOf(lists, ListState::of(lists, name), parts_.uses.of(name));
}

Answer ListsResource::remove(Call& call)
{
    const auto& name = call.inPath("id");
    const std::scoped_lock lock(parts_.changing);
    OpenLists lists(parts_.policyFile);
    const auto state = ListState::of(lists, name);
    call.requireMatch(state.tag());
    if (const auto use = parts_.uses.of(name); use.live != 0 || !use.draft.empty())
        refuseUsed(use);
    lists.store.remove(name,
                       [&] { parts_.trail.record(call.caller(), deletionAct(state.version)); });
    parts_.imports.dropAll(name);
    return api::noContent();
}

Answer ListsResource::versions(Call& call)
{
    const OpenLists lists(parts_.policyFile);
    const auto& name = call.inPath("id");
    static_cast<void>(ListState::of(lists, name));
    Poco::JSON::Array items;
    for (const auto& version : lists.store.versions(name)) {
        if (items.size() == MostVersions)
            break;
        items.add(versionJson(version));
    }
    auto json = api::orderedObject();
    json.set("items", items);
    return api::answerOf(json);
}

Answer ListsResource::lookUp(Call& call)
{
    call.allowQuery({"host"});
    const auto host = call.query("host").value_or("");
    if (host.empty())
        throw ApiError({{"?host", "required", "say a host name or an address"}});
    const OpenLists lists(parts_.policyFile);
    const auto uses = parts_.uses.now();
    Poco::JSON::Array items;
    try {
        for (const auto& [list, entry] : lists.store.lookUp(host)) {
            const auto use = uses->find(list);
            auto json = api::orderedObject();
            json.set("list", list);
            json.set("entry", entry);
            json.set("in_force", lists.store.contentInForce(list).has_value());
            json.set("used_by_live", use == uses->end() ? 0 : use->second.live);
            items.add(json);
        }
    } catch (const policy::PolicyError& problem) {
        throw ApiError({{"?host", "invalid", problem.what()}});
    }
    auto json = api::orderedObject();
    json.set("host", host);
    json.set("items", items);
    return api::answerOf(json);
}

} // namespace sallyport::admin::lists
