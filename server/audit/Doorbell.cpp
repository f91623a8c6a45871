#include "audit/Doorbell.h"

namespace sallyport::audit {

void Doorbell::pause(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    if (condition_.wait_for(lock, limit, [this] { return signal_ == Signal::Interrupt; }))
        signal_ = Signal::None;
}

void Doorbell::sleep(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, limit, [this] { return signal_ != Signal::None; });
    signal_ = Signal::None;
}

void Doorbell::wake(Signal signal)
{
    // The first to come wakes it; the others find it awake.
    if (!asleep_.exchange(false, std::memory_order_relaxed) && signal == Signal::Work)
        return;
    const std::lock_guard lock(mutex_);
    if (signal_ != Signal::Interrupt)
        signal_ = signal;
    condition_.notify_all();
}

} // namespace sallyport::audit
