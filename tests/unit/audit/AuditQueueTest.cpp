#include "audit/AuditQueue.h"

#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace sallyport::audit {
namespace {

using test::sampleClose;
using test::sampleDecision;
using test::sampleOpen;
using testing::ElementsAre;

std::vector<std::size_t> sizesOf(const AuditQueue::Batch& batch)
{
    std::vector<std::size_t> sizes;
    for (const auto& events : batch)
        sizes.push_back(events.size());
    return sizes;
}

TEST(AuditQueue, GivesTheEventsOfEachLaneInTheirOrder)
{
    AuditQueue queue(AuditMode::Spool, 2);
    queue.lane(1).put(sampleOpen(1));
    queue.lane(0).put(sampleDecision(2));
    queue.lane(1).put(sampleClose(1));
    EXPECT_EQ(queue.backlog(), 3u);
    AuditQueue::Batch batch;
    queue.take(batch);
    EXPECT_THAT(sizesOf(batch), ElementsAre(1, 2));
    EXPECT_EQ(batch[1][0].kind, EventKind::Open);
    EXPECT_EQ(batch[1][1].kind, EventKind::Close);
    EXPECT_EQ(queue.backlog(), 0u);
}

TEST(AuditQueue, TellsALaneWhenItsEventsAreWritten)
{
    AuditQueue queue(AuditMode::Strict, 2);
    int calls = 0;
    queue.lane(1).onWritten([&] { ++calls; });
    queue.lane(1).put(sampleOpen(1));
    queue.lane(1).put(sampleOpen(2));
    EXPECT_EQ(queue.lane(1).accepted(), 2u);
    AuditQueue::Batch batch;
    queue.take(batch);
    EXPECT_EQ(queue.lane(1).written(), 0u) << "taken is not written";
    queue.confirm(batch);
    EXPECT_EQ(queue.lane(1).written(), 2u);
    EXPECT_EQ(queue.lane(0).written(), 0u);
    EXPECT_EQ(calls, 1);
}

TEST(AuditQueue, WithoutLossIsNotReadyWhileALaneIsFullAndStillTakesWhatComes)
{
    for (const AuditMode mode : {AuditMode::Strict, AuditMode::Spool}) {
        AuditQueue queue(mode, 2, 2);
        queue.lane(0).put(sampleOpen(1));
        EXPECT_TRUE(queue.lane(0).ready());
        queue.lane(0).put(sampleOpen(2));
        EXPECT_FALSE(queue.lane(0).ready());
        EXPECT_TRUE(queue.lane(1).ready()) << "each lane for itself";
        queue.lane(0).put(sampleClose(1));
        EXPECT_EQ(queue.backlog(), 3u);
        EXPECT_EQ(queue.lost(), 0u);
        AuditQueue::Batch batch;
        queue.take(batch);
        EXPECT_TRUE(queue.lane(0).ready());
    }
}

TEST(AuditQueue, InBestEffortCountsWhatDoesNotFitAndTakesEveryClose)
{
    AuditQueue queue(AuditMode::BestEffort, 1, 2);
    queue.lane(0).put(sampleOpen(1));
    queue.lane(0).put(sampleOpen(2));
    queue.lane(0).put(sampleOpen(3));
    queue.lane(0).put(sampleDecision(4));
    queue.lane(0).put(sampleClose(1));
    EXPECT_TRUE(queue.lane(0).ready());
    EXPECT_EQ(queue.lost(), 2u);
    EXPECT_EQ(queue.lane(0).accepted(), 3u);
    EXPECT_EQ(queue.backlog(), 3u);
}

TEST(AuditQueue, WakesTheWriterForTheFirstEvent)
{
    AuditQueue queue(AuditMode::Spool, 4);
    for (std::uint16_t round = 0; round < 500; ++round) {
        std::thread worker([&] { queue.lane(round % 4).put(sampleDecision(round)); });
        queue.awaitEvents();         // hangs, and the test with it, if the wake-up is lost
        while (queue.backlog() == 0) // a wake-up may come early: a worker's last round, seen late
            queue.awaitEvents();
        AuditQueue::Batch batch;
        queue.take(batch);
        worker.join();
    }
}

TEST(AuditQueue, InterruptEndsAWaitThatBeginsLater)
{
    AuditQueue queue(AuditMode::Spool, 1);
    queue.interrupt();
    queue.awaitEvents();
    queue.interrupt();
    const auto start = std::chrono::steady_clock::now();
    queue.pause(std::chrono::hours(1));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

} // namespace
} // namespace sallyport::audit
