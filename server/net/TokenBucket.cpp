#include "net/TokenBucket.h"

#include <algorithm>

namespace sallyport::net {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds Burst(0.2);
constexpr Seconds Portion(0.05);

} // namespace

TokenBucket::TokenBucket(std::uint64_t bytesPerSecond, TimePoint now)
    : bytesPerSecond_(static_cast<double>(bytesPerSecond)),
      most_(std::max(1.0, bytesPerSecond_ * Burst.count())),
      least_(std::max(1.0, bytesPerSecond_ * Portion.count())), tokens_(most_), counted_(now)
{}

std::uint64_t TokenBucket::available(std::uint64_t movedBytes, TimePoint now)
{
    tokens_ -= static_cast<double>(movedBytes - movedBytes_);
    movedBytes_ = movedBytes;
    tokens_ = std::min(most_, tokens_ + Seconds(now - counted_).count() * bytesPerSecond_);
    counted_ = now;
    return tokens_ < least_ ? 0 : static_cast<std::uint64_t>(tokens_);
}

TimePoint TokenBucket::refilledAt() const
{
    const Seconds wait(std::max(0.0, least_ - tokens_) / bytesPerSecond_);
    return counted_ + std::chrono::ceil<Duration>(wait);
}

} // namespace sallyport::net
