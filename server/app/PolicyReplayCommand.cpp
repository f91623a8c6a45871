#include "app/PolicyReplayCommand.h"

#include "admin/policy/Replay.h"
#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"
#include "db/AuditReader.h"

#include <Poco/JSON/Array.h>

#include <array>
#include <iostream>
#include <utility>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using admin::DecidingRow;
using admin::DecisionFinder;
using admin::ReplayedSession;
using admin::ReplayOutcome;

constexpr std::size_t UsualExamples = 20;

struct OutcomeWords {
    ReplayOutcome outcome;
    const char* key;   // in JSON
    const char* words; // behind a count
};
constexpr OutcomeWords Outcomes[] = {
    {ReplayOutcome::NowDenied, "now_denied", "were allowed and would be denied"},
    {ReplayOutcome::NowAllowed, "now_allowed", "were denied and would be allowed"},
    {ReplayOutcome::OtherRow, "other_row", "would be decided alike, but by another row"},
    {ReplayOutcome::NotDecidable, "not_decidable", "cannot be decided from what was recorded"},
    {ReplayOutcome::Same, "same", "would be decided as they were"},
};

struct ReplaySummary {
    std::size_t sessions = 0;
    std::array<std::size_t, std::size(Outcomes)> counts{}; // by ReplayOutcome
    std::vector<ReplayedSession> changed;                  // the first ones

    [[nodiscard]] std::size_t of(ReplayOutcome outcome) const
    {
        return counts[static_cast<std::size_t>(outcome)];
    }
    [[nodiscard]] std::size_t changes() const
    {
        return sessions - of(ReplayOutcome::Same) - of(ReplayOutcome::NotDecidable);
    }
};

PolicyInput policyToTry(const CommandLine& line)
{
    return line.arguments().empty() ? compiledDraft(line, requireDraft(openPolicyStore(line)))
                                    : compiledFile(line, line.arguments().front());
}

ReplaySummary replayAll(const policy::Policy& policy, const db::AuditReader& log,
                        const db::AuditPeriod& period, std::size_t limit)
{
    ReplaySummary summary;
    DecisionFinder decisions;
    log.forEach(period, [&](const db::AuditRecord& record) {
        if (!decisions.isDecision(record))
            return;
        ReplayedSession session = admin::replaySession(policy, record);
        ++summary.sessions;
        ++summary.counts[static_cast<std::size_t>(session.outcome)];
        const bool isChange = session.outcome != ReplayOutcome::Same &&
                              session.outcome != ReplayOutcome::NotDecidable;
        if (isChange && summary.changed.size() < limit)
            summary.changed.push_back(std::move(session));
    });
    return summary;
}

const OutcomeWords& wordsOf(ReplayOutcome outcome)
{
    return *std::ranges::find(Outcomes, outcome, &OutcomeWords::outcome);
}

std::string rowWords(const DecidingRow& row)
{
    return row.id.empty() ? "default row of " + row.layer : row.layer + " rule \"" + row.name + '"';
}

const char* answersWords(ReplayOutcome outcome)
{
    if (outcome == ReplayOutcome::NowDenied)
        return "allow -> deny";
    return outcome == ReplayOutcome::NowAllowed ? "deny -> allow" : "other row";
}

void print(const PolicyInput& input, const ReplaySummary& summary)
{
    std::cout << "Under " << input.source << ", of "
              << counted(summary.sessions, "recorded session") << ":\n";
    for (const OutcomeWords& each : Outcomes)
        std::cout << "  " << summary.of(each.outcome) << ' ' << each.words << '\n';
    if (summary.changed.size() < summary.changes())
        std::cout << "The first " << summary.changed.size() << " of "
                  << counted(summary.changes(), "change") << ":\n";
    for (const ReplayedSession& session : summary.changed)
        std::cout << session.sessionId << "  " << session.host << ':' << session.port << "  "
                  << answersWords(session.outcome) << "  " << rowWords(session.before) << " -> "
                  << rowWords(session.after) << '\n';
    for (const std::string_view name : admin::conditionsNotRecorded(input.policy->document()))
        std::cout << "The log does not keep what the condition \"" << name
                  << "\" looks at: it was taken as empty.\n";
}

Poco::JSON::Object rowJson(const DecidingRow& row)
{
    Poco::JSON::Object json = orderedObject();
    json.set("layer", row.layer);
    json.set("rule_id", row.id);
    json.set("rule_name", row.name);
    return json;
}

Poco::JSON::Object jsonOf(const PolicyInput& input, const ReplaySummary& summary)
{
    Poco::JSON::Object json = orderedObject();
    json.set("sessions", summary.sessions);
    for (const OutcomeWords& each : Outcomes)
        json.set(each.key, summary.of(each.outcome));
    Poco::JSON::Array changed;
    for (const ReplayedSession& session : summary.changed) {
        Poco::JSON::Object one = orderedObject();
        one.set("session_id", session.sessionId);
        one.set("host", session.host);
        one.set("port", session.port);
        one.set("change", wordsOf(session.outcome).key);
        one.set("before", rowJson(session.before));
        one.set("after", rowJson(session.after));
        changed.add(one);
    }
    json.set("changed", changed);
    Poco::JSON::Array notRecorded;
    for (const std::string_view name : admin::conditionsNotRecorded(input.policy->document()))
        notRecorded.add(std::string(name));
    json.set("conditions_taken_as_empty", notRecorded);
    return json;
}

} // namespace

void addReplayOptions(CommandLine& line)
{
    line.options().add_options()(
        "since", po::value<std::string>()->value_name("TIME"),
        "sessions from this time on, for example 2026-01-31T08:00:00Z or 2026-01-31; required")(
        "until", po::value<std::string>()->value_name("TIME"), "sessions before this time only")(
        "limit", po::value<std::string>()->value_name("N"),
        "how many of the sessions that change are shown (default: 20)");
}

int runReplay(CommandLine& line)
{
    const db::AuditPeriod period{timeOption(line, "since"), timeOption(line, "until")};
    if (!period.since)
        throw UsageError("--since is missing; write for example --since 2026-01-31");
    const std::size_t limit = line.has("limit") ? line.number("limit") : UsualExamples;
    const PolicyInput input = policyToTry(line);
    const db::AuditReader log(requireAuditLog(line));
    recordReading(line, "audit.replay");
    const ReplaySummary summary = replayAll(*input.policy, log, period, limit);
    if (line.has("json"))
        printJson(jsonOf(input, summary));
    else
        print(input, summary);
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
