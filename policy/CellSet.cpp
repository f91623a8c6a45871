#include "policy/CellSet.h"

#include <algorithm>

namespace sallyport::policy {

CellSet::CellSet(std::vector<CellRun> runs)
{
    std::ranges::sort(runs);
    for (const auto& run : runs) {
        if (!runs_.empty() && run.first <= runs_.back().last + 1)
            runs_.back().last = std::max(runs_.back().last, run.last);
        else
            runs_.push_back(run);
    }
}

CellSet CellSet::intersect(const CellSet& other) const
{
    CellSet both;
    auto left = runs_.begin();
    auto right = other.runs_.begin();
    while (left != runs_.end() && right != other.runs_.end()) {
        const auto first = std::max(left->first, right->first);
        const auto last = std::min(left->last, right->last);
        if (first <= last)
            both.runs_.push_back({first, last});
        if (left->last < right->last)
            ++left;
        else
            ++right;
    }
    return both;
}

CellSet CellSet::without(const CellSet& other) const
{
    CellSet rest;
    auto hole = other.runs_.begin();
    for (auto run : runs_) {
        while (hole != other.runs_.end() && hole->last < run.first)
            ++hole;
        auto next = hole;
        for (; next != other.runs_.end() && next->first <= run.last; ++next) {
            if (run.first < next->first)
                rest.runs_.push_back({run.first, next->first - 1});
            run.first = next->last + 1;
        }
        if (run.first <= run.last)
            rest.runs_.push_back(run);
    }
    return rest;
}

bool CellSet::isWithin(const CellSet& other) const
{
    auto outer = other.runs_.begin();
    for (const auto& run : runs_) {
        while (outer != other.runs_.end() && outer->last < run.first)
            ++outer;
        if (outer == other.runs_.end() || run.first < outer->first || outer->last < run.last)
            return false;
    }
    return true;
}

bool CellSet::meets(const CellSet& other) const
{
    auto left = runs_.begin();
    auto right = other.runs_.begin();
    while (left != runs_.end() && right != other.runs_.end()) {
        if (left->last < right->first)
            ++left;
        else if (right->last < left->first)
            ++right;
        else
            return true;
    }
    return false;
}

} // namespace sallyport::policy
