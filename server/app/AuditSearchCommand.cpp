#include "app/AuditSearchCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/EventLine.h"
#include "app/FigureText.h"
#include "app/PolicySummary.h"
#include "app/SessionFilterOptions.h"
#include "app/SessionStory.h"
#include "app/TextTable.h"
#include "db/AuditExport.h"
#include "db/AuditSearch.h"
#include "db/JsonText.h"

#include <algorithm>
#include <iostream>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

constexpr std::uint32_t UsualLimit = 50;
constexpr std::uint32_t MostLimit = 10'000; // a table of more is what an export is for

db::SessionFilter filterOf(const CommandLine& line)
{
    db::SessionFilter filter = sessionFilterOptions(line);
    if (line.has("open"))
        filter.state = db::SessionState::Open;
    return filter;
}

std::size_t limitOption(const CommandLine& line)
{
    const std::uint32_t limit = line.has("limit") ? line.number("limit") : UsualLimit;
    if (limit == 0 || limit > MostLimit)
        throw UsageError("--limit: write a number from 1 to " + std::to_string(MostLimit) +
                         "; `sallyport audit export` has no limit");
    return limit;
}

TextTable emptyTable()
{
    using enum TextTable::Align;
    return TextTable({{.title = "BEGAN (UTC)"},
                      {.title = "VERDICT"},
                      {.title = "CLIENT", .importance = 8},
                      {.title = "USER", .least = 8, .importance = 4},
                      {.title = "PROTOCOL", .importance = 2},
                      {.title = "HOST", .least = 12},
                      {.title = "UP", .align = Right, .importance = 6},
                      {.title = "DOWN", .align = Right, .importance = 6},
                      {.title = "LASTED", .align = Right, .importance = 3},
                      {.title = "END", .importance = 7},
                      {.title = "RULE", .least = 8, .importance = 5},
                      {.title = "SESSION"}});
}

std::vector<std::string> cellsOf(const db::FoundSession& session)
{
    const db::AuditRecord& begin = session.begin;
    const db::AuditRecord& newest = session.last ? *session.last : begin;
    std::vector<std::string> cells{secondsOf(begin.time),        std::string(session.verdict),
                                   std::string(begin.clientIp),  forTerminal(begin.user),
                                   std::string(newest.protocol), askedHost(begin)};
    const auto& counts = newest.counts;
    cells.push_back(counts ? shortBytes(counts->clientToProxy) : "");
    cells.push_back(counts ? shortBytes(counts->upstreamToProxy) : "");
    cells.push_back(
        counts && counts->durationMicroseconds ? shortDuration(*counts->durationMicroseconds) : "");
    cells.emplace_back(session.isOpen() ? "open" : newest.end ? newest.end->reason : "");
    cells.push_back(forTerminal(session.ruleName));
    cells.emplace_back(begin.sessionId);
    return cells;
}

void appendText(std::string& out, std::string_view name, std::string_view text)
{
    ((out += '"') += name) += "\":";
    text.empty() ? out += "null" : (db::appendJsonString(out, text), out);
    out += ',';
}

void appendRecord(std::string& out, std::string_view name, const db::AuditRecord* record)
{
    ((out += '"') += name) += "\":";
    if (!record) {
        out += "null";
        return;
    }
    db::appendJsonLine(out, *record);
    out.pop_back();
}

std::string jsonOf(const db::FoundSession& session)
{
    std::string out = "{";
    appendText(out, "session_id", session.begin.sessionId);
    out += session.isOpen() ? "\"open\":true," : "\"open\":false,";
    appendText(out, "verdict", session.verdict);
    appendText(out, "rule_id", session.ruleId);
    appendText(out, "rule_name", session.ruleName);
    appendRecord(out, "begin", &session.begin);
    out += ',';
    appendRecord(out, "last", session.last);
    return out + "}\n";
}

// Pages until there are as many as wanted.
db::SearchPage search(db::AuditSearch& log, const CommandLine& line, std::size_t limit,
                      const db::AuditSearch::Use& use)
{
    const db::SessionFilter filter = filterOf(line);
    db::SearchPage all{.sessions = 0, .nextCursor = line.text("cursor")};
    do {
        const std::size_t wanted = std::min(limit - all.sessions, db::AuditSearch::MostOnPage);
        const auto page = log.page(filter, all.nextCursor, wanted, use);
        all.sessions += page.sessions;
        all.nextCursor = page.nextCursor;
    } while (!all.nextCursor.empty() && all.sessions < limit);
    return all;
}

void printTable(db::AuditSearch& log, const CommandLine& line, std::size_t limit)
{
    TextTable table = emptyTable();
    const auto page = search(log, line, limit,
                             [&](const db::FoundSession& session) { table.add(cellsOf(session)); });
    if (table.isEmpty())
        std::cout << "There is no such session" << (page.nextCursor.empty() ? "" : " so far")
                  << ".\n";
    else
        std::cout << table.text(outputWidth());
    if (!page.nextCursor.empty())
        std::cout << "There are older ones: the same with --cursor " << page.nextCursor << '\n';
}

void printJsonLines(db::AuditSearch& log, const CommandLine& line, std::size_t limit)
{
    const auto page = search(log, line, limit,
                             [](const db::FoundSession& session) { std::cout << jsonOf(session); });
    Poco::JSON::Object end = orderedObject();
    end.set("sessions", page.sessions);
    end.set("next_cursor",
            page.nextCursor.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(page.nextCursor));
    printJson(end);
}

} // namespace

void addAuditSearchOptions(CommandLine& line)
{
    addSessionFilterOptions(line);
    line.options().add_options()("open", "only sessions that have not ended")(
        "limit", po::value<std::string>()->value_name("N"),
        "show at most N sessions; 50 is the default")(
        "cursor", po::value<std::string>()->value_name("C"),
        "go on where the page before ended; with the same options");
}

int runAuditSearch(CommandLine& line)
{
    const std::size_t limit = limitOption(line);
    static_cast<void>(filterOf(line)); // says what is wrong before anything is recorded
    const auto folder = requireAuditLog(line);
    recordReading(line, "audit.search");
    db::AuditSearch log(folder);
    try {
        line.has("json") ? printJsonLines(log, line, limit) : printTable(log, line, limit);
    } catch (const db::BadCursor& error) {
        throw UsageError(std::string("--cursor: ") + error.what());
    }
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
