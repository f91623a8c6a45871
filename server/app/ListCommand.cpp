#include "app/ListCommand.h"

#include "app/ListImportCommand.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/SubCommand.h"
#include "app/TimeOption.h"
#include "db/ListStore.h"

#include <Poco/JSON/Array.h>

#include <iostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using db::ListStore;
using Poco::Dynamic::Var;

constexpr std::size_t EntriesShown = 20;

std::string versionLine(const ListStore::Version& version)
{
    return std::to_string(version.number) + "  " + timeText(version.created) + "  " +
           version.origin.who + "  " + counted(version.identity.hosts, "host") + ", " +
           counted(version.identity.networks, "network") + ", +" + std::to_string(version.added) +
           " -" + std::to_string(version.removed) + "  from " + version.origin.source +
           (version.origin.note.empty() ? "" : "  " + version.origin.note);
}

Poco::JSON::Object versionJson(const ListStore::Version& version)
{
    Poco::JSON::Object json = orderedObject();
    json.set("list", version.identity.name);
    json.set("version", version.number);
    json.set("hosts", version.identity.hosts);
    json.set("networks", version.identity.networks);
    json.set("content_hash", version.identity.contentHash);
    json.set("created", timeText(version.created));
    json.set("who", version.origin.who);
    json.set("source", version.origin.source);
    json.set("note", version.origin.note);
    json.set("lines", version.lines);
    json.set("added", version.added);
    json.set("removed", version.removed);
    json.set("rejected", version.rejected);
    return json;
}

// Prints one line for each, or one object with all under `key`.
template <class Rows, class ToJson, class ToText>
void printRows(const CommandLine& line, const char* key, const Rows& rows, ToJson toJson,
               ToText toText)
{
    if (!line.has("json")) {
        for (const auto& row : rows)
            std::cout << toText(row) << '\n';
        return;
    }
    Poco::JSON::Array array;
    for (const auto& row : rows)
        array.add(toJson(row));
    Poco::JSON::Object json;
    json.set(key, array);
    printJson(json);
}

void showAll(const CommandLine& line, const ListStore& store)
{
    std::vector<ListStore::Version> lists;
    for (const std::string& name : store.names())
        lists.push_back(store.newest(name));
    if (lists.empty() && !line.has("json"))
        std::cout << "There is no list yet; `sallyport list import NAME FILE` makes one.\n";
    printRows(line, "lists", lists, versionJson, [](const ListStore::Version& version) {
        return version.identity.name + "  version " + versionLine(version);
    });
}

void showOne(const CommandLine& line, const ListStore& store, const std::string& name,
             std::size_t limit)
{
    const ListStore::Version version = store.newest(name);
    const auto entries = store.page(name, line.text("after"), limit);
    const bool isMore = !entries.empty() && !store.page(name, entries.back(), 1).empty();
    if (line.has("json")) {
        Poco::JSON::Object json = versionJson(version);
        Poco::JSON::Array array;
        for (const std::string& entry : entries)
            array.add(entry);
        json.set("entries", array);
        json.set("after", isMore ? Var(entries.back()) : Var());
        printJson(json);
        return;
    }
    std::cout << name << "  version " << versionLine(version) << '\n';
    for (const std::string& entry : entries)
        std::cout << "  " << entry << '\n';
    if (isMore)
        std::cout << "There are more: `sallyport list show " << name << " --after "
                  << entries.back() << "`\n";
}

void addShowOptions(CommandLine& line)
{
    line.options().add_options()("limit", po::value<std::string>()->value_name("N"),
                                 "show at most N entries; 20 is the default")(
        "after", po::value<std::string>()->value_name("ENTRY"),
        "show the entries behind this one; they are sorted by their bytes");
}

int runShow(CommandLine& line)
{
    const auto names = line.arguments();
    if (names.empty() && (line.has("limit") || line.has("after")))
        throw UsageError("--limit and --after are for the entries of one list; name it");
    const std::size_t limit = line.has("limit") ? line.number("limit") : EntriesShown;
    db::Database database = openPolicyDatabase(line);
    const ListStore store(database);
    if (names.empty())
        showAll(line, store);
    else
        showOne(line, store, names.front(), limit);
    return ExitDone;
}

int runLookup(CommandLine& line)
{
    const std::string& host = line.arguments().front();
    db::Database database = openPolicyDatabase(line);
    const auto findings = ListStore(database).lookUp(host);
    if (findings.empty() && !line.has("json"))
        std::cout << host << " is in no list.\n";
    printRows(
        line, "found", findings,
        [](const ListStore::Finding& finding) {
            Poco::JSON::Object json = orderedObject();
            json.set("list", finding.list);
            json.set("entry", finding.entry);
            return json;
        },
        [](const ListStore::Finding& finding) { return finding.list + "  " + finding.entry; });
    return ExitDone;
}

int runListVersions(CommandLine& line)
{
    const std::string& name = line.arguments().front();
    db::Database database = openPolicyDatabase(line);
    const ListStore store(database);
    static_cast<void>(store.newest(name)); // says it if there is no such list
    printRows(line, "versions", store.versions(name), versionJson, versionLine);
    return ExitDone;
}

constexpr SubCommand ListCommands[] = {
    {"import",
     {"NAME FILE", 2, 2},
     "make what FILE holds the newest version of the list NAME",
     "Makes the hosts and networks in FILE (- is standard input) the newest version of the list "
     "NAME, which rules refer to\n"
     "as list:NAME. It counts with the next version of the policy that is published, or at once "
     "with --publish. Lines that\n"
     "cannot be read are rejected and shown; too many of them, or nothing else, change nothing. "
     "Entries are a.example,\n"
     "*.a.example (the names below it), .a.example (both), addresses, and networks like "
     "10.0.0.0/8; # begins a comment. Who\n"
     "did it is recorded in the audit log.",
     runListImport,
     addListImportOptions},
    {"show",
     {"[NAME]", 0, 1},
     "show all lists, or one with its entries",
     "Shows the newest version of every list, or of the list NAME with its first entries.",
     runShow,
     addShowOptions},
    {"lookup",
     {"HOST", 1, 1},
     "show which lists hold a host name or an address",
     "Shows which lists hold HOST, a name or an IP address, in their newest version, each with the "
     "entry that does.",
     runLookup},
    {"versions",
     {"NAME", 1, 1},
     "show the imports that changed a list, the newest first",
     "Shows the versions of the list NAME, the newest first: its number, the time (UTC), who "
     "imported it, what it held,\n"
     "how many entries were added and removed, and from which file.",
     runListVersions},
};

} // namespace

int runListCommand(std::span<const std::string> arguments)
{
    return runSubCommand("sallyport list", ListCommands, arguments);
}

} // namespace sallyport::app
