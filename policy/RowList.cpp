#include "policy/RowList.h"

namespace sallyport::policy {

RowWords wordsOf(std::span<const RowNumber> rows)
{
    RowWords words;
    for (const auto row : rows)
        words[row / RowsPerWord] |= bitOf(row);
    return words;
}

RowList RowListPool::keep(const RowWords& rows)
{
    std::vector<MaskedWord> masks;
    masks.reserve(rows.size());
    for (const auto& [word, bits] : rows)
        masks.push_back({word, bits});
    const auto [place, isNew] = lists_.try_emplace(std::move(masks));
    const auto& kept = place->first;
    if (isNew && kept.size() * 2 > words_) { // a mask takes the room of two words
        place->second = std::make_unique<RowWord[]>(words_);
        for (const auto& mask : kept)
            place->second[mask.word] = mask.bits;
    }
    return {kept, place->second.get()};
}

std::size_t RowListPool::Hash::operator()(const std::vector<MaskedWord>& masks) const
{
    std::uint64_t hash = masks.size();
    for (const auto& mask : masks)
        hash = (hash ^ mask.bits ^ (std::uint64_t{mask.word} << 32)) * 0x9e3779b97f4a7c15 ^
               (hash >> 29);
    return static_cast<std::size_t>(hash);
}

ValueRows ValueRowsMaker::make(std::span<const RowNumber> wanted,
                               std::span<const RowNumber> shutOut) const
{
    return make(wordsOf(wanted), wordsOf(shutOut));
}

ValueRows ValueRowsMaker::make(const RowWords& wanted, const RowWords& shutOut) const
{
    const auto among = [&wanted](const RowBits& rows) {
        RowWords both;
        for (const auto& [word, bits] : wanted)
            if ((bits & rows[word]) != 0)
                both.emplace(word, bits & rows[word]);
        return both;
    };
    return {pool_.keep(wanted), pool_.keep(shutOut), pool_.keep(among(found_)),
            pool_.keep(among(foundUnresolved_))};
}

} // namespace sallyport::policy
