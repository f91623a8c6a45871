// CellIndex: which rows of one dimension hold given cells, found without asking row by row.
//
// Where a row begins or ceases to hold cells it toggles; the rows that hold a cell are those that
// toggled an odd number of times up to it. They are kept at every so many toggles, and found from
// there.
#pragma once

#include "policy/CellSet.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sallyport::policy {

/// Rows by their number.
class RowMask {
public:
    explicit RowMask(std::size_t rows = 0) : words_((rows + 63) / 64) {}

    void add(std::size_t row) { words_[row / 64] |= bitOf(row); }
    void remove(std::size_t row) { words_[row / 64] &= ~bitOf(row); }
    void toggle(std::size_t row) { words_[row / 64] ^= bitOf(row); }
    [[nodiscard]] bool has(std::size_t row) const { return (words_[row / 64] & bitOf(row)) != 0; }
    [[nodiscard]] bool isEmpty() const;
    /// Removes this row and all after it.
    void clearFrom(std::size_t row);
    void keepOnly(const RowMask& others);
    void removeAll(const RowMask& others);
    void addAll(const RowMask& others);

    /// Calls `use` with each row in ascending order until it says that it has enough.
    template <class Use>
    void eachUntil(Use use) const
    {
        for (std::size_t word = 0; word < words_.size(); ++word)
            for (auto bits = words_[word]; bits != 0; bits &= bits - 1)
                if (use(word * 64 + static_cast<std::size_t>(std::countr_zero(bits))))
                    return;
    }

private:
    static std::uint64_t bitOf(std::size_t row) { return std::uint64_t{1} << (row % 64); }

    std::vector<std::uint64_t> words_;
};

class CellIndex {
public:
    /// The cells of each row.
    explicit CellIndex(std::span<const CellSet> rows);

    [[nodiscard]] RowMask holding(Cell cell) const;
    /// Rows that hold all of the cells.
    [[nodiscard]] RowMask holdingAll(const CellSet& cells) const;
    /// Rows that hold any of the cells.
    [[nodiscard]] RowMask holdingAny(const CellSet& cells) const;

private:
    struct Toggle {
        Cell cell;
        std::uint32_t row;

        friend auto operator<=>(const Toggle&, const Toggle&) = default;
    };

    [[nodiscard]] std::span<const Toggle> togglesWithin(const CellRun& run) const;
    [[nodiscard]] std::size_t togglesUpTo(Cell cell) const;

    std::size_t rows_;
    std::vector<Toggle> toggles_;
    std::vector<RowMask> kept_; // after each Stride toggles
};

} // namespace sallyport::policy
