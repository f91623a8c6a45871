// SuffixHash: FNV-1a over a name from its end, so that the hash of each suffix is met on the way to
// the next longer one. Its low bits depend on the low bits of the input alone: a table finishes it
// in its own way.
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::policy {

inline constexpr std::uint64_t SuffixHashStart = 0xcbf29ce484222325;

/// The hash of what `hash` is of, with `c` in front.
[[nodiscard]] constexpr std::uint64_t suffixHashOn(std::uint64_t hash, char c)
{
    return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

[[nodiscard]] constexpr std::uint64_t suffixHash(std::string_view name)
{
    auto hash = SuffixHashStart;
    for (auto at = name.size(); at-- > 0;)
        hash = suffixHashOn(hash, name[at]);
    return hash;
}

} // namespace sallyport::policy
