#include "app/AuditStatsCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/FigureText.h"
#include "app/PolicySummary.h"
#include "app/SessionStory.h"
#include "app/TextTable.h"
#include "app/TimeOption.h"
#include "db/AuditFigures.h"
#include "db/AuditReader.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using db::AuditFileFigures;
using enum TextTable::Align;

constexpr std::size_t MostValues = 100;
constexpr std::size_t UsualValues = 5;
// A person waits for it, not a page that is being drawn.
constexpr std::chrono::seconds Budget{10};
constexpr db::Facet Facets[] = {db::Facet::Verdict, db::Facet::Reason, db::Facet::Protocol,
                                db::Facet::Rule, db::Facet::Host};

struct Statistics {
    db::Figures figures;
    std::vector<AuditFileFigures> files; // that hold something of the period
};

std::size_t topOption(const CommandLine& line)
{
    const std::size_t top = line.has("top") ? line.number("top") : UsualValues;
    if (top == 0 || top > MostValues)
        throw UsageError("--top: write a number from 1 to " + std::to_string(MostValues));
    return top;
}

bool isSealed(const AuditFileFigures& file)
{
    return file.condition == AuditFileFigures::Condition::Sealed;
}

std::uint64_t recordsIn(const AuditFileFigures& file)
{
    return file.lastSeq + 1 - file.firstSeq;
}

std::uint64_t sum(const std::vector<AuditFileFigures>& files, std::uint64_t AuditFileFigures::*of)
{
    std::uint64_t all = 0;
    for (const AuditFileFigures& file : files)
        all += file.*of;
    return all;
}

std::string titleOf(db::Facet facet)
{
    std::string title(facetName(facet));
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    return title;
}

// Empty where it is not known.
std::string bytesText(std::optional<std::uint64_t> bytes)
{
    return bytes ? shortBytes(*bytes) : "";
}

Poco::Dynamic::Var bytesJson(std::optional<std::uint64_t> bytes)
{
    return bytes ? Poco::Dynamic::Var(*bytes) : Poco::Dynamic::Var();
}

void printFacet(const db::FacetFigures& facet)
{
    TextTable table({{.title = titleOf(facet.facet), .least = 16},
                     {.title = "SESSIONS", .align = Right},
                     {.title = "UP", .align = Right},
                     {.title = "DOWN", .align = Right}});
    for (const db::FacetValue& value : facet.values)
        table.add({value.label.empty() ? "(none)" : forTerminal(value.label),
                   number(value.sessions), bytesText(value.bytesUp), bytesText(value.bytesDown)});
    if (table.isEmpty())
        return;
    std::cout << '\n' << table.text(outputWidth());
    if (facet.distinct > facet.values.size())
        std::cout << "and " << number(facet.distinct - facet.values.size()) << " more\n";
}

void printFiles(const std::vector<AuditFileFigures>& files)
{
    TextTable table({{.title = "FILE"},
                     {.title = "FROM"},
                     {.title = "TO"},
                     {.title = "SEQ", .importance = 1},
                     {.title = "RECORDS", .align = Right},
                     {.title = "SESSIONS", .align = Right},
                     {.title = "ON DISK", .align = Right},
                     {.title = "STATE"}});
    for (const AuditFileFigures& file : files)
        table.add({file.file.filename().string(), timeText(file.firstTime), timeText(file.lastTime),
                   std::to_string(file.firstSeq) + '-' + std::to_string(file.lastSeq),
                   number(recordsIn(file)), number(file.begun), shortBytes(file.bytesOnDisk),
                   isSealed(file) ? "sealed" : "being written"});
    if (!table.isEmpty())
        std::cout << '\n' << table.text(outputWidth());
}

