#include "admin/policy/ImpactResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"
#include "admin/policy/PolicySide.h"
#include "admin/policy/Replay.h"
#include "db/AuditReader.h"

#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Answer;
using api::Call;
using Time = std::chrono::sys_time<std::chrono::microseconds>;

constexpr auto UsualPeriod = std::chrono::hours(24);
constexpr auto MostPeriod = std::chrono::hours(24 * 31);
constexpr std::size_t MostExamples = 50;
constexpr std::uint64_t RecordsPerLook = 4096; // between two looks at whether it was cancelled

struct Question {
    std::string name; // of the policy: "the draft", "version 3"
    std::shared_ptr<const policy::Policy> policy;
    db::AuditPeriod period;
};

struct Impact {
    std::uint64_t evaluated = 0;
    std::uint64_t nowDenied = 0;
    std::uint64_t nowAllowed = 0;
    std::uint64_t notDecidable = 0;
    std::map<std::string, std::uint64_t> decided; // by the id of the rule
    std::vector<ReplayedSession> examples;

    void add(ReplayedSession session)
    {
        ++evaluated;
        if (session.outcome == ReplayOutcome::NotDecidable) {
            ++notDecidable;
            return;
        }
        const auto& row = session.after;
        ++decided[row.id.empty() ? "default/" + row.layer : row.id];
        if (session.outcome == ReplayOutcome::NowDenied)
            ++nowDenied;
        else if (session.outcome == ReplayOutcome::NowAllowed)
            ++nowAllowed;
        else
            return;
        if (examples.size() < MostExamples)
            examples.push_back(std::move(session));
    }
};

JsonLine rowJson(const DecidingRow& row)
{
    JsonLine json;
    json.text("layer", row.layer);
    json.textOrNull("rule_id", row.id);
    json.text("rule_name", row.id.empty() ? "default" : row.name);
    return json;
}

JsonLine exampleJson(const ReplayedSession& session)
{
    const bool isDenied = session.outcome == ReplayOutcome::NowDenied;
    JsonLine json;
    json.text("session_id", session.sessionId);
    json.text("host", session.host);
    json.number("port", session.port);
    json.text("from", isDenied ? "allow" : "deny");
    json.text("to", isDenied ? "deny" : "allow");
    json.object("before", rowJson(session.before));
    json.object("after", rowJson(session.after));
    return json;
}

std::vector<JsonLine> transitionsJson(const Impact& impact)
{
    std::vector<JsonLine> transitions;
    const auto add = [&](std::string_view from, std::string_view to, std::uint64_t count) {
        if (count == 0)
            return;
        auto& one = transitions.emplace_back();
        one.text("from", from);
        one.text("to", to);
        one.number("count", count);
    };
    add("allow", "deny", impact.nowDenied);
    add("deny", "allow", impact.nowAllowed);
    return transitions;
}

JsonLine resultJson(const Question& question, const Impact& impact)
{
    JsonLine json;
    json.text("policy", question.name);
    json.text("from", api::timeText(*question.period.since));
    json.text("to", api::timeText(*question.period.until));
    json.number("evaluated", impact.evaluated);
    json.number("changed", impact.nowDenied + impact.nowAllowed);
    json.number("not_decidable", impact.notDecidable);
    json.objects("transitions", transitionsJson(impact));
    std::vector<JsonLine> decided;
    for (const auto& [rule, count] : impact.decided) {
        auto& one = decided.emplace_back();
        one.text("rule_id", rule);
        one.number("count", count);
    }
    json.objects("decided", decided);
    std::vector<JsonLine> examples;
    for (const auto& session : impact.examples)
        examples.push_back(exampleJson(session));
    json.objects("examples", examples);
    std::vector<std::string> empty;
    for (const auto name : conditionsNotRecorded(question.policy->document()))
        empty.emplace_back(name);
    json.texts("conditions_taken_as_empty", empty);
    return json;
}

// Ids of the log begin with their time, so that seq and time both tell how far it is; only the time
// of a record costs nothing to compare.
Impact replay(const Question& question, const std::filesystem::path& auditFolder,
              api::Jobs::Progress& progress)
{
    Impact impact;
    if (!std::filesystem::is_directory(auditFolder))
        return impact;
    const db::AuditReader log(auditFolder);
    DecisionFinder decisions;
    std::uint64_t records = 0;
    const auto length = static_cast<std::uint64_t>(
        std::max<std::int64_t>((*question.period.until - *question.period.since).count(), 1));
    log.forEach(question.period, [&](const db::AuditRecord& record) {
        if (records++ % RecordsPerLook == 0) {
            progress.throwIfCancelled();
            if (const auto time = api::timeFrom(record.time))
                progress.set(static_cast<std::uint64_t>(std::max<std::int64_t>(
                                 (*time - *question.period.since).count(), 0)),
                             length);
        }
        if (decisions.isDecision(record))
            impact.add(replaySession(*question.policy, record));
    });
    progress.set(length, length);
    return impact;
}

Poco::JSON::Object objectOf(const std::string& json)
{
    Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true)); // keeps the order of members
    return *parser.parse(json).extract<Poco::JSON::Object::Ptr>();
}

std::optional<Time> timeIn(api::JsonFields& fields, const std::string& name)
{
    const auto text = fields.optionalText(name, {.least = 1, .most = 64});
    if (!text)
        return std::nullopt;
    auto time = api::timeFrom(*text);
    if (!time)
        fields.wrong(name, "invalid", "is not a time like 2026-01-31T08:00:00Z");
    return time;
}

db::AuditPeriod periodIn(api::JsonFields& fields)
{
    const auto from = timeIn(fields, "from");
    const auto to = timeIn(fields, "to");
    db::AuditPeriod period;
    period.until = to.value_or(
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
    period.since = from.value_or(*period.until - UsualPeriod);
    if (*period.since >= *period.until)
        fields.wrong("from", "invalid", "must be before \"to\"");
    else if (*period.until - *period.since > MostPeriod)
        fields.wrong("from", "range", "may be 31 days before \"to\" at most");
    return period;
}

} // namespace

void ImpactResource::addTo(api::Router& router)
{
    router.add("POST", "/policy/impact", api::Access::from(api::Role::Auditor),
               [this](Call& call) { return measure(call); });
}

Answer ImpactResource::measure(Call& call)
{
    auto& body = call.json();
    const auto name = body.optionalText("policy", {.least = 1, .most = 20}).value_or("draft");
    const auto period = periodIn(body);
    body.refuseOthers();
    body.throwIfWrong();
    auto side = compiledSide(desk_, name, "/policy");
    const Question question{std::move(side.name), std::move(side.policy), period};
    JsonLine asked;
    asked.text("policy", question.name);
    asked.text("from", api::timeText(*period.since));
    asked.text("to", api::timeText(*period.until));
    trail_.record(call.caller(), {"audit.replay", "audit log", "", asked.text(), ""});
    const auto job = jobs_.start(
        call.caller(), "policy-impact",
        [question, folder = auditFolder_, ask = askOpenSessions_](api::Jobs::Progress& progress) {
            const auto impact = replay(question, folder, progress);
            auto json = resultJson(question, impact);
            if (const auto sessions = ask ? ask(question.policy) : std::nullopt) {
                json.number("open_sessions", sessions->open);
                json.number("open_sessions_ended", sessions->ended);
            } else {
                json.null("open_sessions");
                json.null("open_sessions_ended");
            }
            return objectOf(json.text());
        });
    return api::accepted(job);
}

} // namespace sallyport::admin
