// ProgressRounds: goes round a worker's sessions, so that each that moves bytes has its counters
// recorded about once in an interval.
//
// One timer for all: a little of the round at each tick, spread evenly over the interval, and never
// more than a slice in a turn of the loop.
#pragma once

#include "net/EventLoop.h"

#include <cstdint>

namespace sallyport::proxy {

class Worker;

class ProgressRounds final : net::Timer {
public:
    explicit ProgressRounds(Worker& worker) : worker_(worker) {}

    /// By the interval in the worker's options, from now on.
    void start();

private:
    void onTimer() override;
    void lookAtSome();

    Worker& worker_;
    net::Duration interval_ = net::Duration::zero();
    net::Duration tick_ = net::Duration::zero();
    net::TimePoint lastTick_;
    /// Sessions that are due, times the interval in nanoseconds.
    std::uint64_t due_ = 0;
    enum class Slice : std::uint8_t { None, Waiting } slice_ = Slice::None;
};

} // namespace sallyport::proxy
