#include "admin/audit/WhySentence.h"

#include "policy/Ascii.h"
#include "policy/Dimension.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::admin::audit {
namespace {

struct ReasonWords {
    std::string_view reason;
    std::string_view words;
};
constexpr std::array Reasons{
    ReasonWords{"done", "it ended in the ordinary way"},
    ReasonWords{"client-reset", "the client broke the connection off"},
    ReasonWords{"upstream-reset", "the upstream broke the connection off"},
    ReasonWords{"client-ended", "the client closed before it had its answer"},
    ReasonWords{"upstream-ended", "the upstream closed in the middle of its answer"},
    ReasonWords{"idle-timeout", "nothing moved for as long as a tunnel may be idle"},
    ReasonWords{"duration-limit", "it reached the time that the policy gives it"},
    ReasonWords{"byte-limit", "it reached the bytes that the policy gives it"},
    ReasonWords{"head-timeout", "the client's request did not come in time"},
    ReasonWords{"body-timeout", "a body stood still for too long"},
    ReasonWords{"response-timeout", "the upstream did not answer in time"},
    ReasonWords{"connect-refused", "the upstream refused the connection"},
    ReasonWords{"connect-timeout", "the upstream could not be reached in time"},
    ReasonWords{"connect-failed", "the upstream could not be reached"},
    ReasonWords{"dns-failure", "the name of the host could not be resolved"},
    ReasonWords{"bad-request", "the client's request is no well-formed HTTP"},
    ReasonWords{"bad-response", "the upstream's answer is no well-formed HTTP"},
    ReasonWords{"loop-detected", "the request came back to this proxy"},
    ReasonWords{"too-many-connections", "as many connections were open as may be"},
    ReasonWords{"not-supported", "the request asks for what this proxy does not do"},
    ReasonWords{"denied", "the policy refused it"},
    ReasonWords{"policy-revoked", "a policy published while it ran refuses it"},
    ReasonWords{"cut", "a check of its inspection profile cut it"},
    ReasonWords{"terminated", "an administrator ended it"},
    ReasonWords{"drained", "the proxy was stopped"},
    ReasonWords{"process-lost",
                "the process that carried it was lost, and how it ended is not known"},
    ReasonWords{"internal", "the proxy failed; its own log says more"}};

std::string ruleText(const StandingSession& session)
{
    if (session.ruleId.empty())
        return "the default row of the " + session.ruleLayer + " layer";
    return session.ruleLayer + " rule \u201c" + session.ruleName + "\u201d";
}

std::string titleOf(const StandingSession& session)
{
    const bool refused = session.state == db::SessionState::Refused;
    if (session.reason == "cut")
        return "Ended by inspection profile \u201c" + session.inspectionProfile + "\u201d";
    if (session.verdict == "deny" && session.reason == "policy-revoked")
        return "Ended by " + ruleText(session) + ", published while it ran";
    if (session.verdict == "deny")
        return "Denied by " + ruleText(session);
    if (session.verdict.empty())
        return refused ? "Not carried: " + reasonText(session.reason)
                       : "Not decided yet: what the tunnel carries will tell";
    if (session.outcome == db::SessionOutcome::Error)
        return (refused ? "Allowed, but not carried: " : "Allowed, then failed: ") +
               reasonText(session.reason);
    if (session.reason == "process-lost")
        return "Interrupted, allowed by " + ruleText(session);
    if (session.outcome == db::SessionOutcome::Inspect)
        return "Allowed and looked into, by " + ruleText(session);
    return "Allowed by " + ruleText(session);
}

std::string counted(std::size_t count, std::string_view one)
{
    return std::to_string(count) + ' ' + std::string(one) + (count == 1 ? "" : "s");
}

/// What stands in front of the row that decided, in its layer.
struct RowsBefore {
    std::size_t count = 0; ///< that are on
    std::string reason;    ///< of the default row, if that decided
};

RowsBefore rowsBefore(const policy::Explanation& explanation)
{
    const policy::Rule* const rule = explanation.verdict.rule();
    RowsBefore before;
    for (const auto& row : explanation.rows) {
        if (row.layer != explanation.verdict.layer)
            continue;
        if (row.rule == rule) {
            before.reason = rule ? "" : row.reason;
            break;
        }
        if (row.outcome != policy::RowOutcome::Kind::Disabled)
            ++before.count;
    }
    return before;
}

std::size_t numberOf(const policy::Explanation& explanation, const policy::Rule* rule)
{
    return std::ranges::find(explanation.rows, rule, &policy::ExplainedRow::rule)->position;
}

bool holdsForEverything(const policy::Rule& rule)
{
    return rule.when == policy::Conditions();
}

std::string_view everythingText(const policy::Rule& rule)
{
    return rule.except == policy::Conditions()
               ? "it holds for everything"
               : "it holds for everything that it does not shut out";
}

std::string capitalised(std::string text)
{
    text.front() = policy::toUpper(text.front());
    return text;
}

} // namespace

