#include "app/RowHitLedger.h"

#include <algorithm>
#include <utility>

namespace sallyport::app {

void RowHitLedger::add(const proxy::HitCounts& counts)
{
    const std::scoped_lock lock(mutex_);
    for (const auto& counted : counts.policies)
        for (const auto& row : counted.rows)
            addOne({.row = counted.policy->counterName(row.row),
                    .hits = row.counts.hits,
                    .wouldHits = row.counts.wouldHits,
                    .bytes = row.counts.bytes,
                    .lastHit = row.counts.lastHit});
    for (const auto& check : counts.checks)
        addOne({.row = check.name, .hits = check.found, .lastHit = check.lastFound});
}

std::vector<db::RowHits> RowHitLedger::take()
{
    const std::scoped_lock lock(mutex_);
    std::vector<db::RowHits> hits;
    for (auto& entry : rows_)
        hits.push_back(std::move(entry.second));
    rows_.clear();
    return hits;
}

void RowHitLedger::put(std::span<const db::RowHits> hits)
{
    const std::scoped_lock lock(mutex_);
    for (const auto& row : hits)
        addOne(row);
}

void RowHitLedger::addOne(const db::RowHits& hits)
{
    auto& row = rows_[hits.row];
    row.row = hits.row;
    row.hits += hits.hits;
    row.wouldHits += hits.wouldHits;
    row.bytes += hits.bytes;
    row.lastHit = std::max(row.lastHit, hits.lastHit);
}

} // namespace sallyport::app
