#include "policy/DomainTable.h"

#include "policy/PolicyError.h"
#include "policy/SuffixHash.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>

namespace sallyport::policy {
namespace {

// Half full, a name that is not there costs 2.5 slots on average, mostly of one cache line.
constexpr std::size_t SlotsPerName = 2;

// More slots come as names do: a number in a damaged file must not take all memory.
constexpr std::size_t MostExpected = 4'000'000;

// Parts of a record.
constexpr std::size_t MembershipBytes = sizeof(std::uint32_t);
constexpr std::size_t LengthAt = MembershipBytes;
constexpr std::size_t NameAt = LengthAt + 1;

constexpr std::uint32_t highBits(std::uint64_t hash)
{
    return static_cast<std::uint32_t>((hash * 0x9e3779b97f4a7c15) >> 32);
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

char* DomainTable::bytesOf(std::uint32_t record) const
{
    return &blocks_[record / BlockBytes][record % BlockBytes];
}

DomainTable::Record DomainTable::recordAt(std::uint32_t record) const
{
    const auto* bytes = bytesOf(record);
    Record read;
    std::memcpy(&read.membership, bytes, MembershipBytes);
    read.name = {bytes + NameAt, static_cast<unsigned char>(bytes[LengthAt])};
    return read;
}

std::size_t DomainTable::probe(std::uint32_t hash, std::string_view name) const
{
    auto slot = slotOf(hash);
    while (slots_[slot].record != 0 &&
           (slots_[slot].hash != hash || recordAt(slots_[slot].record).name != name))
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
    std::array<Suffix, (MaxNameBytes + 1) / 2> suffixes;
    std::size_t count = 0;
    auto hash = SuffixHashStart;
    // Of a host longer than any entry, the suffixes that could be entries still count.
    const auto stop = name.size() - std::min(name.size(), MaxNameBytes);
    for (auto at = name.size(); at-- > stop;) {
        hash = suffixHashOn(hash, name[at]);
        if ((at == 0 || name[at - 1] == '.') && count < suffixes.size()) {
            suffixes[count] = {highBits(hash), static_cast<std::uint32_t>(at)};
            __builtin_prefetch(&slots_[slotOf(suffixes[count].hash)]);
            ++count;
        }
    }
    for (const auto [suffixHash, start] : std::span(suffixes).first(count)) {
        const auto record = slots_[probe(suffixHash, name.substr(start))].record;
        if (record == 0)
            continue;
        const auto& membership = memberships_[recordAt(record).membership];
        lists |= start == 0 ? membership.exact : membership.below;
    }
    return lists;
}

std::size_t DomainTable::memoryBytes() const
{
    return slots_.capacity() * sizeof(Slot) + blocks_.size() * BlockBytes +
           memberships_.capacity() * sizeof(Membership);
}

void DomainTable::Builder::expect(std::size_t names)
{
    names = std::min(names, MostExpected);
    if (const auto wanted = SlotsPerName * (names_ + names); wanted > table_.slots_.size())
        resize(wanted);
}

void DomainTable::Builder::add(std::string_view name, Reach reach, ListNumber list)
{
    if (name.empty() || name.size() > MaxNameBytes)
        return;
    if (waitingCount_ == MostWaiting)
        insertWaiting();
    auto& waiting = waiting_[waitingCount_++];
    std::ranges::copy(name, waiting.name.begin());
    waiting.length = static_cast<std::uint8_t>(name.size());
    waiting.reach = reach;
    waiting.list = list;
    waiting.hash = highBits(suffixHash(name));
    __builtin_prefetch(table_.slots_.data() + table_.slotOf(waiting.hash), 1);
}

void DomainTable::Builder::insertWaiting()
{
    if (SlotsPerName * (names_ + waitingCount_) > table_.slots_.size())
        resize(std::max(4 * MostWaiting, 2 * table_.slots_.size()));
    for (const auto& waiting : std::span(waiting_).first(waitingCount_))
        insert(waiting);
    waitingCount_ = 0;
}

void DomainTable::Builder::insert(const Waiting& waiting)
{
    const std::string_view name(waiting.name.data(), waiting.length);
    auto& slot = table_.slots_[table_.probe(waiting.hash, name)];
    if (slot.record == 0) {
        slot = {waiting.hash, append(name)};
        ++names_;
    }
    const auto membership =
        widened(table_.recordAt(slot.record).membership, waiting.reach, waiting.list);
    std::memcpy(table_.bytesOf(slot.record), &membership, MembershipBytes);
}

DomainTable DomainTable::Builder::build() &&
{
    insertWaiting();
    // Most often expect() was told nearly the right number already.
    if (const auto wanted = SlotsPerName * names_; table_.slots_.size() > wanted + wanted / 8)
        resize(wanted);
    table_.memberships_ = std::move(memberships_).release();
    return std::move(table_);
}

void DomainTable::Builder::resize(std::size_t slots)
{
    std::vector<Slot> old(slots);
    old.swap(table_.slots_);
    for (const auto& moved : old) {
        if (moved.record == 0)
            continue;
        auto slot = table_.slotOf(moved.hash);
        while (table_.slots_[slot].record != 0)
            slot = table_.slotBehind(slot);
        table_.slots_[slot] = moved;
    }
}

std::uint32_t DomainTable::Builder::append(std::string_view name)
{
    auto& blocks = table_.blocks_;
    if (lastBlockBytes_ + NameAt + name.size() > BlockBytes) {
        if ((blocks.size() + 1) * BlockBytes > std::numeric_limits<std::uint32_t>::max())
            throw PolicyError("the destination lists hold more than 4 GiB of host names; use "
                              "fewer or smaller lists");
        lastBlockBytes_ = blocks.empty() ? 1 : 0; // no record stands at 0
        blocks.push_back(std::make_unique_for_overwrite<char[]>(BlockBytes));
    }
    const auto record =
        static_cast<std::uint32_t>((blocks.size() - 1) * BlockBytes + lastBlockBytes_);
    auto* bytes = table_.bytesOf(record);
    std::memset(bytes, 0, MembershipBytes);
    bytes[LengthAt] = static_cast<char>(name.size());
    std::ranges::copy(name, bytes + NameAt);
    lastBlockBytes_ += NameAt + name.size();
    return record;
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
