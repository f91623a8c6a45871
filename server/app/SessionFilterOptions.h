// SessionFilterOptions: which sessions a command is about, as its options say.
#pragma once

#include "db/AuditSearch.h"

namespace sallyport::app {

class CommandLine;

/// --since, --until, --host, --client, --user, --rule, --verdict, --reason, --protocol and --text.
void addSessionFilterOptions(CommandLine& line);
/// Throws UsageError.
[[nodiscard]] db::SessionFilter sessionFilterOptions(const CommandLine& line);

} // namespace sallyport::app
