#include "policy/RowCover.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sallyport::policy {
namespace {

// In steps of some ten nanoseconds: what looking for rows that cover another together may take.
constexpr std::size_t EffortPerRow = 20'000;
constexpr std::size_t EffortInAll = 4'000'000;
constexpr std::size_t StepsPerRegion = 20; // made, beside one for each of its runs and marks

// Facts of a row that are tried against all others at once before it is gone into.
constexpr std::size_t Samples = 6;

bool isTheSameAnswer(const Rule& one, const Rule& other)
{
    return one.action == other.action && one.profile == other.profile && one.limits == other.limits;
}

template <class CellsOf>
std::vector<CellSet> cellsOf(const DimensionCut& cut, CellsOf cellsOfRegion)
{
    std::vector<CellSet> cells;
    for (const auto& region : cut.regions)
        cells.push_back((region.*cellsOfRegion)());
    return cells;
}

// One of the cells where the region begins or ends; another one for another number.
Cell sampleOf(const Region& region, std::size_t number)
{
    const auto& runs = region.cells().runs();
    const auto& run = runs[number / 2 % runs.size()];
    return number % 2 == 0 ? run.first : run.last;
}

std::size_t extentOf(const std::vector<Region>& box)
{
    std::size_t extent = 0;
    for (const auto& region : box)
        extent += region.extent();
    return extent;
}

} // namespace

RowCover::RowCover(std::span<const Rule* const> rows, WallTime now)
    : rows_(rows), standing_(rows.size()), effortLeft_(EffortInAll)
{
    for (auto& cut : cutDimensions(rows, now)) {
        CellIndex possible(cellsOf(cut, &Region::cells));
        CellIndex sure(cellsOf(cut, &Region::sureCells));
        columns_.push_back(
            {std::move(cut), std::move(possible), std::move(sure), RowMask(rows.size()), {}});
    }
    for (auto& column : columns_) {
        for (Row row = 0; row < rows.size(); ++row) {
            const auto& region = column.cut.regions[row];
            if (region.cells() == column.cut.everything)
                column.everything.add(row);
            for (const auto mark : region.neededMarks()) {
                column.byMark.resize(std::max<std::size_t>(column.byMark.size(), mark + 1));
                column.byMark[mark].push_back(static_cast<std::uint32_t>(row));
            }
        }
    }
    for (Row row = 0; row < rows.size(); ++row) {
        const auto known = std::ranges::find_if(answers_, [&](const Answer& answer) {
            return isTheSameAnswer(*answer.first, *rows[row]);
        });
        auto& answer = known != answers_.end()
                           ? *known
                           : answers_.emplace_back(rows[row], RowMask(rows.size()));
        answer.rows.add(row);
    }
    for (Row row = 0; row < rows.size(); ++row)
        if (rows[row]->mode == Mode::Enforce && !contradictionIn(row))
            standing_.add(row);
}

std::optional<Dimension> RowCover::contradictionIn(Row row) const
{
    for (const auto& column : columns_)
        if (column.cut.regions[row].isEmpty())
            return column.cut.dimension;
    return std::nullopt;
}

RowMask RowCover::earlier(Row row) const
{
    auto mask = standing_;
    mask.clearFrom(row);
    return mask;
}

// May hold too many where marks are looked at.
RowMask RowCover::meeting(Row row) const
{
    auto mask = earlier(row);
    for (const auto& column : columns_) {
        const auto& cells = column.cut.regions[row].cells();
        if (!column.everything.has(row))
            mask.keepOnly(column.possible.holdingAny(cells));
        if (mask.isEmpty())
            break;
    }
    return mask;
}

// Likewise. A row holds this one's facts surely, or with the help of the marks that they have.
RowMask RowCover::holding(Row row) const
{
    auto mask = earlier(row);
    for (const auto& column : columns_) {
        const auto& region = column.cut.regions[row];
        auto holding = column.sure.holdingAll(region.cells());
        if (const auto marks = region.neededMarks(); !marks.empty()) {
            RowMask withMark(rows_.size());
            for (const auto other : column.byMark[marks.front()])
                withMark.add(other);
            withMark.keepOnly(column.possible.holdingAll(region.cells()));
            holding.addAll(withMark);
        }
        mask.keepOnly(holding);
        if (mask.isEmpty())
            break;
    }
    return mask;
}

