#include "audit/AuditWriter.h"

#include "audit/TakeActs.h"

#include <Poco/Logger.h>

#include <algorithm>

namespace sallyport::audit {
namespace {

using std::chrono::steady_clock;

/// Of one lane in one transaction: bounds its time and the memory of its events.
constexpr std::size_t MostEvents = 8192;
/// What is in the store is brought to the disk, and its room in the journals given back, so often:
/// until then the journals keep it.
constexpr std::chrono::milliseconds ReleaseEvery{500};
/// How long the thread sleeps at most: acts of other processes make no noise.
constexpr std::chrono::milliseconds LongestSleep{500};

Poco::Logger& logger()
{
    return Poco::Logger::get("audit");
}

db::AuditTime wallClock()
{
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

} // namespace

AuditWriter::AuditWriter(AuditQueue& queue, db::AuditStore& store, const db::AdminSpool& spool,
                         Times times)
    : queue_(queue), store_(store), spool_(spool), times_(times), portions_(queue.lanes())
{
    for (std::size_t i = 0; i < portions_.size(); ++i)
        portions_[i].end = queue.lane(i).journal().released();
}

AuditWriter::~AuditWriter()
{
    stop();
}

void AuditWriter::start()
{
    stage_ = Stage::Running;
    nextCheckpoint_ = steady_clock::now() + times_.checkpoint;
    thread_ = std::thread([this] { run(); });
}

void AuditWriter::stop()
{
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard lock(mutex_);
        giveUpAt_ = steady_clock::now() + times_.stopLimit;
    }
    stage_ = Stage::Stopping;
    queue_.writerBell().interrupt();
    thread_.join();
    stage_ = Stage::Idle;
}

void AuditWriter::record(db::AdminAct act)
{
    const std::lock_guard lock(mutex_);
    newActs_.push_back(std::move(act));
    queue_.writerBell().interrupt();
}

bool AuditWriter::flush(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++flushesAsked_;
    queue_.writerBell().interrupt();
    return flushed_.wait_for(lock, limit, [&] { return flushesDone_ >= mine; });
}

AuditWriter::Status AuditWriter::status() const
{
    const std::lock_guard lock(mutex_);
    return {written_, lost_ + queue_.lost(), queue_.backlog(), lastError_};
}

bool AuditWriter::hasWork()
{
    const std::lock_guard lock(mutex_);
    return stage_ != Stage::Running || flushesAsked_ != flushesDone_ || !newActs_.empty() ||
           queue_.backlog() != 0;
}

void AuditWriter::run()
{
    Doorbell& bell = queue_.writerBell();
    while (stage_ == Stage::Running) {
        bell.await([this] { return hasWork(); }, LongestSleep);
        // As long as events keep coming the workers wake nobody: each round collects for a tick.
        do {
            bell.pause(times_.tick);
            writeAll();
            takeOthersActs();
            checkpointIfDue();
            releaseIfDue();
        } while (stage_ == Stage::Running && queue_.backlog() != 0);
    }
    do {
        for (std::size_t i = 0; i < queue_.lanes(); ++i)
            queue_.lane(i).settle(); // its worker has ended
        writeAll();
        release();
    } while (queue_.backlog() != 0 && !gaveUp_);
    try {
        if (store_.lastSeq() != checkpointed_)
            (void)store_.checkpoint(wallClock());
        store_.checkpointWal();
    } catch (const db::DatabaseError& error) {
        logger().warning(error.what()); // the next start will do it
    }
}

void AuditWriter::writeAll()
{
    std::uint64_t asked = 0;
    {
        const std::lock_guard lock(mutex_);
        asked = flushesAsked_; // before taking: what was put before these calls is written below
    }
    // What comes meanwhile is left to the next round, so that this one ends.
    for (std::size_t i = 0; i < portions_.size(); ++i)
        portions_[i].wanted = queue_.lane(i).journal().written();
    do {
        writeSome();
        releaseIfDue();
    } while (isBehind() && !gaveUp_);
    {
        const std::lock_guard lock(mutex_);
        flushesDone_ = asked;
    }
    flushed_.notify_all();
}

bool AuditWriter::isBehind() const
{
    return std::ranges::any_of(portions_,
                               [](const Portion& portion) { return portion.end < portion.wanted; });
}

void AuditWriter::writeSome()
{
    collect();
    if (anyCollected())
        write();
    for (std::size_t i = 0; i < portions_.size(); ++i) {
        queue_.lane(i).noteStored(portions_[i].end);
        portions_[i].events.clear();
    }
    acts_.clear();
    decoder_.clear();
}

void AuditWriter::collect()
{
    for (std::size_t i = 0; i < portions_.size(); ++i)
        collectFrom(queue_.lane(i), portions_[i]);
    const std::lock_guard lock(mutex_);
    acts_.swap(newActs_);
}

void AuditWriter::collectFrom(AuditLane& lane, Portion& portion)
{
    const Journal& journal = lane.journal();
    const std::uint64_t written = journal.written();
    portion.begin = portion.end;
    while (portion.end < written && portion.events.size() < MostEvents) {
        const auto bytes = journal.read(portion.end);
        if (bytes.empty()) {
            logger().error("a part of an audit journal cannot be read: its records are lost");
            portion.end = written;
        }
        if (auto event = decoder_.decode(bytes)) {
            portion.events.push_back(*event);
        } else {
            const std::lock_guard lock(mutex_);
            ++lost_;
        }
    }
}

bool AuditWriter::anyCollected() const
{
    return !acts_.empty() || std::ranges::any_of(portions_, [](const Portion& portion) {
        return portion.end != portion.begin;
    });
}

void AuditWriter::write()
{
    for (auto wait = times_.firstRetry; !tryWrite();
         wait = std::min(2 * wait, times_.longestRetry)) {
        if (mustGiveUp()) {
            logger().error(
                "stopping with records that are not in the audit log yet: they lie in its "
                "journal, and the next start takes them from there");
            gaveUp_ = true;
            for (Portion& portion : portions_)
                portion.end = portion.begin;
            return;
        }
        queue_.writerBell().pause(wait);
    }
}

bool AuditWriter::tryWrite()
{
    records_.clear();
    for (std::size_t i = 0; i < portions_.size(); ++i)
        if (portions_[i].end != portions_[i].begin)
            records_.push_back({.journal = queue_.lane(i).journal().id(),
                                .position = portions_[i].end,
                                .events = portions_[i].events,
                                .acts = {}});
    if (!acts_.empty())
        records_.push_back({.journal = {}, .position = 0, .events = {}, .acts = acts_});
    try {
        noteSuccess(store_.write(records_, wallClock()));
        if (committed_)
            committed_(store_.lastSeq());
        return true;
    } catch (const db::DatabaseError& error) {
        noteFailure(error.what());
        return false;
    }
}

void AuditWriter::releaseIfDue()
{
    const auto now = steady_clock::now();
    const auto used = queue_.used();
    if (used == 0)
        return;
    if (now < nextRelease_ && used < queue_.capacity() / 4)
        return;
    nextRelease_ = now + ReleaseEvery;
    release();
}

void AuditWriter::release()
{
    try {
        store_.sync();
    } catch (const db::DatabaseError& error) {
        noteFailure(error.what()); // it stays in the journals
        return;
    }
    for (std::size_t i = 0; i < portions_.size(); ++i) {
        queue_.lane(i).journal().release(portions_[i].end);
        queue_.lane(i).tellProgress();
    }
}

void AuditWriter::takeOthersActs()
{
    try {
        if (takeActs(spool_, store_, wallClock()) > 0 && committed_)
            committed_(store_.lastSeq());
    } catch (const db::DatabaseError& error) {
        noteFailure(error.what());
    }
}

void AuditWriter::checkpointIfDue()
{
    const auto now = steady_clock::now();
    if (now < nextCheckpoint_)
        return;
    nextCheckpoint_ = now + times_.checkpoint;
    if (store_.lastSeq() == checkpointed_)
        return;
    try {
        checkpointed_ = store_.checkpoint(wallClock()).seq;
        if (committed_)
            committed_(store_.lastSeq());
    } catch (const db::DatabaseError& error) {
        noteFailure(error.what());
    }
}

bool AuditWriter::mustGiveUp() const
{
    const std::lock_guard lock(mutex_);
    return steady_clock::now() >= giveUpAt_;
}

void AuditWriter::noteFailure(const std::string& text)
{
    const std::lock_guard lock(mutex_);
    if (lastError_.empty())
        logger().error("the audit log cannot be written, trying again: " + text);
    lastError_ = text;
}

void AuditWriter::noteSuccess(std::size_t leftOut)
{
    std::size_t events = 0;
    for (const Portion& portion : portions_)
        events += portion.events.size();
    const std::lock_guard lock(mutex_);
    if (!lastError_.empty())
        logger().information("the audit log can be written again");
    lastError_.clear();
    written_ += events - std::min(events, leftOut);
    lost_ += leftOut;
}

} // namespace sallyport::audit
