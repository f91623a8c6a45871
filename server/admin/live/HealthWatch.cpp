#include "admin/live/HealthWatch.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport::admin::live {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::minutes JumpsKept{10};
constexpr std::chrono::seconds LeastJump{2};
constexpr std::chrono::minutes SpaceEvery{1};
constexpr std::chrono::hours SpacesKept{24};
/// Shorter than that nothing can be said of days.
constexpr std::chrono::minutes LeastSpaceTime{30};

} // namespace

void HealthWatch::tick()
{
    const auto now = Steady::now();
    {
        const std::scoped_lock lock(mutex_);
        noteClock(now);
        noteSpace(now);
    }
    if (now < nextLook_)
        return;
    nextLook_ = now + LookEvery;
    const auto facts = gather();
    auto checks = healthChecks(facts);
    const std::scoped_lock lock(mutex_);
    noteStates(checks, facts.now);
    latest_ = std::move(checks);
}

std::vector<HealthCheck> HealthWatch::latest() const
{
    const std::scoped_lock lock(mutex_);
    return latest_;
}

HealthWatch::Report HealthWatch::report()
{
    Report report{.facts = gather(), .checks = {}};
    auto checks = healthChecks(report.facts);
    {
        const std::scoped_lock lock(mutex_);
        noteStates(checks, report.facts.now);
    }
    for (const auto state : {HealthState::Bad, HealthState::Warn, HealthState::Ok})
        std::ranges::copy_if(checks, std::back_inserter(report.checks),
                             [state](const HealthCheck& check) { return check.state == state; });
    return report;
}

HealthFacts HealthWatch::gather()
{
    HealthFacts facts;
    facts.now = std::chrono::system_clock::now();
    facts.audit = proxy_.audit();
    if (sources_.chain)
        facts.chain = sources_.chain();
    facts.figures = watch_.now();
    facts.stage = proxy_.stage();
    facts.disk = readDiskSpace(sources_.dataDirectory);
    if (sources_.certificateExpiry)
        facts.certificateExpiry = sources_.certificateExpiry();
    facts.process = readProcessFigures();
    if (const auto policy = proxy_.policy())
        facts.policyVersion = policy->version();
    facts.policyProblem = proxy_.policyProblem();
    if (sources_.staleFeeds)
        facts.staleFeeds = sources_.staleFeeds();
    const std::scoped_lock lock(mutex_);
    facts.daysUntilFull = daysUntilFull();
    facts.clockJump = largestJump();
    return facts;
}

void HealthWatch::noteClock(Steady::time_point now)
{
    const auto offset =
        std::chrono::system_clock::now().time_since_epoch() -
        std::chrono::duration_cast<std::chrono::system_clock::duration>(now.time_since_epoch());
    if (clockOffset_) {
        const auto by = std::chrono::round<std::chrono::seconds>(offset - *clockOffset_);
        if (by >= LeastJump || by <= -LeastJump)
            jumps_.push_back({now, by});
    }
    clockOffset_ = offset;
    while (!jumps_.empty() && now - jumps_.front().at > JumpsKept)
        jumps_.pop_front();
}

std::chrono::seconds HealthWatch::largestJump() const
{
    const auto found = std::ranges::max_element(
        jumps_, {}, [](const Jump& jump) { return std::max(jump.by, -jump.by); });
    return found == jumps_.end() ? std::chrono::seconds::zero() : found->by;
}

void HealthWatch::noteSpace(Steady::time_point now)
{
    if (!spaces_.empty() && now - spaces_.back().at < SpaceEvery)
        return;
    if (const auto space = readDiskSpace(sources_.dataDirectory))
        spaces_.push_back({now, space->freeBytes});
    while (!spaces_.empty() && now - spaces_.front().at > SpacesKept)
        spaces_.pop_front();
}

std::optional<double> HealthWatch::daysUntilFull() const
{
    if (spaces_.empty())
        return std::nullopt;
    const auto& first = spaces_.front();
    const auto& last = spaces_.back();
    const auto time = last.at - first.at;
    if (time < LeastSpaceTime || last.bytes >= first.bytes)
        return std::nullopt;
    const auto days = std::chrono::duration<double, std::ratio<86400>>(time).count();
    return static_cast<double>(last.bytes) / (static_cast<double>(first.bytes - last.bytes) / days);
}

void HealthWatch::noteStates(std::vector<HealthCheck>& checks, WallTime now)
{
    for (auto& check : checks) {
        const auto [entry, isNew] = known_.try_emplace(check.id, Known{check.state, std::nullopt});
        if (!isNew && entry->second.state != check.state)
            entry->second = {check.state, now};
        check.since = entry->second.since;
    }
}

Poco::JSON::Object jsonOf(const HealthCheck& check)
{
    auto json = api::orderedObject();
    json.set("id", check.id);
    json.set("title", check.title);
    json.set("state", std::string(healthStateName(check.state)));
    json.set("value", check.value);
    json.set("threshold", check.threshold);
    json.set("since",
             check.since ? Poco::Dynamic::Var(api::timeText(*check.since)) : Poco::Dynamic::Var());
    json.set("text", check.text);
    return json;
}

Poco::JSON::Object jsonOf(const std::vector<HealthCheck>& checks)
{
    Poco::JSON::Array array;
    for (const auto& check : checks)
        array.add(jsonOf(check));
    auto json = api::orderedObject();
    json.set("state", std::string(healthStateName(worstOf(checks))));
    json.set("checks", array);
    return json;
}

} // namespace sallyport::admin::live
