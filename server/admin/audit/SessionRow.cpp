#include "admin/audit/SessionRow.h"

#include "db/AuditNames.h"

namespace sallyport::admin::audit {

std::string_view stateName(db::SessionState state, std::string_view closeReason)
{
    if (state == db::SessionState::Refused)
        return "refused";
    if (state == db::SessionState::Open)
        return "open";
    return closeReason == db::closeReasonName(db::CloseReason::ProcessLost) ? "interrupted"
                                                                            : "ended";
}

std::string rowTime(std::string_view recordTime)
{
    constexpr std::string_view ToTheMillisecond = "2026-01-31T08:00:00.000";
    return std::string(recordTime.substr(0, ToTheMillisecond.size())) + 'Z';
}

void writeSessionRow(JsonWriter& json, const db::FoundSession& session, UserNames names)
{
    const db::AuditRecord& begin = session.begin;
    const db::AuditRecord& newest = session.last ? *session.last : begin;
    const bool masked = names == UserNames::Masked && !begin.user.empty();
    const auto knownNumber = [&json](std::string_view name, auto number) {
        json.key(name);
        number == 0 ? json.null() : json.number(number);
    };
    json.beginObject();
    json.key("id").text(begin.sessionId);
    json.key("time").text(rowTime(begin.time));
    json.key("verdict").text(db::outcomeName(session.outcome));
    json.key("state").text(stateName(session.state, session.reason));
    json.key("user").knownText(masked ? std::string_view() : begin.user);
    json.key("user_masked").flag(masked);
    json.key("client").text(begin.clientIp);
    json.key("host").knownText(begin.host);
    knownNumber("port", begin.port);
    json.key("protocol").knownText(begin.protocol);
    json.key("method").knownText(begin.method);
    json.key("rule");
    if (session.verdict.empty()) {
        json.null();
    } else {
        json.beginObject();
        json.key("id").knownText(session.ruleId);
        json.key("name").text(session.ruleId.empty() ? db::DefaultRuleName : session.ruleName);
        json.key("layer").text(session.ruleLayer);
        json.endObject();
    }
    json.key("reason").knownText(session.reason);
    knownNumber("policy_version", session.policyVersion.value_or(0));
    knownNumber("status", newest.status != 0 ? newest.status : begin.status);
    const auto& counts = newest.counts;
    json.key("rx_bytes").big(counts ? std::optional(counts->upstreamToProxy) : std::nullopt);
    json.key("tx_bytes").big(counts ? std::optional(counts->clientToProxy) : std::nullopt);
    json.key("duration_ms");
    if (counts && counts->durationMicroseconds)
        json.decimal(static_cast<double>(*counts->durationMicroseconds) / 1000);
    else
        json.null();
    json.endObject();
}

} // namespace sallyport::admin::audit