StandingSession StandingSession::of(const db::FoundSession& session)
{
    const db::AuditRecord& newest = session.last ? *session.last : session.begin;
    StandingSession standing;
    standing.host = session.begin.host;
    standing.port = session.begin.port;
    standing.verdict = session.verdict;
    standing.outcome = session.outcome;
    standing.state = session.state;
    standing.ruleId = session.ruleId;
    standing.ruleName = session.ruleName;
    standing.ruleLayer = session.ruleLayer;
    standing.reason = session.reason;
    standing.inspectionProfile = newest.inspectionProfile;
    if (newest.end)
        standing.closeTimer = newest.end->timer;
    return standing;
}

WhySentence::WhySentence(const StandingSession& session) : title_(titleOf(session))
{
    sayEnd(session);
}

WhySentence::WhySentence(const StandingSession& session, const policy::Policy& policy,
                         const policy::FactSheet& facts, const policy::Explanation& explanation)
    : title_(titleOf(session))
{
    // If the facts kept lead elsewhere, the policy's words would be about another rule.
    const policy::Rule* const rule = explanation.verdict.rule();
    const bool sameRow = explanation.verdict.answer != policy::Answer::Undecided &&
                         policy::layerName(explanation.verdict.layer) == session.ruleLayer &&
                         (rule ? rule->id : "") == session.ruleId;
    if (sameRow && rule)
        sayConditions(policy, *rule, facts);
    if (sameRow)
        sayRowsBefore(explanation);
    sayEnd(session);
}

void WhySentence::say(std::string text, Kind kind, std::string ref)
{
    parts_.push_back({std::move(text), kind, std::move(ref)});
}

// What the title does not say of the end.
void WhySentence::sayEnd(const StandingSession& session)
{
    if (!parts_.empty())
        parts_.push_back({" ", Kind::Plain, {}});
    if (session.state == db::SessionState::Open) {
        say("It is open.");
    } else if (session.outcome == db::SessionOutcome::Error && !session.verdict.empty()) {
        say("The policy had allowed it: ");
        say(ruleText(session), Kind::Rule, session.ruleId);
        say(".");
    } else if (session.state == db::SessionState::Ended && session.verdict != "deny") {
        auto text = reasonText(session.reason);
        if (!session.closeTimer.empty())
            text += " (" + session.closeTimer + ')';
        say(capitalised(text) + '.');
    } else if (!parts_.empty()) {
        parts_.pop_back();
    }
}

void WhySentence::sayConditions(const policy::Policy& policy, const policy::Rule& rule,
                                const policy::FactSheet& facts)
{
    auto conditions = policy::matchedConditions(policy, rule, facts.facts());
    if (holdsForEverything(rule))
        say(capitalised(std::string(everythingText(rule))) + '.');
    if (conditions.empty())
        return;
    conditions.front().subject = capitalised(conditions.front().subject);
    sayAll(conditions);
    say(".");
}

