// PolicyReplayCommand: `sallyport policy replay`, what another policy would have done with the
// sessions in the audit log.
#pragma once

namespace sallyport::app {

class CommandLine;

void addReplayOptions(CommandLine& line);
/// Returns the exit code.
[[nodiscard]] int runReplay(CommandLine& line);

} // namespace sallyport::app
