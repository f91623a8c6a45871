// PolicyCommand: the table of the `sallyport policy` commands, on a data directory whether or not a
// server runs on it.
#pragma once

#include <span>
#include <string>

namespace sallyport::app {

/// `arguments` are those after "policy". Returns the exit code: 0 done, 1 refused, 2 usage.
[[nodiscard]] int runPolicyCommand(std::span<const std::string> arguments);

} // namespace sallyport::app
