// PolicyVersionCommands: `sallyport policy export`, `versions` and `diff`, which read what is kept.
#pragma once

namespace sallyport::app {

class CommandLine;

void addExportOptions(CommandLine& line);

// Return the exit code.
[[nodiscard]] int runExport(CommandLine& line);
[[nodiscard]] int runVersions(CommandLine& line);
[[nodiscard]] int runDiff(CommandLine& line);

} // namespace sallyport::app
