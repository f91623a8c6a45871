#include "policy/AddressTable.h"

#include "policy/InternTable.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace sallyport::policy {
namespace {

constexpr unsigned AllBits = 128;
constexpr unsigned Ipv4PrefixBits = 96; // of ::ffff:0:0/96

template <class Integer>
Integer readInteger(const AddressBytes& address, std::size_t at)
{
    Integer value = 0;
    for (auto end = at + sizeof(Integer); at < end; ++at)
        value = static_cast<Integer>(value << 8 | address[at]);
    return value;
}

Ipv4Key ipv4KeyOf(const AddressBytes& address)
{
    return readInteger<std::uint32_t>(address, 12);
}

Ipv6Key ipv6KeyOf(const AddressBytes& address)
{
    return {readInteger<std::uint64_t>(address, 0), readInteger<std::uint64_t>(address, 8)};
}

AddressBytes lastOf(const Network& network)
{
    auto last = network.base;
    for (unsigned bit = network.prefixBits; bit < AllBits; ++bit)
        last[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    return last;
}

Ipv4Key next(Ipv4Key key)
{
    return key + 1;
}

Ipv6Key next(Ipv6Key key)
{
    ++key.low;
    key.high += key.low == 0 ? 1 : 0;
    return key;
}

template <class Key>
struct Span {
    Key first;
    Key last;
    ListNumber list;
};

// Goes over the address space once. Networks lie inside each other or apart, so those that hold the
// present address are a stack.
template <class Key>
void layOut(std::vector<Span<Key>> spans, InternTable<ListSet>& sets, RangeTable<Key>& ranges)
{
    std::ranges::sort(spans, [](const Span<Key>& a, const Span<Key>& b) {
        return std::tie(a.first, b.last) < std::tie(b.first, a.last);
    });
    struct Open {
        Key last;
        ListSet lists;
    };
    std::vector<Open> open;
    const auto around = [&open] { return open.empty() ? ListSet{} : open.back().lists; };
    const auto close = [&] {
        const auto last = open.back().last;
        open.pop_back();
        // Behind the very last address there is none that would start a range.
        if (next(last) != Key{})
            ranges.begin(next(last), sets.numberOf(around()));
    };
    for (const auto& span : spans) {
        while (!open.empty() && open.back().last < span.first)
            close();
        auto lists = around();
        lists.set(span.list);
        ranges.begin(span.first, sets.numberOf(lists));
        open.push_back({span.last, lists});
    }
    while (!open.empty())
        close();
    ranges.finish();
}

} // namespace

AddressTable::AddressTable(const std::vector<Entry>& entries)
{
    std::vector<Span<Ipv4Key>> ipv4;
    std::vector<Span<Ipv6Key>> ipv6;
    for (const auto& [network, list] : entries) {
        const auto& first = network.base;
        const auto last = lastOf(network);
        if (network.prefixBits >= Ipv4PrefixBits && isIpv4(first))
            ipv4.push_back({ipv4KeyOf(first), ipv4KeyOf(last), list});
        else
            ipv6.push_back({ipv6KeyOf(first), ipv6KeyOf(last), list});
    }
    InternTable<ListSet> sets;
    layOut(std::move(ipv4), sets, ipv4_);
    layOut(std::move(ipv6), sets, ipv6_);
    sets_ = std::move(sets).release();
}

ListSet AddressTable::find(const AddressBytes& address) const
{
    return sets_[isIpv4(address) ? ipv4_.find(ipv4KeyOf(address)) : ipv6_.find(ipv6KeyOf(address))];
}

std::size_t AddressTable::memoryBytes() const
{
    return ipv4_.memoryBytes() + ipv6_.memoryBytes() + sets_.capacity() * sizeof(ListSet);
}

} // namespace sallyport::policy
