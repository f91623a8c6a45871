// PortRange: ports of a condition, read from and written as "443" or "8000-8100".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// Inclusive on both ends.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// Ports from 1 to 65535, digits only, the lower one first.
[[nodiscard]] std::optional<PortRange> parsePortRange(std::string_view text);
[[nodiscard]] std::string portRangeText(const PortRange& range);

} // namespace sallyport::policy
