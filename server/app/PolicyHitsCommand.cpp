#include "app/PolicyHitsCommand.h"

#include "app/CommandLine.h"
#include "app/PolicyInput.h"
#include "app/PolicySummary.h"
#include "app/TimeOption.h"

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

struct HitRow {
    policy::Layer layer;
    std::string id;   // empty: the layer's default row
    std::string name; // "default" likewise
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
std::vector<HitRow> rowsOf(const policy::PolicyDocument& document,
                           const std::vector<db::RowHits>& counted)
{
    std::map<std::string, db::RowHits> byRow;
    for (const db::RowHits& each : counted)
        byRow.emplace(each.row, each);
    std::vector<HitRow> rows;
    for (const policy::Layer layer : policy::AllLayers) {
        for (const policy::Rule& rule : document.rows(layer))
            rows.push_back({layer, rule.id, rule.name, byRow[rule.id]});
        const std::string defaultRow = "default/" + std::string(policy::layerName(layer));
        rows.push_back({layer, "", "default", byRow[defaultRow]});
    }
    return rows;
}

bool wasHit(const db::RowHits& hits)
{
    return hits.lastHit != std::chrono::sys_seconds();
}

void printRows(const std::vector<HitRow>& rows)
{
    constexpr int CountWidth = 12;
    constexpr int TimeWidth = 20;
    std::optional<policy::Layer> layer;
    std::cout << std::right << std::setw(CountWidth) << "hits" << std::setw(CountWidth)
              << "would-hits" << std::setw(CountWidth + 4) << "bytes"
              << "  " << std::left << std::setw(TimeWidth) << "last hit"
              << "  row\n";
    for (const HitRow& row : rows) {
        if (layer != row.layer)
            std::cout << policy::layerName(row.layer) << '\n';
        layer = row.layer;
        std::cout << std::right << std::setw(CountWidth) << row.hits.hits << std::setw(CountWidth)
                  << row.hits.wouldHits << std::setw(CountWidth + 4) << row.hits.bytes << "  "
                  << std::left << std::setw(TimeWidth)
                  << (wasHit(row.hits) ? timeText(row.hits.lastHit) : "never") << "  "
                  << (row.id.empty() ? "(default row)" : row.name) << '\n';
    }
}

Poco::JSON::Object rowJson(const HitRow& row)
{
    using Poco::Dynamic::Var;
    Poco::JSON::Object json = orderedObject();
    json.set("layer", std::string(policy::layerName(row.layer)));
    json.set("rule_id", row.id);
    json.set("rule_name", row.name);
    json.set("hits", row.hits.hits);
    json.set("would_hits", row.hits.wouldHits);
    json.set("bytes", row.hits.bytes);
    json.set("last_hit", wasHit(row.hits) ? Var(timeText(row.hits.lastHit)) : Var());
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
    const auto rows =
        rowsOf(version.document, firstDay ? store.hitsSince(*firstDay) : store.hits());
    if (!line.has("json")) {
        printRows(rows);
        return ExitDone;
    }
    Poco::JSON::Array list;
    for (const HitRow& row : rows)
        list.add(rowJson(row));
    Poco::JSON::Object json = orderedObject();
    json.set("version", version.number);
    json.set("rows", list);
    printJson(json);
    return ExitDone;
}

} // namespace sallyport::app
