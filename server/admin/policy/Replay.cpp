#include "admin/policy/Replay.h"

#include "admin/audit/RequestFacts.h"
#include "policy/CaseRun.h"
#include "policy/FactSheet.h"
#include "policy/Network.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::Conditions;
using policy::Protocol;
using policy::Stage;

// The query counts as not recorded (conditionsNotRecorded()): mostly it is not.
std::optional<policy::FactSheet> factsOf(const db::AuditRecord& record)
{
    auto sheet = audit::requestFacts(record);
    if (!sheet)
        return std::nullopt;
    sheet->query.clear();
    sheet->destination = policy::parseAddress(record.destinationIp);
    if (!sheet->destination)
        sheet->destination = policy::parseAddress(record.host);
    return sheet;
}

// Of a tunnel or WebSocket neither first bytes nor subprotocol are taken from the log, so a later
// stage, where what is missing does not match, would guess.
policy::Verdict decideAgain(const policy::Policy& policy, const policy::FactSheet& sheet)
{
    if (sheet.protocol == Protocol::Http)
        return policy::decideByStages(policy, sheet.facts());
    return policy.decide(sheet.facts(),
                         sheet.destination ? Stage::ResolvedAddress : Stage::Request);
}

DecidingRow rowOf(const policy::Verdict& verdict)
{
    const policy::Rule* rule = verdict.rule();
    return {std::string(policy::layerName(verdict.layer)), rule ? rule->id : "",
            policy::decidingRuleName(verdict)};
}

ReplayOutcome outcomeOf(bool wasAllowed, const ReplayedSession& session, policy::Answer answer)
{
    if (answer == policy::Answer::Undecided)
        return ReplayOutcome::NotDecidable;
    if (wasAllowed != (answer == policy::Answer::Allow))
        return wasAllowed ? ReplayOutcome::NowDenied : ReplayOutcome::NowAllowed;
    const bool sameRow =
        session.before.layer == session.after.layer && session.before.id == session.after.id;
    return sameRow ? ReplayOutcome::Same : ReplayOutcome::OtherRow;
}

struct NotRecorded {
    std::string_view name;
    bool (*isUsed)(const Conditions&);
};

constexpr NotRecorded ConditionsNotRecorded[] = {
    {"group", [](const Conditions& c) { return !c.group.empty(); }},
    {"query", [](const Conditions& c) { return !c.query.empty(); }},
    {"origin", [](const Conditions& c) { return !c.origin.empty(); }},
};

} // namespace

bool DecisionFinder::isDecision(const db::AuditRecord& record)
{
    const bool hasVerdict = !record.verdict.empty();
    if (record.event == "open" && !hasVerdict)
        undecided_.emplace(record.sessionId);
    if (record.event == "open" || record.event == "decision")
        return hasVerdict;
    if (record.event == "alert" || (record.event == "update" && !hasVerdict))
        return false;
    return undecided_.erase(std::string(record.sessionId)) != 0 && hasVerdict;
}

ReplayedSession replaySession(const policy::Policy& policy, const db::AuditRecord& record)
{
    ReplayedSession session;
    session.sessionId = record.sessionId;
    session.host = record.host;
    session.port = record.port;
    session.before = {std::string(record.ruleLayer), std::string(record.ruleId),
                      std::string(record.ruleName)};
    const auto sheet = factsOf(record);
    if (!sheet)
        return session;
    const policy::Verdict verdict = decideAgain(policy, *sheet);
    if (verdict.answer != policy::Answer::Undecided)
        session.after = rowOf(verdict);
    session.outcome = outcomeOf(record.verdict == "allow", session, verdict.answer);
    return session;
}

std::vector<std::string_view> conditionsNotRecorded(const policy::PolicyDocument& document)
{
    std::vector<std::string_view> names;
    for (const NotRecorded& condition : ConditionsNotRecorded) {
        const auto isUsed = [&](const policy::Rule& rule) {
            return condition.isUsed(rule.when) || condition.isUsed(rule.except);
        };
        if (std::ranges::any_of(document.layers, [&](const std::vector<policy::Rule>& rules) {
                return std::ranges::any_of(rules, isUsed);
            }))
            names.push_back(condition.name);
    }
    return names;
}

} // namespace sallyport::admin
