#include "admin/lists/ListActs.h"

#include "admin/api/Answer.h"

#include <Poco/JSON/Parser.h>

namespace sallyport::admin::lists {
namespace {

std::string descriptionText(const std::string& comment, const std::string& feed)
{
    auto json = api::orderedObject();
    json.set("comment", comment);
    json.set("feed", feed.empty() ? Poco::Dynamic::Var() : Poco::JSON::Parser().parse(feed));
    return api::textOf(json);
}

} // namespace

api::Trail::Act importAct(std::string action, const db::ListStore::Import& import)
{
    const auto& version = import.version;
    const bool isUnchanged = import.outcome == db::ListStore::ImportOutcome::Unchanged;
    api::Trail::Act act{.action = std::move(action),
                        .object = version.identity.name,
                        .before = {},
                        .after = {},
                        .note = version.origin.note};
    if (const auto before = isUnchanged ? version.number : version.number - 1; before != 0) {
        auto json = api::orderedObject();
        json.set("version", before);
        act.before = api::textOf(json);
    }
    auto after = api::orderedObject();
    after.set("version", version.number);
    after.set("content_hash", version.identity.contentHash);
    after.set("hosts", version.identity.hosts);
    after.set("networks", version.identity.networks);
    after.set("added", isUnchanged ? 0 : version.added);
    after.set("removed", isUnchanged ? 0 : version.removed);
    after.set("source", version.origin.source);
    act.after = api::textOf(after);
    return act;
}

api::Trail::Act descriptionAct(const db::ListDescription& before, const std::string& comment,
                               const std::string& feed)
{
    return {.action = "list.change",
            .object = before.name,
            .before = descriptionText(before.comment, before.feed),
            .after = descriptionText(comment, feed),
            .note = {}};
}

api::Trail::Act deletionAct(const db::ListStore::Version& list)
{
    auto json = api::orderedObject();
    json.set("version", list.number);
    json.set("content_hash", list.identity.contentHash);
    json.set("entries", list.identity.hosts + list.identity.networks);
    return {.action = "list.delete",
            .object = list.identity.name,
            .before = api::textOf(json),
            .after = {},
            .note = {}};
}

} // namespace sallyport::admin::lists
