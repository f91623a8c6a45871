// AuditCommand: `sallyport audit search`, `show`, `tail`, `export`, `stats`, `verify` and `backup`,
// on a data directory whether or not a server runs on it.
#pragma once

#include <span>
#include <string>

namespace sallyport::app {

/// `arguments` are those after "audit". Returns the exit code: 0 done, 1 refused or found wanting,
/// 2 usage.
[[nodiscard]] int runAuditCommand(std::span<const std::string> arguments);

} // namespace sallyport::app
