#include "admin/policy/StatsResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"

#include <unordered_map>
#include <utility>

namespace sallyport::admin {
namespace {

constexpr std::int64_t UsualDays = 14;
constexpr std::int64_t MostDays = 90;
constexpr std::size_t MostReset = 100;
constexpr std::size_t MostIdBytes = 100;

using Bars = std::vector<std::uint64_t>;

std::unordered_map<std::string, Bars> barsByRule(const std::vector<db::PolicyStore::DayHits>& hits,
                                                 std::chrono::sys_days first, std::size_t days)
{
    std::unordered_map<std::string, Bars> bars;
    for (const auto& each : hits) {
        const auto index = static_cast<std::size_t>((each.day - first).count());
        if (index < days)
            bars.try_emplace(each.row, Bars(days)).first->second[index] =
                each.hits + each.wouldHits;
    }
    return bars;
}

std::vector<std::string> numberTexts(const Bars& bars)
{
    std::vector<std::string> texts;
    for (const auto bar : bars)
        texts.push_back(std::to_string(bar));
    return texts;
}

} // namespace

void StatsResource::addTo(api::Router& router)
{
    router.add("GET", "/policy/stats", api::Access::from(api::Role::HelpDesk),
               [this](api::Call& call) { return find(call); });
    router.add("POST", "/policy/stats/reset", api::Access::from(api::Role::Editor),
               [this](api::Call& call) { return reset(call); });
}

api::Answer StatsResource::reset(api::Call& call)
{
    auto& body = call.json();
    const auto rows = body.texts("rule_ids", MostReset, {.least = 1, .most = MostIdBytes});
    if (rows.empty())
        body.wrong("rule_ids", "required", "say whose counts to reset");
    body.refuseOthers();
    body.throwIfWrong();
    desk_.resetHits(call.caller(), rows);
    return api::noContent();
}

api::Answer StatsResource::find(const api::Call& call)
{
    call.allowQuery({"days"});
    const auto days = call.queryInteger("days", 1, MostDays).value_or(UsualDays);
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto first = today - std::chrono::days(days - 1);
    const auto figures = desk_.hitsSince(first);
    const auto bars = barsByRule(figures.days, first, static_cast<std::size_t>(days));
    const Bars none(static_cast<std::size_t>(days));
    std::vector<JsonLine> items;
    for (const auto& hits : figures.totals) {
        auto& one = items.emplace_back();
        one.text("rule_id", hits.row);
        one.number("hits", hits.hits);
        one.number("would_hits", hits.wouldHits);
        one.text("bytes", std::to_string(hits.bytes));
        const std::chrono::sys_time<std::chrono::microseconds> last = hits.lastHit;
        one.textOrNull("last_hit_at",
                       hits.lastHit == std::chrono::sys_seconds() ? "" : api::timeText(last));
        const auto reset = figures.resets.find(hits.row);
        one.textOrNull("reset_at",
                       reset == figures.resets.end() ? "" : api::timeText(reset->second));
        const auto found = bars.find(hits.row);
        one.values("bars", numberTexts(found == bars.end() ? none : found->second));
    }
    JsonLine json;
    json.number("days", static_cast<std::uint64_t>(days));
    json.text("from", api::timeText(std::chrono::sys_time<std::chrono::microseconds>(first))
                          .substr(0, std::string_view("2026-01-31").size()));
    json.objects("items", items);
    return api::jsonAnswer(std::move(json).take());
}

} // namespace sallyport::admin
