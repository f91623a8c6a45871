#include "app/SavedTests.h"

#include "app/CommandLine.h"
#include "app/PolicySummary.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <chrono>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using policy::Answer;
using policy::CaseResult;

constexpr const char* OverrideOption = "override-tests";

bool failed(const CaseResult& result)
{
    return result.outcome == CaseResult::Outcome::Failed;
}

std::string expectedWords(const policy::PolicyCase& policyCase)
{
    std::string text(answerName(policyCase.expected));
    if (!policyCase.expectedRule.empty())
        text += " by \"" + policyCase.expectedRule + '"';
    return text;
}

Poco::JSON::Object resultJson(const CaseResult& result)
{
    Poco::JSON::Object json = orderedObject();
    json.set("name", result.policyCase->name);
    json.set("passed", !failed(result));
    json.set("expected", std::string(answerName(result.policyCase->expected)));
    json.set("expected_rule", result.policyCase->expectedRule);
    json.set("verdict", std::string(answerName(result.answer)));
    json.set("layer", std::string(policy::layerName(result.layer)));
    json.set("rule_name", result.rule);
    json.set("stage", std::string(policy::stageName(result.stage)));
    json.set("hint", result.hint);
    return json;
}

} // namespace

std::size_t TestRun::failures() const
{
    return static_cast<std::size_t>(std::ranges::count_if(results, failed));
}

TestRun runSavedTests(const PolicyInput& input)
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return {input.policy, policy::runCases(*input.policy, now)};
}

std::string resultLine(const CaseResult& result)
{
    std::string text = failed(result) ? "FAILED " : "passed ";
    text += '"' + result.policyCase->name + "\": ";
    if (failed(result))
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
        if (failed(result))
            text += "\n  " + resultLine(result);
    return text;
}

Poco::JSON::Object resultsJson(const TestRun& run)
{
    Poco::JSON::Array results;
    for (const CaseResult& result : run.results)
        results.add(resultJson(result));
    Poco::JSON::Object json = orderedObject();
    json.set("tests", run.results.size());
    json.set("failed", run.failures());
    json.set("results", results);
    return json;
}

std::string verdictWords(Answer answer, policy::Layer layer, const std::string& rule)
{
    std::string text(answerName(answer));
    if (answer == Answer::Undecided)
        return text;
    const std::string layerText(policy::layerName(layer));
    return text + (rule == "default" ? " by the default row of " + layerText
                                     : " by " + layerText + " rule \"" + rule + '"');
}

std::string_view answerName(Answer answer)
{
    switch (answer) {
    case Answer::Allow:
        return "allow";
    case Answer::Deny:
        return "deny";
    case Answer::Undecided:
        break;
    }
    return "undecided";
}

void addOverrideOption(CommandLine& line)
{
    line.options().add_options()(OverrideOption, po::value<std::string>()->value_name("REASON"),
                                 "publish although a saved test fails; the reason is kept with the "
                                 "version");
}

std::string requirePassing(const PolicyInput& input, const CommandLine& line)
{
    const std::string reason = line.text(OverrideOption);
    if (line.has(OverrideOption) && reason.empty())
        throw UsageError("--override-tests needs a reason; it is kept with the version");
    const TestRun run = runSavedTests(input);
    if (run.failures() == 0)
        return "";
    if (reason.empty())
        throw CommandRefused(
            input.source + ": nothing was published: " + failuresText(run) +
            "\nCorrect the rules or the tests, or publish all the same with --override-tests "
            "REASON");
    return reason;
}

} // namespace sallyport::app
