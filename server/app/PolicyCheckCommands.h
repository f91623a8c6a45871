// PolicyCheckCommands: `sallyport policy check` and `test`, which look at a policy and change
// nothing.
#pragma once

namespace sallyport::app {

class CommandLine;

// Return the exit code.
[[nodiscard]] int runCheck(CommandLine& line);
[[nodiscard]] int runTest(CommandLine& line);

} // namespace sallyport::app
