// PolicyDraftCommands: `sallyport policy draft save|show|discard|diff`, the work on the next
// version.
#pragma once

namespace sallyport::app {

class CommandLine;

// Return the exit code.
[[nodiscard]] int runDraftSave(CommandLine& line);
[[nodiscard]] int runDraftShow(CommandLine& line);
[[nodiscard]] int runDraftDiscard(CommandLine& line);
[[nodiscard]] int runDraftDiff(CommandLine& line);

} // namespace sallyport::app
