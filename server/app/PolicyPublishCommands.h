// PolicyPublishCommands: `sallyport policy import`, `publish` and `rollback`, which put a policy in
// force.
//
// import and publish ask for the policy's own tests to pass; a rollback does not, as it is the way
// out.
#pragma once

namespace sallyport::app {

class CommandLine;

void addImportOptions(CommandLine& line);
void addPublishOptions(CommandLine& line);
void addRollbackOptions(CommandLine& line);

// Return the exit code.
[[nodiscard]] int runImport(CommandLine& line);
[[nodiscard]] int runPublish(CommandLine& line);
[[nodiscard]] int runRollback(CommandLine& line);

} // namespace sallyport::app
