#include "admin/policy/ExceptionResource.h"

#include "admin/policy/JsonLine.h"
#include "admin/policy/RuleResource.h"
#include "db/AuditReader.h"
#include "policy/DocumentWriter.h"
#include "policy/Network.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using policy::Layer;
using policy::Rule;

constexpr std::size_t MostNameBytes = 200; // of a rule

// What an exception is made of.
struct Denied {
    std::string host;
    std::uint16_t port = 0;
    std::string user;
    std::string client;
    std::string address;
    Layer layer = Layer::Access;
    std::string ruleId; // empty: the default row
};

std::optional<db::SessionId> idFrom(const std::string& text)
{
    std::string digits;
    for (const char c : text)
        if (c != '-')
            digits += c;
    db::SessionId id{};
    if (digits.size() != 2 * id.size())
        return std::nullopt;
    for (std::size_t index = 0; index < id.size(); ++index) {
        const char* const end = digits.data() + 2 * index + 2;
        if (std::from_chars(end - 2, end, id[index], 16).ptr != end)
            return std::nullopt;
    }
    return id;
}

std::optional<Denied> deniedBy(const db::AuditRecord& record)
{
    if (record.verdict != "deny")
        return std::nullopt;
    Denied denied;
    denied.host = record.host;
    denied.port = record.port;
    denied.user = record.user;
    denied.client = record.clientIp;
    denied.address = record.destinationIp;
    denied.ruleId = record.ruleId;
    const auto layer = std::ranges::find(policy::AllLayers, record.ruleLayer, policy::layerName);
    if (layer != policy::AllLayers.end())
        denied.layer = *layer;
    return denied;
}

Denied requireDenied(const std::filesystem::path& auditFolder, const std::string& session)
{
    const auto id = idFrom(session);
    if (!id)
        throw ApiError({{"/session_id", "invalid", "is not the id of a session"}});
    std::vector<db::RecordedSession> found;
    std::optional<Denied> denied;
    if (std::filesystem::is_directory(auditFolder)) {
        const db::AuditReader log(auditFolder);
        found = log.find({*id, *id}, 1);
        if (!found.empty())
            log.forEachOf(found.front(), [&](const db::AuditRecord& record) {
                if (!denied)
                    denied = deniedBy(record);
            });
    }
    if (found.empty())
        throw ApiError(ProblemKind::NotFound, "The audit log has no such session.");
    if (!denied || denied->host.empty())
        throw ApiError(ProblemKind::Conflict, "The policy did not deny this session, so it needs "
                                              "no exception.");
    return *denied;
}

policy::Network networkOf(const std::string& address)
{
    auto network = policy::parseNetwork(address);
    if (!network)
        throw ApiError(ProblemKind::Conflict, "The record of this session has no address.");
    return *network;
}

Rule exceptionFor(const Denied& denied, const std::string& session)
{
    Rule rule;
    rule.id = Poco::UUIDGenerator::defaultGenerator().createRandom().toString();
    const auto whom = denied.user.empty() ? denied.client : denied.user;
    rule.name = "Exception: " + whom + " to " + denied.host;
    if (rule.name.size() > MostNameBytes)
        rule.name = "Exception for session " + session;
    rule.layer = denied.layer;
    rule.action = policy::Action::Allow;
    rule.expires = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                   ExceptionResource::LastsFor;
    rule.comment = "Drafted from session " + session + '.';
    if (denied.user.empty())
        rule.when.client = {networkOf(denied.client)};
    else
        rule.when.user = {denied.user};
    rule.when.host = {denied.host};
    rule.when.port = {{denied.port, denied.port}};
    // The guard judges addresses: an exception for a name only would hold wherever it points to.
    if (denied.layer == Layer::Guard)
        rule.when.address = {networkOf(denied.address.empty() ? denied.host : denied.address)};
    return rule;
}

} // namespace

void ExceptionResource::addTo(api::Router& router)
{
    router.add("POST", "/policy/draft/exceptions",
               api::Access::from(api::Role::Editor).changingPolicy(),
               [this](Call& call) { return create(call); });
}

Answer ExceptionResource::create(Call& call)
{
    auto& body = call.json();
    const auto session = body.text("session_id", {.least = 1, .most = 64});
    body.refuseOthers();
    body.throwIfWrong();
    trail_.record(call.caller(), {"audit.show", "session " + session, "", "", "for an exception"});
    const auto denied = requireDenied(auditFolder_, session);
    if (denied.layer == Layer::Emergency)
        throw ApiError(ProblemKind::Conflict,
                       "An emergency rule denied this session, and that layer has no allow rules: "
                       "change the emergency rule itself.");
    auto rule = exceptionFor(denied, session);
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        auto& rows = editing.document.rows(denied.layer);
        // Above the rule that denied; the default row comes behind all, and where the rule is gone
        // the first place is sure to be above whatever took its part.
        auto place = std::ranges::find(rows, denied.ruleId, &Rule::id);
        if (place == rows.end())
            place = denied.ruleId.empty() ? rows.end() : rows.begin();
        else
            rule.section = place->section;
        rows.insert(place, rule);
        return api::Trail::Act{"policy.rule-create",
                               "rule " + rule.id + " \"" + rule.name + "\" (" +
                                   std::string(policy::layerName(rule.layer)) + ')',
                               "", policy::writeRule(rule), "exception for session " + session};
    });
    auto answer = ruleAnswer(*draft, rule.id, 201);
    answer.with("Location", "/api/v1/policy/draft/rules/" + rule.id);
    return answer;
}

} // namespace sallyport::admin
