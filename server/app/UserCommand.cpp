#include "app/UserCommand.h"

#include "admin/accounts/Password.h"
#include "admin/accounts/PersonFields.h"
#include "admin/accounts/PersonJson.h"
#include "admin/accounts/Secrets.h"
#include "admin/api/Role.h"
#include "admin/api/Trail.h"
#include "app/AdminTrail.h"
#include "app/PasswordInput.h"
#include "app/PolicySummary.h"
#include "app/SubCommand.h"
#include "app/TextTable.h"
#include "app/TimeOption.h"
#include "db/AccountStore.h"

#include <Poco/JSON/Array.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

namespace sallyport::app {
namespace {

namespace accounts = admin::accounts;
namespace po = boost::program_options;

using db::AccountStore;
using db::Person;

// A file that somebody else makes would be one that the server cannot open.
void requireOwnFolder(const std::filesystem::path& folder)
{
    struct stat state {};
    if (::stat(folder.c_str(), &state) == 0 && state.st_uid != ::geteuid())
        throw CommandRefused("there are no accounts yet, and the data directory " +
                             folder.string() +
                             " belongs to another user; run this as that user (sudo -u)");
}

AccountStore openAccounts(const CommandLine& line)
{
    const auto folder = line.dataDirectory();
    const auto file = folder / AccountStore::FileName;
    if (!std::filesystem::exists(file))
        requireOwnFolder(folder);
    return AccountStore(file);
}

void record(const CommandLine& line, const std::string& action, const Person& person,
            std::string before, std::string note = {})
{
    admin::api::Caller who;
    who.name = actor();
    who.address = "command line";
    admin::api::Trail(line.dataDirectory())
        .record(who, {.action = action,
                      .object = person.name,
                      .before = std::move(before),
                      .after = accounts::trailText(person),
                      .note = std::move(note)});
}

std::string hashOfNewPassword(const std::string& name)
{
    const auto password = readNewPassword(name);
    if (const auto complaint = accounts::complaintAbout(password, name))
        throw CommandRefused("the password " + *complaint);
    return accounts::PasswordHashing().hash(password);
}

Person::PasswordState passwordState(const CommandLine& line)
{
    return line.has("must-change") ? Person::PasswordState::ToBeChanged
                                   : Person::PasswordState::Lasting;
}

void addMustChangeOption(CommandLine& line)
{
    line.options().add_options()("must-change", "ask for another password at the next sign-in");
}

void addAddOptions(CommandLine& line)
{
    line.options().add_options()("role", po::value<std::string>()->value_name("ROLE"),
                                 "help-desk, auditor, editor or admin")(
        "display", po::value<std::string>()->value_name("TEXT"), "the name as people know it");
    addMustChangeOption(line);
}

void say(const CommandLine& line, const Person& person, const std::string& text)
{
    if (!line.has("json")) {
        std::cout << text << '\n';
        return;
    }
    auto json = orderedObject();
    json.set("id", person.id);
    json.set("name", person.name);
    json.set("role", person.role);
    printJson(json);
}

int runAdd(CommandLine& line)
{
    const auto& name = line.arguments().front();
    if (!accounts::isAccountName(name))
        throw UsageError("NAME may have letters, digits and . _ @ -, at most 64, and begins with a "
                         "letter or digit");
    if (!line.has("role"))
        throw UsageError("--role is missing: help-desk, auditor, editor or admin");
    if (!admin::api::roleNamed(line.text("role")))
        throw UsageError("--role: write help-desk, auditor, editor or admin");
    auto store = openAccounts(line);
    if (store.personNamed(name))
        throw CommandRefused("there is somebody named " + name +
                             " already; `sallyport user passwd` gives a new password");
    Person person;
    person.id = accounts::newId("p_");
    person.name = name;
    person.display = line.text("display");
    person.role = line.text("role");
    person.passwordHash = hashOfNewPassword(name);
    person.passwordState = passwordState(line);
    person.created = accounts::wallTime();
    store.add(person, [&] { record(line, "person.create", person, {}); });
    say(line, person, name + " may sign in as " + person.role + '.');
    return ExitDone;
}

int runPasswd(CommandLine& line)
{
    const auto& name = line.arguments().front();
    auto store = openAccounts(line);
    const auto before = store.personNamed(name);
    if (!before)
        throw CommandRefused("there is nobody named " + name +
                             "; `sallyport user list` shows who there is");
    auto after = *before;
    after.passwordHash = hashOfNewPassword(before->name);
    after.passwordState = passwordState(line);
    store.change(after, "", [&] {
        record(line, "person.change", after, accounts::trailText(*before), "with a new password");
    });
    say(line, after, "The password is changed, and the sign-ins of " + after.name + " have ended.");
    return ExitDone;
}

void printTable(const std::vector<db::PersonEntry>& people)
{
    TextTable table({{"NAME"}, {"ROLE"}, {"CODE"}, {"STATE"}, {"LAST SIGN-IN"}, {"DISPLAY"}});
    for (const auto& [person, openSignIns, tokens] : people)
        table.add({person.name, person.role, person.hasTotp() ? "yes" : "no",
                   person.isEnabled() ? "" : "disabled",
                   person.lastSignIn == db::AccountTime() ? "never" : timeText(person.lastSignIn),
                   person.display});
    std::cout << table.text(outputWidth());
}

int runList(CommandLine& line)
{
    const auto people = openAccounts(line).people();
    if (line.has("json")) {
        Poco::JSON::Array array;
        for (const auto& entry : people)
            array.add(accounts::describe(entry));
        auto json = orderedObject();
        json.set("people", array);
        printJson(json);
    } else if (people.empty()) {
        std::cout << "There is nobody yet; `sallyport user add NAME --role admin` or the set-up "
                     "link in the server's log makes the first administrator.\n";
    } else {
        printTable(people);
    }
    return ExitDone;
}

constexpr SubCommand UserCommands[] = {
    {"add",
     {"NAME", 1, 1},
     "let somebody sign in at the admin server",
     "Lets NAME sign in at the admin server with a role. The password is asked for on the "
     "terminal, "
     "or is the first line of\n"
     "standard input. Each role may do what the ones before it may: help-desk reads and explains, "
     "auditor sees everything\n"
     "and exports, editor changes the policy, admin changes people, tokens and settings. Who did "
     "it "
     "is recorded in the audit log.",
     runAdd,
     addAddOptions},
    {"passwd",
     {"NAME", 1, 1},
     "give somebody a new password",
     "Gives NAME a new password, asked for as `sallyport user add` does, and ends what is signed "
     "in "
     "under the old one. Who\n"
     "did it is recorded in the audit log.",
     runPasswd,
     addMustChangeOption},
    {"list", NoArguments, "show who may sign in", "Shows who may sign in at the admin server.",
     runList},
};

} // namespace

int runUserCommand(std::span<const std::string> arguments)
{
    return runSubCommand("sallyport user", UserCommands, arguments);
}

} // namespace sallyport::app
