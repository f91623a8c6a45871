// RangeTable: from a number (an address) to the small number that is said of the range it lies in.
//
// Sorted starts of ranges, each up to the next start, gaps being ranges of their own that say 0. An
// index by the key's top 16 bits leaves few of them to search once there are many.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sallyport::policy {

inline std::uint32_t topBits(std::uint32_t key)
{
    return key >> 16;
}

/// `topBits(key)` gives the 16 most significant bits of a Key.
template <class Key>
class RangeTable {
public:
    /// From `start` on, up to the next start, `value` holds. Starts come in ascending order; one
    /// given again takes the place of the last.
    void begin(Key start, std::uint32_t value)
    {
        if (!starts_.empty() && starts_.back() == start) {
            starts_.pop_back();
            values_.pop_back();
        }
        if (value == (values_.empty() ? 0 : values_.back()))
            return;
        starts_.push_back(start);
        values_.push_back(value);
    }

    /// Must be called once, behind the last begin().
    void finish()
    {
        starts_.shrink_to_fit();
        values_.shrink_to_fit();
        if (starts_.size() < WorthAnIndex)
            return;
        firstByTop_.reserve(Tops + 1);
        std::uint32_t at = 0;
        for (std::uint32_t top = 0; top < Tops; ++top) {
            while (at < starts_.size() && topBits(starts_[at]) < top)
                ++at;
            firstByTop_.push_back(at);
        }
        firstByTop_.push_back(static_cast<std::uint32_t>(starts_.size()));
    }

    [[nodiscard]] std::uint32_t find(Key key) const
    {
        auto from = starts_.begin();
        auto to = starts_.end();
        if (!firstByTop_.empty()) {
            const auto top = topBits(key);
            to = from + firstByTop_[top + 1U];
            from += firstByTop_[top];
        }
        const auto behind = std::upper_bound(from, to, key) - starts_.begin();
        return behind == 0 ? 0 : values_[static_cast<std::size_t>(behind) - 1];
    }

    [[nodiscard]] std::size_t memoryBytes() const
    {
        return starts_.capacity() * sizeof(Key) + values_.capacity() * sizeof(std::uint32_t) +
               firstByTop_.capacity() * sizeof(std::uint32_t);
    }

private:
    static constexpr std::uint32_t Tops = 1U << 16;
    // The index takes 256 KiB; below this many a search takes nine steps.
    static constexpr std::size_t WorthAnIndex = 512;

    std::vector<Key> starts_;
    std::vector<std::uint32_t> values_;
    std::vector<std::uint32_t> firstByTop_; // where starts with these top bits or higher begin
};

} // namespace sallyport::policy
