// AuditShowCommand: `sallyport audit show ID`: one session of the log as a person reads it.
#pragma once

#include "app/CommandLine.h"

namespace sallyport::app {

[[nodiscard]] CommandLine auditShowLine();
/// Throws UsageError, CommandRefused, DatabaseError.
void runAuditShow(const CommandLine& line);

} // namespace sallyport::app
