#include "app/AdminTrail.h"

#include "app/CommandLine.h"
#include "app/PolicySummary.h"
#include "app/VersionDifference.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace sallyport::app {
namespace {

using db::ListStore;
using db::PolicyStore;
using Poco::JSON::Object;
using policy::ChangeKind;

std::string textOf(const Object& json)
{
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

db::AdminAct actNow(std::string action, std::string object)
{
    db::AdminAct act;
    act.time =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    act.who = actor();
    act.source = "command line";
    act.action = std::move(action);
    act.object = std::move(object);
    return act;
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
    Object json = orderedObject();
    count(json, "rules", difference.rows);
    count(json, "profiles", difference.profiles);
    count(json, "tests", difference.cases);
    if (!difference.settings.empty())
        json.set("settings_changed", difference.settings.size());
    if (!difference.lists.empty())
        json.set("lists_changed", difference.lists.size());
    return json;
}

db::AdminAct newVersionAct(const PolicyStore& store)
{
    const PolicyStore::Version version = store.current();
    db::AdminAct act = actNow("policy." + std::string(versionKindName(version.kind)), "policy");
    if (version.number > 1) {
        Object before = orderedObject();
        before.set("version", version.number - 1);
        act.before = textOf(before);
    }
    Object after = orderedObject();
    after.set("version", version.number);
    if (version.parent != 0)
        after.set("made_from", version.parent);
    after.set("summary", summary(version.document));
    if (const auto difference = differenceMade(store, version))
        after.set("difference", countsOf(*difference));
    if (!version.testOverride.empty())
        after.set("failing_tests_overruled", version.testOverride);
    act.after = textOf(after);
    act.note = version.note;
    return act;
}

std::string draftText(const PolicyStore::Draft& draft)
{
    Object json = orderedObject();
    json.set("base_version", draft.baseVersion);
    json.set("who", draft.who);
    json.set("summary", summary(draft.document));
    return textOf(json);
}

db::AdminAct draftSavedAct(const PolicyStore& store)
{
    db::AdminAct act = actNow("policy.draft-save", "draft");
    if (const auto draft = store.draft())
        act.after = draftText(*draft);
    return act;
}

db::AdminAct draftDiscardedAct(const PolicyStore& store)
{
    db::AdminAct act = actNow("policy.draft-discard", "draft");
    if (const auto draft = store.draft())
        act.before = draftText(*draft);
    return act;
}

db::AdminAct actOf(const PolicyStore& store, PolicyStore::Change change)
{
    switch (change) {
    case PolicyStore::Change::Version:
        return newVersionAct(store);
    case PolicyStore::Change::DraftSaved:
        return draftSavedAct(store);
    case PolicyStore::Change::Confirmed: // by no command
    case PolicyStore::Change::DraftDiscarded:
        break;
    }
    return draftDiscardedAct(store);
}

db::AdminAct actOf(const ListStore::Import& import)
{
    const ListStore::Version& version = import.version;
    const bool unchanged = import.outcome == ListStore::ImportOutcome::Unchanged;
    db::AdminAct act = actNow("list.import", version.identity.name);
    const std::uint32_t before = unchanged ? version.number : version.number - 1;
    if (before != 0) {
        Object json = orderedObject();
        json.set("version", before);
        act.before = textOf(json);
    }
    Object after = orderedObject();
    after.set("version", version.number);
    after.set("content_hash", version.identity.contentHash);
    after.set("hosts", version.identity.hosts);
    after.set("networks", version.identity.networks);
    after.set("added", unchanged ? 0 : version.added);
    after.set("removed", unchanged ? 0 : version.removed);
    after.set("source", version.origin.source);
    act.after = textOf(after);
    act.note = version.origin.note;
    return act;
}

std::string nameOf(uid_t user)
{
    const passwd* known = ::getpwuid(user);
    return (known ? known->pw_name : "user") + (" (uid " + std::to_string(user) + ')');
}

} // namespace

std::string actor()
{
    const uid_t user = ::geteuid();
    // Anybody can set it, but who is root need not lie about who he is.
    const char* const behindSudo = user == 0 ? std::getenv("SUDO_UID") : nullptr;
    uid_t person = 0;
    const std::string_view digits = behindSudo ? behindSudo : "";
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), person);
    if (error != std::errc() || end != digits.end() || person == 0)
        return nameOf(user);
    return nameOf(person) + " as root";
}

void recordReading(const CommandLine& line, const std::string& action)
{
    db::AdminAct act = actNow(action, "audit log");
    Object asked = orderedObject();
    for (const auto& [option, values] : line.given()) {
        if (values.empty())
            asked.set(option, true);
        else if (values.size() == 1)
            asked.set(option, values.front());
        else
            asked.set(option, values);
    }
    act.after = textOf(asked);
    db::AdminSpool(line.dataDirectory()).append(act);
}

PolicyStore::BeforeCommit policyTrail(const CommandLine& line)
{
    return [spool = db::AdminSpool(line.dataDirectory())](const PolicyStore& store,
                                                          PolicyStore::Change change) {
        spool.append(actOf(store, change));
    };
}

std::function<void(const ListStore::Import&)> listTrail(const CommandLine& line)
{
    return [spool = db::AdminSpool(line.dataDirectory())](const ListStore::Import& import) {
        spool.append(actOf(import));
    };
}

} // namespace sallyport::app
