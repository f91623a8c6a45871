#include "policy/AddressColumn.h"

#include <optional>
#include <vector>

namespace sallyport::policy {
namespace {

AddressKey keyOf(const AddressBytes& address)
{
    const auto half = [&address](std::size_t from) {
        std::uint64_t number = 0;
        for (std::size_t byte = from; byte < from + 8; ++byte)
            number = number << 8 | address[byte];
        return number;
    };
    return {half(0), half(8)};
}

constexpr AddressKey FirstIpv4{0, 0x0000ffff00000000};
constexpr AddressKey BehindIpv4{0, 0x0001000000000000};

std::optional<AddressKey> endOf(AddressKey first, unsigned prefixBits)
{
    if (prefixBits > 64) {
        first.low += std::uint64_t{1} << (128 - prefixBits);
        first.high += first.low == 0 ? 1 : 0;
    } else if (prefixBits > 0) {
        first.high += std::uint64_t{1} << (64 - prefixBits);
        first.low = 0;
    } else {
        return std::nullopt;
    }
    // All-ones plus one: there is no address behind the block.
    if (first == AddressKey{})
        return std::nullopt;
    return first;
}

void addRanges(std::vector<KeyRange<AddressKey>>& ranges, const Network& network)
{
    const auto first = keyOf(network.base);
    const auto end = endOf(first, network.prefixBits);
    const auto holdsIpv4 = first < FirstIpv4 && (!end || *end >= BehindIpv4);
    if (!holdsIpv4) {
        ranges.push_back({first, end});
        return;
    }
    ranges.push_back({first, FirstIpv4});
    if (end != BehindIpv4)
        ranges.push_back({BehindIpv4, end});
}

std::vector<RowCondition<KeyRange<AddressKey>>> rangesOf(std::span<const AddressColumn::Row> rows)
{
    std::vector<RowCondition<KeyRange<AddressKey>>> list;
    for (const auto& row : rows) {
        auto& ranges = list.emplace_back();
        ranges.row = row.row;
        for (const auto& network : row.wanted)
            addRanges(ranges.wanted, network);
        for (const auto& network : row.shutOut)
            addRanges(ranges.shutOut, network);
    }
    return list;
}

std::uint32_t ipv4Of(const AddressKey& key)
{
    return static_cast<std::uint32_t>(key.low);
}

} // namespace

AddressColumn::AddressColumn(std::span<const Row> rows, const ValueRowsMaker& maker)
    : ranges_(rangesOf(rows), maker)
{
    const auto firsts = ranges_.firsts();
    ipv4_.begin(0, static_cast<std::uint32_t>(ranges_.placeOf(FirstIpv4) + 1));
    for (std::size_t place = 0; place < firsts.size(); ++place)
        if (firsts[place] > FirstIpv4 && firsts[place] < BehindIpv4)
            ipv4_.begin(ipv4Of(firsts[place]), static_cast<std::uint32_t>(place + 1));
    ipv4_.finish();
}

ValueRows AddressColumn::find(const AddressBytes& address) const
{
    const auto key = keyOf(address);
    return isIpv4(address) ? ranges_.at(ipv4_.find(ipv4Of(key)) - 1) : ranges_.find(key);
}

} // namespace sallyport::policy
