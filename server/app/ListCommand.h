// ListCommand: `sallyport list import|show|lookup|versions`, on a data directory whether or not a
// server runs on it.
#pragma once

#include <span>
#include <string>

namespace sallyport::app {

/// `arguments` are those after "list". Returns the exit code: 0 done, 1 refused, 2 usage.
[[nodiscard]] int runListCommand(std::span<const std::string> arguments);

} // namespace sallyport::app
