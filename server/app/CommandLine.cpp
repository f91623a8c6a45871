#include "app/CommandLine.h"

#include "app/Settings.h"

#include <Poco/Environment.h>

#include <sstream>
#include <vector>

namespace sallyport::app {

namespace po = boost::program_options;

namespace {

constexpr const char* DataDirVariable = "SALLYPORT_DATA_DIR";
constexpr unsigned HelpColumns = 100;

} // namespace

CommandLine::CommandLine(std::string command, std::string about, File file)
    : command_(std::move(command)), about_(std::move(about)), file_(file),
      options_("Options", HelpColumns)
{
    options_.add_options()("data-dir", po::value<std::string>()->value_name("DIR"),
                           ("folder that holds the databases; otherwise the environment's " +
                            std::string(DataDirVariable) + ", otherwise " +
                            std::string(DefaultDataDirectory))
                               .c_str())("help", "print this text");
}

void CommandLine::parse(std::span<const std::string> arguments)
{
    po::options_description all;
    all.add(options_).add_options()("file", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("file", -1);
    try {
        po::store(
            po::command_line_parser(std::vector(arguments.begin(), arguments.end()))
                .options(all)
                .positional(positional)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run(),
            values_);
    } catch (const po::error& error) {
        throw UsageError(std::string(error.what()) + "; see " + command_ + " --help");
    }
    if (has("help"))
        return;
    const std::size_t files = texts("file").size();
    if (file_ == File::None && files != 0)
        throw UsageError("\"" + texts("file").front() + "\" was not expected; see " + command_ +
                         " --help");
    if (file_ == File::Required && files != 1)
        throw UsageError("one FILE is expected, or - for standard input; see " + command_ +
                         " --help");
}

std::string CommandLine::text(const std::string& option) const
{
    return has(option) ? values_[option].as<std::string>() : std::string();
}

std::span<const std::string> CommandLine::texts(const std::string& option) const
{
    if (!has(option))
        return {};
    return values_[option].as<std::vector<std::string>>();
}

std::filesystem::path CommandLine::dataDirectory() const
{
    const std::filesystem::path folder =
        has("data-dir")
            ? text("data-dir")
            : Poco::Environment::get(DataDirVariable, std::string(DefaultDataDirectory));
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        throw CommandRefused(
            "there is no folder \"" + folder.string() +
            "\"; name the data directory with --data-dir, or make a new one with `mkdir -m 700`");
    return folder;
}

std::string CommandLine::help() const
{
    std::ostringstream text;
    text << "Usage: " << command_
         << (file_ == File::Required ? " FILE [options]\n\n" : " [options]\n\n") << about_ << "\n\n"
         << options_;
    return text.str();
}

} // namespace sallyport::app
