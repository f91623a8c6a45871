// Pieces: a head parsed from bytes that arrive one by one, in a buffer that moves each time.
//
// Every buffer is exactly as long as what has arrived and is freed before the next, so that the
// address sanitizer sees a view that stayed behind.
#pragma once

#include "http/HeadFault.h"
#include "http/HeadLimits.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace sallyport::http {

struct PiecewiseAnswer {
    ParseOutcome outcome = ParseOutcome::NeedMore;
    std::size_t bytesNeeded = 0;               ///< how many had arrived when the outcome was there
    std::unique_ptr<std::vector<char>> buffer; ///< what the head's views point into
};

template <class Head>
PiecewiseAnswer parseInPieces(Head& head, std::string_view bytes, const HeadLimits& limits = {})
{
    PiecewiseAnswer answer;
    for (std::size_t arrived = 0; arrived <= bytes.size(); ++arrived) {
        auto moved = std::make_unique<std::vector<char>>(bytes.begin(), bytes.begin() + arrived);
        answer.outcome = head.parse({moved->data(), moved->size()}, limits);
        answer.buffer = std::move(moved);
        answer.bytesNeeded = arrived;
        if (answer.outcome != ParseOutcome::NeedMore)
            break;
    }
    return answer;
}

} // namespace sallyport::http
