// PackedNumbers: a column of numbers, each in as many bits as the distance from the least to the
// largest of them needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sallyport::db {

[[nodiscard]] std::vector<std::uint8_t> packNumbers(std::span<const std::uint64_t> numbers);

/// Puts the numbers in place of what is there. False: this is nothing that packNumbers() made of at
/// most `most` numbers, and there are none.
[[nodiscard]] bool unpackNumbers(std::span<const std::uint8_t> packed, std::size_t most,
                                 std::vector<std::uint64_t>& numbers);

} // namespace sallyport::db
