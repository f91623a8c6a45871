// Invariant: what must hold for every input, and the ways an input is cut. For the fuzz targets
// only.
#pragma once

#include "http/HeadFault.h"
#include "http/HeadLimits.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace sallyport::fuzz {

inline void mustHold(bool condition, const char* invariant)
{
    if (condition)
        return;
    std::fprintf(stderr, "does not hold: %s\n", invariant);
    std::abort();
}

/// Two ascending positions in the input, made from its bytes so that a run can be repeated.
inline std::array<std::size_t, 2> cutsOf(std::string_view input)
{
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : input)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    const auto first = static_cast<std::size_t>(hash % (input.size() + 1));
    const auto second = static_cast<std::size_t>((hash >> 32) % (input.size() + 1));
    return {std::min(first, second), std::max(first, second)};
}

/// Parses the input as it grows, each time in a buffer of its own that is exactly as long as it
/// must be. `buffer` is what the head's views point into in the end.
template <class Head>
http::ParseOutcome parseGrowing(Head& head, std::string_view input, const http::HeadLimits& limits,
                                std::vector<char>& buffer)
{
    const auto cuts = cutsOf(input);
    for (const auto arrived : {cuts[0], cuts[1], input.size()}) {
        std::vector<char> moved(input.begin(),
                                input.begin() + static_cast<std::ptrdiff_t>(arrived));
        moved.shrink_to_fit();
        const auto outcome = head.parse({moved.data(), moved.size()}, limits);
        buffer = std::move(moved);
        if (outcome != http::ParseOutcome::NeedMore)
            return outcome;
    }
    return http::ParseOutcome::NeedMore;
}

} // namespace sallyport::fuzz
