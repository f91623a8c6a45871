#include "audit/sink/Sink.h"

#include "audit/format/Figures.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <functional>

namespace sallyport::audit::sink {
namespace {

Poco::Logger& logger()
{
    return Poco::Logger::get("audit");
}

std::uint32_t seedOf(const SinkSpec& spec)
{
    const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
    return static_cast<std::uint32_t>(std::hash<std::string>{}(spec.name) ^
                                      static_cast<std::uint64_t>(ticks));
}

} // namespace

Sink::Sink(SinkSpec spec, SinkCursor cursor, OpenSource openSource,
           std::unique_ptr<Transport> transport)
    : spec_(std::move(spec)), cursor_(std::move(cursor)), openSource_(std::move(openSource)),
      transport_(std::move(transport)), backOff_(seedOf(spec_))
{
    status_.name = spec_.name;
}

Sink::Time Sink::step(Time now, std::uint64_t committed, std::stop_token stop)
{
    if (now < notBefore_)
        return notBefore_;
    try {
        if (reopenAsked_.exchange(false))
            transport_->reopen();
        if (!source_)
            begin();
        if (position_ < committed && sendBatch(std::move(stop)))
            notBefore_ = now;
        else
            notBefore_ = now + Gather;
        if (now >= nextSettle_)
            settle(now);
    } catch (const Poco::Exception& error) { // of the log or of a socket
        noteFailure(now, error.displayText());
    } catch (const std::exception& error) {
        noteFailure(now, error.what());
    }
    if (position_ < committed)
        return notBefore_;
    return kept_ == position_ ? Time::max() : std::max(notBefore_, nextSettle_);
}

void Sink::finish()
{
    try {
        if (source_ && transport_->isSettled() && kept_ != position_)
            cursor_.write(position_);
    } catch (const std::exception& error) {
        logger().warning("sink %s: %s", spec_.name, std::string(error.what()));
    }
}

void Sink::begin()
{
    auto source = openSource_();
    const std::uint64_t last = source->lastSeq();
    const auto kept = cursor_.read();
    if (kept && *kept <= last)
        position_ = *kept;
    else if (kept || spec_.from == From::Now)
        position_ = last;
    else
        position_ = std::max<std::uint64_t>(source->firstSeq(), 1) - 1;
    if (kept && *kept > last)
        logger().warning("sink %s: the log ends before what was sent already; going on at its end",
                         spec_.name);
    candidate_ = settled_ = position_;
    if (kept != position_)
        cursor_.write(position_);
    kept_ = position_;
    source_ = std::move(source);
    const std::lock_guard lock(mutex_);
    status_.position = position_;
}

// True: the batch was full, so there may be more.
bool Sink::sendBatch(std::stop_token stop)
{
    const Batch batch = readBatch();
    if (batch.last == 0)
        return false;
    {
        const std::lock_guard lock(mutex_);
        oldestWaiting_ = batch.oldest;
    }
    std::size_t rejected = 0;
    if (!batch.records.empty()) {
        // The time at hand may be a test's: what the transport waits for is real.
        const Wait wait{std::move(stop), std::chrono::steady_clock::now() + AttemptLimit};
        rejected = transport_->send(batch.records, wait);
    }
    noteMissing(batch);
    noteSent(batch, rejected);
    return batch.size == Batch::Size::Full;
}

Sink::Batch Sink::readBatch()
{
    Batch batch;
    std::size_t bytes = 0;
    std::size_t looked = 0;
    source_->forEachAfter(position_, [&](const db::AuditRecord& record) {
        if (batch.last == 0) {
            batch.missing = record.seq - position_ - 1;
            batch.oldest = format::timeOf(record.time);
        }
        batch.last = record.seq;
        if (spec_.format->takes(record)) {
            batch.records.push_back(outgoingOf(record, spec_.format->append));
            bytes += batch.records.back().line.size();
        }
        // Records that the format cannot say cost time, too.
        if (batch.records.size() < MostRecords && bytes < MostBytes && ++looked < 20 * MostRecords)
            return RecordSource::Next::Continue;
        batch.size = Batch::Size::Full;
        return RecordSource::Next::Stop;
    });
    return batch;
}

// Numbers have no gaps: what is missing was deleted.
void Sink::noteMissing(const Batch& batch)
{
    if (batch.missing == 0)
        return;
    logger().error("sink %s: %s records were deleted from the audit log before they were sent",
                   spec_.name, std::to_string(batch.missing));
    const std::lock_guard lock(mutex_);
    status_.lostByRetention += batch.missing;
}

void Sink::noteSent(const Batch& batch, std::size_t rejected)
{
    position_ = batch.last;
    backOff_.reset();
    const std::lock_guard lock(mutex_);
    if (!status_.lastError.empty())
        logger().information("sink %s works again", spec_.name);
    status_.lastError.clear();
    status_.sent += batch.records.size() - rejected;
    status_.rejected += rejected;
    status_.position = position_;
}

void Sink::noteFailure(Time now, const std::string& text)
{
    notBefore_ = now + backOff_.next();
    if (transport_->receipt() == Receipt::Hoped)
        position_ = candidate_ = settled_;
    const std::lock_guard lock(mutex_);
    // Once per kind of failure, not once per attempt.
    if (status_.lastError != text)
        logger().error("sink %s does not work, trying again: %s", spec_.name, text);
    status_.lastError = text;
    ++status_.failures;
    status_.position = position_;
}

void Sink::settle(Time now)
{
    nextSettle_ = now + Settle;
    if (kept_ == position_)
        return;
    if (!transport_->isSettled())
        return;
    // What was sent before the last time has stood for as long as Settle by now.
    settled_ = transport_->receipt() == Receipt::Given ? position_ : candidate_;
    candidate_ = position_;
    if (kept_ != settled_)
        cursor_.write(settled_);
    kept_ = settled_;
}

SinkStatus Sink::status(std::uint64_t committed) const
{
    const std::lock_guard lock(mutex_);
    SinkStatus status = status_;
    status.lagRecords = committed > status.position ? committed - status.position : 0;
    if (status.lagRecords != 0 && oldestWaiting_) {
        const auto age = std::chrono::system_clock::now() - *oldestWaiting_;
        status.lag =
            std::max(std::chrono::seconds{0}, std::chrono::floor<std::chrono::seconds>(age));
    }
    return status;
}

} // namespace sallyport::audit::sink
