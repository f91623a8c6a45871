#include "admin/live/SessionRows.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace sallyport::admin::live {

namespace {

using Row = SessionsSeen::Row;

std::uint64_t rateOf(const Row& row)
{
    return row.rates ? row.rates->up + row.rates->down : 0;
}

std::uint64_t bytesOf(const Row& row)
{
    return row.session.bytesUp + row.session.bytesDown;
}

/// What is largest first; equals by id, which is how they lie, so that they stay where they are.
template <typename Key>
void sortBy(SessionRows& rows, Key key)
{
    std::ranges::sort(rows, [&](const Row* one, const Row* other) {
        const auto a = key(*one);
        const auto b = key(*other);
        return a != b ? a > b : one < other;
    });
}

Poco::Dynamic::Var orNull(const std::string& text)
{
    return text.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(text);
}

} // namespace

SessionRows fittingRows(const SessionsSeen& seen, const LiveFilter& filter)
{
    SessionRows rows;
    for (const auto& row : seen.rows)
        if (filter.fits(row.session))
            rows.push_back(&row);
    return rows;
}

void sortRows(SessionRows& rows, SessionOrder order)
{
    switch (order) {
    case SessionOrder::Rate:
        sortBy(rows, rateOf);
        return;
    case SessionOrder::Bytes:
        sortBy(rows, bytesOf);
        return;
    case SessionOrder::Age:
        std::ranges::sort(rows, {},
                          [](const Row* row) { return std::pair(row->session.begun, row); });
        return;
    }
}

Poco::JSON::Object jsonOf(const Row& row, std::chrono::system_clock::time_point now,
                          api::UserNames names)
{
    const auto& session = row.session;
    const auto age = std::chrono::duration<double>(now - session.begun).count();
    auto json = api::orderedObject();
    json.set("id", db::toText(session.id));
    json.set("started_at", api::timeText(session.begun));
    json.set("age_s", std::round(std::max(age, 0.0) * 10) / 10);
    const bool masked = names == api::UserNames::Masked && !session.user.empty();
    json.set("user", orNull(masked ? "" : session.user));
    json.set("user_masked", masked);
    json.set("client_ip", policy::addressText(session.client));
    json.set("client_port", session.clientPort);
    json.set("listener", session.listener);
    json.set("host", session.host);
    json.set("port", session.port);
    json.set("protocol", std::string(policy::protocolName(session.protocol)));
    json.set("form",
             session.form == db::Form::None ? "none" : std::string(db::formName(session.form)));
    auto rule = api::orderedObject();
    rule.set("id", session.ruleId);
    rule.set("name", session.ruleName);
    rule.set("layer", std::string(policy::layerName(session.layer)));
    json.set("rule", rule);
    json.set("verdict", session.verdict == LiveSession::Verdict::Inspect ? "inspect" : "allow");
    json.set("destination_ip",
             orNull(session.destination ? policy::addressText(*session.destination) : ""));
    json.set("bytes_up", std::to_string(session.bytesUp));
    json.set("bytes_down", std::to_string(session.bytesDown));
    json.set("rate_up", row.rates ? Poco::Dynamic::Var(row.rates->up) : Poco::Dynamic::Var());
    json.set("rate_down", row.rates ? Poco::Dynamic::Var(row.rates->down) : Poco::Dynamic::Var());
    json.set("policy_version", session.policyVersion);
    return json;
}

} // namespace sallyport::admin::live
