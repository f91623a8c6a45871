#include "policy/PathColumn.h"

#include <algorithm>
#include <map>

namespace sallyport::policy {

PathColumn::PathColumn(std::span<const RowCondition<std::string>> rows, const ValueRowsMaker& maker)
{
    struct Mentions {
        std::vector<RowNumber> wanted, shutOut;
    };
    std::map<std::string, Mentions> prefixes;
    for (const auto& each : rows) {
        for (const auto& prefix : each.wanted)
            prefixes[prefix].wanted.push_back(each.row);
        for (const auto& prefix : each.shutOut)
            prefixes[prefix].shutOut.push_back(each.row);
    }
    std::vector<const Mentions*> mentioned;
    for (auto& [prefix, mentions] : prefixes) {
        const auto shorter = longestPrefixOf(prefix, static_cast<std::uint32_t>(entries_.size()));
        if (shorter != None) {
            const auto& above = *mentioned[shorter];
            mentions.wanted.insert(mentions.wanted.end(), above.wanted.begin(), above.wanted.end());
            mentions.shutOut.insert(mentions.shutOut.end(), above.shutOut.begin(),
                                    above.shutOut.end());
        }
        mentioned.push_back(&mentions);
        entries_.push_back({prefix, shorter, maker.make(mentions.wanted, mentions.shutOut)});
    }
}

// Among the entries before `behind`, all of which are less than `path`: what `path` begins with can
// only be the last of them or something that one begins with.
std::uint32_t PathColumn::longestPrefixOf(std::string_view path, std::uint32_t behind) const
{
    auto entry = behind == 0 ? None : behind - 1;
    while (entry != None && !path.starts_with(entries_[entry].prefix))
        entry = entries_[entry].shorter;
    return entry;
}

ValueRows PathColumn::find(std::string_view path) const
{
    const auto behind = std::ranges::upper_bound(
        entries_, path, {}, [](const Entry& entry) { return std::string_view(entry.prefix); });
    const auto entry = longestPrefixOf(path, static_cast<std::uint32_t>(behind - entries_.begin()));
    return entry == None ? ValueRows{} : entries_[entry].rows;
}

} // namespace sallyport::policy
