#include "db/PackedNumbers.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sallyport::db {
namespace {

// How many numbers (4 bytes), the least of them (8), the bits of each distance (1); then the
// distances, the lowest bit first, and room to read eight bytes from wherever one begins.
static_assert(std::endian::native == std::endian::little);
constexpr std::size_t CountBytes = 4;
constexpr std::size_t HeaderBytes = CountBytes + 8 + 1;
constexpr std::size_t Room = 8;
// A distance of more bits may lie over nine bytes: then each has eight bytes of its own.
constexpr unsigned MostBits = 56;

std::size_t sizeOf(std::size_t count, unsigned bits)
{
    return bits == 0 ? HeaderBytes : HeaderBytes + (count * bits + 7) / 8 + Room;
}

std::uint64_t wordAt(const std::uint8_t* at)
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

} // namespace

std::vector<std::uint8_t> packNumbers(std::span<const std::uint64_t> numbers)
{
    std::uint64_t least = 0;
    unsigned bits = 0;
    if (!numbers.empty()) {
        const auto [low, high] = std::ranges::minmax(numbers);
        least = low;
        bits = static_cast<unsigned>(std::bit_width(high - low));
        bits = bits > MostBits ? 64 : bits;
    }
    std::vector<std::uint8_t> packed(sizeOf(numbers.size(), bits));
    const auto count = static_cast<std::uint32_t>(numbers.size());
    std::memcpy(packed.data(), &count, sizeof count);
    std::memcpy(packed.data() + CountBytes, &least, sizeof least);
    packed[HeaderBytes - 1] = static_cast<std::uint8_t>(bits);
    if (bits == 0)
        return packed;
    std::uint8_t* const data = packed.data() + HeaderBytes;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::size_t at = i * bits;
        const std::uint64_t word = wordAt(data + at / 8) | (numbers[i] - least) << at % 8;
        std::memcpy(data + at / 8, &word, sizeof word);
    }
    return packed;
}

bool unpackNumbers(std::span<const std::uint8_t> packed, std::size_t most,
                   std::vector<std::uint64_t>& numbers)
{
    numbers.clear();
    if (packed.size() < HeaderBytes)
        return false;
    std::uint32_t count = 0;
    std::memcpy(&count, packed.data(), sizeof count);
    const std::uint64_t least = wordAt(packed.data() + CountBytes);
    const unsigned bits = packed[HeaderBytes - 1];
    if (count > most || (bits > MostBits && bits != 64) || packed.size() != sizeOf(count, bits))
        return false;
    numbers.assign(count, least);
    if (bits == 0)
        return true;
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
    const std::uint8_t* const data = packed.data() + HeaderBytes;
    std::size_t at = 0;
    for (std::uint64_t& number : numbers) {
        number += (wordAt(data + at / 8) >> at % 8) & mask;
        at += bits;
    }
    return true;
}

} // namespace sallyport::db
