#include "admin/live/OverviewResource.h"

#include "admin/api/TimeText.h"
#include "admin/live/Attention.h"
#include "db/DatabaseError.h"

#include <Poco/JSON/Array.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

namespace sallyport::admin::live {

namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

struct SpanChoice {
    std::string_view name;
    std::chrono::seconds length;
    std::chrono::seconds step;
};

constexpr std::array<SpanChoice, 4> Spans{
    {{"15m", 15min, 5s}, {"1h", 1h, 30s}, {"24h", 24h, 600s}, {"7d", 7 * 24h, 3600s}}};
constexpr std::size_t VersionsShown = 3;

const SpanChoice& spanAsked(const api::Call& call)
{
    const auto name = call.query("span").value_or("15m");
    const auto found = std::ranges::find(Spans, name, &SpanChoice::name);
    if (found == Spans.end())
        throw api::ApiError({{"?span", "unknown", "must be 15m, 1h, 24h or 7d"}});
    return *found;
}

double rounded(double number)
{
    return std::round(number * 100) / 100;
}

Poco::Dynamic::Var percentOf(std::uint64_t part, std::uint64_t all)
{
    if (all == 0)
        return {};
    return rounded(100 * static_cast<double>(part) / static_cast<double>(all));
}

Poco::JSON::Array topJson(const std::vector<db::FacetValue>& values)
{
    Poco::JSON::Array array;
    for (const auto& value : values) {
        auto json = api::orderedObject();
        json.set("value", value.value);
        json.set("count", value.sessions);
        array.add(json);
    }
    return array;
}

/// How many of an outcome a second the log has around a moment.
std::optional<double> loggedRate(const db::Histogram& histogram, db::SessionOutcome outcome,
                                 db::AuditTime at)
{
    if (histogram.bucket.count() == 0 || at < histogram.from)
        return std::nullopt;
    const auto bucket = static_cast<std::size_t>((at - histogram.from) / histogram.bucket);
    for (const auto& series : histogram.series) {
        if (bucket >= series.sessions.size())
            return std::nullopt;
        if (series.verdict == db::outcomeName(outcome))
            return static_cast<double>(series.sessions[bucket]) /
                   static_cast<double>(histogram.bucket.count());
    }
    return histogram.series.empty() ? std::nullopt : std::optional(0.0);
}

} // namespace

struct OverviewResource::Asked {
    const SpanChoice& span;
    WallTime now;
    std::shared_ptr<const AuditSummary::Span> log; ///< null: it cannot be read
    /// The process remembers less than that; the log has all of it.
    [[nodiscard]] bool isLong() const { return span.length >= 24h; }
};

void OverviewResource::addTo(api::Router& router)
{
    router.add("GET", "/overview", api::Access::from(api::Role::HelpDesk),
               [this](api::Call& call) { return overview(call); });
}

api::Answer OverviewResource::overview(const api::Call& call)
{
    call.allowQuery({"span"});
    Asked asked{.span = spanAsked(call), .now = std::chrono::system_clock::now(), .log = nullptr};
    try {
        asked.log = audit_.over(asked.span.length, asked.now);
    } catch (const db::DatabaseError& problem) {
        poco_warning_f1(Poco::Logger::get("admin"), "the overview does without the audit log: %s",
                        std::string(problem.what()));
    }
    const auto versions = sources_.versions ? sources_.versions() : Versions();
    const auto report = health_.report();

    auto json = api::orderedObject();
    json.set("span", std::string(asked.span.name));
    json.set("at", api::timeText(asked.now));
    json.set("tiles", tiles(asked));
    json.set("series", series(asked, versions));
    auto denied = api::orderedObject();
    denied.set("hosts", asked.log ? topJson(asked.log->deniedHosts) : Poco::JSON::Array());
    const bool masked = api::namesFor(sources_.namesFor, call.caller()) == api::UserNames::Masked;
    denied.set("users",
               asked.log && !masked ? topJson(asked.log->deniedUsers) : Poco::JSON::Array());
    denied.set("users_masked", masked);
    json.set("top_denied", denied);
    json.set("attention", attention(asked, versions, report.checks));
    Poco::JSON::Array shown;
    for (const auto& version : versions) {
        if (shown.size() == VersionsShown)
            break;
        auto entry = api::orderedObject();
        entry.set("version", version.number);
        entry.set("published_at", api::timeText(version.created));
        entry.set("by", version.who);
        entry.set("note", version.note);
        entry.set("live", shown.size() == 0);
        shown.add(entry);
    }
    json.set("versions", shown);
    Poco::JSON::Array checks;
    for (const auto& check : report.checks)
        checks.add(jsonOf(check));
    json.set("health", checks);
    json.set("first_visit", firstVisit(asked));
    return api::answerOf(json);
}

