#include "policy/RowsInPlay.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr RowWord AllRows = ~RowWord{0};

RowWord wordOf(RowList list, std::size_t word)
{
    const auto found = std::ranges::lower_bound(list, word, {}, &RowMask::word);
    return found != list.end() && found->word == word ? found->bits : 0;
}

} // namespace

RowsInPlay::Standing RowsInPlay::standing(std::size_t word)
{
    constexpr auto every = [](auto&& change) {
        for (std::size_t each = 0; each < BlockWords; ++each)
            change(each);
    };
    const auto gather = [word](Cursor& cursor, Block& block) {
        while (cursor.at != cursor.end && cursor.at->word < word)
            ++cursor.at;
        for (; cursor.at != cursor.end && cursor.at->word < word + BlockWords; ++cursor.at)
            block[cursor.at->word - word] |= cursor.at->bits;
    };

    Standing standing;
    standing.possible.fill(AllRows);
    standing.certain.fill(AllRows);
    for (std::size_t index = 0; index < count_; ++index) {
        const auto& part = parts_[index];
        const auto* open = part.rows->open.data() + word;
        if (part.knowledge == Knowledge::Unknown) {
            const auto* unconditioned = part.rows->unconditioned.data() + word;
            every([&](std::size_t each) { standing.certain[each] &= unconditioned[each]; });
            continue;
        }
        if (part.knowledge == Knowledge::Known) {
            Block wanted, shutOut{};
            every([&](std::size_t each) { wanted[each] = open[each]; });
            for (auto list = part.begin; list < part.end; ++list) {
                gather(lists_[list].wanted, wanted);
                gather(lists_[list].shutOut, shutOut);
            }
            every([&](std::size_t each) {
                const auto rows = wanted[each] & ~shutOut[each];
                standing.possible[each] &= rows;
                standing.certain[each] &= rows;
            });
        } else {
            Block any{}, all;
            all.fill(AllRows);
            for (auto list = part.begin; list < part.end; ++list) {
                Block wanted, shutOut{};
                every([&](std::size_t each) { wanted[each] = open[each]; });
                gather(lists_[list].wanted, wanted);
                gather(lists_[list].shutOut, shutOut);
                every([&](std::size_t each) {
                    any[each] |= wanted[each] & ~shutOut[each];
                    all[each] &= wanted[each] & ~shutOut[each];
                });
            }
            every([&](std::size_t each) {
                standing.possible[each] &= any[each];
                standing.certain[each] &= all[each];
            });
        }
        RowWord left = 0;
        every([&](std::size_t each) { left |= standing.possible[each]; });
        if (left == 0)
            break;
    }
    // Of a block left early some dimension has not been asked, but then no row is possible.
    every([&](std::size_t each) { standing.certain[each] &= standing.possible[each]; });
    return standing;
}

RowsInPlay::RowSign RowsInPlay::sign(RowNumber row) const
{
    const auto word = row / RowsPerWord;
    const auto bit = bitOf(row);
    RowSign first;
    for (std::size_t index = 0; index < count_; ++index) {
        const auto& part = parts_[index];
        bool possible = part.knowledge == Knowledge::Unknown;
        bool certain = possible ? (part.rows->unconditioned[word] & bit) != 0 : true;
        if (part.knowledge == Knowledge::Known) {
            auto wanted = part.rows->open[word];
            RowWord shutOut = 0;
            for (auto list = part.begin; list < part.end; ++list) {
                const auto& [wants, shuts] = lists_[list];
                wanted |= wordOf({wants.at, wants.end}, word);
                shutOut |= wordOf({shuts.at, shuts.end}, word);
            }
            possible = certain = (wanted & ~shutOut & bit) != 0;
        } else if (part.knowledge == Knowledge::Alternatives) {
            for (auto list = part.begin; list < part.end; ++list) {
                const auto& [wants, shuts] = lists_[list];
                const auto rows = (part.rows->open[word] | wordOf({wants.at, wants.end}, word)) &
                                  ~wordOf({shuts.at, shuts.end}, word);
                possible = possible || (rows & bit) != 0;
                certain = certain && (rows & bit) != 0;
            }
        }
        if (!possible)
            return {Sign::Fails, part.dimension};
        if (!certain && first.sign == Sign::Holds)
            first = {Sign::Waits, part.dimension};
    }
    return first;
}

} // namespace sallyport::policy
