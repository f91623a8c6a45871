// CommandLine: the arguments of one sub-command that works on a data directory, and its help.
//
// Knows the forms of the command line, not what any command does. `serve` reads Settings instead.
#pragma once

#include <boost/program_options.hpp>

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

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

class CommandLine {
public:
    enum class File : std::uint8_t { None, Required };

    /// `command` is what a person types before the options: "sallyport policy import".
    CommandLine(std::string command, std::string about, File file);

    /// To add the command's own options before parse().
    [[nodiscard]] boost::program_options::options_description& options() { return options_; }
    /// Throws UsageError.
    void parse(std::span<const std::string> arguments);

    [[nodiscard]] bool has(const std::string& option) const { return values_.contains(option); }
    [[nodiscard]] std::string text(const std::string& option) const; ///< empty if it was not given
    [[nodiscard]] std::span<const std::string> texts(const std::string& option) const;
    /// --data-dir, SALLYPORT_DATA_DIR or the default. Throws CommandRefused if it is no folder.
    [[nodiscard]] std::filesystem::path dataDirectory() const;
    [[nodiscard]] std::string help() const;

private:
    std::string command_;
    std::string about_;
    File file_;
    boost::program_options::options_description options_;
    boost::program_options::variables_map values_;
};

} // namespace sallyport::app
