// AuditQueue: the workers' lanes, and how the threads behind them sleep while there is nothing to
// do.
//
// One lane per worker: a worker takes no lock that another worker takes.
#pragma once

#include "audit/AuditLane.h"
#include "audit/AuditMode.h"
#include "audit/Doorbell.h"
#include "audit/Journal.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sallyport::audit {

class AuditQueue {
public:
    /// One lane for each journal.
    AuditQueue(AuditMode mode, std::vector<std::unique_ptr<Journal>> journals);
    AuditQueue(const AuditQueue&) = delete;
    AuditQueue& operator=(const AuditQueue&) = delete;

    [[nodiscard]] AuditLane& lane(std::size_t worker) { return *lanes_[worker]; }
    [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }
    [[nodiscard]] AuditMode mode() const { return mode_; }
    [[nodiscard]] std::uint64_t lost() const;
    [[nodiscard]] std::size_t backlog() const; ///< bytes that are not in the store yet
    [[nodiscard]] std::size_t used() const;    ///< bytes in the journals
    [[nodiscard]] std::size_t capacity() const
    {
        return journals_.front()->capacity();
    } ///< of each

    /// A worker has put something into its journal.
    void noteEvent()
    {
        writerBell_.ring();
        if (mode_ != AuditMode::BestEffort)
            syncBell_.ring();
    }
    /// Of the thread that feeds the store, and of the one that syncs the journals.
    [[nodiscard]] Doorbell& writerBell() { return writerBell_; }
    [[nodiscard]] Doorbell& syncBell() { return syncBell_; }

private:
    const AuditMode mode_;
    Doorbell writerBell_;
    Doorbell syncBell_;
    std::vector<std::unique_ptr<Journal>> journals_;
    std::vector<std::unique_ptr<AuditLane>> lanes_;
};

} // namespace sallyport::audit
