#include "audit/AuditWriter.h"

#include <Poco/Logger.h>

#include <algorithm>

namespace sallyport::audit {
namespace {

Poco::Logger& logger()
{
    return Poco::Logger::get("audit");
}

std::size_t countOf(const AuditQueue::Batch& batch)
{
    std::size_t count = 0;
    for (const auto& events : batch)
        count += events.size();
    return count;
}

} // namespace

db::Durability durabilityOf(AuditMode mode)
{
    return mode == AuditMode::Strict ? db::Durability::Full : db::Durability::Normal;
}

AuditWriter::AuditWriter(AuditQueue& queue, db::AuditStore& store, Times times)
    : queue_(queue), store_(store), times_(times)
{}

AuditWriter::AuditWriter(AuditQueue& queue, db::AuditStore& store)
    : AuditWriter(queue, store, Times{})
{}

AuditWriter::~AuditWriter()
{
    stop();
}

void AuditWriter::start()
{
    stage_ = Stage::Running;
    thread_ = std::thread([this] { run(); });
}

void AuditWriter::stop()
{
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard lock(mutex_);
        giveUpAt_ = std::chrono::steady_clock::now() + times_.stopLimit;
    }
    stage_ = Stage::Stopping;
    queue_.interrupt();
    thread_.join();
    stage_ = Stage::Idle;
}

bool AuditWriter::flush(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++flushesAsked_;
    queue_.interrupt();
    return flushed_.wait_for(lock, limit, [&] { return flushesDone_ >= mine; });
}

AuditWriter::Status AuditWriter::status() const
{
    const std::lock_guard lock(mutex_);
    return {written_, lost_ + queue_.lost(), inHand_ + queue_.backlog(), lastError_};
}

void AuditWriter::run()
{
    while (stage_ == Stage::Running) {
        queue_.awaitEvents();
        // As long as events keep coming the workers wake nobody: each round collects for a tick.
        do {
            queue_.pause(times_.tick);
            writeAll();
        } while (stage_ == Stage::Running && queue_.backlog() != 0);
    }
    writeAll();
    try {
        store_.checkpoint();
    } catch (const db::DatabaseError& error) {
        logger().warning(error.what()); // the next start will do it
    }
}

void AuditWriter::writeAll()
{
    std::uint64_t asked = 0;
    {
        const std::lock_guard lock(mutex_);
        asked = flushesAsked_; // before taking: what was put before these calls is in the batch
    }
    queue_.take(batch_);
    write(batch_);
    {
        const std::lock_guard lock(mutex_);
        flushesDone_ = asked;
    }
    flushed_.notify_all();
}

void AuditWriter::write(AuditQueue::Batch& batch)
{
    const std::size_t count = countOf(batch);
    if (count == 0)
        return;
    {
        const std::lock_guard lock(mutex_);
        inHand_ = count;
    }
    for (auto wait = times_.firstRetry; !tryWrite(batch);
         wait = std::min(2 * wait, times_.longestRetry)) {
        if (mustGiveUp()) {
            logger().error("stopping with " + std::to_string(count) +
                           " events not written: they are lost");
            const std::lock_guard lock(mutex_);
            lost_ += count;
            inHand_ = 0;
            break;
        }
        queue_.pause(wait);
    }
    for (auto& events : batch)
        events.clear();
}

bool AuditWriter::tryWrite(const AuditQueue::Batch& batch)
{
    try {
        const std::size_t leftOut = store_.write(batch);
        queue_.confirm(batch);
        noteSuccess(countOf(batch), leftOut);
        return true;
    } catch (const db::DatabaseError& error) {
        noteFailure(error.what());
        return false;
    }
}

bool AuditWriter::mustGiveUp() const
{
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::now() >= giveUpAt_;
}

void AuditWriter::noteFailure(const std::string& text)
{
    const std::lock_guard lock(mutex_);
    if (lastError_.empty())
        logger().error("the audit log cannot be written, trying again: " + text);
    lastError_ = text;
}

void AuditWriter::noteSuccess(std::size_t events, std::size_t leftOut)
{
    const std::lock_guard lock(mutex_);
    if (!lastError_.empty())
        logger().information("the audit log can be written again");
    lastError_.clear();
    written_ += events - leftOut;
    lost_ += leftOut;
    inHand_ = 0;
}

} // namespace sallyport::audit
