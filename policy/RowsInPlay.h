// RowsInPlay: for one decision, what each dimension says about the rows, a word of the bitmap at a
// time.
//
// A row is *possible* if no condition of it fails on what is known, and *certain* if all of them
// hold. On a dimension whose fact is known the two are the same; where it is not known yet every
// row is possible and those without a condition are certain; where only some values are left a row
// is possible if one of them suits it and certain if all do.
//
// Each row is looked for on one dimension only, the one whose values are rare: only rows that were
// found there are looked at on all of them. One that is looked for by its addresses is looked for
// on another dimension, if it has one, while the address is not resolved yet.
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
    RowBits open;             ///< rows that want no value
    RowBits unconditioned;    ///< rows that neither want nor shut out any
    RowBits found;            ///< rows that are looked for here
    RowBits foundUnresolved;  ///< rows that are while the address is not resolved yet
    RowList foundWhenUnknown; ///< rows that have to be looked at while this fact is unknown
    enum class Use : std::uint8_t { Unused, Used } use = Use::Unused; ///< by some row
};

class RowsInPlay {
public:
    struct Standing {
        RowWord possible = 0;
        RowWord certain = 0;
    };

    /// The address that would be dialled.
    enum class Address : std::uint8_t { Resolved, Unresolved };

    /// `words` is the length of the bitmap of all rows, `always` the rows that are looked for on no
    /// dimension.
    RowsInPlay(std::size_t words, RowList always, Address address)
        : candidates_(words, 0, &memory_), address_(address)
    {
        lists_.reserve(ReservedLists);
        addCandidates(always);
    }
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
        addCandidates(rows.foundWhenUnknown);
    }
    /// Followed by one alternative() for each value that the fact may turn out to be.
    void beginAlternatives(Dimension dimension, const DimensionRows& rows)
    {
        begin(dimension, rows, Knowledge::Alternatives);
    }
    void concern(const ValueRows& rows)
    {
        if (!rows.concernsNone())
            alternative(rows);
    }
    void alternative(const ValueRows& rows)
    {
        lists_.push_back({Cursor(rows.wanted), Cursor(rows.shutOut)});
        parts_[count_ - 1].end = lists_.size();
        addCandidates(rows.found);
        if (address_ == Address::Unresolved)
            addCandidates(rows.foundUnresolved);
    }

    /// Whether standing() of the word can be other than none.
    [[nodiscard]] bool hasCandidates(std::size_t word) const { return candidates_[word] != 0; }
    /// Over all dimensions. Words must be asked for in ascending order.
    [[nodiscard]] Standing standing(std::size_t word);

    enum class Sign : std::uint8_t { Holds, Fails, Waits };
    struct RowSign {
        Sign sign = Sign::Holds;
        Dimension dimension = Dimension::Validity; ///< the first that fails, else that waits
        std::size_t failing = 0;                   ///< how many dimensions fail
    };
    /// Of one row, by the order of the dimensions. Before any standing(), or behind all of them.
    [[nodiscard]] RowSign sign(RowNumber row) const;

private:
    static constexpr std::size_t ReservedLists = 64;

    enum class Knowledge : std::uint8_t { Known, Unknown, Alternatives };

    // A list that is read in the order of its words.
    class Cursor {
    public:
        explicit Cursor(const RowList& list)
            : begin_(list.masks.data()), at_(begin_), end_(begin_ + list.masks.size()),
              all_(list.all)
        {}

        [[nodiscard]] RowWord at(std::size_t word)
        {
            if (all_ != nullptr)
                return all_[word];
            while (at_ != end_ && at_->word < word)
                ++at_;
            return at_ != end_ && at_->word == word ? at_->bits : 0;
        }
        [[nodiscard]] RowWord anywhere(std::size_t word) const;

    private:
        const MaskedWord* begin_;
        const MaskedWord* at_;
        const MaskedWord* end_;
        const RowWord* all_;
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
    void addCandidates(const RowList& rows)
    {
        for (const auto& mask : rows.masks)
            candidates_[mask.word] |= mask.bits;
    }
    template <class Read>
    [[nodiscard]] static Standing standingOn(const Part& part, std::size_t word, Read read);

    // Grows to the heap only for policies of some 50,000 rows, or where a fact has hundreds of
    // values that rows name.
    alignas(std::max_align_t) std::array<std::byte, 16384> room_;
    std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
    std::pmr::vector<RowWord> candidates_;
    std::pmr::vector<Lists> lists_{&memory_};
    std::array<Part, DimensionCount> parts_;
    std::size_t count_ = 0;
    Address address_;
};

} // namespace sallyport::policy
