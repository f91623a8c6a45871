// RowList: which rows of a policy a value concerns, out of the bitmap of all of them.
//
// Rows of all layers share one numbering (RowNumber). Most values concern a handful of ten thousand
// rows: of their bitmap only the words that are not zero are kept, close together.
#pragma once

#include "policy/Verdict.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace sallyport::policy {

/// 64 rows; the lowest bit is the first of them.
using RowWord = std::uint64_t;
inline constexpr std::size_t RowsPerWord = 64;

/// A bitmap of all rows.
using RowBits = std::vector<RowWord>;
/// The same, without its zeros, by the number of the word.
using RowWords = std::map<std::uint32_t, RowWord>;

[[nodiscard]] constexpr RowWord bitOf(RowNumber row)
{
    return RowWord{1} << (row % RowsPerWord);
}

/// One word of a bitmap.
struct MaskedWord {
    std::uint32_t word = 0;
    RowWord bits = 0;

    friend bool operator==(const MaskedWord&, const MaskedWord&) = default;
};

/// Kept in a pool.
struct RowList {
    std::span<const MaskedWord> masks; ///< ascending by word
    const RowWord* all = nullptr;   ///< the whole bitmap, where most of it is not zero
};

/// What a value means to the rows of a dimension.
struct ValueRows {
    RowList wanted;          ///< rows that want it
    RowList shutOut;         ///< rows that shut it out
    RowList found;           ///< those of `wanted` that are looked for on this dimension
    RowList foundUnresolved; ///< those that are while the address is not resolved yet

    [[nodiscard]] bool concernsNone() const
    {
        return wanted.masks.empty() && shutOut.masks.empty();
    }
};

/// Keeps one copy of each distinct list, for as long as the pool lives. Many values concern the
/// same rows.
class RowListPool {
public:
    /// `words` is the length of the bitmap of all rows.
    explicit RowListPool(std::size_t words) : words_(words) {}

    [[nodiscard]] RowList keep(const RowWords& rows);

private:
    struct Hash {
        std::size_t operator()(const std::vector<MaskedWord>& masks) const;
    };

    std::size_t words_;
    // Nodes stay where they are; the value is the bitmap where that is the shorter form.
    std::unordered_map<std::vector<MaskedWord>, std::unique_ptr<RowWord[]>, Hash> lists_;
};

/// Makes the ValueRows of one dimension.
class ValueRowsMaker {
public:
    /// `found` are the rows that are looked for on this dimension, `foundUnresolved` those that are
    /// while the address is not resolved yet. All must outlive this object.
    ValueRowsMaker(RowListPool& pool, const RowBits& found, const RowBits& foundUnresolved)
        : pool_(pool), found_(found), foundUnresolved_(foundUnresolved)
    {}

    /// Rows in any order, repeated or not.
    [[nodiscard]] ValueRows make(std::span<const RowNumber> wanted,
                                 std::span<const RowNumber> shutOut) const;
    [[nodiscard]] ValueRows make(const RowWords& wanted, const RowWords& shutOut) const;

private:
    RowListPool& pool_;
    const RowBits& found_;
    const RowBits& foundUnresolved_;
};

/// Puts rows into the words of a bitmap.
[[nodiscard]] RowWords wordsOf(std::span<const RowNumber> rows);

} // namespace sallyport::policy
