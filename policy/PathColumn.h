// PathColumn: a dimension whose values are beginnings of paths.
//
// The prefixes stand sorted, and each knows the longest other one that it begins with and holds
// what that one says as well: a look-up halves to where the path would stand and goes up from
// there.
#pragma once

#include "policy/Columns.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

class PathColumn {
public:
    PathColumn(std::span<const RowCondition<std::string>> rows, const ValueRowsMaker& maker);

    [[nodiscard]] ValueRows find(std::string_view path) const;

private:
    static constexpr std::uint32_t None = ~std::uint32_t{0};
    struct Entry {
        std::string prefix;
        std::uint32_t shorter = None; ///< the longest entry that this one begins with
        ValueRows rows;
    };

    [[nodiscard]] std::uint32_t longestPrefixOf(std::string_view path, std::uint32_t behind) const;

    std::vector<Entry> entries_; // ascending by prefix
};

} // namespace sallyport::policy
