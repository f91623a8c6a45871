// AddressColumn: a dimension whose values are networks.
//
// One column of ranges over all addresses; those of IPv4 are found by their first 16 bits once
// there are many.
#pragma once

#include "policy/Columns.h"
#include "policy/RangeTable.h"

#include <compare>
#include <cstdint>
#include <span>

namespace sallyport::policy {

/// An address as a number; its order is the order of addresses.
struct AddressKey {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const AddressKey&, const AddressKey&) = default;
};

class AddressColumn {
public:
    using Row = RowCondition<Network>;

    AddressColumn(std::span<const Row> rows, const ValueRowsMaker& maker);

    [[nodiscard]] ValueRows find(const AddressBytes& address) const;

private:
    RangeColumn<AddressKey> ranges_;
    RangeTable<std::uint32_t> ipv4_; // from an address to its place in ranges_, counted from 1
};

} // namespace sallyport::policy
