#include "app/AdminTrail.h"

#include "admin/policy/PolicyActs.h"
#include "app/CommandLine.h"
#include "app/PolicySummary.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace sallyport::app {
namespace {

using admin::api::textOf;
using db::ListStore;
using db::PolicyStore;
using Poco::JSON::Object;

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
        const auto told = admin::policyAct(store, change);
        auto act = actNow(told.action, told.object);
        act.before = told.before;
        act.after = told.after;
        act.note = told.note;
        spool.append(act);
    };
}

std::function<void(const ListStore::Import&)> listTrail(const CommandLine& line)
{
    return [spool = db::AdminSpool(line.dataDirectory())](const ListStore::Import& import) {
        spool.append(actOf(import));
    };
}

} // namespace sallyport::app
