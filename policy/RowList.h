// RowList: which rows of a policy a value concerns, as the words of a bitmap that are not zero.
//
// Rows of all layers share one numbering (RowNumber). Most values concern a handful of ten thousand
// rows, so the lists stay short and close together in memory.
#pragma once

#include "policy/Verdict.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_set>
#include <vector>

namespace sallyport::policy {

/// 64 rows; the lowest bit is the first of them.
using RowWord = std::uint64_t;
inline constexpr std::size_t RowsPerWord = 64;

/// A bitmap of all rows.
using RowBits = std::vector<RowWord>;

[[nodiscard]] constexpr RowWord bitOf(RowNumber row)
{
    return RowWord{1} << (row % RowsPerWord);
}

/// One word of a bitmap.
struct RowMask {
    std::uint32_t word = 0;
    RowWord bits = 0;

    friend bool operator==(const RowMask&, const RowMask&) = default;
};

/// Ascending by word; kept in a pool.
using RowList = std::span<const RowMask>;

/// Rows that want a value, and rows that shut it out.
struct ValueRows {
    RowList wanted;
    RowList shutOut;

    [[nodiscard]] bool concernsNone() const { return wanted.empty() && shutOut.empty(); }
};

/// Keeps one copy of each distinct list, for as long as the pool lives. Many values concern the
/// same rows.
class RowListPool {
public:
    /// `rows` in any order, repeated or not.
    [[nodiscard]] RowList keep(std::span<const RowNumber> rows);
    /// Ascending by word, no word twice, none of them zero.
    [[nodiscard]] RowList keep(std::vector<RowMask> masks)
    {
        const auto& kept = *lists_.insert(std::move(masks)).first;
        return {kept.data(), kept.size()};
    }

private:
    struct Hash {
        std::size_t operator()(const std::vector<RowMask>& masks) const;
    };

    std::unordered_set<std::vector<RowMask>, Hash> lists_; // nodes stay where they are
};

} // namespace sallyport::policy
