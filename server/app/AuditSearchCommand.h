// AuditSearchCommand: `sallyport audit search`: sessions of the log, newest first, page by page.
#pragma once

namespace sallyport::app {

class CommandLine;

void addAuditSearchOptions(CommandLine& line);
/// Returns the exit code. Throws UsageError, CommandRefused, DatabaseError.
[[nodiscard]] int runAuditSearch(CommandLine& line);

} // namespace sallyport::app
