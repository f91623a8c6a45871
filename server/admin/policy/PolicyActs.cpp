#include "admin/policy/PolicyActs.h"

#include "admin/api/Answer.h"
#include "admin/policy/PolicySummary.h"
#include "admin/policy/VersionDifference.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sallyport::admin {
namespace {

using db::PolicyStore;
using Poco::JSON::Object;
using policy::ChangeKind;

api::Trail::Act newAct(std::string action, std::string object)
{
    return {std::move(action), std::move(object), {}, {}, {}};
}

// How many rows, profiles, … changed which way; what did not change is left out.
template <class Changes>
void count(Object& json, const std::string& things, const Changes& changes)
{
    constexpr std::pair<ChangeKind, const char*> Ways[] = {
        {ChangeKind::Added, "_added"},
        {ChangeKind::Removed, "_removed"},
        {ChangeKind::Kept, "_changed"},
    };
    for (const auto& [kind, way] : Ways)
        if (const auto number =
                std::ranges::count(changes, kind, &std::ranges::range_value_t<Changes>::kind))
            json.set(things + way, number);
}

Object countsOf(const policy::PolicyDifference& difference)
{
    Object json = api::orderedObject();
    count(json, "rules", difference.rows);
    count(json, "profiles", difference.profiles);
    count(json, "tests", difference.cases);
    if (!difference.settings.empty())
        json.set("settings_changed", difference.settings.size());
    if (!difference.lists.empty())
        json.set("lists_changed", difference.lists.size());
    return json;
}

api::Trail::Act newVersionAct(const PolicyStore& store)
{
    const PolicyStore::Version version = store.current();
    auto act = newAct("policy." + std::string(versionKindName(version.kind)), "policy");
    if (version.number > 1) {
        Object before = api::orderedObject();
        before.set("version", version.number - 1);
        act.before = api::textOf(before);
    }
    Object after = api::orderedObject();
    after.set("version", version.number);
    if (version.parent != 0)
        after.set("made_from", version.parent);
    after.set("summary", summary(version.document));
    if (const auto difference = differenceMade(store, version))
        after.set("difference", countsOf(*difference));
    if (!version.testOverride.empty())
        after.set("failing_tests_overruled", version.testOverride);
    act.after = api::textOf(after);
    act.note = version.note;
    return act;
}

std::string draftText(const PolicyStore::Draft& draft)
{
    Object json = api::orderedObject();
    json.set("base_version", draft.baseVersion);
    json.set("who", draft.who);
    json.set("summary", summary(draft.document));
    return api::textOf(json);
}

api::Trail::Act draftSavedAct(const PolicyStore& store)
{
    auto act = newAct("policy.draft-save", "draft");
    if (const auto draft = store.draft())
        act.after = draftText(*draft);
    return act;
}

api::Trail::Act draftDiscardedAct(const PolicyStore& store)
{
    auto act = newAct("policy.draft-discard", "draft");
    if (const auto draft = store.draft())
        act.before = draftText(*draft);
    return act;
}

api::Trail::Act confirmedAct(const PolicyStore& store)
{
    auto act = newAct("policy.confirm", "policy");
    Object json = api::orderedObject();
    json.set("version", store.changeStamp());
    act.after = api::textOf(json);
    return act;
}

} // namespace

api::Trail::Act policyAct(const PolicyStore& store, PolicyStore::Change change)
{
    switch (change) {
    case PolicyStore::Change::Version:
        return newVersionAct(store);
    case PolicyStore::Change::DraftSaved:
        return draftSavedAct(store);
    case PolicyStore::Change::DraftDiscarded:
        return draftDiscardedAct(store);
    case PolicyStore::Change::Confirmed:
        break;
    }
    return confirmedAct(store);
}

} // namespace sallyport::admin
