// AuditShowCommand: `sallyport audit show ID`: one session of the log as a person reads it.
#pragma once

namespace sallyport::app {

class CommandLine;

/// Returns the exit code. Throws UsageError, CommandRefused, DatabaseError.
[[nodiscard]] int runAuditShow(CommandLine& line);

} // namespace sallyport::app
