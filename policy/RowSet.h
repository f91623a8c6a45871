// RowSet: which rows of a layer a fact leaves in play, one bit per row in the layer's order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace sallyport::policy {

/// 64 rows; the lowest bit is the first of them.
using RowWord = std::uint64_t;
inline constexpr std::size_t RowsPerWord = 64;

class RowSet {
public:
    explicit RowSet(std::size_t rows) : words_((rows + RowsPerWord - 1) / RowsPerWord) {}

    void add(std::size_t row) { words_[row / RowsPerWord] |= bitOf(row); }
    void remove(std::size_t row) { words_[row / RowsPerWord] &= ~bitOf(row); }
    [[nodiscard]] const std::vector<RowWord>& words() const { return words_; }

private:
    static RowWord bitOf(std::size_t row) { return RowWord{1} << (row % RowsPerWord); }

    std::vector<RowWord> words_;
};

/// The words of a set kept in a pool: as many as the layer has words.
using KeptRows = const RowWord*;

/// Keeps one copy of each distinct set, for as long as the pool lives. Many values of a column
/// leave the same rows in play.
class RowSetPool {
public:
    [[nodiscard]] KeptRows keep(const RowSet& rows)
    {
        return sets_.insert(rows.words()).first->data();
    }

private:
    std::set<std::vector<RowWord>> sets_; // nodes stay where they are, so the words do too
};

} // namespace sallyport::policy
