// TokenBucket: how many bytes may be moved now, if there are to be no more than so many a second.
//
// Saves up a fifth of a second for a burst. Knows no clock: the caller says what time it is.
#pragma once

#include "net/EventLoop.h"

#include <cstdint>

namespace sallyport::net {

class TokenBucket {
public:
    TokenBucket(std::uint64_t bytesPerSecond, TimePoint now);

    /// `movedBytes`: all that were ever moved, also those that were not asked for here. 0 also when
    /// there are few, so that nobody moves them singly: ask again at refilledAt().
    [[nodiscard]] std::uint64_t available(std::uint64_t movedBytes, TimePoint now);
    [[nodiscard]] TimePoint refilledAt() const;

private:
    double bytesPerSecond_;
    double most_;  ///< that are saved up
    double least_; ///< that are given
    double tokens_;
    std::uint64_t movedBytes_ = 0;
    TimePoint counted_;
};

} // namespace sallyport::net
