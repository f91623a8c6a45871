#include "app/PolicyUptake.h"

#include <algorithm>
#include <utility>

namespace sallyport::app {

PolicyUptake::PolicyUptake(std::size_t workers, std::uint32_t version,
                           std::function<void()> lookNow)
    : lookNow_(std::move(lookNow)), versions_(workers, version)
{}

PolicyUptake::Outcome PolicyUptake::await(std::uint32_t version, std::chrono::milliseconds patience)
{
    std::unique_lock lock(mutex_);
    const auto obstaclesBefore = obstacles_;
    const auto isOver = [&] {
        return allDecideBy(version) || closed_ || obstacles_ != obstaclesBefore;
    };
    if (!isOver()) {
        lock.unlock();
        lookNow_();
        lock.lock();
        changed_.wait_for(lock, patience, isOver);
    }
    return allDecideBy(version) ? Outcome::InForce : Outcome::NotYet;
}

bool PolicyUptake::allDecideBy(std::uint32_t version) const
{
    return std::ranges::all_of(versions_, [version](auto each) { return each >= version; });
}

void PolicyUptake::decides(std::size_t worker, std::uint32_t version)
{
    const std::scoped_lock lock(mutex_);
    versions_[worker] = version;
    changed_.notify_all();
}

void PolicyUptake::standsInTheWay()
{
    const std::scoped_lock lock(mutex_);
    ++obstacles_;
    changed_.notify_all();
}

void PolicyUptake::close()
{
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

} // namespace sallyport::app
