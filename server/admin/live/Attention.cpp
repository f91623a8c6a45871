#include "admin/live/Attention.h"

#include "admin/live/FigureWords.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace sallyport::admin::live {

namespace {

constexpr std::chrono::days ExpiryNotice{7};
/// Fewer requests than that say nothing of a rate.
constexpr std::uint64_t FewRequests = 20;

std::string kindOf(const HealthCheck& check)
{
    if (check.id == "record-chain")
        return "chain-broken";
    if (check.id == "audit-writer" || check.id == "audit-journals")
        return "audit-behind";
    if (check.id == "disk")
        return "disk-filling";
    return check.id == "feeds" ? "feed-stale" : "health";
}

std::string pageOf(const HealthCheck& check)
{
    if (check.id == "record-chain")
        return "/audit";
    return check.id == "feeds" ? "/lists" : "/health?check=" + check.id;
}

void addChecks(const AttentionFacts& facts, std::vector<Attention>& found)
{
    for (const auto& check : facts.checks) {
        const bool wanted = check.state == HealthState::Bad ||
                            (check.state == HealthState::Warn && kindOf(check) != "health");
        if (wanted)
            found.push_back({.kind = kindOf(check),
                             .state = check.state,
                             .text = check.title + ": " + check.text,
                             .link = pageOf(check)});
    }
}

void addExpiring(const AttentionFacts& facts, std::vector<Attention>& found)
{
    if (!facts.policy)
        return;
    for (const auto& layer : facts.policy->layers)
        for (const auto& rule : layer) {
            if (!rule.enabled || !rule.expires)
                continue;
            const auto left = *rule.expires - facts.now;
            if (left <= left.zero() || left > ExpiryNotice)
                continue;
            found.push_back(
                {.kind = "rule-expiring",
                 .state = HealthState::Warn,
                 .text = "Rule \"" + rule.name + "\" expires in " + timeWords(left) + '.',
                 .link = "/rules/" + rule.id});
        }
}

void addDenialRate(const AttentionFacts& facts, std::vector<Attention>& found)
{
    if (!facts.newVersion || facts.lastHour.of(db::SessionOutcome::Deny) < FewRequests ||
        facts.sameHourLastWeek.all() < FewRequests)
        return;
    const auto now = facts.lastHour.deniedShare();
    const auto before = facts.sameHourLastWeek.deniedShare();
    if (now < 2 * before)
        return;
    found.push_back({.kind = "denial-rate",
                     .state = HealthState::Warn,
                     .text = percentWords(now) +
                             " of the requests of the last hour were denied, in the same hour "
                             "last week " +
                             percentWords(before) + "; v" + std::to_string(*facts.newVersion) +
                             " was published since yesterday.",
                     .link = "/audit?verdict=deny&last=1h"});
}

} // namespace

std::vector<Attention> attentionFor(const AttentionFacts& facts)
{
    std::vector<Attention> found;
    addChecks(facts, found);
    addDenialRate(facts, found);
    addExpiring(facts, found);
    std::vector<Attention> sorted;
    for (const auto state : {HealthState::Bad, HealthState::Warn})
        std::ranges::copy_if(found, std::back_inserter(sorted),
                             [state](const Attention& each) { return each.state == state; });
    return sorted;
}

} // namespace sallyport::admin::live