Poco::JSON::Object OverviewResource::tiles(const Asked& asked) const
{
    const auto now = watch_.now();
    const auto span = watch_.over(asked.span.length);
    std::uint64_t all = span ? span->decided() : 0;
    std::uint64_t denied = span ? span->sums.of(Outcome::Deny) : 0;
    std::uint64_t failed = span ? span->sums.of(Outcome::Error) : 0;
    if (asked.isLong() && asked.log) {
        all = asked.log->outcomes.all();
        denied = asked.log->outcomes.of(db::SessionOutcome::Deny);
        failed = asked.log->outcomes.of(db::SessionOutcome::Error);
    }
    std::uint64_t open = 0;
    for (const auto& worker : now.workers)
        open += worker.sessions;
    const auto recent = now.lastTenSeconds;
    const auto p99 =
        span ? span->sums.decisions.quantileSeconds(proxy_.timeBounds, 0.99) : std::nullopt;
    const auto policy = proxy_.policy();
    const auto version = policy ? policy->version() : 0;

    auto json = api::orderedObject();
    json.set("open_sessions", open);
    json.set("new_per_s", recent ? rounded(recent->perSecond(recent->sums.requests)) : 0.0);
    json.set("decision_p99_us",
             p99 ? Poco::Dynamic::Var(rounded(*p99 * 1e6)) : Poco::Dynamic::Var());
    json.set("denied_percent", percentOf(denied, all));
    json.set("failed_percent", percentOf(failed, all));
    const auto before = [&](db::SessionOutcome outcome) {
        return asked.log ? percentOf(asked.log->before.of(outcome), asked.log->before.all())
                         : Poco::Dynamic::Var();
    };
    json.set("denied_percent_before", before(db::SessionOutcome::Deny));
    json.set("failed_percent_before", before(db::SessionOutcome::Error));
    json.set("sessions_in_span", all);
    json.set("denied_in_span", denied);
    json.set("failed_in_span", failed);
    json.set("policy_version", version);
    json.set("workers", now.workers.size());
    json.set("workers_on_policy",
             std::ranges::count(now.workers, version, &WorkerFigures::policyVersion));
    return json;
}

Poco::JSON::Object OverviewResource::series(const Asked& asked, const Versions& versions) const
{
    const auto step = asked.span.step;
    const auto count = static_cast<std::size_t>(asked.span.length / step);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(asked.now);
    const FigureSample::Time end(seconds.time_since_epoch() / step * step);
    const auto from = end - asked.span.length;
    const auto steps = watch_.steps(from, step, count);

    auto json = api::orderedObject();
    json.set("from", api::timeText(std::chrono::time_point_cast<std::chrono::microseconds>(from)));
    json.set("step_s", step.count());
    const auto column = [&](const char* name, const auto& value) {
        Poco::JSON::Array array;
        for (const auto& change : steps)
            array.add(change ? Poco::Dynamic::Var(rounded(value(*change))) : Poco::Dynamic::Var());
        json.set(name, array);
    };
    column("open",
           [](const FigureChange& change) { return static_cast<double>(change.sums.open); });
    column("bytes_up_per_s",
           [](const FigureChange& change) { return change.perSecond(change.sums.bytesUp); });
    column("bytes_down_per_s",
           [](const FigureChange& change) { return change.perSecond(change.sums.bytesDown); });
    const auto outcomes = [&](const char* name, Outcome outcome, db::SessionOutcome logged) {
        Poco::JSON::Array array;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            std::optional<double> rate;
            if (steps[i])
                rate = steps[i]->perSecond(steps[i]->sums.of(outcome));
            else if (asked.isLong() && asked.log)
                rate = loggedRate(asked.log->histogram, logged,
                                  from + static_cast<std::int64_t>(i) * step);
            array.add(rate ? Poco::Dynamic::Var(rounded(*rate)) : Poco::Dynamic::Var());
        }
        json.set(name, array);
    };
    outcomes("allow_per_s", Outcome::Allow, db::SessionOutcome::Allow);
    outcomes("deny_per_s", Outcome::Deny, db::SessionOutcome::Deny);
    outcomes("inspect_per_s", Outcome::Inspect, db::SessionOutcome::Inspect);
    outcomes("error_per_s", Outcome::Error, db::SessionOutcome::Error);
    Poco::JSON::Array marks;
    for (const auto& version : versions) {
        if (version.created < from)
            break;
        auto mark = api::orderedObject();
        mark.set("at", api::timeText(version.created));
        mark.set("version", version.number);
        mark.set("by", version.who);
        marks.add(mark);
    }
    json.set("marks", marks);
    return json;
}

Poco::JSON::Array OverviewResource::attention(const Asked& asked, const Versions& versions,
                                              const std::vector<HealthCheck>& checks)
{
    const auto policy = proxy_.policy();
    AttentionFacts facts{.now = asked.now,
                         .checks = checks,
                         .policy = policy ? &policy->document() : nullptr,
                         .newVersion = {},
                         .lastHour = {},
                         .sameHourLastWeek = {}};
    if (!versions.empty() && asked.now - versions.front().created < 24h && asked.log) {
        facts.newVersion = versions.front().number;
        facts.lastHour = audit_.over(1h, asked.now)->outcomes;
        facts.sameHourLastWeek = audit_.outcomes(asked.now - 7 * 24h - 1h, asked.now - 7 * 24h);
    }
    Poco::JSON::Array array;
    for (const auto& each : attentionFor(facts)) {
        auto json = api::orderedObject();
        json.set("kind", each.kind);
        json.set("state", std::string(healthStateName(each.state)));
        json.set("text", each.text);
        json.set("link", each.link);
        array.add(json);
    }
    return array;
}

Poco::JSON::Object OverviewResource::firstVisit(const Asked& asked) const
{
    const auto now = watch_.now();
    const bool decided = std::ranges::any_of(now.workers, [](const WorkerFigures& worker) {
        return worker.requests.requests > worker.requests.of(Outcome::Unread);
    });
    auto json = api::orderedObject();
    json.set("session_seen", decided || (asked.log && asked.log->outcomes.all() > 0));
    json.set("pac_fetched", sources_.pacFetched && sources_.pacFetched());
    Poco::JSON::Array addresses;
    for (const auto& address : proxy_.addresses())
        addresses.add(address);
    json.set("proxy_addresses", addresses);
    const auto url = sources_.pacUrl ? sources_.pacUrl() : std::string();
    json.set("pac_url", url.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(url));
    return json;
}

} // namespace sallyport::admin::live
