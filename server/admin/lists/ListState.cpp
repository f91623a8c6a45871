#include "admin/lists/ListState.h"

#include "admin/api/Answer.h"
#include "admin/api/ApiError.h"
#include "admin/api/EntityTag.h"
#include "admin/api/TimeText.h"
#include "admin/lists/Feed.h"

namespace sallyport::admin::lists {
namespace {

constexpr std::size_t MostRulesNamed = 50;

Poco::JSON::Object useJson(const ListUse& use)
{
    auto json = api::orderedObject();
    json.set("live", use.live);
    json.set("draft", use.draft.size());
    Poco::JSON::Array rules;
    for (const auto& rule : use.draft) {
        if (rules.size() == MostRulesNamed)
            break;
        auto each = api::orderedObject();
        each.set("id", rule.id);
        each.set("name", rule.name);
        each.set("layer", std::string(policy::layerName(rule.layer)));
        rules.add(each);
    }
    json.set("rules", rules);
    return json;
}

} // namespace

ListState ListState::of(const OpenLists& lists, const std::string& name)
{
    const auto versions = lists.store.versions(name);
    if (versions.empty())
        throw api::ApiError(api::ProblemKind::NotFound, "There is no list \"" + name + "\".");
    return {versions.front(), lists.descriptions.of(name)};
}

std::string ListState::tag() const
{
    return api::entityTagOf(std::to_string(version.number) + '\n' + version.identity.contentHash +
                            '\n' + description.comment + '\n' + description.feed);
}

std::string ListState::kind() const
{
    const auto& [name, hosts, networks, hash] = version.identity;
    if (hosts != 0)
        return networks != 0 ? "mixed" : "hosts";
    return networks != 0 ? "networks" : "empty";
}

Poco::JSON::Object ListState::json(const OpenLists& lists, const ListUse& use) const
{
    const auto& identity = version.identity;
    const auto inForce = lists.store.contentInForce(identity.name);
    auto json = api::orderedObject();
    json.set("id", identity.name);
    json.set("name", identity.name);
    json.set("kind", kind());
    json.set("entries", identity.hosts + identity.networks);
    json.set("hosts", identity.hosts);
    json.set("networks", identity.networks);
    json.set("comment", description.comment);
    json.set("version", version.number);
    json.set("content_hash", identity.contentHash);
    json.set("changed_at", api::timeText(version.created));
    json.set("changed_by", version.origin.who);
    json.set("source", version.origin.source);
    json.set("note", version.origin.note);
    json.set("used_by", useJson(use));
    json.set("pending", inForce && *inForce != identity.contentHash);
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    if (const auto feed = Feed::parse(description.feed))
        json.set("feed", feedJson(*feed, description, now));
    else
        json.set("feed", Poco::Dynamic::Var());
    json.set("etag", tag());
    return json;
}

} // namespace sallyport::admin::lists
