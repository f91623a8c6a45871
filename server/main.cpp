// The program's entry: finds the sub-command and calls it. Knows no setting and no other option.

#include "app/AuditCommand.h"
#include "app/CommandLine.h"
#include "app/ListCommand.h"
#include "app/PolicyCommand.h"
#include "app/Serve.h"
#include "app/SettingValue.h"
#include "app/UserCommand.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Arguments = std::span<const std::string>;

using sallyport::app::ExitDone;
using sallyport::app::ExitRefused;
using sallyport::app::ExitUsage;

int runVersion(Arguments)
{
    std::cout << "sallyport " SALLYPORT_VERSION "\n";
    return ExitDone;
}

int runHelp(Arguments);

struct Command {
    std::string_view name;
    std::string_view purpose;
    int (*run)(Arguments);
};

constexpr std::array<Command, 7> Commands{{
    {"serve", "run the proxy", sallyport::app::runServe},
    {"policy", "draft, check, publish and roll back the policy", sallyport::app::runPolicyCommand},
    {"list", "import and show the destination lists that rules refer to",
     sallyport::app::runListCommand},
    {"audit", "read the log of all sessions", sallyport::app::runAuditCommand},
    {"user", "let people sign in at the admin server", sallyport::app::runUserCommand},
    {"version", "show the version", runVersion},
    {"help", "show this text", runHelp},
}};

int runHelp(Arguments)
{
    std::cout
        << "Usage: sallyport COMMAND [OPTION]...\n\n"
           "Sallyport is a forward proxy that decides by policy and records every session.\n\n";
    for (const auto& command : Commands) {
        constexpr std::size_t Column = 10;
        std::cout << "  " << command.name << std::string(Column - command.name.size(), ' ')
                  << command.purpose << '\n';
    }
    std::cout << "\n`sallyport COMMAND --help` shows the options of a command.\n";
    return ExitDone;
}

int refuseCommand(std::string_view name)
{
    const auto distance = [name](const Command& command) {
        return sallyport::app::editDistance(command.name, name);
    };
    const auto nearest = std::ranges::min_element(Commands, {}, distance);
    std::cerr << "sallyport: unknown command \"" << name << '"';
    if (distance(*nearest) <= 2)
        std::cerr << "; did you mean \"" << nearest->name << "\"?";
    std::cerr << "\n`sallyport help` lists the commands.\n";
    return ExitUsage;
}

int runCommand(Arguments arguments)
{
    if (arguments.empty()) {
        std::cerr << "sallyport: a command is missing; `sallyport help` lists them.\n";
        return ExitUsage;
    }
    auto name = std::string_view(arguments.front());
    if (name == "--help" || name == "-h")
        name = "help";
    if (name == "--version")
        name = "version";
    const auto found = std::ranges::find(Commands, name, &Command::name);
    return found != Commands.end() ? found->run(arguments.subspan(1)) : refuseCommand(name);
}

} // namespace

int main(int count, char** words)
{
    const std::vector<std::string> arguments(words + 1, words + std::max(count, 1));
    try {
        return runCommand(arguments);
    } catch (const Poco::Exception& error) {
        std::cerr << "sallyport: " << error.displayText() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "sallyport: " << error.what() << '\n';
    }
    return ExitRefused;
}