void WhySentence::sayAll(const std::vector<policy::MatchedCondition>& conditions)
{
    using Value = policy::MatchedCondition::Value;
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        const auto& each = conditions[i];
        const bool isLast = i + 1 == conditions.size();
        say((i == 0 ? "" : isLast ? " and " : ", ") + each.subject);
        say(each.fact, each.dimension == policy::Dimension::Host ? Kind::Host : Kind::Condition);
        if (each.relation.empty())
            continue;
        if (each.kind == Value::NameOfAList) {
            say(each.relation + "\u201c");
            say(each.value, Kind::List);
            say("\u201d");
        } else {
            say(each.relation);
            say(each.value, Kind::Condition);
        }
    }
}

void WhySentence::sayRowsBefore(const policy::Explanation& explanation)
{
    const auto before = rowsBefore(explanation);
    const bool isRule = explanation.verdict.rule() != nullptr;
    const std::string gap = parts_.empty() ? "" : " ";
    if (explanation.verdict.layer == policy::Layer::Guard && !before.reason.empty())
        say(gap + capitalised(before.reason) + '.');
    else if (before.count != 0)
        say(gap + (isRule
                       ? counted(before.count, "rule") + " before it did not match."
                       : "None of the " + counted(before.count, "rule") + " before it matched."));
    else if (!isRule)
        say(gap + "There is no other rule in the layer.");
}

WhySentence WhySentence::ofQuestion(const policy::Policy& policy, const policy::FactSheet& facts,
                                    const policy::Explanation& explanation)
{
    WhySentence why;
    const auto& verdict = explanation.verdict;
    if (verdict.answer == policy::Answer::Undecided) {
        why.say(explanation.sentence);
        return why;
    }
    why.say(verdict.answer == policy::Answer::Allow ? "Allowed by " : "Denied by ");
    const auto* const rule = verdict.rule();
    if (!rule) {
        why.sayDefaultRow(explanation);
        return why;
    }
    why.say("rule " + std::to_string(numberOf(explanation, rule)) + " \u201c");
    why.say(rule->name, Kind::Rule, rule->id);
    why.say("\u201d of the " + std::string(policy::layerName(verdict.layer)) + " layer");
    const auto conditions = policy::matchedConditions(policy, *rule, facts.facts());
    if (holdsForEverything(*rule))
        why.say(", because " + std::string(everythingText(*rule)));
    else if (!conditions.empty())
        why.say(", because ");
    why.sayAll(conditions);
    why.say(".");
    return why;
}

void WhySentence::sayDefaultRow(const policy::Explanation& explanation)
{
    const auto before = rowsBefore(explanation);
    const auto layer = explanation.verdict.layer;
    std::string because =
        before.count == 0 ? "there is no other rule in it"
                          : "none of the " + counted(before.count, "rule") + " before it matches";
    if (layer == policy::Layer::Guard && !before.reason.empty())
        because = before.reason;
    say("the default row of the " + std::string(policy::layerName(layer)) + " layer, because " +
        because + '.');
}

std::string WhySentence::sentence() const
{
    std::string text;
    for (const auto& part : parts_)
        text += part.text;
    return text;
}

std::string WhySentence::whole() const
{
    const auto rest = sentence();
    if (title_.empty())
        return rest;
    return title_ + (rest.empty() ? "." : ". " + rest);
}

std::string_view partKindName(WhySentence::Kind kind)
{
    switch (kind) {
    case WhySentence::Kind::Plain:
        return "plain";
    case WhySentence::Kind::Host:
        return "host";
    case WhySentence::Kind::Rule:
        return "rule";
    case WhySentence::Kind::List:
        return "list";
    case WhySentence::Kind::Condition:
        return "condition";
    }
    return "";
}

std::string reasonText(std::string_view closeReason)
{
    const auto known = std::ranges::find(Reasons, closeReason, &ReasonWords::reason);
    return std::string(known == Reasons.end() ? closeReason : known->words);
}

} // namespace sallyport::admin::audit
