#include "admin/live/FigureHistory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace sallyport::admin::live {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using testing::SizeIs;

constexpr FigureSample::Time Noon{std::chrono::seconds(1'800'000'000)};

FigureSample sampleAt(FigureSample::Time at, std::uint64_t requests)
{
    FigureSample sample;
    sample.at = at;
    sample.requests = requests;
    sample.open = requests / 10;
    sample.outcomes[static_cast<std::size_t>(Outcome::Deny)] = requests / 2;
    sample.decisions.counts = {requests, 0};
    return sample;
}

/// `perSecond` requests from `from` on.
void fill(FigureHistory& history, FigureSample::Time from, std::chrono::seconds time,
          std::uint64_t perSecond)
{
    for (auto at = 0s; at <= time; ++at)
        history.add(sampleAt(from + at, static_cast<std::uint64_t>(at.count()) * perSecond));
}

TEST(FigureHistory, IsEmptyAtFirst)
{
    FigureHistory history;
    EXPECT_EQ(history.latest(), nullptr);
    EXPECT_FALSE(history.over(10s));
    history.add(sampleAt(Noon, 1));
    EXPECT_FALSE(history.over(10s));
    EXPECT_THAT(history.steps(Noon - 60s, 10s, 6), SizeIs(6));
}

TEST(FigureHistory, SaysWhatHappenedOverASpan)
{
    FigureHistory history;
    fill(history, Noon, 100s, 20);
    const auto change = history.over(10s);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->time, 10s);
    EXPECT_EQ(change->sums.requests, 200U);
    EXPECT_EQ(change->sums.open, 200U);
    EXPECT_EQ(change->perSecond(change->sums.requests), 20);
    EXPECT_EQ(change->decided(), 100U);
    EXPECT_EQ(change->sums.decisions.total(), 200U);
    // No longer than there is.
    EXPECT_EQ(history.over(1h)->time, 100s);
}

TEST(FigureHistory, KeepsAWeekByTheMinute)
{
    FigureHistory history;
    fill(history, Noon, 7 * 24h + 3h, 2);
    const auto change = history.over(7 * 24h);
    ASSERT_TRUE(change);
    EXPECT_NEAR(static_cast<double>(change->time.count()), 7 * 24 * 3600, 61);
    EXPECT_EQ(change->sums.requests, 2U * static_cast<std::uint64_t>(change->time.count()));
    EXPECT_EQ(history.over(1h)->time, 1h);
}

TEST(FigureHistory, GivesStepsAndSaysWhereThereIsNothing)
{
    FigureHistory history;
    fill(history, Noon, 60s, 5);
    const auto steps = history.steps(Noon - 20s, 10s, 8);
    ASSERT_THAT(steps, SizeIs(8));
    EXPECT_FALSE(steps[0]);
    EXPECT_FALSE(steps[1]);
    for (std::size_t i = 2; i < 8; ++i) {
        ASSERT_TRUE(steps[i]) << i;
        EXPECT_EQ(steps[i]->sums.requests, 50U) << i;
    }
}

TEST(FigureHistory, BridgesMissedSamples)
{
    FigureHistory history;
    for (const int second : {0, 1, 2, 6, 7, 8, 9, 10, 13, 14, 20})
        history.add(
            sampleAt(Noon + std::chrono::seconds(second), static_cast<std::uint64_t>(second) * 10));
    const auto steps = history.steps(Noon, 5s, 4);
    std::uint64_t sum = 0;
    for (const auto& step : steps)
        if (step)
            sum += step->sums.requests;
    EXPECT_EQ(sum, 200U);
}

TEST(FigureHistory, BeginsAnewWhenTheClockIsSetBack)
{
    FigureHistory history;
    fill(history, Noon, 10s, 5);
    history.add(sampleAt(Noon - 1h, 60));
    EXPECT_FALSE(history.over(10s));
    EXPECT_EQ(history.latest()->at, Noon - 1h);
    // A second that came twice does not.
    history.add(sampleAt(Noon - 1h + 2s, 70));
    history.add(sampleAt(Noon - 1h + 2s, 71));
    EXPECT_EQ(history.over(10s)->sums.requests, 10U);
}

struct QuantileCase {
    const char* name;
    std::vector<std::uint64_t> counts;
    double share;
    std::optional<double> seconds;
};

class Quantile : public testing::TestWithParam<QuantileCase> {};

TEST_P(Quantile, IsTakenFromTheClasses)
{
    const std::vector<double> bounds{1, 2, 5};
    const TimeFigures figures{.counts = GetParam().counts, .sumSeconds = 0};
    const auto found = figures.quantileSeconds(bounds, GetParam().share);
    EXPECT_EQ(found.has_value(), GetParam().seconds.has_value());
    if (found && GetParam().seconds)
        EXPECT_NEAR(*found, *GetParam().seconds, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Times, Quantile,
                         testing::Values(QuantileCase{"None", {0, 0, 0, 0}, 0.5, std::nullopt},
                                         QuantileCase{"Half", {10, 0, 0, 0}, 0.5, 0.5},
                                         QuantileCase{"Within", {0, 0, 10, 0}, 0.5, 3.5},
                                         QuantileCase{"Behind", {1, 0, 0, 9}, 0.99, 5},
                                         QuantileCase{"Edge", {5, 5, 0, 0}, 0.5, 1}),
                         [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::live
