// Direction: which way bytes of a session go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sallyport::policy::inspection {

enum class Direction : std::uint8_t { ClientToUpstream, UpstreamToClient };
inline constexpr std::array<Direction, 2> BothDirections{Direction::ClientToUpstream,
                                                         Direction::UpstreamToClient};

/// One of something for each direction.
template <class Value>
struct PerDirection {
    std::array<Value, 2> values{};

    [[nodiscard]] Value& operator[](Direction which)
    {
        return values[static_cast<std::size_t>(which)];
    }
    [[nodiscard]] const Value& operator[](Direction which) const
    {
        return values[static_cast<std::size_t>(which)];
    }
    friend bool operator==(const PerDirection&, const PerDirection&) = default;
};

} // namespace sallyport::policy::inspection
