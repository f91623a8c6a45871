// RowsInPlay: for one decision, what each dimension says about the rows, a few words of the bitmap
// at a time.
//
// A row is *possible* if no condition of it fails on what is known, and *certain* if all of them
// hold. On a dimension whose fact is known the two are the same; where it is not known yet every
// row is possible and those without a condition are certain; where only some values are left a row
// is possible if one of them suits it and certain if all do.
#pragma once

#include "policy/Dimension.h"
#include "policy/RowList.h"

#include <array>
#include <cstddef>
#include <memory_resource>
#include <vector>

namespace sallyport::policy {

/// What a dimension's rows have in common, made when a policy is compiled.
struct DimensionRows {
    RowBits open;          ///< rows that want no value
    RowBits unconditioned; ///< rows that neither want nor shut out any
    enum class Use : std::uint8_t { Unused, Used } use = Use::Unused; ///< by some row
};

class RowsInPlay {
public:
    /// Words are worked on in blocks of this many; bitmaps are as long as some number of blocks.
    static constexpr std::size_t BlockWords = 4;
    using Block = std::array<RowWord, BlockWords>;
    struct Standing {
        Block possible;
        Block certain;
    };

    RowsInPlay() { lists_.reserve(ReservedLists); }
    RowsInPlay(const RowsInPlay&) = delete;
    RowsInPlay& operator=(const RowsInPlay&) = delete;

    // One of these per dimension that some row uses; `rows` must outlive this object.

    /// Followed by concern() for each value of the fact.
    void beginKnown(Dimension dimension, const DimensionRows& rows)
    {
        begin(dimension, rows, Knowledge::Known);
    }
    void addUnknown(Dimension dimension, const DimensionRows& rows)
    {
        begin(dimension, rows, Knowledge::Unknown);
    }
    /// Followed by one alternative() for each value that the fact may turn out to be.
    void beginAlternatives(Dimension dimension, const DimensionRows& rows)
    {
        begin(dimension, rows, Knowledge::Alternatives);
    }
    void concern(const ValueRows& rows)
    {
        if (!rows.concernsNone())
            lists_.push_back({cursor(rows.wanted), cursor(rows.shutOut)});
        parts_[count_ - 1].end = lists_.size();
    }
    void alternative(const ValueRows& rows)
    {
        lists_.push_back({cursor(rows.wanted), cursor(rows.shutOut)});
        parts_[count_ - 1].end = lists_.size();
    }

    /// Of the block that begins at `word`, over all dimensions. Words must be asked for in
    /// ascending order.
    [[nodiscard]] Standing standing(std::size_t word);
    /// The same for one row and each dimension apart, in the order of Dimension; in any order of
    /// rows.
    enum class Sign : std::uint8_t { Holds, Fails, Waits };
    struct RowSign {
        Sign sign = Sign::Holds;
        Dimension dimension =
            Dimension::Validity; ///< the first that fails, else the first that waits
    };
    [[nodiscard]] RowSign sign(RowNumber row) const;

private:
    static constexpr std::size_t ReservedLists = 64;

    enum class Knowledge : std::uint8_t { Known, Unknown, Alternatives };
    struct Cursor {
        const RowMask* at;
        const RowMask* end;
    };
    struct Lists {
        Cursor wanted;
        Cursor shutOut;
    };
    struct Part {
        const DimensionRows* rows;
        std::size_t begin; // of lists_
        std::size_t end;
        Dimension dimension;
        Knowledge knowledge;
    };

    void begin(Dimension dimension, const DimensionRows& rows, Knowledge knowledge)
    {
        parts_[count_++] = {&rows, lists_.size(), lists_.size(), dimension, knowledge};
    }
    static Cursor cursor(RowList list) { return {list.data(), list.data() + list.size()}; }

    // Grows to the heap only where a fact has hundreds of values that rows name.
    alignas(Lists) std::array<std::byte, 8192> room_;
    std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
    std::pmr::vector<Lists> lists_{&memory_};
    std::array<Part, DimensionCount> parts_;
    std::size_t count_ = 0;
};

} // namespace sallyport::policy
