// AuditVerifyCommand: `sallyport audit verify`: whether the log is as it was written.
#pragma once

namespace sallyport::app {

class CommandLine;

void addAuditVerifyOptions(CommandLine& line);
/// Returns the exit code: ExitRefused if it is not whole. Throws UsageError, CommandRefused,
/// DatabaseError.
[[nodiscard]] int runAuditVerify(CommandLine& line);

} // namespace sallyport::app