bool RowCover::meets(Row one, Row other) const
{
    return std::ranges::all_of(columns_, [&](const Column& column) {
        return column.cut.regions[one].meets(column.cut.regions[other]);
    });
}

bool RowCover::isWithin(Row inner, Row outer) const
{
    return std::ranges::all_of(columns_, [&](const Column& column) {
        return column.cut.regions[inner].isWithin(column.cut.regions[outer]);
    });
}

std::optional<RowCover::Row> RowCover::coveredBy(Row row) const
{
    std::optional<Row> found;
    holding(row).eachUntil([&](Row other) {
        if (isWithin(row, other))
            found = other;
        return found.has_value();
    });
    return found;
}

std::optional<RowCover::Row> RowCover::partlyTakenBy(Row row) const
{
    auto mask = meeting(row);
    for (const auto& answer : answers_)
        if (answer.rows.has(row))
            mask.removeAll(answer.rows);
    std::optional<Row> found;
    mask.eachUntil([&](Row other) {
        if (meets(row, other) && !isWithin(other, row))
            found = other;
        return found.has_value();
    });
    return found;
}

std::vector<Dimension> RowCover::dimensionsLeft(Row row, Row other) const
{
    std::vector<Dimension> dimensions;
    for (const auto& column : columns_)
        if (!column.cut.regions[row].isWithin(column.cut.regions[other]) &&
            (dimensions.empty() || dimensions.back() != column.cut.dimension))
            dimensions.push_back(column.cut.dimension);
    return dimensions;
}

// Whether some fact of the row suits none of the others; false says nothing.
bool RowCover::isLeftSomething(Row row, const RowMask& others) const
{
    for (std::size_t sample = 0; sample < Samples; ++sample) {
        auto suiting = others;
        for (std::size_t column = 0; column < columns_.size() && !suiting.isEmpty(); ++column) {
            const auto& region = columns_[column].cut.regions[row];
            // The first two are all beginnings and all ends.
            const auto number = sample < 2 ? sample : sample * 31 + column * 7;
            suiting.keepOnly(columns_[column].possible.holding(sampleOf(region, number)));
        }
        if (suiting.isEmpty())
            return true;
    }
    return false;
}

std::vector<RowCover::Row> RowCover::coveredTogetherBy(Row row)
{
    const auto mask = meeting(row);
    if (isLeftSomething(row, mask))
        return {};
    std::vector<Row> others;
    mask.eachUntil([&](Row other) {
        others.push_back(other);
        return false;
    });

    struct Piece {
        Box box;
        std::size_t next; // others before it have been taken away
    };
    Box whole;
    for (const auto& column : columns_)
        whole.push_back(column.cut.regions[row]);
    std::vector<Piece> pieces{{std::move(whole), 0}};
    std::set<Row> needed;
    auto effort = std::min(EffortPerRow, effortLeft_);
    const auto allowed = effort;
    const auto spend = [&effort](std::size_t steps) { effort -= std::min(steps, effort); };

    const auto meetsOther = [&](const Box& box, Row other) {
        for (std::size_t column = 0; column < box.size(); ++column) {
            const auto& region = columns_[column].cut.regions[other];
            spend(1 + std::min(box[column].extent(), region.extent()));
            if (!box[column].meets(region))
                return false;
        }
        return true;
    };
    while (!pieces.empty()) {
        auto [box, next] = std::move(pieces.back());
        pieces.pop_back();
        while (next < others.size() && effort > 0 && !meetsOther(box, others[next]))
            ++next;
        if (next == others.size() || effort == 0) {
            effortLeft_ -= allowed - effort;
            return {};
        }
        needed.insert(others[next]);
        for (std::size_t column = 0; column < box.size(); ++column) {
            const auto& region = columns_[column].cut.regions[others[next]];
            spend(StepsPerRegion + box[column].extent() + region.extent());
            for (auto& rest : box[column].without(region)) {
                spend(StepsPerRegion * box.size() + extentOf(box));
                auto& piece = pieces.emplace_back(box, next + 1);
                piece.box[column] = std::move(rest);
            }
            box[column] = box[column].intersect(region);
        }
    }
    effortLeft_ -= allowed - effort;
    return {needed.begin(), needed.end()};
}

} // namespace sallyport::policy
