// AuditExportCommand: `sallyport audit export`: all records, in one of the formats, from where an
// earlier export ended.
#pragma once

namespace sallyport::app {

class CommandLine;

void addAuditExportOptions(CommandLine& line);
/// Returns the exit code. Throws UsageError, CommandRefused, DatabaseError.
[[nodiscard]] int runAuditExport(CommandLine& line);

} // namespace sallyport::app
