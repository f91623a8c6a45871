#include "app/PolicyHitsCommand.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"
#include "policy/inspection/CheckCounter.h"

#include <Poco/JSON/Array.h>

#include <chrono>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <vector>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

using CountsByName = std::map<std::string, db::RowHits>;

struct HitRow {
    policy::Layer layer;
    std::string id;   // empty: the layer's default row
    std::string name; // "default" likewise
    db::RowHits hits;
};

struct HitCheck {
    std::string profile;
    std::string name;
    db::RowHits hits;
};

// Nothing: all days.
std::optional<std::chrono::sys_days> firstDayAskedFor(const CommandLine& line)
{
    using namespace std::chrono;
    if (!line.has("days"))
        return std::nullopt;
    const std::uint32_t count = line.number("days");
    if (count == 0)
        throw UsageError("--days: at least 1, which is today");
    return floor<days>(system_clock::now()) - days(count - 1);
}

// Every row of the policy, each layer's default row behind its own.
std::vector<HitRow> rowsOf(const policy::PolicyDocument& document, CountsByName& byRow)
{
    std::vector<HitRow> rows;
    for (const policy::Layer layer : policy::AllLayers) {
        for (const policy::Rule& rule : document.rows(layer))
            rows.push_back({layer, rule.id, rule.name, byRow[rule.id]});
        const std::string defaultRow = "default/" + std::string(policy::layerName(layer));
        rows.push_back({layer, "", "default", byRow[defaultRow]});
    }
    return rows;
}

// Every check of the policy's profiles.
std::vector<HitCheck> checksOf(const policy::PolicyDocument& document, CountsByName& byName)
{
    std::vector<HitCheck> checks;
    for (const auto& profile : document.profiles)
        for (const auto& check : profile.checks)
            checks.push_back(
                {profile.name, check.name,
                 byName[policy::inspection::checkCounterName({profile.name, check.name})]});
    return checks;
}

bool wasHit(const db::RowHits& hits)
{
    return hits.lastHit != std::chrono::sys_seconds();
}

constexpr int CountWidth = 12;
constexpr int TimeWidth = 20;

void printCounts(const db::RowHits& hits, const std::string& name)
{
    std::cout << std::right << std::setw(CountWidth) << hits.hits << std::setw(CountWidth)
              << hits.wouldHits << std::setw(CountWidth + 4) << hits.bytes << "  " << std::left
              << std::setw(TimeWidth) << (wasHit(hits) ? timeText(hits.lastHit) : "never") << "  "
              << name << '\n';
}

void printRows(const std::vector<HitRow>& rows)
{
    std::optional<policy::Layer> layer;
    std::cout << std::right << std::setw(CountWidth) << "hits" << std::setw(CountWidth)
              << "would-hits" << std::setw(CountWidth + 4) << "bytes"
              << "  " << std::left << std::setw(TimeWidth) << "last hit"
              << "  row\n";
    for (const HitRow& row : rows) {
        if (layer != row.layer)
            std::cout << policy::layerName(row.layer) << '\n';
        layer = row.layer;
        printCounts(row.hits, row.id.empty() ? "(default row)" : row.name);
    }
}

void printChecks(const std::vector<HitCheck>& checks)
{
    if (!checks.empty())
        std::cout << "checks of profiles\n";
    for (const HitCheck& check : checks)
        printCounts(check.hits, check.profile + ": " + check.name);
}

Poco::Dynamic::Var lastHitJson(const db::RowHits& hits)
{
    return wasHit(hits) ? Poco::Dynamic::Var(timeText(hits.lastHit)) : Poco::Dynamic::Var();
}

Poco::JSON::Object rowJson(const HitRow& row)
{
    Poco::JSON::Object json = orderedObject();
    json.set("layer", std::string(policy::layerName(row.layer)));
    json.set("rule_id", row.id);
    json.set("rule_name", row.name);
    json.set("hits", row.hits.hits);
    json.set("would_hits", row.hits.wouldHits);
    json.set("bytes", row.hits.bytes);
    json.set("last_hit", lastHitJson(row.hits));
    return json;
}

Poco::JSON::Object checkJson(const HitCheck& check)
{
    Poco::JSON::Object json = orderedObject();
    json.set("profile", check.profile);
    json.set("check", check.name);
    json.set("hits", check.hits.hits);
    json.set("last_hit", lastHitJson(check.hits));
    return json;
}

} // namespace

void addHitsOptions(CommandLine& line)
{
    line.options().add_options()("days", po::value<std::string>()->value_name("N"),
                                 "count the last N days only, today included (UTC); the last hit "
                                 "stays that of all times");
}

int runHits(CommandLine& line)
{
    const auto firstDay = firstDayAskedFor(line);
    db::PolicyStore store = openPolicyStore(line);
    store.ensureInitial();
    const db::PolicyStore::Version version = store.current();
    CountsByName counted;
    for (const auto& each : firstDay ? store.hitsSince(*firstDay) : store.hits())
        counted.emplace(each.row, each);
    const auto rows = rowsOf(version.document, counted);
    const auto checks = checksOf(version.document, counted);
    if (!line.has("json")) {
        printRows(rows);
        printChecks(checks);
        return ExitDone;
    }
    Poco::JSON::Array list;
    for (const HitRow& row : rows)
        list.add(rowJson(row));
    Poco::JSON::Object json = orderedObject();
    json.set("version", version.number);
    json.set("rows", list);
    Poco::JSON::Array checkList;
    for (const HitCheck& check : checks)
        checkList.add(checkJson(check));
    json.set("checks", checkList);
    printJson(json);
    return ExitDone;
}

} // namespace sallyport::app
