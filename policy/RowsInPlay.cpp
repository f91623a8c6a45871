#include "policy/RowsInPlay.h"

#include <algorithm>
#include <span>

namespace sallyport::policy {
namespace {

constexpr RowWord AllRows = ~RowWord{0};

} // namespace

RowWord RowsInPlay::Cursor::anywhere(std::size_t word) const
{
    const std::span masks(begin_, end_);
    const auto found = std::ranges::lower_bound(masks, word, {}, &MaskedWord::word);
    return found != masks.end() && found->word == word ? found->bits : 0;
}

// What one dimension says of a word; read(list, side) gives the word of a list.
template <class Read>
RowsInPlay::Standing RowsInPlay::standingOn(const Part& part, std::size_t word, Read read)
{
    const auto open = part.rows->open[word];
    switch (part.knowledge) {
    case Knowledge::Unknown:
        return {AllRows, part.rows->unconditioned[word]};
    case Knowledge::Known: {
        auto wanted = open;
        RowWord shutOut = 0;
        for (auto list = part.begin; list < part.end; ++list) {
            wanted |= read(list, &Lists::wanted);
            shutOut |= read(list, &Lists::shutOut);
        }
        return {wanted & ~shutOut, wanted & ~shutOut};
    }
    case Knowledge::Alternatives:
        break;
    }
    Standing standing{0, AllRows};
    for (auto list = part.begin; list < part.end; ++list) {
        const auto rows = (open | read(list, &Lists::wanted)) & ~read(list, &Lists::shutOut);
        standing.possible |= rows;
        standing.certain &= rows;
    }
    return standing;
}

RowsInPlay::Standing RowsInPlay::standing(std::size_t word)
{
    Standing standing{candidates_[word], candidates_[word]};
    for (std::size_t index = 0; index < count_ && standing.possible != 0; ++index) {
        // Few rows are left in most words, and few of those have a condition on a dimension.
        if ((standing.possible & ~parts_[index].rows->unconditioned[word]) == 0)
            continue;
        const auto one = standingOn(parts_[index], word, [&](std::size_t list, auto side) {
            return (lists_[list].*side).at(word);
        });
        standing.possible &= one.possible;
        standing.certain &= one.certain;
    }
    // Where no row is possible any more, some dimension was not asked.
    standing.certain &= standing.possible;
    return standing;
}

RowsInPlay::RowSign RowsInPlay::sign(RowNumber row) const
{
    const auto word = row / RowsPerWord;
    RowSign first;
    std::size_t failing = 0;
    for (std::size_t index = 0; index < count_; ++index) {
        const auto& part = parts_[index];
        const auto one = standingOn(part, word, [&](std::size_t list, auto side) {
            return (lists_[list].*side).anywhere(word);
        });
        if ((one.possible & bitOf(row)) == 0) {
            if (failing++ == 0)
                first = {Sign::Fails, part.dimension, 0};
        } else if ((one.certain & bitOf(row)) == 0 && first.sign == Sign::Holds) {
            first = {Sign::Waits, part.dimension, 0};
        }
    }
    first.failing = failing;
    return first;
}

} // namespace sallyport::policy
