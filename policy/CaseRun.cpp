#include "policy/CaseRun.h"

#include "policy/Network.h"

namespace sallyport::policy {
namespace {

constexpr std::string_view DefaultRow = "default";

// Whether something becomes known at the stage; takes it over into what is known so far.
bool learn(Facts& known, const Facts& facts, Stage stage)
{
    switch (stage) {
    case Stage::ResolvedAddress:
        known.destination = facts.destination;
        return known.destination.has_value();
    case Stage::FirstBytes:
        known.firstBytes = facts.firstBytes;
        return known.firstBytes.has_value();
    case Stage::UpstreamAnswer:
        known.subprotocol = facts.subprotocol;
        return known.subprotocol.has_value();
    case Stage::Accept:
    case Stage::Request:
    case Stage::RunningSession:
        break;
    }
    return true;
}

bool isExpectedRule(const std::string& expected, const Verdict& verdict)
{
    const Rule* rule = verdict.rule();
    return expected.empty() || expected == decidingRuleName(verdict) ||
           (rule != nullptr && expected == rule->id);
}

CaseResult resultOf(const Policy& policy, const PolicyCase& policyCase, WallTime now)
{
    Facts facts = policyCase.facts.facts();
    if (facts.now == WallTime())
        facts.now = now;
    if (!facts.destination)
        facts.destination = parseAddress(facts.host);
    const Verdict verdict = decideByStages(policy, facts);

    CaseResult result;
    result.policyCase = &policyCase;
    result.answer = verdict.answer;
    result.layer = verdict.layer;
    result.rule = decidingRuleName(verdict);
    result.stage = verdict.stage;
    if (verdict.answer == policyCase.expected && isExpectedRule(policyCase.expectedRule, verdict))
        result.outcome = CaseResult::Outcome::Passed;
    if (verdict.answer == Answer::Undecided && !facts.destination)
        result.hint = "it depends on the address that \"" + policyCase.facts.host +
                      "\" resolves to; add \"address\" to the case";
    return result;
}

} // namespace

Verdict decideByStages(const Policy& policy, const Facts& facts)
{
    Facts known = facts;
    known.destination.reset();
    known.firstBytes.reset();
    known.subprotocol.reset();
    Verdict verdict = policy.decide(known, Stage::Request);
    for (const Stage stage :
         {Stage::ResolvedAddress, Stage::FirstBytes, Stage::UpstreamAnswer, Stage::RunningSession})
        if (verdict.answer == Answer::Undecided && learn(known, facts, stage))
            verdict = policy.decide(known, stage);
    return verdict;
}

std::string decidingRuleName(const Verdict& verdict)
{
    if (verdict.answer == Answer::Undecided)
        return "";
    const Rule* rule = verdict.rule();
    return rule != nullptr ? rule->name : std::string(DefaultRow);
}

std::vector<CaseResult> runCases(const Policy& policy, WallTime now)
{
    std::vector<CaseResult> results;
    for (const PolicyCase& policyCase : policy.document().cases)
        results.push_back(resultOf(policy, policyCase, now));
    return results;
}

} // namespace sallyport::policy
