// AuditTailCommand: `sallyport audit tail`: the newest events, and then those that come.
#pragma once

namespace sallyport::app {

class CommandLine;

void addAuditTailOptions(CommandLine& line);
/// Returns the exit code; with --follow only once standard output takes no more. Throws UsageError,
/// CommandRefused, DatabaseError.
[[nodiscard]] int runAuditTail(CommandLine& line);

} // namespace sallyport::app
