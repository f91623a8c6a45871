// SubCommand: the commands behind `sallyport policy`, `sallyport list` and the like: finds the one
// that is meant, reads its line, and turns what went wrong into a message and an exit code.
#pragma once

#include "app/CommandLine.h"

#include <span>
#include <string>
#include <string_view>

namespace sallyport::app {

struct SubCommand {
    std::string_view name; ///< one word or two
    Arguments arguments;
    std::string_view purpose; ///< for the list of commands
    std::string_view about;   ///< for the command's own help
    int (*run)(CommandLine&);
    void (*addOptions)(CommandLine&) = nullptr; ///< beside --data-dir, --json and --help
};

/// `group` is what a person types before the command's name: "sallyport policy"; `arguments` are
/// those behind it. Returns the exit code.
[[nodiscard]] int runSubCommand(std::string_view group, std::span<const SubCommand> commands,
                                std::span<const std::string> arguments);

} // namespace sallyport::app
