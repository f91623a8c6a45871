#include "admin/live/AuditSummary.h"

#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::live {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::Field;

constexpr int DaySeconds = 24 * 3600;

class SummaryOfTheLog : public testing::Test {
protected:
    /// A session that was decided so, this many seconds after the sample's time.
    void add(int seconds, policy::Answer verdict, std::string_view user = "")
    {
        auto event = test::sampleDecision(++sessions_);
        event.time = test::sampleTime(seconds);
        event.verdict = verdict;
        event.user = user;
        log_.write({event}, event.time);
    }
    [[nodiscard]] std::shared_ptr<const AuditSummary::Span> over(std::chrono::seconds span, int now)
    {
        return AuditSummary(log_.folder()).over(span, test::sampleTime(now));
    }

    const test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
    std::uint16_t sessions_ = 0;
};

TEST_F(SummaryOfTheLog, ComparesAnHourWithTheSameOneADayEarlier)
{
    add(600, policy::Answer::Deny);
    add(900, policy::Answer::Allow);
    add(DaySeconds - 3600, policy::Answer::Deny); // between the two hours
    add(DaySeconds + 600, policy::Answer::Allow);
    const auto span = over(1h, DaySeconds + 3600);
    EXPECT_EQ(span->outcomes.all(), 1U);
    EXPECT_EQ(span->before.all(), 2U);
    EXPECT_EQ(span->before.of(db::SessionOutcome::Deny), 1U);
}

TEST_F(SummaryOfTheLog, ComparesAWeekWithTheOneBefore)
{
    add(600, policy::Answer::Deny);
    add(7 * DaySeconds + 600, policy::Answer::Allow);
    const auto span = over(7 * 24h, 14 * DaySeconds);
    EXPECT_EQ(span->outcomes.all(), 1U);
    EXPECT_EQ(span->before.of(db::SessionOutcome::Deny), 1U);
}

TEST_F(SummaryOfTheLog, CountsWhoIsNotSignedInAmongTheDenied)
{
    for (const auto* user : {"", "", "ann"})
        add(600, policy::Answer::Deny, user);
    add(600, policy::Answer::Allow, "bob");
    EXPECT_THAT(over(1h, 3600)->deniedUsers, ElementsAre(Field(&db::FacetValue::value, ""),
                                                         Field(&db::FacetValue::value, "ann")));
}

} // namespace
} // namespace sallyport::admin::live
