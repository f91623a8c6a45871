#include "admin/lists/FeedRefresh.h"

#include "admin/api/ApiError.h"
#include "admin/lists/FetchFile.h"
#include "admin/lists/ListActs.h"
#include "admin/lists/ListState.h"
#include "db/PolicyStore.h"

#include <algorithm>

namespace sallyport::admin::lists {
namespace {

using api::ApiError;
using api::ProblemKind;

Feed::Time timeNow()
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

policy::ImportedList fetch(const Feed& feed, const std::function<void()>& check)
{
    policy::ListReader reader(feed.form.reading());
    fetchFile(feed.url, {}, [&](std::string_view piece) {
        check();
        reader.take(piece);
    });
    return reader.finish();
}

// A file that was cut, or taken over by somebody, is often much smaller or larger. The first one
// has nothing to be compared with.
void requireLikeBefore(const Feed& feed, const db::ListStore::Version& before,
                       const policy::ImportedList& list)
{
    const auto old = before.identity.hosts + before.identity.networks;
    const auto fresh = list.counts.hosts + list.counts.networks;
    if (old == 0)
        return;
    const auto change = std::max(old, fresh) - std::min(old, fresh);
    if (change * 100 > old * feed.mostChangePercent)
        throw ApiError(ProblemKind::Conflict, "it would change the number of entries from " +
                                                  std::to_string(old) + " to " +
                                                  std::to_string(fresh) + ", more than " +
                                                  std::to_string(feed.mostChangePercent) +
                                                  " %; import the file by hand if that is right");
}

class Refresh {
public:
    Refresh(ListParts& parts, const api::Caller& caller, const std::string& name)
        : parts_(parts), caller_(caller), name_(name), lists_(parts.policyFile),
          state_(ListState::of(lists_, name))
    {}

    FeedOutcome run(const std::function<void()>& check)
    {
        const auto feed = Feed::parse(state_.description.feed);
        if (!feed)
            throw ApiError(ProblemKind::Conflict, "The list is not fetched from anywhere.");
        bool isGivenUp = false;
        const auto checkNoting = [&] {
            isGivenUp = true;
            check();
            isGivenUp = false;
        };
        try {
            const auto list = fetch(*feed, checkNoting);
            requireLikeBefore(*feed, state_.version, list);
            const auto outcome = take(list, feed->url);
            lists_.descriptions.noteTry(name_, timeNow(), "");
            return outcome;
        } catch (const std::exception& problem) {
            if (isGivenUp)
                throw;
            noteFailure(problem.what());
            throw ApiError(ProblemKind::Conflict, problem.what());
        }
    }

private:
    FeedOutcome take(const policy::ImportedList& list, const std::string& url)
    {
        const std::scoped_lock lock(parts_.changing);
        if (lists_.store.newest(name_).number != state_.version.number)
            throw ApiError(ProblemKind::Conflict, "the list was changed while it was fetched");
        const auto import =
            lists_.store.import(name_, list, {.who = caller_.name, .source = url, .note = {}},
                                [&](const db::ListStore::Import& made) {
                                    parts_.trail.record(caller_, importAct("list.refresh", made));
                                });
        FeedOutcome outcome;
        if (import.outcome == db::ListStore::ImportOutcome::Changed) {
            outcome.added = import.version.added;
            outcome.removed = import.version.removed;
        }
        outcome.policyVersion = putInForce();
        return outcome;
    }

    // Also when the list is unchanged: an earlier try may have failed here.
    std::uint32_t putInForce()
    {
        db::PolicyStore policies(parts_.policyFile);
        policies.beforeCommit([this](const db::PolicyStore& store, db::PolicyStore::Change) {
            auto after = api::orderedObject();
            after.set("version", store.changeStamp());
            after.set("list", name_);
            parts_.trail.record(caller_, {.action = "policy.republish",
                                          .object = "policy",
                                          .before = {},
                                          .after = api::textOf(after),
                                          .note = "list " + name_ + " fetched"});
        });
        return policies.republishList(name_, caller_.name, "list " + name_ + " fetched");
    }

    void noteFailure(const std::string& why)
    {
        // The same failure again and again is one event in the trail.
        if (lists_.descriptions.of(name_).lastError != why) {
            auto after = api::orderedObject();
            after.set("refused", why);
            parts_.trail.record(caller_, {.action = "list.refresh-refused",
                                          .object = name_,
                                          .before = {},
                                          .after = api::textOf(after),
                                          .note = {}});
        }
        lists_.descriptions.noteTry(name_, timeNow(), why);
    }

    ListParts& parts_;
    const api::Caller& caller_;
    const std::string& name_;
    OpenLists lists_;
    const ListState state_;
};

} // namespace

Poco::JSON::Object FeedOutcome::json() const
{
    auto json = api::orderedObject();
    json.set("outcome", std::string(added + removed == 0 ? "unchanged" : "changed"));
    json.set("added", added);
    json.set("removed", removed);
    json.set("policy_version",
             policyVersion == 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(policyVersion));
    return json;
}

FeedOutcome refreshFeed(ListParts& parts, const api::Caller& caller, const std::string& list,
                        const std::function<void()>& check)
{
    return Refresh(parts, caller, list).run(check);
}

} // namespace sallyport::admin::lists
