// ExplainCommand: `sallyport policy explain`: what a policy says to a request, and why.
#pragma once

namespace sallyport::app {

class CommandLine;

void addExplainOptions(CommandLine& line);
/// Returns the exit code.
[[nodiscard]] int runExplain(CommandLine& line);

} // namespace sallyport::app
