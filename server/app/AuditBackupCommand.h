// AuditBackupCommand: `sallyport audit backup DIR`: a copy of the log that can be read and verified
// as the log itself, taken while a server writes.
#pragma once

namespace sallyport::app {

class CommandLine;

/// Returns the exit code. Throws UsageError, CommandRefused, DatabaseError.
[[nodiscard]] int runAuditBackup(CommandLine& line);

} // namespace sallyport::app
