// SavedTests: the tests that stand in a policy, for the commands: run, told of, and keeping a
// policy that fails its own tests from being published.
#pragma once

#include "admin/policy/TestRun.h"
#include "app/PolicyInput.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace sallyport::app {

class CommandLine;

using admin::answerName;
using admin::failuresText;
using admin::resultLine;
using admin::TestRun;
using admin::verdictWords;

[[nodiscard]] TestRun runSavedTests(const PolicyInput& input);

/// "tests": how many, "failed": how many, "results": all of them.
[[nodiscard]] Poco::JSON::Object resultsJson(const TestRun& run);

/// Adds --override-tests.
void addOverrideOption(CommandLine& line);
/// The reason given with --override-tests if a test fails, empty if none does. Throws
/// CommandRefused with the failures if one does and there is no reason.
[[nodiscard]] std::string requirePassing(const PolicyInput& input, const CommandLine& line);

} // namespace sallyport::app
