#include "app/AuditShowCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/SessionStory.h"
#include "db/AuditExport.h"
#include "db/AuditReader.h"

#include <charconv>
#include <iostream>
#include <ranges>
#include <set>

namespace sallyport::app {
namespace {

constexpr std::size_t LeastDigits = 8; // all of the time but its last minute
constexpr std::size_t CandidatesShown = 10;

db::SessionIdRange idsBeginningWith(const std::string& text)
{
    const auto refuse = [&text](const std::string& what) {
        throw UsageError("\"" + forTerminal(text) + "\" " + what +
                         "; write the session_id of a record, or at least its first 8 digits");
    };
    std::string digits;
    for (const char c : text)
        if (c != '-')
            digits += c;
    db::SessionIdRange ids;
    if (digits.size() < LeastDigits)
        refuse("is too short for a session's id");
    if (digits.size() > 2 * ids.first.size())
        refuse("is too long for a session's id");
    const auto valueOf = [&](std::string padded, db::SessionId& id) {
        for (std::size_t i = 0; i < id.size(); ++i) {
            const char* const end = padded.data() + 2 * i + 2;
            if (std::from_chars(end - 2, end, id[i], 16).ptr != end)
                refuse("is not a session's id");
        }
    };
    valueOf(digits + std::string(2 * ids.first.size() - digits.size(), '0'), ids.first);
    valueOf(digits + std::string(2 * ids.last.size() - digits.size(), 'f'), ids.last);
    return ids;
}

std::vector<db::RecordedSession>
requireOne(const db::AuditReader& log, const db::SessionIdRange& range, const std::string& text)
{
    auto found = log.find(range, CandidatesShown + 1);
    if (found.empty())
        throw CommandRefused("there is no session \"" + text + "\" in the log");
    std::set<db::SessionId> ids;
    for (const auto& session : found)
        ids.insert(session.id);
    if (ids.size() == 1)
        return found;
    std::string candidates;
    for (const auto& id : ids | std::views::take(CandidatesShown))
        candidates += "\n  " + db::toText(id);
    if (ids.size() > CandidatesShown)
        candidates += "\n  …";
    throw CommandRefused("\"" + text +
                         "\" begins the ids of several sessions; write more of it:" + candidates);
}

} // namespace

int runAuditShow(CommandLine& line)
{
    const std::string& text = line.arguments().front();
    const db::SessionIdRange ids = idsBeginningWith(text);
    const db::AuditReader log(requireAuditLog(line));
    recordReading(line, "audit.show");
    SessionStory story;
    std::string json;
    for (const auto& session : requireOne(log, ids, text))
        log.forEachOf(session, [&](const db::AuditRecord& record) {
            story.add(record);
            json += json.empty() ? "[\n" : ",\n";
            db::appendJsonLine(json, record);
            json.pop_back();
        });
    std::cout << (line.has("json") ? json + "\n]\n" : story.text());
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
