// RowCover: how the rows of one layer stand in each other's way, exactly.
//
// What a row matches is a product of one region per dimension. An index of cells finds the earlier
// rows that come into question, the regions themselves decide.
#pragma once

#include "policy/CellIndex.h"
#include "policy/DimensionCut.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sallyport::policy {

class RowCover {
public:
    using Row = std::size_t;

    /// All rows that are in force now or will be.
    RowCover(std::span<const Rule* const> rows, WallTime now);

    /// A dimension on which the row's own conditions leave nothing.
    [[nodiscard]] std::optional<Dimension> contradictionIn(Row row) const;
    /// The first earlier row that matches all that this one does.
    [[nodiscard]] std::optional<Row> coveredBy(Row row) const;
    /// Earlier rows that do so together: those that were needed. Empty if there are none, or if it
    /// takes too much effort to find out.
    [[nodiscard]] std::vector<Row> coveredTogetherBy(Row row);
    [[nodiscard]] bool isWithin(Row inner, Row outer) const;
    /// The first earlier row that matches some of what this one does, gives another answer, and
    /// matches something besides.
    [[nodiscard]] std::optional<Row> partlyTakenBy(Row row) const;
    /// Dimensions on which `other` does not match all that `row` does.
    [[nodiscard]] std::vector<Dimension> dimensionsLeft(Row row, Row other) const;

private:
    struct Column {
        DimensionCut cut;
        CellIndex possible;                             // by the cells of each row
        CellIndex sure;                                 // by its sure cells
        RowMask everything;                             // rows whose cells are all there are
        std::vector<std::vector<std::uint32_t>> byMark; // rows that need one of the marks
    };
    // Rows that say the same.
    struct Answer {
        const Rule* first;
        RowMask rows;
    };
    using Box = std::vector<Region>; // one region per column

    [[nodiscard]] RowMask earlier(Row row) const;
    [[nodiscard]] RowMask meeting(Row row) const;
    [[nodiscard]] RowMask holding(Row row) const;
    [[nodiscard]] bool meets(Row one, Row other) const;
    [[nodiscard]] bool isLeftSomething(Row row, const RowMask& others) const;

    std::span<const Rule* const> rows_;
    std::vector<Column> columns_;
    std::vector<Answer> answers_;
    RowMask standing_; // rows that can be in another's way
    std::size_t effortLeft_;
};

} // namespace sallyport::policy
