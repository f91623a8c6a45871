#include "admin/audit/RecordedSessionStory.h"

#include "admin/audit/SessionRow.h"
#include "db/DatabaseError.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace sallyport::admin::audit {
namespace {

constexpr std::size_t LeastDigits = 8; // all of the time but its last minute
constexpr std::size_t Candidates = 10;
constexpr std::size_t MostRules = 500;

[[noreturn]] void refuseId(const std::string& detail)
{
    throw api::ApiError({{"?id", "invalid", detail}});
}

db::SessionId idOf(const std::string& digits)
{
    db::SessionId id{};
    for (std::size_t i = 0; i < id.size(); ++i) {
        const char* const end = digits.data() + 2 * i + 2;
        if (std::from_chars(end - 2, end, id[i], 16).ptr != end)
            refuseId("This is not the id of a session.");
    }
    return id;
}

db::SessionIdRange idsBeginningWith(std::string_view text)
{
    std::string digits;
    for (const char c : text)
        if (c != '-')
            digits += c;
    const std::size_t whole = 2 * db::SessionId().size();
    if (digits.size() < LeastDigits || digits.size() > whole)
        refuseId("Write the id of a session, or at least its first 8 digits.");
    const std::string rest(whole - digits.size(), '0');
    return {idOf(digits + rest), idOf(digits + std::string(rest.size(), 'f'))};
}

std::string_view outcomeName(policy::RowOutcome::Kind kind)
{
    switch (kind) {
    case policy::RowOutcome::Kind::Matched:
        return "match";
    case policy::RowOutcome::Kind::Failed:
        return "no";
    case policy::RowOutcome::Kind::Unknown:
        return "unknown";
    case policy::RowOutcome::Kind::Disabled:
        return "off";
    }
    return "";
}

std::string_view answerName(policy::Answer answer)
{
    return answer == policy::Answer::Allow  ? "allow"
           : answer == policy::Answer::Deny ? "deny"
                                            : "undecided";
}

} // namespace

db::RecordedSession requireSession(const db::AuditReader& log, std::string_view id)
{
    const auto found = log.find(idsBeginningWith(id), Candidates + 1);
    if (found.empty())
        throw api::ApiError(api::ProblemKind::NotFound,
                            "There is no such session in the log. It may be older than the log is "
                            "kept, or not written yet.");
    std::set<db::SessionId> ids;
    for (const auto& session : found)
        ids.insert(session.id);
    if (ids.size() == 1)
        return found.front();
    JsonWriter candidates;
    candidates.beginArray();
    for (const auto& each : ids)
        candidates.text(db::toText(each));
    candidates.endArray();
    throw api::ApiError(api::ProblemKind::Conflict,
                        "Several sessions have an id that begins so; write more of it.")
        .with("candidates", candidates.take());
}

RecordedSessionStory::RecordedSessionStory(LogReaders& readers, RecordedPolicies& policies,
                                           const db::RecordedSession& session,
                                           const Onlooker& onlooker)
{
    const bool found = readers.search()->give(session.seq, [&](const db::FoundSession& now) {
        JsonWriter row;
        writeSessionRow(row, now, onlooker.users);
        row_ = row.take();
        standing_ = StandingSession::of(now);
        version_ = now.policyVersion;
        id_ = now.begin.sessionId;
        time_ = rowTime(now.begin.time);
    });
    if (!found)
        throw api::ApiError(api::ProblemKind::NotFound, "The log does not hold it any more.");
    readEvents(readers, session, onlooker);
    askAgain(policies);
}

void RecordedSessionStory::readEvents(LogReaders& readers, const db::RecordedSession& session,
                                      const Onlooker& onlooker)
{
    const auto log = readers.reader();
    log->forEachOf(session, [&](const db::AuditRecord& record) {
        if (firstSeq_ == 0)
            firstSeq_ = record.seq;
        lastSeq_ = record.seq;
        facts_.add(record);
        keepEvent(record, onlooker);
        if (record.found)
            return;
        JsonWriter groups;
        writeFieldGroups(groups, record, onlooker);
        groups_ = groups.take();
    });
}

void RecordedSessionStory::keepEvent(const db::AuditRecord& record, const Onlooker& onlooker)
{
    constexpr std::size_t Half = MostEvents / 2;
    JsonWriter event;
    event.beginObject();
    event.key("seq").text(std::to_string(record.seq));
    event.key("event").text(record.event);
    event.key("time").text(rowTime(record.time));
    event.key("fields");
    writeRecordFields(event, record, onlooker);
    event.endObject();
    if (firstEvents_.size() < Half) {
        firstEvents_.push_back(event.take());
        return;
    }
    if (lastEvents_.size() == Half) {
        lastEvents_.erase(lastEvents_.begin());
        ++eventsLeftOut_;
    }
    lastEvents_.push_back(event.take());
}

void RecordedSessionStory::askAgain(RecordedPolicies& policies)
{
    if (!version_) {
        notAskedWhy_ = "The policy was not asked.";
        return;
    }
    if (!facts_.sheet()) {
        notAskedWhy_ = "The request could not be read.";
        return;
    }
    const auto version = "Version " + std::to_string(*version_) + " of the policy";
    try {
        policy_ = policies.version(*version_);
        explanation_ = policy::explain(*policy_, *facts_.sheet());
    } catch (const db::DatabaseError&) {
        notAskedWhy_ = version + " is not kept any more.";
    } catch (const policy::PolicyError& error) {
        notAskedWhy_ = version + " cannot be read by this program: " + error.what();
    }
}

WhySentence RecordedSessionStory::why() const
{
    if (!explanation_)
        return WhySentence(standing_);
    return {standing_, *policy_, *facts_.sheet(), *explanation_};
}

void RecordedSessionStory::writeEvents(JsonWriter& json) const
{
    json.beginArray();
    for (const auto* events : {&firstEvents_, &lastEvents_})
        for (const auto& event : *events)
            json.raw(event);
    json.endArray();
}

void RecordedSessionStory::writeConsidered(JsonWriter& json) const
{
    json.beginObject();
    json.key("available").flag(explanation_.has_value());
    json.key("note").knownText(notAskedWhy_);
    json.key("version");
    version_ ? json.number(*version_) : json.null();
    json.key("verdict").knownText(explanation_ ? answerName(explanation_->verdict.answer)
                                               : std::string_view());
    json.key("agrees");
    if (explanation_ && explanation_->verdict.answer != policy::Answer::Undecided) {
        const auto* const rule = explanation_->verdict.rule();
        json.flag(answerName(explanation_->verdict.answer) == standing_.verdict &&
                  (rule ? rule->id : "") == standing_.ruleId);
    } else {
        json.null();
    }
    json.key("not_recorded").beginArray();
    if (policy_)
        for (const auto& name : facts_.notKept(*policy_))
            json.text(name);
    json.endArray();
    json.key("rules").beginArray();
    std::size_t given = 0;
    if (explanation_)
        for (const auto& row : explanation_->rows) {
            if (++given > MostRules)
                break;
            json.beginObject();
            json.key("layer").text(policy::layerName(row.layer));
            json.key("number").number(row.position);
            json.key("rule_id").knownText(row.rule ? std::string_view(row.rule->id) : "");
            json.key("name").text(row.rule ? std::string_view(row.rule->name) : "default");
            json.key("outcome").text(outcomeName(row.outcome));
            json.key("condition").knownText(row.condition);
            json.key("detail").knownText(row.reason);
            json.endObject();
        }
    json.endArray().endObject();
}

} // namespace sallyport::admin::audit
