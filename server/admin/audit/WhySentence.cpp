#include "admin/audit/WhySentence.h"

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

bool isBelow(std::string_view host, std::string_view suffix)
{
    return host.size() > suffix.size() && host.ends_with(suffix) &&
           host[host.size() - suffix.size() - 1] == '.';
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
        text.front() =
            static_cast<char>(text.front() >= 'a' ? text.front() - 'a' + 'A' : text.front());
        say(text + '.');
    } else if (!parts_.empty()) {
        parts_.pop_back();
    }
}

void WhySentence::sayConditions(const policy::Policy& policy, const policy::Rule& rule,
                                const policy::FactSheet& facts)
{
    if (sayHostCondition(policy, rule, facts))
        return;
    const auto& when = rule.when;
    struct Named {
        bool is;
        std::string fact;
    };
    const std::array<Named, 5> others{
        Named{!when.user.empty(), "user " + facts.user},
        Named{!when.client.empty(), "client " + policy::addressText(facts.client)},
        Named{!when.protocol.empty(),
              "protocol " + std::string(policy::protocolName(facts.protocol))},
        Named{!when.port.empty(), "port " + std::to_string(facts.port)},
        Named{!when.address.empty() || !when.addressLists.empty(),
              facts.destination ? "address " + policy::addressText(*facts.destination) : ""}};
    const auto first = std::ranges::find_if(
        others, [](const Named& each) { return each.is && !each.fact.empty(); });
    if (first == others.end()) {
        say("The rule holds for everything.");
        return;
    }
    say("The rule is for ");
    say(first->fact, Kind::Condition);
    say(".");
}

bool WhySentence::sayHostCondition(const policy::Policy& policy, const policy::Rule& rule,
                                   const policy::FactSheet& facts)
{
    for (const std::string& value : rule.when.host) {
        constexpr std::string_view List = "list:";
        std::string_view name = value;
        if (value == facts.host) {
            say("The rule names ");
            say(facts.host, Kind::Host);
            say(".");
            return true;
        }
        if (value.starts_with("*.") && isBelow(facts.host, name.substr(2))) {
            say(facts.host, Kind::Host);
            say(" is below ");
            say(value, Kind::Condition);
            say(".");
            return true;
        }
        if (!value.starts_with(List))
            continue;
        name.remove_prefix(List.size());
        const auto list = policy.lists()->find(name);
        if (!list)
            continue;
        const auto address = policy::parseAddress(facts.host);
        const auto holding =
            address ? policy.lists()->withAddress(*address) : policy.lists()->withHost(facts.host);
        if (!holding.test(*list))
            continue;
        say(facts.host, Kind::Host);
        say(" is in the list ");
        say(std::string(name), Kind::List);
        say(".");
        return true;
    }
    if (std::ranges::any_of(rule.when.host,
                            [](const std::string& each) { return each.starts_with("regex:"); })) {
        say(facts.host, Kind::Host);
        say(" fits an expression of the rule.");
        return true;
    }
    return false;
}

void WhySentence::sayRowsBefore(const policy::Explanation& explanation)
{
    const auto layer = explanation.verdict.layer;
    const policy::Rule* const rule = explanation.verdict.rule();
    std::size_t before = 0;
    std::string reason;
    for (const auto& row : explanation.rows) {
        if (row.layer != layer)
            continue;
        if (row.rule == rule) {
            reason = rule ? "" : row.reason;
            break;
        }
        if (row.outcome != policy::RowOutcome::Kind::Disabled)
            ++before;
    }
    const std::string gap = parts_.empty() ? "" : " ";
    if (!rule && layer == policy::Layer::Guard && !reason.empty()) {
        reason.front() = static_cast<char>(reason.front() - 'a' + 'A');
        say(gap + reason + '.');
    } else if (before != 0) {
        say(gap + (rule ? counted(before, "rule") + " before it did not match."
                        : "None of the " + counted(before, "rule") + " before it matched."));
    } else if (!rule) {
        say(gap + "There is no other rule in the layer.");
    }
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
