// AuditCommand: `sallyport audit export` and `audit show`, on a data directory whether or not a
// server runs on it.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace sallyport::app {

class CommandLine;

/// `arguments` are those after "audit". Returns the exit code: 0 done, 1 refused, 2 usage.
[[nodiscard]] int runAuditCommand(std::span<const std::string> arguments);

/// The log in the line's data directory. Throws CommandRefused if there is none.
[[nodiscard]] std::filesystem::path requireAuditLog(const CommandLine& line);

} // namespace sallyport::app
