#include "app/CommandLine.h"

#include "app/Settings.h"

#include <Poco/Environment.h>

#include <charconv>
#include <sstream>
#include <vector>

namespace sallyport::app {

namespace po = boost::program_options;

namespace {

constexpr const char* DataDirVariable = "SALLYPORT_DATA_DIR";
constexpr unsigned HelpColumns = 100;
constexpr const char* ArgumentsOption = "file"; // never typed: where the arguments are collected

template <class Number>
Number numberOf(std::string_view text, std::string_view what)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw UsageError(std::string(what) + ": \"" + std::string(text) +
                         "\" is not a whole number");
    return number;
}

} // namespace

CommandLine::CommandLine(std::string command, std::string about, Arguments arguments)
    : command_(std::move(command)), about_(std::move(about)), arguments_(arguments),
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
    all.add(options_).add_options()(ArgumentsOption, po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add(ArgumentsOption, -1);
    try {
        po::store(
            po::command_line_parser(std::vector(arguments.begin(), arguments.end()))
                .options(all)
                .positional(positional)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run(),
            values_);
    } catch (const po::error& error) {
        refuse(error.what());
    }
    if (has("help"))
        return;
    const auto given = this->arguments();
    if (given.size() > arguments_.most)
        refuse('"' + given[arguments_.most] + "\" was not expected");
    if (given.size() < arguments_.least)
        refuse("expected " + std::string(arguments_.words));
}

void CommandLine::refuse(const std::string& what) const
{
    throw UsageError(what + "; see " + command_ + " --help");
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

std::vector<CommandLine::Given> CommandLine::given() const
{
    std::vector<Given> all;
    for (const auto& [option, value] : values_) {
        if (option == "data-dir" || option == "json" || option == "help")
            continue;
        Given& one = all.emplace_back(option == ArgumentsOption ? "arguments" : option);
        const auto* const known = options_.find_nothrow(option, false);
        if (known && known->semantic()->max_tokens() == 0)
            continue;
        if (const auto* text = boost::any_cast<std::string>(&value.value()))
            one.values = {*text};
        else if (const auto* texts = boost::any_cast<std::vector<std::string>>(&value.value()))
            one.values = *texts;
    }
    return all;
}

std::span<const std::string> CommandLine::arguments() const
{
    return texts(ArgumentsOption);
}

std::uint32_t CommandLine::number(const std::string& option) const
{
    return numberIn(text(option), "--" + option);
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
    text << "Usage: " << command_ << (arguments_.words.empty() ? "" : " ") << arguments_.words
         << " [options]\n\n"
         << about_ << "\n\n"
         << options_;
    return text.str();
}

std::uint32_t numberIn(std::string_view text, std::string_view what)
{
    return numberOf<std::uint32_t>(text, what);
}

std::uint64_t longNumberIn(std::string_view text, std::string_view what)
{
    return numberOf<std::uint64_t>(text, what);
}

} // namespace sallyport::app
