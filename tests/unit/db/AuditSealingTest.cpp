#include "db/AuditSealing.h"

#include "db/AuditFolder.h"
#include "db/AuditVerifier.h"
#include "db/Database.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

using namespace std::chrono_literals;
using test::sampleDecision;
using test::sampleFullClose;
using test::sampleFullOpen;
using test::sampleOpen;
using test::sampleTime;
using testing::HasSubstr;

class AuditSealed : public testing::Test {
protected:
    AuditSealed()
    {
        log_.write({sampleFullOpen(1), sampleOpen(2), sampleDecision(3), sampleFullClose(1)});
        log_.write({sampleDecision(4)}, sampleTime(0) + 24h);
    }

    [[nodiscard]] std::filesystem::path older() const
    {
        return auditFilePaths(log_.folder()).front();
    }
    [[nodiscard]] Sealing seal() const { return sealAuditFile(older(), sampleTime(100), {}); }
    [[nodiscard]] bool isWhole() const
    {
        return verifyAuditLog(log_.folder(), {{&log_.key().publicKey()}, {}}).whole();
    }

    test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

TEST_F(AuditSealed, StandsAloneAndIsStillWhole)
{
    EXPECT_FALSE(isAuditFileSealed(older()));
    EXPECT_EQ(seal(), Sealing::Done);
    EXPECT_TRUE(isAuditFileSealed(older()));
    EXPECT_FALSE(std::filesystem::exists(older().native() + "-wal"));
    EXPECT_EQ(AuditFolder(log_.folder()).files().front().sealed, sampleTime(100));
    EXPECT_TRUE(isWhole());
}

TEST_F(AuditSealed, MayBeSealedAgain)
{
    EXPECT_EQ(seal(), Sealing::Done);
    EXPECT_EQ(sealAuditFile(older(), sampleTime(200), {}), Sealing::Done);
    EXPECT_EQ(AuditFolder(log_.folder()).files().front().sealed, sampleTime(100));
}

struct IndexedQuery {
    const char* name;
    const char* sql;
    const char* index;
};
class AuditSearchIndex : public AuditSealed, public testing::WithParamInterface<IndexedQuery> {};

TEST_P(AuditSearchIndex, IsUsed)
{
    ASSERT_EQ(seal(), Sealing::Done);
    const Database database = Database::openReadOnly(older());
    Statement plan = database.prepare(std::string("EXPLAIN QUERY PLAN ") + GetParam().sql);
    ASSERT_TRUE(plan.step());
    EXPECT_THAT(plan.text(3), HasSubstr(GetParam().index));
    EXPECT_FALSE(plan.step()) << plan.text(3);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AuditSearchIndex,
    testing::Values(
        IndexedQuery{"Host", "SELECT seq FROM session WHERE host = ?1 ORDER BY seq DESC",
                     "session_host"},
        IndexedQuery{"Client", "SELECT seq FROM session WHERE client_ip = ?1 ORDER BY seq DESC",
                     "session_client"},
        IndexedQuery{"User", "SELECT seq FROM session WHERE user = ?1 ORDER BY seq DESC",
                     "session_user"},
        IndexedQuery{"Rule", "SELECT seq FROM session WHERE rule = ?1 ORDER BY seq DESC",
                     "session_rule"},
        IndexedQuery{"Reason", "SELECT seq FROM session WHERE close_reason = ?1 ORDER BY seq DESC",
                     "session_reason"},
        IndexedQuery{"EventsOfASession", "SELECT seq FROM session_event WHERE session = ?1",
                     "event_session"},
        IndexedQuery{"EndsByReason",
                     "SELECT session FROM session_event WHERE close_reason = ?1 ORDER BY session "
                     "DESC",
                     "event_reason"},
        IndexedQuery{"ChangedVerdicts",
                     "SELECT session FROM session_event WHERE verdict IS NOT NULL ORDER BY session "
                     "DESC",
                     "event_verdict"}),
    [](const auto& info) { return info.param.name; });

TEST_F(AuditSealed, IsFinishedWhenItsLastReaderHasGone)
{
    {
        const Database reader = Database::openReadOnly(older());
        Statement rows = reader.prepare("SELECT seq FROM session");
        ASSERT_TRUE(rows.step());
        EXPECT_EQ(seal(), Sealing::StillRead);
        EXPECT_TRUE(AuditFolder(log_.folder()).files().front().sealed) << "its indexes are there";
        EXPECT_FALSE(isAuditFileSealed(older()));
        while (rows.step()) {
        }
    }
    EXPECT_EQ(seal(), Sealing::Done);
    EXPECT_TRUE(isWhole());
}

TEST_F(AuditSealed, IsLeftAsItWasWhenStopped)
{
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 10; i < 30'000; ++i)
        events.push_back(sampleOpen(i));
    log_.write(events, sampleTime(0) + 24h);
    log_.write({sampleDecision(5)}, sampleTime(0) + 48h);
    const auto path = auditFilePaths(log_.folder())[1];
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(sealAuditFile(path, sampleTime(100), stop.get_token()), Sealing::Interrupted);
    EXPECT_FALSE(isAuditFileSealed(path));
    EXPECT_TRUE(isWhole());
    EXPECT_EQ(sealAuditFile(path, sampleTime(100), {}), Sealing::Done);
    EXPECT_TRUE(isWhole());
}

TEST_F(AuditSealed, IsNotWrittenToAgainWhenItIsTheNewestLeft)
{
    ASSERT_EQ(seal(), Sealing::Done);
    log_.close();
    removeAuditFile(auditFilePaths(log_.folder())[1]);
    log_.open();
    log_.write({sampleDecision(6)}, sampleTime(0));
    EXPECT_EQ(log_.store().file().filename(), "2026-11-23.2.db");
}

} // namespace
} // namespace sallyport::db
