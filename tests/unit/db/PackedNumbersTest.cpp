#include "db/PackedNumbers.h"

#include <gtest/gtest.h>

#include <random>

namespace sallyport::db {
namespace {

std::vector<std::uint64_t> unpacked(const std::vector<std::uint8_t>& packed)
{
    std::vector<std::uint64_t> numbers{42};
    EXPECT_TRUE(unpackNumbers(packed, 10'000, numbers));
    return numbers;
}

TEST(PackedNumbers, ComeBackInEachWidth)
{
    std::mt19937_64 random(7);
    for (unsigned bits = 0; bits <= 64; ++bits)
        for (const std::size_t count : {1U, 2U, 7U, 8U, 9U, 100U}) {
            const std::uint64_t mask = bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
            const std::uint64_t least = bits > 60 ? 0 : random() & 0xffff;
            std::vector<std::uint64_t> numbers;
            for (std::size_t i = 0; i < count; ++i)
                numbers.push_back(least + (random() & mask));
            numbers.back() = least + mask; // so wide are they
            EXPECT_EQ(unpacked(packNumbers(numbers)), numbers) << bits << " bits, " << count;
        }
}

TEST(PackedNumbers, ThatAreAllTheSameTakeNoRoom)
{
    const std::vector<std::uint64_t> numbers(5000, 1ULL << 63);
    const auto packed = packNumbers(numbers);
    EXPECT_LT(packed.size(), 20U);
    EXPECT_EQ(unpacked(packed), numbers);
}

TEST(PackedNumbers, MayBeNone)
{
    EXPECT_TRUE(unpacked(packNumbers({})).empty());
}

TEST(PackedNumbers, ThatAreDamagedAreRefused)
{
    const std::vector<std::uint64_t> numbers{1, 500, 70'000};
    const auto packed = packNumbers(numbers);
    std::vector<std::uint64_t> into;
    for (std::size_t length = 0; length < packed.size(); ++length)
        EXPECT_FALSE(unpackNumbers(std::span(packed).first(length), 10, into)) << length;
    EXPECT_FALSE(unpackNumbers(packed, 2, into)) << "more than there may be";
    auto wider = packed;
    wider[12] = 60;
    EXPECT_FALSE(unpackNumbers(wider, 10, into));
    auto more = packed;
    more[3] = 0xff;
    EXPECT_FALSE(unpackNumbers(more, ~0ULL, into));
}

} // namespace
} // namespace sallyport::db
