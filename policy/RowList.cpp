#include "policy/RowList.h"

#include <map>

namespace sallyport::policy {

RowList RowListPool::keep(std::span<const RowNumber> rows)
{
    std::map<std::uint32_t, RowWord> words;
    for (const auto row : rows)
        words[row / RowsPerWord] |= bitOf(row);
    std::vector<RowMask> masks;
    masks.reserve(words.size());
    for (const auto& [word, bits] : words)
        masks.push_back({word, bits});
    return keep(std::move(masks));
}

std::size_t RowListPool::Hash::operator()(const std::vector<RowMask>& masks) const
{
    std::uint64_t hash = masks.size();
    for (const auto& mask : masks)
        hash = (hash ^ mask.bits ^ (std::uint64_t{mask.word} << 32)) * 0x9e3779b97f4a7c15 ^
               (hash >> 29);
    return static_cast<std::size_t>(hash);
}

} // namespace sallyport::policy
