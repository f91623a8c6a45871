#include "app/ListImportCommand.h"

#include "app/AdminTrail.h"
#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/SavedTests.h"
#include "db/ListStore.h"
#include "policy/ListReader.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <vector>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using db::ListStore;
using policy::ImportCounts;
using policy::ListFormat;

constexpr std::size_t PieceBytes = 64 * 1024;
constexpr std::size_t RejectedShown = 10; // the JSON has those that are kept

ListFormat listFormatOption(const CommandLine& line)
{
    const std::string name = line.text("format");
    if (name.empty() || name == "plain")
        return ListFormat::Plain;
    if (name == "hosts")
        return ListFormat::Hosts;
    if (name == "csv")
        return ListFormat::Csv;
    throw UsageError("--format: \"" + name + "\" is not known; write plain, hosts or csv");
}

std::variant<unsigned, std::string> columnOption(const CommandLine& line)
{
    const std::string column = line.has("column") ? line.text("column") : "1";
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (column.empty() || column == "0")
        throw UsageError("--column: write the column's number, from 1, or its name");
    if (std::ranges::all_of(column, isDigit))
        return numberIn(column, "--column");
    return column;
}

char separatorOption(const CommandLine& line)
{
    const std::string separator = line.has("separator") ? line.text("separator") : ",";
    if (separator == "tab" || separator == "\\t")
        return '\t';
    if (separator == "," || separator == ";" || separator == "\t")
        return separator.front();
    throw UsageError("--separator: write \",\", \";\" or tab");
}

policy::ListReading readingOf(const CommandLine& line)
{
    policy::ListReading reading;
    reading.format = listFormatOption(line);
    for (const char* option : {"column", "separator"})
        if (line.has(option) && reading.format != ListFormat::Csv)
            throw UsageError(std::string("--") + option + " is for --format csv");
    reading.column = columnOption(line);
    reading.separator = separatorOption(line);
    if (line.has("subdomains"))
        reading.bareName = policy::BareName::WithNamesBelow;
    if (line.has("max-rejected"))
        reading.maxRejected = line.number("max-rejected");
    return reading;
}

policy::ImportedList readFrom(std::istream& input, const policy::ListReading& reading)
{
    policy::ListReader reader(reading);
    std::vector<char> buffer(PieceBytes);
    while (input.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
           input.gcount() != 0)
        reader.take({buffer.data(), static_cast<std::size_t>(input.gcount())});
    if (input.bad())
        throw CommandRefused("reading failed; nothing was imported");
    return reader.finish();
}

policy::ImportedList readFile(const std::string& file, const policy::ListReading& reading)
{
    if (file == "-")
        return readFrom(std::cin, reading);
    std::ifstream input(file, std::ios::binary);
    if (!input.is_open() || std::filesystem::is_directory(file))
        throw CommandRefused(file +
                             ": cannot be read; check the name and that this user may read it");
    return readFrom(input, reading);
}

void printRejected(std::ostream& out, const ImportCounts& counts)
{
    const auto shown = std::min(counts.firstRejected.size(), RejectedShown);
    for (const auto& rejected : std::span(counts.firstRejected).first(shown))
        out << "  line " << rejected.line << ": \"" << rejected.text << "\" " << rejected.reason
            << '\n';
    if (counts.rejected > shown)
        out << "  and " << counts.rejected - shown << " more\n";
}

Poco::JSON::Array rejectedJson(const ImportCounts& counts)
{
    Poco::JSON::Array lines;
    for (const auto& rejected : counts.firstRejected) {
        Poco::JSON::Object json = orderedObject();
        json.set("line", rejected.line);
        json.set("text", rejected.text);
        json.set("reason", rejected.reason);
        lines.add(json);
    }
    return lines;
}

// What became of the policy in force.
struct Publication {
    std::uint32_t version = 0; // 0: none was made
    std::string words;
};

Publication publish(CommandLine& line, const ListStore& store, const ListStore::Version& list)
{
    const auto& name = list.identity.name;
    const auto inForce = store.contentInForce(name);
    if (!inForce)
        return {0, "No rule of the policy in force refers to list:" + name + '.'};
    if (*inForce == list.identity.contentHash)
        return {0, "The policy in force uses it already."};
    if (!line.has("publish"))
        return {0, "The policy in force still uses what it held before: publish the policy, or "
                   "import again with --publish."};
    const std::string note = line.has("note") ? line.text("note") : "list " + name + " imported";
    try {
        db::PolicyStore policies = openPolicyStore(line);
        const std::string reason = requirePassing(compiledAnew(line, policies.current()), line);
        const auto version = policies.republish(personAtWork(), note, reason);
        return {version, "Policy version " + std::to_string(version) + " is in force with it."};
    } catch (const std::runtime_error& error) {
        throw CommandRefused("the list is imported as version " + std::to_string(list.number) +
                             ", but the policy was not published: " + error.what());
    }
}

