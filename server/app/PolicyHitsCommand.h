// PolicyHitsCommand: `sallyport policy hits`, how often each row of the policy in force decided.
#pragma once

namespace sallyport::app {

class CommandLine;

void addHitsOptions(CommandLine& line);
/// Returns the exit code.
[[nodiscard]] int runHits(CommandLine& line);

} // namespace sallyport::app
