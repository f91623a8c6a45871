#include "policy/DomainTable.h"

#include "policy/PolicyError.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace sallyport::policy {
namespace {

// A name's length is kept in one byte; host names have at most 253.
constexpr std::size_t MaxNameBytes = 255;
constexpr std::size_t MaxSuffixes = (MaxNameBytes + 1) / 2;

// Half full, a name that is not there costs 2.5 slots on average, mostly of one cache line.
constexpr std::size_t SlotsPerName = 2;

// FNV-1a from the end of a name. Only its high bits depend on all of the input: see finished().
constexpr std::uint64_t HashStart = 0xcbf29ce484222325;

constexpr std::uint64_t hashOn(std::uint64_t hash, char c)
{
    return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

constexpr std::uint32_t finished(std::uint64_t hash)
{
    return static_cast<std::uint32_t>((hash * 0x9e3779b97f4a7c15) >> 32);
}

std::uint32_t hashOf(std::string_view name)
{
    auto hash = HashStart;
    for (auto at = name.size(); at-- > 0;)
        hash = hashOn(hash, name[at]);
    return finished(hash);
}

} // namespace

std::size_t DomainTable::MembershipHash::operator()(const Membership& membership) const
{
    const std::hash<ListSet> hash;
    return hash(membership.exact) * 31 + hash(membership.below);
}

std::size_t DomainTable::slotOf(std::uint32_t hash) const
{
    return (std::uint64_t{hash} * slots_.size()) >> 32;
}

std::size_t DomainTable::slotBehind(std::size_t slot) const
{
    return slot + 1 == slots_.size() ? 0 : slot + 1;
}

std::string_view DomainTable::nameAt(std::uint32_t text) const
{
    return {&texts_[text] + 1, static_cast<unsigned char>(texts_[text])};
}

std::size_t DomainTable::probe(std::uint32_t hash, std::string_view name) const
{
    auto slot = slotOf(hash);
    while (slots_[slot].membership != 0 &&
           (slots_[slot].hash != hash || nameAt(slots_[slot].text) != name))
        slot = slotBehind(slot);
    return slot;
}

ListSet DomainTable::find(std::string_view name) const
{
    ListSet lists;
    if (slots_.empty())
        return lists;

    struct Suffix {
        std::uint32_t hash;
        std::uint32_t start;
    };
    std::array<Suffix, MaxSuffixes> suffixes;
    std::size_t count = 0;
    auto hash = HashStart;
    // Of a host longer than any entry, the suffixes that could be entries still count.
    const auto stop = name.size() - std::min(name.size(), MaxNameBytes);
    for (auto at = name.size(); at-- > stop;) {
        hash = hashOn(hash, name[at]);
        if ((at == 0 || name[at - 1] == '.') && count < suffixes.size()) {
            suffixes[count] = {finished(hash), static_cast<std::uint32_t>(at)};
            __builtin_prefetch(&slots_[slotOf(suffixes[count].hash)]);
            ++count;
        }
    }
    for (const auto [suffixHash, start] : std::span(suffixes).first(count)) {
        const auto& slot = slots_[probe(suffixHash, name.substr(start))];
        if (slot.membership != 0)
            lists |= start == 0 ? memberships_[slot.membership].exact
                                : memberships_[slot.membership].below;
    }
    return lists;
}

std::size_t DomainTable::memoryBytes() const
{
    return slots_.capacity() * sizeof(Slot) + texts_.capacity() +
           memberships_.capacity() * sizeof(Membership);
}

void DomainTable::Builder::expect(std::size_t names)
{
    if (const auto wanted = SlotsPerName * (names_ + names); wanted > table_.slots_.size())
        resize(wanted);
}

void DomainTable::Builder::add(std::string_view name, Reach reach, ListNumber list)
{
    if (name.empty() || name.size() > MaxNameBytes)
        return;
    if (SlotsPerName * (names_ + 1) > table_.slots_.size())
        resize(std::max<std::size_t>(64, 2 * table_.slots_.size()));
    const auto hash = hashOf(name);
    auto& slot = table_.slots_[table_.probe(hash, name)];
    if (slot.membership == 0) {
        slot = {hash, append(name), 0};
        ++names_;
    }
    slot.membership = widened(slot.membership, reach, list);
}

DomainTable DomainTable::Builder::build() &&
{
    resize(SlotsPerName * names_);
    table_.texts_.shrink_to_fit();
    table_.memberships_ = std::move(memberships_).release();
    return std::move(table_);
}

void DomainTable::Builder::resize(std::size_t slots)
{
    if (slots == table_.slots_.size())
        return;
    std::vector<Slot> old(slots);
    old.swap(table_.slots_);
    for (const auto& moved : old) {
        if (moved.membership == 0)
            continue;
        auto slot = table_.slotOf(moved.hash);
        while (table_.slots_[slot].membership != 0)
            slot = table_.slotBehind(slot);
        table_.slots_[slot] = moved;
    }
}

std::uint32_t DomainTable::Builder::append(std::string_view name)
{
    auto& texts = table_.texts_;
    if (texts.size() > std::numeric_limits<std::uint32_t>::max())
        throw PolicyError("the destination lists hold more than 4 GiB of host names; use fewer or "
                          "smaller lists");
    const auto at = static_cast<std::uint32_t>(texts.size());
    texts.push_back(static_cast<char>(name.size()));
    texts.insert(texts.end(), name.begin(), name.end());
    return at;
}

std::uint32_t DomainTable::Builder::widened(std::uint32_t membership, Reach reach, ListNumber list)
{
    auto& last = lastWidening_;
    if (last.to == 0 || last.from != membership || last.reach != reach || last.list != list) {
        auto wider = memberships_[membership];
        (reach == Reach::Exact ? wider.exact : wider.below).set(list);
        last = {membership, reach, list, memberships_.numberOf(wider)};
    }
    return last.to;
}

} // namespace sallyport::policy
