#include "audit/AuditLane.h"

#include "audit/AuditQueue.h"
#include "audit/EventCodec.h"

namespace sallyport::audit {
namespace {

std::span<const std::uint8_t> bytesOf(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

AuditLane::AuditLane(AuditQueue& queue, AuditMode mode, Journal& journal)
    : queue_(queue), mode_(mode), journal_(journal), stored_(journal.released())
{}

void AuditLane::put(const AuditEvent& event)
{
    scratch_.clear();
    encodeEvent(event, scratch_);
    if (scratch_.size() >= journal_.capacity() / 4) {
        // Only what was seen inside can be that large, a certificate with very many names for
        // example.
        AuditEvent shorter = event;
        shorter.contents = nullptr;
        scratch_.clear();
        encodeEvent(shorter, scratch_);
    }
    if (waiting_.empty() && append(scratch_)) {
        ++accepted_;
        return;
    }
    if (mode_ == AuditMode::BestEffort && event.kind != EventKind::Close) {
        lost_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    waiting_.push_back(scratch_);
    ++accepted_;
    expectProgress();
}

bool AuditLane::append(const std::string& record)
{
    if (!journal_.append(bytesOf(record)))
        return false;
    inJournal_.store(inJournal_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    queue_.noteEvent();
    return true;
}

void AuditLane::settle()
{
    while (!waiting_.empty() && append(waiting_.front()))
        waiting_.pop_front();
    if (!waiting_.empty())
        expectProgress();
}

bool AuditLane::ready() const
{
    if (mode_ == AuditMode::BestEffort)
        return true;
    if (mode_ == AuditMode::Strict && sync() == Sync::Fails)
        return false;
    // The last quarter is for the sessions that are open: they will end.
    return waiting_.empty() && journal_.used() < journal_.capacity() / 4 * 3;
}

void AuditLane::makeDurable(std::uint64_t events)
{
    durable_.store(events);
}

void AuditLane::tellProgress()
{
    if (expected_.exchange(false) && wake_)
        wake_();
}

} // namespace sallyport::audit
