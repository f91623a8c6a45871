#include "admin/live/FeedSources.h"

#include "admin/api/Answer.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace sallyport::admin::live {

namespace {

/// How many of the new sessions are counted at a time when there are more than are told.
constexpr std::size_t MostCounted = 500;
constexpr int MostPagesCounted = 4;

bool looksAlike(const auto& one, const auto& other)
{
    return one.protocol == other.protocol && one.verdict == other.verdict &&
           one.ruleId == other.ruleId && one.policyVersion == other.policyVersion;
}

} // namespace

std::optional<Poco::JSON::Object> liveMetrics(const FigureWatch& watch, const ProxyView& proxy)
{
    const auto now = watch.now();
    if (!now.lastSecond)
        return std::nullopt;
    const auto& second = *now.lastSecond;
    const auto rate = [&second](Outcome outcome) {
        return second.perSecond(second.sums.of(outcome));
    };
    auto json = api::orderedObject();
    json.set("open", second.sums.open);
    json.set("new_per_s", second.perSecond(second.sums.requests));
    json.set("allow_per_s", rate(Outcome::Allow));
    json.set("deny_per_s", rate(Outcome::Deny));
    json.set("inspect_per_s", rate(Outcome::Inspect));
    json.set("error_per_s", rate(Outcome::Error));
    json.set("bytes_up_per_s", second.perSecond(second.sums.bytesUp));
    json.set("bytes_down_per_s", second.perSecond(second.sums.bytesDown));
    const auto p99 = now.lastMinute
                         ? now.lastMinute->sums.decisions.quantileSeconds(proxy.timeBounds, 0.99)
                         : std::nullopt;
    json.set("decision_p99_us", p99 ? Poco::Dynamic::Var(*p99 * 1e6) : Poco::Dynamic::Var());
    const auto policy = proxy.policy();
    const auto version = policy ? policy->version() : 0;
    json.set("policy_version", version);
    json.set("workers", now.workers.size());
    json.set("workers_on_policy",
             std::ranges::count(now.workers, version, &WorkerFigures::policyVersion));
    return json;
}

std::optional<std::string> MetricsSource::ask()
{
    const auto json = liveMetrics(watch_, proxy_);
    return json ? std::optional(api::textOf(*json)) : std::nullopt;
}

SessionsSource::Known SessionsSource::known(const SessionsSeen::Row& row)
{
    const auto& session = row.session;
    return {.bytesUp = session.bytesUp,
            .bytesDown = session.bytesDown,
            .rates = row.rates.value_or(Rates()),
            .protocol = session.protocol,
            .verdict = session.verdict,
            .ruleId = session.ruleId,
            .policyVersion = session.policyVersion};
}

std::optional<std::string> SessionsSource::ask()
{
    if (const auto names = names_ ? names_() : api::UserNames::Shown; names != filter_.names) {
        filter_.maskNames(names);
        known_.clear(); // all of them look otherwise now
    }
    const auto seen = board_.look();
    auto rows = fittingRows(*seen, filter_);
    const auto total = rows.size();
    sortRows(rows, order_);
    rows.resize(std::min(rows.size(), limit_));

    Poco::JSON::Array open;
    auto rate = api::orderedObject();
    std::map<db::SessionId, Known> now;
    for (const auto* row : rows) {
        const auto& id = row->session.id;
        const auto& entry = now.emplace(id, known(*row)).first->second;
        const auto before = known_.find(id);
        if (before == known_.end() || !looksAlike(entry, before->second)) {
            open.add(jsonOf(*row, seen->at, filter_.names));
            continue;
        }
        if (entry.bytesUp == before->second.bytesUp &&
            entry.bytesDown == before->second.bytesDown && entry.rates == before->second.rates)
            continue;
        auto moved = api::orderedObject();
        moved.set("up", entry.rates.up);
        moved.set("down", entry.rates.down);
        moved.set("bytes_up", std::to_string(entry.bytesUp));
        moved.set("bytes_down", std::to_string(entry.bytesDown));
        rate.set(db::toText(id), moved);
    }
    Poco::JSON::Array close;
    for (const auto& [id, entry] : known_)
        if (!now.contains(id))
            close.add(db::toText(id));
    known_ = std::move(now);
    const bool nothingNew = open.size() == 0 && close.size() == 0 && rate.size() == 0;
    if (nothingNew && turn_ == Turn::Later)
        return std::nullopt;
    turn_ = Turn::Later;
    auto json = api::orderedObject();
    json.set("open", open);
    json.set("close", close);
    json.set("rate", rate);
    json.set("total", total);
    return api::textOf(json);
}

Poco::JSON::Object::Ptr AuditSource::page(const std::string& cursor, std::size_t limit)
{
    auto query = query_;
    query.emplace_back("limit", std::to_string(limit));
    if (!cursor.empty())
        query.emplace_back("cursor", cursor);
    api::Call call({.method = "GET",
                    .path = "/audit/sessions",
                    .query = std::move(query),
                    .fields = {},
                    .body = nullptr,
                    .bodyBytes = {},
                    .caller = caller_,
                    .traceId = {}});
    const auto answer = router_.answer(call);
    auto body = Poco::JSON::Parser(new Poco::JSON::ParseHandler(true))
                    .parse(answer.body)
                    .extract<Poco::JSON::Object::Ptr>();
    if (answer.status == 403)
        throw api::ApiError(api::ProblemKind::Forbidden,
                            body->optValue<std::string>("detail", answer.body));
    if (answer.status != 200)
        throw api::ApiError(api::ProblemKind::BadRequest, answer.body);
    return body;
}

std::optional<std::string> AuditSource::ask()
{
    if (cursor_.empty()) {
        const auto newest = page({}, 1);
        if (!newest->isNull("prev_cursor"))
            cursor_ = newest->getValue<std::string>("prev_cursor");
        return std::nullopt;
    }
    const auto found = page(cursor_, MostRows);
    const auto items = found->getArray("items");
    if (items->size() == 0)
        return std::nullopt;
    cursor_ = found->getValue<std::string>("prev_cursor");
    // The page has them newest first.
    Poco::JSON::Array rows;
    for (auto i = items->size(); i > 0; --i)
        rows.add(items->get(static_cast<unsigned>(i) - 1));
    std::size_t dropped = 0;
    std::size_t full = items->size() == MostRows ? MostCounted : 0;
    for (int pages = 0; full == MostCounted && pages < MostPagesCounted; ++pages) {
        const auto more = page(cursor_, MostCounted);
        full = more->getArray("items")->size();
        dropped += full;
        if (full > 0)
            cursor_ = more->getValue<std::string>("prev_cursor");
    }
    if (full == MostCounted)
        cursor_.clear(); // too many to count: goes on with what is newest then
    auto json = api::orderedObject();
    json.set("rows", rows);
    json.set("dropped", dropped);
    return api::textOf(json);
}

std::optional<std::string> HealthSource::ask()
{
    const auto checks = health_.latest();
    std::map<std::string, HealthState> states;
    for (const auto& check : checks)
        states.emplace(check.id, check.state);
    if (checks.empty() || states == told_)
        return std::nullopt;
    told_ = std::move(states);
    return api::textOf(jsonOf(checks));
}

} // namespace sallyport::admin::live
