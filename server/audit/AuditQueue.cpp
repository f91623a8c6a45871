#include "audit/AuditQueue.h"

#include <algorithm>
#include <numeric>

namespace sallyport::audit {
namespace {

// A list that a burst has made longer than this is given back to the heap once it is written.
constexpr std::size_t KeptCapacity = 2048;

} // namespace

AuditLane::AuditLane(AuditQueue& queue, AuditMode mode, std::size_t capacity)
    : queue_(queue), mode_(mode), capacity_(capacity)
{}

void AuditLane::put(AuditEvent&& event)
{
    std::size_t before = 0;
    {
        const std::lock_guard lock(mutex_);
        before = events_.size();
        if (before >= capacity_ && mode_ == AuditMode::BestEffort &&
            event.kind != db::EventKind::Close) {
            lost_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        events_.push_back(std::move(event));
        waiting_.store(before + 1, std::memory_order_relaxed);
    }
    ++accepted_;
    // Seeing asleep_ is certain when it matters: the writer sets it before it looks into the lanes
    // under their locks, so either it found this event there, or this lane was locked after that
    // and the flag came with the lock.
    if (before == 0 && queue_.asleep_.load(std::memory_order_relaxed))
        queue_.wakeWriter();
}

bool AuditLane::ready() const
{
    return mode_ == AuditMode::BestEffort || waiting_.load(std::memory_order_relaxed) < capacity_;
}

AuditQueue::AuditQueue(AuditMode mode, std::size_t lanes, std::size_t capacity) : mode_(mode)
{
    lanes_.reserve(lanes);
    for (std::size_t i = 0; i < lanes; ++i)
        lanes_.push_back(std::make_unique<AuditLane>(*this, mode, capacity));
}

std::uint64_t AuditQueue::lost() const
{
    return std::accumulate(lanes_.begin(), lanes_.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& lane) { return sum + lane->lost(); });
}

std::size_t AuditQueue::backlog() const
{
    return std::accumulate(lanes_.begin(), lanes_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& lane) { return sum + lane->backlog(); });
}

void AuditQueue::awaitEvents()
{
    asleep_.store(true, std::memory_order_relaxed);
    if (!anyWaiting()) {
        std::unique_lock lock(mutex_);
        condition_.wait(lock, [this] { return signal_ != Signal::None; });
        signal_ = Signal::None;
    }
    asleep_.store(false, std::memory_order_relaxed);
}

void AuditQueue::pause(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    if (condition_.wait_for(lock, limit, [this] { return signal_ == Signal::Interrupt; }))
        signal_ = Signal::None;
}

void AuditQueue::interrupt()
{
    const std::lock_guard lock(mutex_);
    signal_ = Signal::Interrupt;
    condition_.notify_all();
}

void AuditQueue::wakeWriter()
{
    // The first worker to come wakes it; the others find the flag down.
    if (!asleep_.exchange(false, std::memory_order_relaxed))
        return;
    const std::lock_guard lock(mutex_);
    if (signal_ == Signal::None)
        signal_ = Signal::Events;
    condition_.notify_all();
}

bool AuditQueue::anyWaiting()
{
    return std::ranges::any_of(lanes_, [](const auto& lane) {
        const std::lock_guard lock(lane->mutex_);
        return !lane->events_.empty();
    });
}

void AuditQueue::take(Batch& batch)
{
    batch.resize(lanes_.size());
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (batch[i].capacity() > KeptCapacity)
            batch[i] = {};
        AuditLane& lane = *lanes_[i];
        const std::lock_guard lock(lane.mutex_);
        lane.events_.swap(batch[i]);
        lane.waiting_.store(0, std::memory_order_relaxed);
    }
}

void AuditQueue::confirm(const Batch& batch)
{
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch[i].empty())
            continue;
        lanes_[i]->written_.fetch_add(batch[i].size(), std::memory_order_release);
        if (lanes_[i]->wake_)
            lanes_[i]->wake_();
    }
}

} // namespace sallyport::audit
