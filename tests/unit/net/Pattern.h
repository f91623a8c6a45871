// Pattern: an endless sequence of bytes that is known at every offset, so that any slice of a long
// transfer can be checked without keeping it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace sallyport::test {

class Pattern {
public:
    explicit Pattern(unsigned seed)
    {
        std::mt19937_64 random(seed);
        for (auto& byte : bytes_)
            byte = static_cast<char>(random());
    }

    /// What stands at `offset`, at most `most` bytes of it, at least one.
    [[nodiscard]] std::string_view at(std::uint64_t offset, std::size_t most) const
    {
        return std::string_view(bytes_).substr(offset % Period, most);
    }
    [[nodiscard]] bool matches(std::uint64_t offset, std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const auto expected = at(offset, bytes.size());
            if (!bytes.starts_with(expected))
                return false;
            bytes.remove_prefix(expected.size());
            offset += expected.size();
        }
        return true;
    }

private:
    // Not a multiple of any buffer's size: a lost or doubled block does not go unseen.
    static constexpr std::size_t Period = 1'000'003;
    std::string bytes_ = std::string(Period, '\0');
};

} // namespace sallyport::test
