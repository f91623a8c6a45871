#include "policy/HostColumn.h"

#include "policy/HostPattern.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"
#include "policy/SuffixHash.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <map>

namespace sallyport::policy {
namespace {

// The high bits count here too.
std::uint32_t folded(std::uint64_t hash)
{
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

constexpr std::string_view Wildcard = "*.";

struct Mentions {
    std::vector<RowNumber> wantedExact, wantedBelow, shutOutExact, shutOutBelow;
};
using MentionsByName = std::map<std::string, Mentions, std::less<>>;

// What holds for every name below one of `name`'s proper suffixes.
Mentions inheritedBy(std::string_view name, const MentionsByName& names)
{
    Mentions inherited;
    if (parseAddress(name))
        return inherited;
    for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
        const auto above = names.find(name.substr(dot + 1));
        if (above == names.end())
            continue;
        std::ranges::copy(above->second.wantedBelow, std::back_inserter(inherited.wantedBelow));
        std::ranges::copy(above->second.shutOutBelow, std::back_inserter(inherited.shutOutBelow));
    }
    return inherited;
}

std::vector<RowNumber> joined(std::vector<RowNumber> one, const std::vector<RowNumber>& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

} // namespace

HostKey::HostKey(std::string_view host) : text_(host)
{
    const auto mayBeLiteral = !host.empty() && host.size() < room_.size() &&
                              (host.contains(':') || (host.back() >= '0' && host.back() <= '9'));
    if (!mayBeLiteral)
        return;
    const auto address = parseAddress(host);
    if (!address)
        return;
    address_ = *address;
    text_ = writeAddress(*address, room_);
    kind_ = HostKind::Literal;
}

ListNumber requireList(const DestinationLists& lists, const std::string& name)
{
    const auto list = lists.find(name);
    if (!list)
        throw PolicyError("there is no list \"" + name +
                          "\"; import it with `sallyport list import " + name + " FILE`");
    return *list;
}

// What the rows mention, by the kinds of pattern.
struct HostColumn::Patterns {
    MentionsByName names;
    std::map<std::string, RegexGroups::Mentions> lists;
    std::map<std::string, RegexGroups::Mentions> expressions;

    explicit Patterns(std::span<const RowCondition<std::string>> rows)
    {
        for (const auto& each : rows) {
            for (const auto& pattern : each.wanted)
                note(pattern, each.row, &RegexGroups::Mentions::wanted, &Mentions::wantedExact,
                     &Mentions::wantedBelow);
            for (const auto& pattern : each.shutOut)
                note(pattern, each.row, &RegexGroups::Mentions::shutOut, &Mentions::shutOutExact,
                     &Mentions::shutOutBelow);
        }
    }

    void note(std::string_view pattern, RowNumber row,
              std::vector<RowNumber> RegexGroups::Mentions::*side,
              std::vector<RowNumber> Mentions::*exact, std::vector<RowNumber> Mentions::*below)
    {
        if (pattern.starts_with(ListPrefix))
            (lists[std::string(pattern.substr(ListPrefix.size()))].*side).push_back(row);
        else if (pattern.starts_with(RegexPrefix))
            (expressions[std::string(pattern.substr(RegexPrefix.size()))].*side).push_back(row);
        else if (pattern.starts_with(Wildcard))
            (names[std::string(pattern.substr(Wildcard.size()))].*below).push_back(row);
        else
            (names[std::string(pattern)].*exact).push_back(row);
    }
};

HostColumn::HostColumn(std::span<const RowCondition<std::string>> rows,
                       const DestinationLists& lists, const ValueRowsMaker& maker)
    : HostColumn(Patterns(rows), lists, maker)
{}

HostColumn::HostColumn(const Patterns& patterns, const DestinationLists& lists,
                       const ValueRowsMaker& maker)
    : known_(lists), expressions_(patterns.expressions, maker)
{
    if (!patterns.names.empty())
        slots_.resize(std::bit_ceil(2 * patterns.names.size()));
    for (const auto& [name, own] : patterns.names) {
        const auto inherited = inheritedBy(name, patterns.names);
        insert({.name = name,
                .exact = maker.make(joined(own.wantedExact, inherited.wantedBelow),
                                    joined(own.shutOutExact, inherited.shutOutBelow)),
                .below = maker.make(joined(own.wantedBelow, inherited.wantedBelow),
                                    joined(own.shutOutBelow, inherited.shutOutBelow))});
    }
    for (const auto& [name, mentions] : patterns.lists) {
        lists_.emplace_back(requireList(lists, name),
                            maker.make(mentions.wanted, mentions.shutOut));
    }
}

void HostColumn::insert(Entry entry)
{
    const auto hash = folded(suffixHash(entry.name));
    auto slot = hash & (slots_.size() - 1);
    while (slots_[slot].entry != 0)
        slot = (slot + 1) & (slots_.size() - 1);
    entries_.push_back(std::move(entry));
    slots_[slot] = {hash, static_cast<std::uint32_t>(entries_.size())};
}

const HostColumn::Entry* HostColumn::probe(std::uint32_t hash, std::string_view name) const
{
    for (auto slot = hash & (slots_.size() - 1); slots_[slot].entry != 0;
         slot = (slot + 1) & (slots_.size() - 1)) {
        const auto& entry = entries_[slots_[slot].entry - 1];
        if (slots_[slot].hash == hash && entry.name == name)
            return &entry;
    }
    return nullptr;
}

ValueRows HostColumn::named(const HostKey& host) const
{
    ValueRows rows;
    if (slots_.empty())
        return rows;
    const auto name = host.text();
    auto hash = SuffixHashStart;
    for (auto at = name.size(); at-- > 0;) {
        if (name[at] == '.' && host.kind() == HostKind::Name)
            if (const auto* entry = probe(folded(hash), name.substr(at + 1)))
                rows = entry->below;
        hash = suffixHashOn(hash, name[at]);
    }
    const auto* entry = probe(folded(hash), name);
    return entry == nullptr ? rows : entry->exact;
}

} // namespace sallyport::policy
