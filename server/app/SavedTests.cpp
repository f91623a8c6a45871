#include "app/SavedTests.h"

#include "app/CommandLine.h"
#include "app/PolicySummary.h"

#include <Poco/JSON/Array.h>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using policy::CaseResult;

constexpr const char* OverrideOption = "override-tests";

Poco::JSON::Object resultJson(const CaseResult& result)
{
    Poco::JSON::Object json = orderedObject();
    json.set("name", result.policyCase->name);
    json.set("passed", !admin::hasFailed(result));
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

TestRun runSavedTests(const PolicyInput& input)
{
    return admin::runTests(input.policy);
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