void print(const Statistics& all, const db::AuditPeriod& period)
{
    if (all.files.empty()) {
        std::cout << "There is nothing in the log of that time.\n";
        return;
    }
    std::uint64_t records = 0;
    for (const AuditFileFigures& file : all.files)
        records += recordsIn(file);
    if (period.since || period.until)
        std::cout << "The files of that time hold, as a whole:\n";
    std::cout << number(records) << " records in " << counted(all.files.size(), "file") << ", seq "
              << all.files.front().firstSeq << " to " << all.files.back().lastSeq << ", "
              << shortBytes(sum(all.files, &AuditFileFigures::bytesOnDisk)) << " on disk\n"
              << number(sum(all.files, &AuditFileFigures::begun))
              << " sessions and refusals began, "
              << number(sum(all.files, &AuditFileFigures::ended))
              << " ended: " << shortBytes(sum(all.files, &AuditFileFigures::bytesUp)) << " up, "
              << shortBytes(sum(all.files, &AuditFileFigures::bytesDown)) << " down\n";
    for (const db::FacetFigures& facet : all.figures.facets)
        printFacet(facet);
    if (all.figures.fraction < 1)
        std::cout << "Hosts are those of the newest "
                  << std::floor(all.figures.fraction * 1000) / 10 << " % of the time.\n";
    printFiles(all.files);
}

Poco::JSON::Object jsonOf(const AuditFileFigures& file)
{
    Poco::JSON::Object json = orderedObject();
    json.set("file", file.file.filename().string());
    json.set("first_seq", file.firstSeq);
    json.set("last_seq", file.lastSeq);
    json.set("first_time", timeText(file.firstTime));
    json.set("last_time", timeText(file.lastTime));
    json.set("sealed", isSealed(file));
    json.set("bytes_on_disk", file.bytesOnDisk);
    json.set("begun", file.begun);
    json.set("ended", file.ended);
    json.set("bytes_up", file.bytesUp);
    json.set("bytes_down", file.bytesDown);
    return json;
}

Poco::JSON::Object jsonOf(const db::FacetFigures& facet)
{
    Poco::JSON::Array values;
    for (const db::FacetValue& value : facet.values) {
        Poco::JSON::Object one = orderedObject();
        one.set("value", value.value);
        one.set("label", value.label);
        one.set("sessions", value.sessions);
        one.set("bytes_up", bytesJson(value.bytesUp));
        one.set("bytes_down", bytesJson(value.bytesDown));
        values.add(one);
    }
    Poco::JSON::Object json = orderedObject();
    json.set("distinct", facet.distinct);
    json.set("values", values);
    return json;
}

void printAsJson(const Statistics& all)
{
    Poco::JSON::Object json = orderedObject();
    for (const db::FacetFigures& facet : all.figures.facets)
        json.set(std::string(facetName(facet.facet)), jsonOf(facet));
    json.set("fraction", all.figures.fraction);
    Poco::JSON::Array files;
    for (const AuditFileFigures& file : all.files)
        files.add(jsonOf(file));
    json.set("files", files);
    printJson(json);
}

} // namespace

void addAuditStatsOptions(CommandLine& line)
{
    line.options().add_options()("since", po::value<std::string>()->value_name("TIME"),
                                 "leave out what began before this time; files count as a whole")(
        "until", po::value<std::string>()->value_name("TIME"),
        "leave out what began at this time or later")(
        "top", po::value<std::string>()->value_name("N"),
        "show the N most frequent of each kind; 5 is the default");
}

int runAuditStats(CommandLine& line)
{
    db::FiguresWanted wanted{.filter = {},
                             .facets = {std::begin(Facets), std::end(Facets)},
                             .values = topOption(line),
                             .buckets = 0,
                             .budget = Budget};
    wanted.filter.period = {timeOption(line, "since"), timeOption(line, "until")};
    const auto folder = requireAuditLog(line);
    recordReading(line, "audit.stats");
    db::AuditFigures log(folder);
    Statistics all{.figures = log.figures(wanted), .files = log.files()};
    const auto& [since, until] = wanted.filter.period;
    std::erase_if(all.files, [&](const AuditFileFigures& file) {
        return (since && file.lastTime < *since) || (until && file.firstTime >= *until);
    });
    line.has("json") ? printAsJson(all) : print(all, wanted.filter.period);
    return ExitDone;
}

} // namespace sallyport::app
