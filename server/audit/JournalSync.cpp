#include "audit/JournalSync.h"

#include <Poco/Logger.h>

#include <system_error>

namespace sallyport::audit {
namespace {

Poco::Logger& logger()
{
    return Poco::Logger::get("audit");
}

} // namespace

JournalSync::JournalSync(AuditQueue& queue, std::chrono::milliseconds interval)
    : queue_(queue), interval_(interval)
{}

JournalSync::~JournalSync()
{
    stop();
}

void JournalSync::start()
{
    stopping_ = false;
    thread_ = std::thread([this] { run(); });
}

void JournalSync::stop()
{
    if (!thread_.joinable())
        return;
    stopping_ = true;
    queue_.syncBell().interrupt();
    thread_.join();
}

std::string JournalSync::lastError() const
{
    const std::lock_guard lock(mutex_);
    return lastError_;
}

void JournalSync::run()
{
    Doorbell& bell = queue_.syncBell();
    while (!stopping_) {
        bell.await([this] { return stopping_ || anyUnsynced(); });
        if (interval_.count() > 0)
            bell.pause(interval_);
        if (!syncAll())
            bell.pause(RetryAfter);
    }
    (void)syncAll();
}

bool JournalSync::anyUnsynced() const
{
    for (std::size_t i = 0; i < queue_.lanes(); ++i)
        if (queue_.lane(i).inJournal() != queue_.lane(i).durable())
            return true;
    return false;
}

bool JournalSync::syncAll()
{
    bool works = true;
    for (std::size_t i = 0; i < queue_.lanes(); ++i) {
        AuditLane& lane = queue_.lane(i);
        const std::uint64_t events = lane.inJournal();
        if (events == lane.durable())
            continue;
        try {
            lane.journal().sync();
            lane.makeDurable(events);
            lane.noteSync(AuditLane::Sync::Works);
        } catch (const std::system_error& error) {
            works = false;
            lane.noteSync(AuditLane::Sync::Fails);
            noteFailure(error.what());
        }
        lane.tellProgress();
    }
    if (works)
        noteSuccess();
    return works;
}

void JournalSync::noteFailure(const std::string& text)
{
    const std::lock_guard lock(mutex_);
    if (lastError_.empty())
        logger().error("trying again: " + text);
    lastError_ = text;
}

void JournalSync::noteSuccess()
{
    const std::lock_guard lock(mutex_);
    if (!lastError_.empty())
        logger().information("the disk takes the audit journals again");
    lastError_.clear();
}

} // namespace sallyport::audit
