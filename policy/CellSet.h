// CellSet: some of the cells that a dimension has been cut into, as runs of them.
//
// Cells are numbered from 0 in the order of what they hold, so that a network, a range of ports or
// all names below a domain is one run.
#pragma once

#include <cstdint>
#include <vector>

namespace sallyport::policy {

using Cell = std::uint32_t;

/// Inclusive on both ends.
struct CellRun {
    Cell first = 0;
    Cell last = 0;

    friend auto operator<=>(const CellRun&, const CellRun&) = default;
};

class CellSet {
public:
    CellSet() = default;
    /// Runs in any order, which may overlap.
    explicit CellSet(std::vector<CellRun> runs);

    [[nodiscard]] bool isEmpty() const { return runs_.empty(); }
    /// In ascending order, at least one cell apart.
    [[nodiscard]] const std::vector<CellRun>& runs() const { return runs_; }

    [[nodiscard]] CellSet intersect(const CellSet& other) const;
    [[nodiscard]] CellSet without(const CellSet& other) const;
    [[nodiscard]] bool isWithin(const CellSet& other) const;
    [[nodiscard]] bool meets(const CellSet& other) const;

    friend bool operator==(const CellSet&, const CellSet&) = default;

private:
    std::vector<CellRun> runs_;
};

} // namespace sallyport::policy
