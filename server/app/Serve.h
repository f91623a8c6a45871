// Serve: `sallyport serve`, the process that carries traffic, from its settings to its end.
#pragma once

#include <span>
#include <string>

namespace sallyport::app {

/// `arguments` are those behind the sub-command. Returns the exit status.
[[nodiscard]] int runServe(std::span<const std::string> arguments);

} // namespace sallyport::app
