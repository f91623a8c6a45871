#include "policy/Region.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport::policy {
namespace {

MarkSet difference(const MarkSet& marks, const MarkSet& others)
{
    MarkSet rest;
    std::ranges::set_difference(marks, others, std::back_inserter(rest));
    return rest;
}

} // namespace

void Region::demand(Demand demand)
{
    demands_.push_back(std::move(demand));
    settle();
}

void Region::forbid(const MarkSet& marks)
{
    MarkSet all;
    std::ranges::set_union(forbidden_, marks, std::back_inserter(all));
    forbidden_ = std::move(all);
    settle();
}

void Region::settle()
{
    std::vector<Demand> kept;
    for (auto& demand : demands_) {
        auto marks = difference(demand.marks, forbidden_);
        if (marks.empty())
            cells_ = cells_.intersect(demand.cells);
        else
            kept.push_back({std::move(demand.cells), std::move(marks)});
    }
    std::erase_if(kept, [this](const Demand& demand) { return cells_.isWithin(demand.cells); });
    demands_ = std::move(kept);
}

CellSet Region::sureCells() const
{
    auto cells = cells_;
    for (const auto& demand : demands_)
        cells = cells.intersect(demand.cells);
    return cells;
}

MarkSet Region::neededMarks() const
{
    return demands_.empty() ? MarkSet{} : demands_.front().marks;
}

std::size_t Region::extent() const
{
    auto extent = cells_.runs().size() + forbidden_.size();
    for (const auto& demand : demands_)
        extent += demand.cells.runs().size() + demand.marks.size();
    return extent;
}

Region Region::intersect(const Region& other) const
{
    auto both = *this;
    both.cells_ = cells_.intersect(other.cells_);
    both.demands_.insert(both.demands_.end(), other.demands_.begin(), other.demands_.end());
    both.forbid(other.forbidden_);
    return both;
}

std::vector<Region> Region::without(const Region& other) const
{
    std::vector<Region> pieces;
    auto rest = *this; // what is still to be looked at
    const auto keep = [&pieces](Region piece) {
        piece.settle();
        if (!piece.isEmpty())
            pieces.push_back(std::move(piece));
    };

    auto outside = rest;
    outside.cells_ = rest.cells_.without(other.cells_);
    keep(std::move(outside));
    rest.cells_ = rest.cells_.intersect(other.cells_);

    for (const auto& demand : other.demands_) {
        auto unmet = rest;
        unmet.cells_ = rest.cells_.without(demand.cells);
        unmet.forbid(demand.marks);
        keep(std::move(unmet));
        rest.demand(demand);
    }
    if (!other.forbidden_.empty()) {
        rest.demand({CellSet(), other.forbidden_});
        keep(std::move(rest));
    }
    return pieces;
}

// Each thing that the other asks for must follow from what this one asks for. These are asked many
// times over, so that they make sets only where it takes some.
bool Region::isWithin(const Region& other) const
{
    if (isEmpty())
        return true;
    if (!cells_.isWithin(other.cells_) || !std::ranges::includes(forbidden_, other.forbidden_))
        return false;
    return std::ranges::all_of(other.demands_, [this](const Demand& demand) {
        return cells_.isWithin(demand.cells) || cellsWithout(demand.marks).isWithin(demand.cells);
    });
}

CellSet Region::cellsWithout(const MarkSet& marks) const
{
    auto cells = cells_;
    for (const auto& demand : demands_)
        if (std::ranges::includes(marks, demand.marks))
            cells = cells.intersect(demand.cells);
    return cells;
}

bool Region::meets(const Region& other) const
{
    if (!cells_.meets(other.cells_))
        return false;
    const auto forbidsNothing = forbidden_.empty() && other.forbidden_.empty();
    return forbidsNothing || !intersect(other).isEmpty();
}

} // namespace sallyport::policy
