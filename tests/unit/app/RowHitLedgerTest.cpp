#include "app/RowHitLedger.h"

#include <gmock/gmock.h>

namespace sallyport::app {

namespace {

using policy::WallTime;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WallTime Noon{std::chrono::hours(12)};

proxy::PolicyCounts counted(std::uint32_t version, std::uint64_t hits, WallTime lastHit)
{
    proxy::RowCounts counts;
    counts.hits = hits;
    counts.bytes = 10 * hits;
    counts.lastHit = lastHit;
    return {policy::Policy::compile(policy::PolicyDocument::initial(), version), {{0, counts}}};
}

TEST(RowHitLedger, JoinsWhatWorkersAndVersionsCountedForOneRow)
{
    RowHitLedger ledger;
    ledger.add({{counted(1, 2, Noon)}, {}});
    ledger.add({{counted(1, 3, Noon + std::chrono::seconds(9)), counted(2, 5, Noon)}, {}});
    const auto hits = ledger.take();
    ASSERT_THAT(hits, SizeIs(1));
    EXPECT_EQ(hits[0].hits, 10u);
    EXPECT_EQ(hits[0].bytes, 100u);
    EXPECT_EQ(hits[0].lastHit, Noon + std::chrono::seconds(9));
    EXPECT_THAT(ledger.take(), IsEmpty());
}

TEST(RowHitLedger, JoinsWhatChecksFoundOnAllWorkers)
{
    RowHitLedger ledger;
    ledger.add({{}, {{"check/Chat/Large", 2, Noon}, {"check/Chat/Fast", 1, Noon}}});
    ledger.add({{}, {{"check/Chat/Large", 3, Noon + std::chrono::seconds(9)}}});
    const auto hits = ledger.take();
    ASSERT_THAT(hits, SizeIs(2));
    EXPECT_EQ(hits[0].row, "check/Chat/Fast");
    EXPECT_EQ(hits[1].row, "check/Chat/Large");
    EXPECT_EQ(hits[1].hits, 5u);
    EXPECT_EQ(hits[1].lastHit, Noon + std::chrono::seconds(9));
}

TEST(RowHitLedger, KeepsWhatCouldNotBeStored)
{
    RowHitLedger ledger;
    ledger.add({{counted(1, 2, Noon)}, {}});
    const auto failed = ledger.take();
    ledger.add({{counted(1, 1, Noon)}, {}});
    ledger.put(failed);
    const auto hits = ledger.take();
    ASSERT_THAT(hits, SizeIs(1));
    EXPECT_EQ(hits[0].hits, 3u);
}

} // namespace

} // namespace sallyport::app
