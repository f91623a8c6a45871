#include "admin/lists/EntrySet.h"

#include "policy/ListEntry.h"

#include <algorithm>

namespace sallyport::admin::lists {
namespace {

// Goes through two sets at once: tells of each entry whether it is in the left, the right or both.
template <class OnlyLeft, class OnlyRight, class Both>
void walk(std::string_view left, std::string_view right, OnlyLeft onlyLeft, OnlyRight onlyRight,
          Both both)
{
    auto l = policy::takeEntry(left);
    auto r = policy::takeEntry(right);
    while (!l.empty() || !r.empty()) {
        if (r.empty() || (!l.empty() && l < r)) {
            onlyLeft(l);
            l = policy::takeEntry(left);
        } else if (l.empty() || r < l) {
            onlyRight(r);
            r = policy::takeEntry(right);
        } else {
            both(l);
            l = policy::takeEntry(left);
            r = policy::takeEntry(right);
        }
    }
}

auto appendTo(std::string& text)
{
    return [&text](std::string_view entry) { (text += entry) += '\n'; };
}

} // namespace

std::string united(std::string_view left, std::string_view right)
{
    std::string all;
    all.reserve(left.size() + right.size());
    const auto append = appendTo(all);
    walk(left, right, append, append, append);
    return all;
}

std::string without(std::string_view entries, std::string_view removed)
{
    std::string rest;
    rest.reserve(entries.size());
    const auto nothing = [](std::string_view) {};
    walk(entries, removed, appendTo(rest), nothing, nothing);
    return rest;
}

std::string entrySet(std::vector<std::string> entries)
{
    std::ranges::sort(entries);
    const auto repeated = std::ranges::unique(entries);
    entries.erase(repeated.begin(), repeated.end());
    std::string text;
    std::ranges::for_each(entries, appendTo(text));
    return text;
}

policy::ImportedList importedFrom(std::string entries)
{
    policy::ImportedList list;
    std::string_view rest = entries;
    for (auto entry = policy::takeEntry(rest); !entry.empty(); entry = policy::takeEntry(rest)) {
        ++list.counts.lines;
        ++(policy::isNetworkEntry(entry) ? list.counts.networks : list.counts.hosts);
    }
    list.entries = std::move(entries);
    return list;
}

EntryDifference differenceOf(std::string_view before, std::string_view after)
{
    EntryDifference difference;
    const auto note = [](std::uint64_t& count, std::vector<std::string>& first) {
        return [&count, &first](std::string_view entry) {
            if (++count <= EntryDifference::MostSamples)
                first.emplace_back(entry);
        };
    };
    walk(before, after, note(difference.removed, difference.firstRemoved),
         note(difference.added, difference.firstAdded), [](std::string_view) {});
    return difference;
}

} // namespace sallyport::admin::lists
