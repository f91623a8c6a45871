// UserCommand: `sallyport user add|passwd|list`, on a data directory whether or not a server runs
// on it: for set-up by scripts, and for whoever has forgotten a password.
#pragma once

#include <span>
#include <string>

namespace sallyport::app {

/// `arguments` are those after "user". Returns the exit code: 0 done, 1 refused, 2 usage.
[[nodiscard]] int runUserCommand(std::span<const std::string> arguments);

} // namespace sallyport::app
