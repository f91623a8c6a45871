#include "audit/AuditQueue.h"

#include <numeric>
#include <utility>

namespace sallyport::audit {

AuditQueue::AuditQueue(AuditMode mode, std::vector<std::unique_ptr<Journal>> journals)
    : mode_(mode), journals_(std::move(journals))
{
    lanes_.reserve(journals_.size());
    for (const auto& journal : journals_)
        lanes_.push_back(std::make_unique<AuditLane>(*this, mode, *journal));
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

std::size_t AuditQueue::used() const
{
    return std::accumulate(
        lanes_.begin(), lanes_.end(), std::size_t{0},
        [](std::size_t sum, const auto& lane) { return sum + lane->journal().used(); });
}

} // namespace sallyport::audit
