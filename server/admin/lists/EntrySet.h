// EntrySet: sets of list entries, each kept as ListReader gives them: one text, sorted by bytes,
// every entry once with '\n' behind it.
#pragma once

#include "policy/ListReader.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::lists {

[[nodiscard]] std::string united(std::string_view left, std::string_view right);
[[nodiscard]] std::string without(std::string_view entries, std::string_view removed);
/// Makes the set of entries that come in any order.
[[nodiscard]] std::string entrySet(std::vector<std::string> entries);
/// As something to be imported.
[[nodiscard]] policy::ImportedList importedFrom(std::string entries);

struct EntryDifference {
    static constexpr std::size_t MostSamples = 20;

    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::vector<std::string> firstAdded;
    std::vector<std::string> firstRemoved;
};
[[nodiscard]] EntryDifference differenceOf(std::string_view before, std::string_view after);

} // namespace sallyport::admin::lists
