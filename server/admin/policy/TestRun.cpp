#include "admin/policy/TestRun.h"

#include "admin/policy/PolicySummary.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sallyport::admin {
namespace {

using policy::CaseResult;

std::string expectedWords(const policy::PolicyCase& policyCase)
{
    std::string text(answerName(policyCase.expected));
    if (!policyCase.expectedRule.empty())
        text += " by \"" + policyCase.expectedRule + '"';
    return text;
}

} // namespace

bool hasFailed(const CaseResult& result)
{
    return result.outcome == CaseResult::Outcome::Failed;
}

std::size_t TestRun::failures() const
{
    return static_cast<std::size_t>(std::ranges::count_if(results, hasFailed));
}

TestRun runTests(std::shared_ptr<const policy::Policy> policy)
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto results = policy::runCases(*policy, now);
    return {std::move(policy), std::move(results)};
}

std::string resultLine(const CaseResult& result)
{
    std::string text = hasFailed(result) ? "FAILED " : "passed ";
    text += '"' + result.policyCase->name + "\": ";
    if (hasFailed(result))
        text += "expected " + expectedWords(*result.policyCase) + ", got ";
    text += verdictWords(result.answer, result.layer, result.rule);
    if (!result.hint.empty())
        return text + ": " + result.hint;
    return text + " at " + std::string(policy::stageName(result.stage));
}

std::string failuresText(const TestRun& run)
{
    std::string text = std::to_string(run.failures()) + " of " +
                       counted(run.results.size(), "saved test") +
                       (run.failures() == 1 ? " fails" : " fail");
    for (const CaseResult& result : run.results)
        if (hasFailed(result))
            text += "\n  " + resultLine(result);
    return text;
}

std::string verdictWords(policy::Answer answer, policy::Layer layer, const std::string& rule)
{
    std::string text(answerName(answer));
    if (answer == policy::Answer::Undecided)
        return text;
    const std::string layerText(policy::layerName(layer));
    return text + (rule == "default" ? " by the default row of " + layerText
                                     : " by " + layerText + " rule \"" + rule + '"');
}

std::string_view answerName(policy::Answer answer)
{
    switch (answer) {
    case policy::Answer::Allow:
        return "allow";
    case policy::Answer::Deny:
        return "deny";
    case policy::Answer::Undecided:
        break;
    }
    return "undecided";
}

} // namespace sallyport::admin
