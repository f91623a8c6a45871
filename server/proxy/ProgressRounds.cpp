#include "proxy/ProgressRounds.h"

#include "proxy/Worker.h"

#include <algorithm>

namespace sallyport::proxy {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr int TicksPerInterval = 256;
constexpr net::Duration ShortestTick = 10ms;
constexpr net::Duration LongestTick = 1s;
/// A loop that stood still makes up for so many ticks, not for more.
constexpr int MostTicksAtOnce = 10;
/// What a turn of the loop may look at; a session that has moved costs a record, one or two
/// microseconds.
constexpr int SliceSessions = 128;

} // namespace

void ProgressRounds::start()
{
    stop();
    due_ = 0;
    interval_ = worker_.options().auditUpdate;
    if (interval_ <= net::Duration::zero())
        return;
    tick_ = std::clamp(interval_ / TicksPerInterval, ShortestTick, LongestTick);
    lastTick_ = worker_.loop().now();
    worker_.loop().start(*this, lastTick_ + tick_);
}

void ProgressRounds::onTimer()
{
    const auto now = worker_.loop().now();
    const std::uint64_t sessions = worker_.sessions().count();
    const auto elapsed = std::min<net::Duration>(now - lastTick_, MostTicksAtOnce * tick_);
    lastTick_ = now;
    due_ += sessions * static_cast<std::uint64_t>(elapsed.count());
    const auto one = static_cast<std::uint64_t>(interval_.count());
    if (due_ / one > sessions)
        due_ = one * sessions;
    worker_.loop().start(*this, now + tick_);
    if (slice_ == Slice::None)
        lookAtSome();
}

void ProgressRounds::lookAtSome()
{
    slice_ = Slice::None;
    const auto one = static_cast<std::uint64_t>(interval_.count());
    if (one == 0 || !worker_.audit().ready())
        return; // counters are cumulative: a record that is left out loses nothing
    for (int left = SliceSessions; left > 0 && due_ >= one; --left) {
        Session* session = worker_.sessions().next();
        if (!session)
            return;
        due_ -= one;
        session->recordProgress();
    }
    if (due_ < one)
        return;
    slice_ = Slice::Waiting;
    worker_.loop().post([this] { lookAtSome(); });
}

} // namespace sallyport::proxy
