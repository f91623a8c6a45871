#include "app/AuditCommand.h"

#include "app/AuditShowCommand.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"
#include "db/AuditExport.h"
#include "db/AuditReader.h"
#include "db/AuditStore.h"

#include <Poco/JSON/Object.h>

#include <cstdio>
#include <iostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

constexpr std::string_view Help = R"(Usage: sallyport audit COMMAND [options]

  export   print the audit log as JSON lines or CSV
  show ID  print one session: why, who, when, how much, and what was seen inside

Each command has its own --help.
)";

constexpr std::size_t OutputBufferBytes = 64 * 1024;

db::AuditFilter filterOption(const CommandLine& line)
{
    db::AuditFilter filter;
    for (const std::string& text : line.texts("filter")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            throw UsageError("--filter: \"" + text +
                             "\" has no =; write for example --filter host=www.example.com");
        try {
            filter.require(text.substr(0, equals), text.substr(equals + 1));
        } catch (const std::invalid_argument& error) {
            throw UsageError(std::string("--filter: ") + error.what());
        }
    }
    return filter;
}

struct Format {
    std::string_view name;
    void (*header)(std::string&);
    void (*line)(std::string&, const db::AuditRecord&);
};

constexpr Format Formats[] = {
    {"jsonl", [](std::string&) {}, db::appendJsonLine},
    {"csv", db::appendCsvHeader, db::appendCsvLine},
};

const Format& formatOption(const CommandLine& line)
{
    const std::string name = line.has("format") ? line.text("format") : "jsonl";
    for (const Format& format : Formats)
        if (format.name == name)
            return format;
    throw UsageError("--format: \"" + name + "\" is not known; write jsonl or csv");
}

void writeOut(std::string& buffer)
{
    if (std::fwrite(buffer.data(), 1, buffer.size(), stdout) != buffer.size())
        throw CommandRefused("standard output takes no more; the export is not complete");
    buffer.clear();
}

void runExport(const CommandLine& line)
{
    const Format& format = formatOption(line);
    const db::AuditFilter filter = filterOption(line);
    const db::AuditPeriod period{timeOption(line, "since"), timeOption(line, "until")};
    const db::AuditReader reader(requireAuditLog(line));
    std::string buffer;
    buffer.reserve(2 * OutputBufferBytes);
    format.header(buffer);
    reader.forEach(period, [&](const db::AuditRecord& record) {
        if (!filter.matches(record))
            return;
        format.line(buffer, record);
        if (buffer.size() >= OutputBufferBytes)
            writeOut(buffer);
    });
    writeOut(buffer);
    if (std::fflush(stdout) != 0)
        throw CommandRefused("standard output takes no more; the export is not complete");
}

CommandLine exportLine()
{
    CommandLine line("sallyport audit export",
                     "Prints the audit log to standard output, one event a line in the order of "
                     "`seq`: JSON lines or CSV\n"
                     "with the same fields. Works while a server writes the log.",
                     NoArguments);
    line.options().add_options()("format", po::value<std::string>()->value_name("FORMAT"),
                                 "jsonl (the default) or csv")(
        "since", po::value<std::string>()->value_name("TIME"),
        "leave out events before this time, for example 2026-01-31T08:00:00Z or 2026-01-31")(
        "until", po::value<std::string>()->value_name("TIME"),
        "leave out events at this time and later")(
        "filter",
        po::value<std::vector<std::string>>()->composing()->multitoken()->value_name("FIELD=VALUE"),
        "only events whose FIELD is VALUE; several must all hold. An empty VALUE asks for the "
        "unknown");
    return line;
}

int refuse(const CommandLine& line, const std::string& text)
{
    if (line.has("json")) {
        Poco::JSON::Object object;
        object.set("error", text);
        printJson(object);
    }
    std::cerr << "sallyport audit: " << text << '\n';
    return ExitRefused;
}

int run(CommandLine line, void (*command)(const CommandLine&),
        std::span<const std::string> arguments)
{
    try {
        line.parse(arguments);
        if (line.has("help"))
            std::cout << line.help();
        else
            command(line);
        return ExitDone;
    } catch (const UsageError& error) {
        std::cerr << "sallyport audit: " << error.what() << '\n';
        return ExitUsage;
    } catch (const CommandRefused& error) {
        return refuse(line, error.what());
    } catch (const db::DatabaseError& error) {
        return refuse(line, error.what());
    }
}

} // namespace

std::filesystem::path requireAuditLog(const CommandLine& line)
{
    std::filesystem::path file = line.dataDirectory() / db::AuditStore::FileName;
    if (!std::filesystem::exists(file))
        throw CommandRefused(file.string() +
                             ": there is no audit log yet; `sallyport serve` makes it");
    return file;
}

int runAuditCommand(std::span<const std::string> arguments)
{
    const std::string name = arguments.empty() ? "" : arguments.front();
    if (name == "export")
        return run(exportLine(), runExport, arguments.subspan(1));
    if (name == "show")
        return run(auditShowLine(), runAuditShow, arguments.subspan(1));
    if (name == "--help" || name == "help") {
        std::cout << Help;
        return ExitDone;
    }
    if (!name.empty())
        std::cerr << "sallyport audit: there is no command \"" << name << "\"\n";
    std::cerr << Help;
    return ExitUsage;
}

} // namespace sallyport::app
