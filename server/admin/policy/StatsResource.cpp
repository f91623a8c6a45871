#include "admin/policy/StatsResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"
#include "policy/inspection/CheckCounter.h"

#include <unordered_map>
#include <utility>

namespace sallyport::admin {
namespace {

constexpr std::int64_t UsualDays = 14;
constexpr std::int64_t MostDays = 90;
constexpr std::size_t MostReset = 100;
constexpr std::size_t MostIdBytes = 100;

// The days that a call asks for; the last of them is today.
struct Days {
    std::chrono::sys_days first;
    std::size_t count = 0;
};

Days daysIn(const api::Call& call)
{
    call.allowQuery({"days"});
    const auto count = call.queryInteger("days", 1, MostDays).value_or(UsualDays);
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return {today - std::chrono::days(count - 1), static_cast<std::size_t>(count)};
}

class BarsByRow {
public:
    BarsByRow(const std::vector<db::PolicyStore::DayHits>& hits, const Days& days)
        : none_(days.count)
    {
        for (const auto& each : hits) {
            const auto index = static_cast<std::size_t>((each.day - days.first).count());
            if (index < days.count)
                bars_.try_emplace(each.row, none_).first->second[index] =
                    each.hits + each.wouldHits;
        }
    }
    [[nodiscard]] std::vector<std::string> of(const std::string& row) const
    {
        const auto found = bars_.find(row);
        std::vector<std::string> texts;
        for (const auto bar : found == bars_.end() ? none_ : found->second)
            texts.push_back(std::to_string(bar));
        return texts;
    }

private:
    using Bars = std::vector<std::uint64_t>;

    Bars none_;
    std::unordered_map<std::string, Bars> bars_;
};

void putLastHit(JsonLine& json, const db::RowHits& hits)
{
    const std::chrono::sys_time<std::chrono::microseconds> last = hits.lastHit;
    json.textOrNull("last_hit_at",
                    hits.lastHit == std::chrono::sys_seconds() ? "" : api::timeText(last));
}

api::Answer answerWith(const std::vector<JsonLine>& items, const Days& days)
{
    JsonLine json;
    json.number("days", static_cast<std::uint64_t>(days.count));
    json.text("from", api::timeText(std::chrono::sys_time<std::chrono::microseconds>(days.first))
                          .substr(0, std::string_view("2026-01-31").size()));
    json.objects("items", items);
    return api::jsonAnswer(std::move(json).take());
}

} // namespace

void StatsResource::addTo(api::Router& router)
{
    router.add("GET", "/policy/stats", api::Access::from(api::Role::HelpDesk),
               [this](api::Call& call) { return find(call); });
    router.add("GET", "/policy/stats/checks", api::Access::from(api::Role::HelpDesk),
               [this](api::Call& call) { return findChecks(call); });
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
    const auto days = daysIn(call);
    const auto figures = desk_.hitsSince(days.first);
    const BarsByRow bars(figures.days, days);
    std::vector<JsonLine> items;
    for (const auto& hits : figures.totals) {
        if (policy::inspection::checkCountedUnder(hits.row))
            continue;
        auto& one = items.emplace_back();
        one.text("rule_id", hits.row);
        one.number("hits", hits.hits);
        one.number("would_hits", hits.wouldHits);
        one.text("bytes", std::to_string(hits.bytes));
        putLastHit(one, hits);
        const auto reset = figures.resets.find(hits.row);
        one.textOrNull("reset_at",
                       reset == figures.resets.end() ? "" : api::timeText(reset->second));
        one.values("bars", bars.of(hits.row));
    }
    return answerWith(items, days);
}

api::Answer StatsResource::findChecks(const api::Call& call)
{
    const auto days = daysIn(call);
    const auto figures = desk_.hitsSince(days.first);
    const BarsByRow bars(figures.days, days);
    std::vector<JsonLine> items;
    for (const auto& hits : figures.totals) {
        const auto names = policy::inspection::checkCountedUnder(hits.row);
        if (!names)
            continue;
        auto& one = items.emplace_back();
        one.text("profile_id", names->profile);
        one.text("check", names->check);
        one.number("hits", hits.hits);
        putLastHit(one, hits);
        one.values("bars", bars.of(hits.row));
    }
    return answerWith(items, days);
}

} // namespace sallyport::admin
