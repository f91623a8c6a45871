#include "policy/HostColumn.h"

#include "policy/Network.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace sallyport::policy {
namespace {

// FNV-1a, taken from the end of a name, so that the hash of each suffix is met on the way to the
// next longer one.
constexpr std::uint64_t HashStart = 0xcbf29ce484222325;

constexpr std::uint64_t hashOn(std::uint64_t hash, char c)
{
    return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

std::uint64_t hashOf(std::string_view name)
{
    auto hash = HashStart;
    for (auto at = name.size(); at-- > 0;)
        hash = hashOn(hash, name[at]);
    return hash;
}

// FNV's low bits depend on the low bits of the input alone; the high ones choose the slot too.
std::size_t slotOf(std::uint64_t hash, std::size_t slots)
{
    return (hash ^ (hash >> 32)) & (slots - 1);
}

constexpr std::string_view Wildcard = "*.";

struct Mentions {
    std::vector<std::size_t> wantedExact, wantedBelow, shutOutExact, shutOutBelow; // rows
};
using MentionsByName = std::map<std::string, Mentions, std::less<>>;

void noteMention(MentionsByName& names, std::string_view pattern, std::size_t row,
                 std::vector<std::size_t> Mentions::* exact,
                 std::vector<std::size_t> Mentions::* below)
{
    const auto isSuffix = pattern.starts_with(Wildcard);
    auto& mentions = names[std::string(isSuffix ? pattern.substr(Wildcard.size()) : pattern)];
    (mentions.*(isSuffix ? below : exact)).push_back(row);
}

MentionsByName mentionsOf(std::span<const RowCondition<std::string>> rows)
{
    MentionsByName names;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (const auto& pattern : rows[row].wanted)
            noteMention(names, pattern, row, &Mentions::wantedExact, &Mentions::wantedBelow);
        for (const auto& pattern : rows[row].shutOut)
            noteMention(names, pattern, row, &Mentions::shutOutExact, &Mentions::shutOutBelow);
    }
    return names;
}

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

} // namespace

HostColumn::HostColumn(std::span<const RowCondition<std::string>> rows, RowSetPool& pool)
{
    RowSet unnamed(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (rows[row].wanted.empty())
            unnamed.add(row);
    others_ = pool.keep(unnamed);

    const auto names = mentionsOf(rows);
    if (!names.empty())
        slots_.resize(std::bit_ceil(2 * names.size()));
    for (const auto& [name, own] : names) {
        const auto inherited = inheritedBy(name, names);
        const auto keep = [&](const std::vector<std::size_t>& wanted,
                              const std::vector<std::size_t>& shutOut) {
            auto inPlay = unnamed;
            for (const auto row : wanted)
                inPlay.add(row);
            for (const auto row : inherited.wantedBelow)
                inPlay.add(row);
            for (const auto row : shutOut)
                inPlay.remove(row);
            for (const auto row : inherited.shutOutBelow)
                inPlay.remove(row);
            return pool.keep(inPlay);
        };
        insert({.hash = hashOf(name),
                .name = name,
                .exact = keep(own.wantedExact, own.shutOutExact),
                .below = keep(own.wantedBelow, own.shutOutBelow)});
    }
}

void HostColumn::insert(Entry entry)
{
    auto slot = slotOf(entry.hash, slots_.size());
    while (!slots_[slot].name.empty())
        slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = std::move(entry);
}

const HostColumn::Entry* HostColumn::probe(std::uint64_t hash, std::string_view name) const
{
    auto slot = slotOf(hash, slots_.size());
    while (!slots_[slot].name.empty()) {
        if (slots_[slot].hash == hash && slots_[slot].name == name)
            return &slots_[slot];
        slot = (slot + 1) & (slots_.size() - 1);
    }
    return nullptr;
}

KeptRows HostColumn::find(std::string_view host, HostKind kind) const
{
    if (slots_.empty())
        return others_;
    auto rows = others_;
    auto hash = HashStart;
    for (auto at = host.size(); at-- > 0;) {
        if (host[at] == '.' && kind == HostKind::Name)
            if (const auto* entry = probe(hash, host.substr(at + 1)))
                rows = entry->below;
        hash = hashOn(hash, host[at]);
    }
    const auto* entry = probe(hash, host);
    return entry == nullptr ? rows : entry->exact;
}

} // namespace sallyport::policy
