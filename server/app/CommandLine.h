// CommandLine: the arguments of one sub-command that works on a data directory, and its help.
//
// Knows the forms of the command line, not what any command does. `serve` reads Settings instead.
#pragma once

#include <boost/program_options.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// The command line cannot be understood; the text says what to write instead. Exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What was asked cannot be done; the text says why and what to do. Exit code 1.
class CommandRefused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline constexpr int ExitDone = 0;
inline constexpr int ExitRefused = 1;
inline constexpr int ExitUsage = 2;

/// What stands on a command line beside its options.
struct Arguments {
    std::string_view words; ///< as the help shows them: "FILE", "A [B]"
    std::size_t least = 0;
    std::size_t most = 0;
};
inline constexpr Arguments NoArguments{};
inline constexpr Arguments OneFile{"FILE", 1, 1}; ///< or -, standard input
inline constexpr Arguments OptionalFile{"[FILE]", 0, 1};

class CommandLine {
public:
    /// `command` is what a person types before the arguments: "sallyport policy import".
    CommandLine(std::string command, std::string about, Arguments arguments);

    /// To add the command's own options before parse().
    [[nodiscard]] boost::program_options::options_description& options() { return options_; }
    /// Throws UsageError.
    void parse(std::span<const std::string> arguments);

    [[nodiscard]] bool has(const std::string& option) const { return values_.contains(option); }
    [[nodiscard]] std::string text(const std::string& option) const; ///< empty if it was not given
    [[nodiscard]] std::span<const std::string> texts(const std::string& option) const;
    /// What was asked for: every option given but --data-dir, --json and --help, and as "arguments"
    /// what stands beside them. No values: an option that takes none.
    struct Given {
        std::string option;
        std::vector<std::string> values;
    };
    [[nodiscard]] std::vector<Given> given() const;
    /// Those beside the options, as many as the command takes.
    [[nodiscard]] std::span<const std::string> arguments() const;
    /// The option's whole number. Throws UsageError.
    [[nodiscard]] std::uint32_t number(const std::string& option) const;
    /// --data-dir, SALLYPORT_DATA_DIR or the default. Throws CommandRefused if it is no folder.
    [[nodiscard]] std::filesystem::path dataDirectory() const;
    [[nodiscard]] std::string help() const;

private:
    [[noreturn]] void refuse(const std::string& what) const;

    std::string command_;
    std::string about_;
    Arguments arguments_;
    boost::program_options::options_description options_;
    boost::program_options::variables_map values_;
};

/// `what` names it in the UsageError for a text that is no whole number: "--limit".
[[nodiscard]] std::uint32_t numberIn(std::string_view text, std::string_view what);
[[nodiscard]] std::uint64_t longNumberIn(std::string_view text, std::string_view what);

} // namespace sallyport::app
