// Region: the facts of one dimension for which a condition holds, with an exact algebra on them.
//
// A fact is one cell of the dimension and, beside it, any number of marks: whether a host is in a
// list or suits a regular expression cannot be read off the columns, so that each such name is a
// mark that any cell may have or not; and a user is in any number of groups. A region takes facts
// whose cell is one of its own, that meet all its demands, and that have no mark it forbids.
#pragma once

#include "policy/CellSet.h"

#include <cstddef>
#include <vector>

namespace sallyport::policy {

using Mark = std::uint32_t;
/// In ascending order, none twice.
using MarkSet = std::vector<Mark>;

/// Met by a fact whose cell is one of these, or which has one of these marks.
struct Demand {
    CellSet cells;
    MarkSet marks;
};

class Region {
public:
    Region() = default;
    /// All facts whose cell is one of these.
    explicit Region(CellSet cells) : cells_(std::move(cells)) {}

    void demand(Demand demand);
    void forbid(const MarkSet& marks);

    [[nodiscard]] bool isEmpty() const { return cells_.isEmpty(); }
    /// The cells of its facts: each of them with some marks is in the region.
    [[nodiscard]] const CellSet& cells() const { return cells_; }
    /// The cells of which it takes each fact that has no forbidden mark.
    [[nodiscard]] CellSet sureCells() const;
    /// Its facts in other cells than the sure ones each have one of these marks; empty if there are
    /// none.
    [[nodiscard]] MarkSet neededMarks() const;

    /// Of how many runs and marks it is made: what an operation on it costs.
    [[nodiscard]] std::size_t extent() const;

    [[nodiscard]] Region intersect(const Region& other) const;
    /// Disjoint regions that together are this one without the other; none of them is empty.
    [[nodiscard]] std::vector<Region> without(const Region& other) const;
    [[nodiscard]] bool isWithin(const Region& other) const;
    [[nodiscard]] bool meets(const Region& other) const;

private:
    void settle();
    /// Cells of facts that have none of the marks.
    [[nodiscard]] CellSet cellsWithout(const MarkSet& marks) const;

    CellSet cells_;
    // After settle() each demand has a mark that is not forbidden, and a cell that does not meet
    // it.
    std::vector<Demand> demands_;
    MarkSet forbidden_;
};

} // namespace sallyport::policy
