// AuditStatsCommand: `sallyport audit stats`: the log in figures.
#pragma once

namespace sallyport::app {

class CommandLine;

void addAuditStatsOptions(CommandLine& line);
/// Returns the exit code. Throws UsageError, CommandRefused, DatabaseError.
[[nodiscard]] int runAuditStats(CommandLine& line);

} // namespace sallyport::app
