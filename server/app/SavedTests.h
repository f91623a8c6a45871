// SavedTests: runs the tests that stand in a policy, tells what came of them, and keeps a policy
// that fails its own tests from being published.
#pragma once

#include "app/PolicyInput.h"
#include "policy/CaseRun.h"

#include <Poco/JSON/Object.h>

#include <memory>
#include <string>
#include <vector>

namespace sallyport::app {

class CommandLine;

struct TestRun {
    std::shared_ptr<const policy::Policy> policy; // the results point into it
    std::vector<policy::CaseResult> results;

    [[nodiscard]] std::size_t failures() const;
};

[[nodiscard]] TestRun runSavedTests(const PolicyInput& input);

/// "passed "Chat": allow by access rule "Chat" at resolved-address".
[[nodiscard]] std::string resultLine(const policy::CaseResult& result);
/// "2 of 3 saved tests fail", then the line of each that does.
[[nodiscard]] std::string failuresText(const TestRun& run);
/// "tests": how many, "failed": how many, "results": all of them.
[[nodiscard]] Poco::JSON::Object resultsJson(const TestRun& run);

/// "allow by access rule "Chat"", "deny by the default row of guard", "undecided".
[[nodiscard]] std::string verdictWords(policy::Answer answer, policy::Layer layer,
                                       const std::string& rule);
/// "allow", "deny", "undecided".
[[nodiscard]] std::string_view answerName(policy::Answer answer);

/// Adds --override-tests.
void addOverrideOption(CommandLine& line);
/// The reason given with --override-tests if a test fails, empty if none does. Throws
/// CommandRefused with the failures if one does and there is no reason.
[[nodiscard]] std::string requirePassing(const PolicyInput& input, const CommandLine& line);

} // namespace sallyport::app
