#include "app/SubCommand.h"

#include "app/PolicySummary.h"
#include "db/DatabaseError.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace sallyport::app {
namespace {

std::string callOf(const SubCommand& command)
{
    return std::string(command.name) + ' ' + std::string(command.arguments.words);
}

std::string help(std::string_view group, std::span<const SubCommand> commands)
{
    std::size_t column = 0;
    for (const SubCommand& command : commands)
        column = std::max(column, callOf(command).size() + 2);
    std::ostringstream text;
    text << "Usage: " << group << " COMMAND [options]\n\n" << std::left;
    for (const SubCommand& command : commands)
        text << "  " << std::setw(static_cast<int>(column)) << callOf(command) << command.purpose
             << '\n';
    const bool readsFiles = std::ranges::any_of(commands, [](const SubCommand& command) {
        return command.arguments.words.contains("FILE");
    });
    text << (readsFiles ? "\nFILE may be - for standard input. " : "\n")
         << "Each command has its own --help.\n";
    return text.str();
}

int refuse(std::string_view group, const CommandLine& line, const std::string& text)
{
    if (line.has("json")) {
        Poco::JSON::Object object;
        object.set("error", text);
        printJson(object);
    }
    std::cerr << group << ": " << text << '\n';
    return ExitRefused;
}

int run(std::string_view group, const SubCommand& command, std::span<const std::string> arguments)
{
    CommandLine line(std::string(group) + ' ' + std::string(command.name),
                     std::string(command.about), command.arguments);
    line.options().add_options()("json", "print the result as JSON");
    if (command.addOptions != nullptr)
        command.addOptions(line);
    try {
        line.parse(arguments);
        if (line.has("help")) {
            std::cout << line.help();
            return ExitDone;
        }
        return command.run(line);
    } catch (const UsageError& error) {
        std::cerr << group << ": " << error.what() << '\n';
        return ExitUsage;
    } catch (const policy::PolicyError& error) {
        return refuse(group, line, error.what());
    } catch (const CommandRefused& error) {
        return refuse(group, line, error.what());
    } catch (const db::DatabaseError& error) {
        return refuse(group, line, error.what());
    }
}

// The first words of the arguments, as a command's name.
std::string firstWords(std::span<const std::string> arguments, std::size_t count)
{
    std::string words;
    for (const std::string& word : arguments.first(std::min(count, arguments.size())))
        words += (words.empty() ? "" : " ") + word;
    return words;
}

} // namespace

int runSubCommand(std::string_view group, std::span<const SubCommand> commands,
                  std::span<const std::string> arguments)
{
    for (const std::size_t count : {1u, 2u}) {
        const auto found =
            std::ranges::find(commands, firstWords(arguments, count), &SubCommand::name);
        if (found != commands.end())
            return run(group, *found, arguments.subspan(count));
    }
    const std::string name = firstWords(arguments, 1);
    if (name == "help" || std::ranges::find(arguments, "--help") != arguments.end()) {
        std::cout << help(group, commands);
        return ExitDone;
    }
    const auto hasMoreWords = [&name](const SubCommand& command) {
        return command.name.starts_with(name + ' ');
    };
    if (!name.empty())
        std::cerr << group << ": there is no command \""
                  << firstWords(arguments, std::ranges::any_of(commands, hasMoreWords) ? 2 : 1)
                  << "\"\n";
    std::cerr << help(group, commands);
    return ExitUsage;
}

} // namespace sallyport::app
