#include "proxy/PolicyInUse.h"

#include <gmock/gmock.h>

#include <map>

namespace sallyport::proxy {

namespace {

using policy::Answer;
using policy::Layer;
using policy::WallTime;
using testing::IsEmpty;

constexpr WallTime Noon{std::chrono::hours(12)};

policy::Verdict verdictOf(std::initializer_list<std::pair<Layer, policy::RowNumber>> answers)
{
    policy::Verdict verdict;
    for (const auto& [layer, row] : answers)
        verdict.layers[static_cast<std::size_t>(layer)] = {Answer::Allow, row, nullptr};
    return verdict;
}

std::map<policy::RowNumber, RowCounts> countsOf(PolicyInUse& policy)
{
    std::map<policy::RowNumber, RowCounts> counts;
    for (const auto& counted : policy.takeCounts().rows)
        counts[counted.row] = counted.counts;
    return counts;
}

class RowCounting : public testing::Test {
protected:
    PolicyInUse policy_{policy::Policy::compile(policy::PolicyDocument::initial(), 1)};
};

TEST_F(RowCounting, CountsEveryLayerThatAnswered)
{
    policy_.count(verdictOf({{Layer::Guard, 0}, {Layer::Access, 1}}), Noon);
    policy_.count(verdictOf({{Layer::Access, 1}}), Noon + std::chrono::seconds(5));
    const auto counts = countsOf(policy_);
    ASSERT_EQ(counts.size(), 2u);
    EXPECT_EQ(counts.at(0).hits, 1u);
    EXPECT_EQ(counts.at(0).lastHit, Noon);
    EXPECT_EQ(counts.at(1).hits, 2u);
    EXPECT_EQ(counts.at(1).lastHit, Noon + std::chrono::seconds(5));
}

TEST_F(RowCounting, CountsWhatReportRowsWouldHaveDoneApart)
{
    auto verdict = verdictOf({{Layer::Access, 1}});
    verdict.would.add(0);
    policy_.count(verdict, Noon);
    const auto counts = countsOf(policy_);
    EXPECT_EQ(counts.at(0).hits, 0u);
    EXPECT_EQ(counts.at(0).wouldHits, 1u);
    EXPECT_EQ(counts.at(0).lastHit, Noon);
    EXPECT_EQ(counts.at(1).wouldHits, 0u);
}

TEST_F(RowCounting, AddsBytesToTheRowsThatLetThemThrough)
{
    policy_.addBytes(verdictOf({{Layer::Guard, 0}, {Layer::Access, 1}}), 1000);
    const auto counts = countsOf(policy_);
    EXPECT_EQ(counts.at(0).bytes, 1000u);
    EXPECT_EQ(counts.at(1).bytes, 1000u);
    EXPECT_EQ(counts.at(1).hits, 0u);
}

TEST_F(RowCounting, BeginsAgainAtNothingWhenTheyAreTaken)
{
    policy_.countHit(1, Noon);
    EXPECT_EQ(policy_.takeCounts().policy, policy_.policy());
    EXPECT_THAT(policy_.takeCounts().rows, IsEmpty());
    policy_.countHit(1, Noon);
    EXPECT_EQ(countsOf(policy_).at(1).hits, 1u);
}

} // namespace

} // namespace sallyport::proxy
