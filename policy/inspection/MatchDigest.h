// MatchDigest: what an alert says of a match instead of its text: equal for equal matches, and
// nothing to guess from without the installation's key.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sallyport::policy::inspection {

/// Under which matches are hashed for alerts.
using DigestKey = std::array<std::uint8_t, 32>;
using MatchDigest = std::array<std::uint8_t, 32>;

/// HMAC-SHA-256 (RFC 2104).
[[nodiscard]] MatchDigest digestOf(std::string_view match, const DigestKey& key);

} // namespace sallyport::policy::inspection
