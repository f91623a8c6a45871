#include "admin/policy/StartingPolicy.h"

#include "admin/api/Answer.h"
#include "admin/api/ApiError.h"
#include "db/Database.h"
#include "db/ListStore.h"
#include "db/PolicyStore.h"
#include "policy/ListReader.h"
#include "policy/PolicyDocument.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UUIDGenerator.h>

#include <optional>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::Action;
using policy::Layer;
using policy::PolicyDocument;

constexpr const char* AllowedList = "allowed";

policy::Rule ruleNamed(std::string name, std::string comment)
{
    policy::Rule rule;
    rule.id = Poco::UUIDGenerator().createRandom().toString();
    rule.name = std::move(name);
    rule.comment = std::move(comment);
    return rule;
}

// The clients of the first start's policy, without its destinations' ports.
PolicyDocument watching()
{
    auto document = PolicyDocument::initial();
    auto allow = ruleNamed("Internal clients to everything public",
                           "Chosen at set-up: allow all and watch. The guard still refuses private "
                           "and other special-purpose addresses.");
    allow.action = Action::Allow;
    allow.when.client = document.rows(Layer::Access).back().when.client;
    document.rows(Layer::Access).back() = std::move(allow);
    document.defaults.inspection = Action::Observe;
    return document;
}

PolicyDocument denyingAllBut()
{
    auto document = PolicyDocument::initial();
    auto allow = ruleNamed("Allowed destinations", "Chosen at set-up: all else is denied.");
    allow.action = Action::Allow;
    allow.when.client = document.rows(Layer::Access).back().when.client;
    allow.when.host = {std::string("list:") + AllowedList};
    document.rows(Layer::Access).back() = std::move(allow);
    return document;
}

policy::ImportedList listOf(const std::string& document)
{
    policy::ListReader reader(policy::ListReading{.format = policy::ListFormat::Plain});
    if (document.empty())
        return {};
    bool hasAny = false;
    try {
        const auto json = Poco::JSON::Parser().parse(document).extract<Poco::JSON::Object::Ptr>();
        const auto hosts = json->getArray("hosts");
        for (unsigned i = 0; hosts && i < hosts->size(); ++i) {
            reader.take(hosts->getElement<std::string>(i) + '\n');
            hasAny = true;
        }
    } catch (const Poco::Exception&) {
        throw api::ApiError({{"/starting_policy/document", "invalid",
                              R"(must be a JSON text like {"hosts": ["*.example.com"]})"}});
    }
    return hasAny ? reader.finish() : policy::ImportedList();
}

PolicyDocument chosen(const std::string& kind, const std::string& document)
{
    if (kind == "watch")
        return watching();
    if (kind == "deny_all")
        return denyingAllBut();
    return PolicyDocument::parse(document);
}

} // namespace

void applyStartingPolicy(const std::filesystem::path& policyFile, const api::Trail& trail,
                         const api::Caller& caller, const std::string& kind,
                         const std::string& document)
{
    if (kind == "keep")
        return;
    const auto wanted = chosen(kind, document);
    db::PolicyStore store(policyFile);
    const std::string note = "Chosen at set-up: " + kind;
    if (kind == "deny_all") {
        auto database = db::Database::openExisting(policyFile);
        db::ListStore(database).import(AllowedList, listOf(document),
                                       {.who = caller.name, .source = "set-up", .note = note},
                                       [&](const auto&) {
                                           trail.record(caller, {.action = "list.import",
                                                                 .object = AllowedList,
                                                                 .before = "",
                                                                 .after = "",
                                                                 .note = note});
                                       });
    }
    store.beforeCommit([&](const db::PolicyStore& changed, db::PolicyStore::Change) {
        auto after = api::orderedObject();
        after.set("version", changed.changeStamp());
        trail.record(caller, {.action = "policy.publish",
                              .object = "policy",
                              .before = "",
                              .after = api::textOf(after),
                              .note = note});
    });
    store.publish(wanted, caller.name, note);
}

} // namespace sallyport::admin
