#include "app/ConvertCommand.h"

#include "app/CommandLine.h"
#include "app/PolicySummary.h"
#include "policy/PolicyError.h"
#include "policy/SquidConversion.h"
#include "policy/TimeColumn.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <ostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

using policy::SquidConversion;

std::expected<std::string, std::string> contentOf(const fs::path& file)
{
    std::ifstream input(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(input), {}};
    if (!input.is_open() || input.bad() || fs::is_directory(file))
        return std::unexpected(file.string() + " cannot be read");
    return text;
}

void writeFile(const fs::path& file, const std::string& text)
{
    std::ofstream output(file, std::ios::binary);
    output << text << std::flush;
    if (!output)
        throw CommandRefused(file.string() + ": cannot be written");
}

std::string requireFile(const std::string& file)
{
    if (file == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    const auto text = contentOf(file);
    if (!text)
        throw CommandRefused(text.error() + "; check the name and that this user may read it");
    return *text;
}

policy::SquidConversionSettings settingsOf(const CommandLine& line)
{
    if (line.text("from") != "squid")
        throw UsageError("--from squid is expected: no other configuration can be converted");
    policy::SquidConversionSettings settings;
    settings.zone = line.text("zone");
    try {
        if (!settings.zone.empty())
            static_cast<void>(policy::requireZone(settings.zone));
    } catch (const policy::PolicyError& error) {
        throw UsageError(std::string("--zone: ") + error.what());
    }
    return settings;
}

SquidConversion converted(const std::string& file, const policy::SquidConversionSettings& settings)
{
    // Names of files are as on squid's machine, or count from where the configuration is.
    const auto folder = fs::path(file).parent_path();
    const auto readFile = [&folder](const std::string& name) { return contentOf(folder / name); };
    try {
        return policy::convertSquid(policy::readSquidConfiguration(requireFile(file), readFile),
                                    settings);
    } catch (const policy::PolicyError& error) {
        throw CommandRefused((file == "-" ? "standard input" : file) + ": " + error.what());
    }
}

// Beside the document unless told otherwise.
fs::path listFolder(const CommandLine& line)
{
    if (line.has("lists"))
        return line.text("lists");
    return line.has("output") ? fs::path(line.text("output")).parent_path() : fs::path();
}

void writeLists(const SquidConversion& conversion, const fs::path& folder)
{
    if (conversion.lists.empty())
        return;
    std::error_code error;
    if (!folder.empty())
        fs::create_directories(folder, error);
    if (error)
        throw CommandRefused(folder.string() + ": cannot be made: " + error.message());
    for (const auto& list : conversion.lists) {
        const auto file = folder / (list.name + ".txt");
        const auto head = "# acl " + list.acl + " of a squid.conf\n";
        // It may well be the file that squid reads.
        if (const auto present = contentOf(file); present && !present->starts_with(head))
            throw CommandRefused(file.string() + ": is there already and no list of an earlier "
                                                 "conversion; name another folder with --lists");
        auto text = head;
        for (const auto& entry : list.entries)
            text += entry + '\n';
        writeFile(file, text);
    }
}

// "line 3", "lines 3, 4, 5 and 10 more"
std::string linesText(const std::vector<std::size_t>& lines)
{
    constexpr std::size_t Shown = 3;
    std::string text = lines.size() == 1 ? "line " : "lines ";
    for (std::size_t index = 0; index < std::min(lines.size(), Shown); ++index)
        text += (index == 0 ? "" : ", ") + std::to_string(lines[index]);
    return lines.size() > Shown ? text + " and " + std::to_string(lines.size() - Shown) + " more"
                                : text;
}

std::size_t enabledRows(const SquidConversion& conversion)
{
    const auto& rows = conversion.document.rows(policy::Layer::Access);
    return static_cast<std::size_t>(std::ranges::count(rows, true, &policy::Rule::enabled));
}

void printLeft(std::ostream& out, const std::vector<SquidConversion::LineLeft>& lines,
               std::string_view what)
{
    for (const auto& left : lines)
        out << "line " << left.line << ' ' << what << ": " << left.text << "\n    " << left.reason
            << '\n';
}

void printReport(std::ostream& out, const SquidConversion& conversion, const fs::path& folder)
{
    const auto& document = conversion.document;
    out << counted(document.rows(policy::Layer::Access).size(), "http_access line") << ", "
        << enabledRows(conversion) << " of them rules now, otherwise "
        << policy::actionName(document.defaults.access) << ".\n";
    printLeft(out, conversion.notConverted, "is not converted");
    printLeft(out, conversion.withoutEffect, "never matches here");
    for (const auto& list : conversion.lists) {
        const auto file = (folder / (list.name + ".txt")).string();
        out << "acl " << list.acl << " is the list \"" << list.name << "\" in " << file
            << "; before the policy: sallyport list import " << list.name << ' ' << file << '\n';
    }
    for (const auto& [name, lines] : conversion.others)
        out << "not converted: " << name << " (" << linesText(lines) << ")\n";
    for (const auto& note : conversion.notes)
        out << "note: " << note << '\n';
}

Poco::JSON::Array leftJson(const std::vector<SquidConversion::LineLeft>& lines)
{
    Poco::JSON::Array array;
    for (const auto& left : lines) {
        auto object = orderedObject();
        object.set("line", left.line);
        object.set("text", left.text);
        object.set("reason", left.reason);
        array.add(object);
    }
    return array;
}

Poco::JSON::Object reportJson(const SquidConversion& conversion, const fs::path& folder)
{
    Poco::JSON::Array lists;
    for (const auto& list : conversion.lists) {
        auto object = orderedObject();
        object.set("name", list.name);
        object.set("acl", list.acl);
        object.set("entries", list.entries.size());
        object.set("file", (folder / (list.name + ".txt")).string());
        lists.add(object);
    }
    Poco::JSON::Array others;
    for (const auto& [name, lines] : conversion.others) {
        Poco::JSON::Array numbers;
        for (const auto line : lines)
            numbers.add(line);
        auto object = orderedObject();
        object.set("name", name);
        object.set("lines", numbers);
        others.add(object);
    }
    Poco::JSON::Array notes;
    for (const auto& note : conversion.notes)
        notes.add(note);
    auto object = orderedObject();
    object.set("complete", conversion.isComplete());
    object.set("http_access_lines", conversion.document.rows(policy::Layer::Access).size());
    object.set("rules", enabledRows(conversion));
    object.set("not_converted", leftJson(conversion.notConverted));
    object.set("without_effect", leftJson(conversion.withoutEffect));
    object.set("lists", lists);
    object.set("other_directives", others);
    object.set("notes", notes);
    return object;
}

} // namespace

void addConvertOptions(CommandLine& line)
{
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    line.options().add_options()("from", text("PROXY"), "whose configuration FILE is: squid")(
        "output", text("FILE"), "write the document there (default: standard output)")(
        "lists", text("DIR"),
        "write lists of more than 1,000 names there (default: beside the document)")(
        "zone", text("ZONE"), "time zone of squid's machine, for its time acls (default: UTC)");
}

int runConvert(CommandLine& line)
{
    const auto settings = settingsOf(line);
    const auto conversion = converted(line.arguments().front(), settings);
    const auto folder = listFolder(line);
    writeLists(conversion, folder);
    const auto document = conversion.document.toJson();
    if (line.has("output"))
        writeFile(line.text("output"), document);
    else
        std::cout << document << std::flush;
    if (!std::cout)
        throw CommandRefused("standard output takes no more; the document is not complete");
    if (line.has("json")) {
        reportJson(conversion, folder).stringify(std::cerr);
        std::cerr << '\n';
    } else {
        printReport(std::cerr, conversion, folder);
    }
    return conversion.isComplete() ? ExitDone : ExitRefused;
}

} // namespace sallyport::app
