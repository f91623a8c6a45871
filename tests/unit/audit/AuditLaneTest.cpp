#include "audit/AuditLane.h"

#include "audit/AuditQueue.h"
#include "audit/JournalSync.h"
#include "support/TemporaryFolder.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sallyport::audit {
namespace {

using namespace std::chrono_literals;
using test::sampleClose;
using test::sampleDecision;

std::vector<std::unique_ptr<Journal>> inMemory(std::size_t count)
{
    std::vector<std::unique_ptr<Journal>> journals;
    for (std::size_t i = 0; i < count; ++i)
        journals.push_back(std::make_unique<Journal>(Journal::LeastBytes));
    return journals;
}

void fill(AuditLane& lane)
{
    for (int i = 0; i < 10'000; ++i)
        lane.put(sampleDecision(1));
}

TEST(AuditLane, IsNotReadyWhileTheJournalIsNearlyFullAndStillTakesWhatComes)
{
    for (const AuditMode mode : {AuditMode::Strict, AuditMode::Spool}) {
        AuditQueue queue(mode, inMemory(2));
        AuditLane& lane = queue.lane(0);
        EXPECT_TRUE(lane.ready());
        fill(lane);
        EXPECT_FALSE(lane.ready());
        EXPECT_TRUE(queue.lane(1).ready()) << "another worker's";
        EXPECT_EQ(lane.accepted(), 10'000u);
        EXPECT_EQ(lane.lost(), 0u);
        EXPECT_LT(lane.inJournal(), 10'000u);

        int told = 0;
        lane.onProgress([&told] { ++told; });
        while (lane.inJournal() < 10'000) {
            lane.journal().release(lane.journal().written());
            lane.tellProgress();
            lane.settle();
        }
        EXPECT_GT(told, 0);
        lane.journal().release(lane.journal().written());
        EXPECT_TRUE(lane.ready());
    }
}

TEST(AuditLane, InBestEffortModeDropsAndCountsWhatFindsNoRoomButNotTheEndOfASession)
{
    AuditQueue queue(AuditMode::BestEffort, inMemory(1));
    AuditLane& lane = queue.lane(0);
    fill(lane);
    EXPECT_TRUE(lane.ready());
    EXPECT_GT(queue.lost(), 0u);
    EXPECT_EQ(lane.accepted() + queue.lost(), 10'000u);
    const auto before = lane.accepted();
    lane.put(sampleClose(1));
    EXPECT_EQ(lane.accepted(), before + 1);
    lane.journal().release(lane.journal().written());
    lane.settle();
    EXPECT_EQ(lane.inJournal(), before + 1);
}

TEST(AuditLane, LeavesOutWhatWasSeenInsideWhenThatIsTooMuch)
{
    AuditQueue queue(AuditMode::Spool, inMemory(1));
    TunnelContents contents;
    contents.banner.assign(Journal::LeastBytes, 'x');
    AuditEvent close = sampleClose(1);
    close.contents = &contents;
    queue.lane(0).put(close);
    EXPECT_EQ(queue.lane(0).inJournal(), 1u);
}

TEST(JournalSync, MakesRecordsDurableAndTellsWhoExpectsIt)
{
    const test::TemporaryFolder folder;
    std::vector<std::unique_ptr<Journal>> journals;
    journals.push_back(std::make_unique<Journal>(folder.file("journal-0"), Journal::LeastBytes));
    AuditQueue queue(AuditMode::Strict, std::move(journals));
    AuditLane& lane = queue.lane(0);
    std::atomic<int> told = 0;
    lane.onProgress([&told] { ++told; });
    JournalSync sync(queue, 0ms);
    sync.start();
    for (std::uint64_t i = 1; i <= 100; ++i) {
        lane.put(sampleDecision(1));
        lane.expectProgress();
        const auto limit = std::chrono::steady_clock::now() + 30s;
        while (lane.durable() < i && std::chrono::steady_clock::now() < limit)
            std::this_thread::yield();
        ASSERT_EQ(lane.durable(), i);
    }
    sync.stop();
    EXPECT_GT(told, 0);
    EXPECT_EQ(sync.lastError(), "");
}

} // namespace
} // namespace sallyport::audit
