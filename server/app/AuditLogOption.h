// AuditLogOption: the audit log that a command reads, and what is to be said when a part of it
// cannot be read.
#pragma once

#include "db/AuditFolder.h"

#include <filesystem>
#include <vector>

namespace sallyport::app {

class CommandLine;

/// The folder of the log, in the line's data directory. Throws CommandRefused if there is none.
[[nodiscard]] std::filesystem::path requireAuditLog(const CommandLine& line);

/// Says for each file that its records are missing in what was printed; ExitDone if there are none.
[[nodiscard]] int exitCodeFor(const std::vector<db::UnreadableAuditFile>& unreadable);

} // namespace sallyport::app