void print(const ListStore::Import& import, const ImportCounts& counts,
           const Publication& publication)
{
    const auto& version = import.version;
    std::cout << "List " << version.identity.name << ", version " << version.number << ": "
              << counted(version.identity.hosts, "host") << ", "
              << counted(version.identity.networks, "network") << "; ";
    if (import.outcome == ListStore::ImportOutcome::Unchanged)
        std::cout << "it holds the same already, so this is no new version.\n";
    else
        std::cout << version.added << " added, " << version.removed << " removed.\n";
    std::cout << counted(counts.lines, "line")
              << " read: " << counted(counts.duplicates, "duplicate") << ", " << counts.rejected
              << " rejected" << (counts.rejected == 0 ? ".\n" : ":\n");
    printRejected(std::cout, counts);
    std::cout << publication.words << '\n';
}

void printAsJson(const ListStore::Import& import, const ImportCounts& counts,
                 const Publication& publication)
{
    const auto& version = import.version;
    const auto isUnchanged = import.outcome == ListStore::ImportOutcome::Unchanged;
    Poco::JSON::Object json = orderedObject();
    json.set("list", version.identity.name);
    json.set("version", version.number);
    json.set("unchanged", isUnchanged);
    json.set("hosts", version.identity.hosts);
    json.set("networks", version.identity.networks);
    json.set("content_hash", version.identity.contentHash);
    json.set("added", isUnchanged ? 0 : version.added);
    json.set("removed", isUnchanged ? 0 : version.removed);
    json.set("lines", counts.lines);
    json.set("duplicates", counts.duplicates);
    json.set("rejected", counts.rejected);
    json.set("rejected_lines", rejectedJson(counts));
    json.set("policy_version", publication.version == 0 ? Poco::Dynamic::Var()
                                                        : Poco::Dynamic::Var(publication.version));
    printJson(json);
}

} // namespace

void addListImportOptions(CommandLine& line)
{
    line.options().add_options()("format", po::value<std::string>()->value_name("FORMAT"),
                                 "plain (the default): an entry a line; hosts: an address and "
                                 "names a line; csv: one column")(
        "column", po::value<std::string>()->value_name("N|NAME"),
        "csv: the column's number, from 1 (the default), or its name in the first line")(
        "separator", po::value<std::string>()->value_name("CHARACTER"),
        "csv: \",\" (the default), \";\" or tab")(
        "subdomains", "let a name without \"*.\" before it mean all names below it as well")(
        "max-rejected", po::value<std::string>()->value_name("N"),
        "change nothing if more than N lines are rejected; 1000 is the default")(
        "note", po::value<std::string>()->value_name("TEXT"),
        "why it is imported; kept with the list's version, and the policy's")(
        "publish", "put the policy in force again, with the list as it is now");
    addOverrideOption(line);
}

int runListImport(CommandLine& line)
{
    const policy::ListReading reading = readingOf(line);
    const std::string& file = line.arguments()[1];
    const std::string source = file == "-" ? "standard input" : file;
    const auto list = [&] {
        try {
            return readFile(file, reading);
        } catch (const policy::TooManyRejected& error) {
            if (!line.has("json"))
                printRejected(std::cerr, error.counts());
            throw CommandRefused(source + ": " + error.what() +
                                 "; choose another --format, or raise --max-rejected");
        } catch (const policy::PolicyError& error) {
            throw CommandRefused(source + ": " + error.what());
        }
    }();

    db::Database database = openPolicyDatabase(line);
    ListStore store(database);
    store.dropUnused(); // of earlier imports: what fails here has changed nothing
    const auto import = store.import(line.arguments()[0], list,
                                     {personAtWork(), source, line.text("note")}, listTrail(line));
    const auto publication = publish(line, store, import.version);
    line.has("json") ? printAsJson(import, list.counts, publication)
                     : print(import, list.counts, publication);
    return ExitDone;
}

} // namespace sallyport::app
