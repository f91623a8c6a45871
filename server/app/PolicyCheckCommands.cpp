#include "app/PolicyCheckCommands.h"

#include "app/CheckFindings.h"
#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/SavedTests.h"

#include <chrono>
#include <iostream>

namespace sallyport::app {

int runCheck(CommandLine& line)
{
    const PolicyInput input = policyToLookAt(line);
    const policy::PolicyDocument& document = input.policy->document();
    const TestRun run = runSavedTests(input);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto findings = policy::analyse(document, {.now = now, .lists = *input.policy->lists()});
    if (line.has("json")) {
        Poco::JSON::Object object = summaryJson(document);
        object.set("tests", run.results.size());
        object.set("failed_tests", run.failures());
        object.set("valid", true);
        object.set("findings", findingsJson(findings));
        printJson(object);
    } else {
        std::cout << input.source << " is a right policy document: " << summary(document) << ".\n";
        if (run.failures() != 0)
            std::cout << failuresText(run) << '\n';
        printFindings(std::cout, findings);
    }
    return run.failures() == 0 && !hasErrors(findings) ? ExitDone : ExitRefused;
}

int runTest(CommandLine& line)
{
    const PolicyInput input = policyToLookAt(line);
    const TestRun run = runSavedTests(input);
    if (line.has("json")) {
        printJson(resultsJson(run));
    } else {
        for (const policy::CaseResult& result : run.results)
            std::cout << resultLine(result) << '\n';
        std::cout << input.source << ": " << counted(run.results.size(), "saved test") << ", "
                  << run.failures() << " failed.\n";
    }
    return run.failures() == 0 ? ExitDone : ExitRefused;
}

} // namespace sallyport::app
