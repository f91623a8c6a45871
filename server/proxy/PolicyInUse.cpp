#include "proxy/PolicyInUse.h"

namespace sallyport::proxy {

PolicyInUse::PolicyInUse(std::shared_ptr<const policy::Policy> policy)
    : policy_(std::move(policy)), rows_(policy_->rowCount())
{}

void PolicyInUse::count(const policy::Verdict& verdict, policy::WallTime now)
{
    for (const auto& layer : verdict.layers)
        if (layer.answer != policy::Answer::Undecided)
            countHit(layer.row, now);
    for (const auto row : verdict.would.kept()) {
        ++rows_[row].wouldHits;
        rows_[row].lastHit = now;
    }
}

void PolicyInUse::countHit(policy::RowNumber row, policy::WallTime now)
{
    ++rows_[row].hits;
    rows_[row].lastHit = now;
}

void PolicyInUse::addBytes(const policy::Verdict& verdict, std::uint64_t bytes)
{
    for (const auto& layer : verdict.layers)
        if (layer.answer != policy::Answer::Undecided)
            rows_[layer.row].bytes += bytes;
}

PolicyCounts PolicyInUse::takeCounts()
{
    PolicyCounts counts{policy_, {}};
    for (policy::RowNumber row = 0; row < rows_.size(); ++row) {
        auto& counted = rows_[row];
        if (counted.hits == 0 && counted.wouldHits == 0 && counted.bytes == 0)
            continue;
        counts.rows.push_back({row, counted});
        counted = {};
    }
    return counts;
}

} // namespace sallyport::proxy
