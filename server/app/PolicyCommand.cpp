#include "app/PolicyCommand.h"

#include "app/CommandLine.h"
#include "db/PolicyStore.h"
#include "policy/Policy.h"

#include <Poco/JSON/Object.h>

#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

constexpr std::string_view Help = R"(Usage: sallyport policy COMMAND [options]

  import FILE   make the policy document in FILE the policy in force
  export        print the policy in force as a document
  check FILE    say whether FILE is a right policy document; changes nothing

FILE may be - for standard input. Each command has its own --help.
)";

std::string readDocument(const std::string& file)
{
    if (file == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    std::ifstream input(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    if (!input.is_open() || input.bad() || std::filesystem::is_directory(file))
        throw CommandRefused(file +
                             ": cannot be read; check the name and that this user may read it");
    return text;
}

// Who will stand beside the version: with sudo, the person behind it.
std::string personAtWork()
{
    if (const char* behindSudo = std::getenv("SUDO_USER"))
        return behindSudo;
    const passwd* user = ::getpwuid(::geteuid());
    return user ? user->pw_name : "uid " + std::to_string(::geteuid());
}

policy::PolicyDocument requireValid(const std::string& file)
{
    const std::string text = readDocument(file);
    try {
        policy::PolicyDocument document = policy::PolicyDocument::parse(text);
        static_cast<void>(policy::Policy::compile(document, 0)); // what a server would do with it
        return document;
    } catch (const policy::PolicyError& error) {
        throw CommandRefused((file == "-" ? "standard input" : file) + ": " + error.what());
    }
}

void print(const Poco::JSON::Object& object)
{
    object.stringify(std::cout);
    std::cout << '\n';
}

std::string counted(std::size_t rules, const char* layer)
{
    return std::to_string(rules) + " " + layer + (rules == 1 ? " rule" : " rules");
}

std::string summary(const policy::PolicyDocument& document)
{
    return counted(document.rows(policy::Layer::Guard).size(), "guard") + ", " +
           counted(document.rows(policy::Layer::Access).size(), "access") + ", otherwise " +
           std::string(policy::actionName(document.defaults.access));
}

Poco::JSON::Object summaryJson(const policy::PolicyDocument& document)
{
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("guard_rules", document.rows(policy::Layer::Guard).size());
    object.set("access_rules", document.rows(policy::Layer::Access).size());
    object.set("access_default", std::string(policy::actionName(document.defaults.access)));
    return object;
}

void addJson(CommandLine& line)
{
    line.options().add_options()("json", "print the result as JSON");
}

int runImport(CommandLine& line)
{
    const std::string file = line.texts("file").front();
    db::PolicyStore store(line.dataDirectory() / db::PolicyStore::FileName);
    const policy::PolicyDocument document = requireValid(file);
    const std::uint32_t version = store.publish(document, personAtWork(), line.text("note"));
    if (line.has("json")) {
        Poco::JSON::Object object = summaryJson(document);
        object.set("version", version);
        print(object);
    } else {
        std::cout << "Policy version " << version << " is in force: " << summary(document) << ".\n";
    }
    return ExitDone;
}

int runExport(CommandLine& line)
{
    db::PolicyStore store(line.dataDirectory() / db::PolicyStore::FileName);
    store.ensureInitial();
    std::cout << store.current().document.toJson() << std::flush;
    return std::cout.good() ? ExitDone : ExitRefused;
}

int runCheck(CommandLine& line)
{
    const std::string file = line.texts("file").front();
    const policy::PolicyDocument document = requireValid(file);
    if (line.has("json")) {
        Poco::JSON::Object object = summaryJson(document);
        object.set("valid", true);
        print(object);
    } else {
        std::cout << file << " is a right policy document: " << summary(document) << ".\n";
    }
    return ExitDone;
}

struct Command {
    std::string_view name;
    std::string_view about;
    CommandLine::File file;
    int (*run)(CommandLine&);
};

constexpr Command Commands[] = {
    {"import",
     "Makes the policy document in FILE (- is standard input) the policy in force. A running "
     "server takes it within\n"
     "a second. A document that is wrong changes nothing: the message names the rule, the field "
     "and what was expected.",
     CommandLine::File::Required, runImport},
    {"export",
     "Prints the policy in force as one JSON document: change it and give it to `sallyport policy "
     "import`.",
     CommandLine::File::None, runExport},
    {"check",
     "Says whether FILE (- is standard input) is a right policy document. Changes nothing.",
     CommandLine::File::Required, runCheck},
};

int refuse(const CommandLine& line, const std::string& text)
{
    if (line.has("json")) {
        Poco::JSON::Object object;
        object.set("error", text);
        print(object);
    }
    std::cerr << "sallyport policy: " << text << '\n';
    return ExitRefused;
}

int run(const Command& command, std::span<const std::string> arguments)
{
    CommandLine line("sallyport policy " + std::string(command.name), std::string(command.about),
                     command.file);
    addJson(line);
    if (command.name == "import")
        line.options().add_options()("note", po::value<std::string>()->value_name("TEXT"),
                                     "why this policy is published; kept with its version");
    try {
        line.parse(arguments);
        if (line.has("help")) {
            std::cout << line.help();
            return ExitDone;
        }
        return command.run(line);
    } catch (const UsageError& error) {
        std::cerr << "sallyport policy: " << error.what() << '\n';
        return ExitUsage;
    } catch (const policy::PolicyError& error) {
        return refuse(line, error.what());
    } catch (const CommandRefused& error) {
        return refuse(line, error.what());
    } catch (const db::DatabaseError& error) {
        return refuse(line, error.what());
    }
}

} // namespace

int runPolicyCommand(std::span<const std::string> arguments)
{
    const std::string name = arguments.empty() ? "" : arguments.front();
    for (const Command& command : Commands)
        if (command.name == name)
            return run(command, arguments.subspan(1));
    if (name == "--help" || name == "help") {
        std::cout << Help;
        return ExitDone;
    }
    if (!name.empty())
        std::cerr << "sallyport policy: there is no command \"" << name << "\"\n";
    std::cerr << Help;
    return ExitUsage;
}

} // namespace sallyport::app
