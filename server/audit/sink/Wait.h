// Wait: how long an operation of a sink may take, and who may end it before.
#pragma once

#include <chrono>
#include <stdexcept>
#include <stop_token>

namespace sallyport::audit::sink {

struct Wait {
    std::stop_token stop;
    std::chrono::steady_clock::time_point deadline;

    [[nodiscard]] bool isOver() const
    {
        return stop.stop_requested() || std::chrono::steady_clock::now() >= deadline;
    }
};

/// The receiver cannot be reached or does not do its part. The text is for people; no secrets.
class SinkError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace sallyport::audit::sink
