#include "audit/AuditKeeper.h"

#include "db/AuditSealing.h"
#include "db/AuditVerifier.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace sallyport::audit {
namespace {

using namespace std::chrono_literals;
using test::sampleDecision;
using test::sampleFullOpen;
using test::sampleTime;
using testing::ElementsAre;
using testing::HasSubstr;

class AuditKept : public testing::Test {
protected:
    // A file for each of five days; session 1 is open over all of them.
    AuditKept()
    {
        log_.write({sampleFullOpen(1)});
        for (int day = 0; day < 5; ++day)
            log_.write({decisionOf(day)}, sampleTime(0) + day * 24h);
    }

    static db::AuditEvent decisionOf(int day)
    {
        db::AuditEvent event = sampleDecision(2);
        event.time = sampleTime(0) + day * 24h;
        return event;
    }

    [[nodiscard]] AuditKeeper keeper(AuditRetention retention)
    {
        return {log_.folder(), retention, [this](const db::AdminAct& act) { log_.act(act, now_); },
                AuditKeeper::Times{.every = 1h, .now = [this] { return now_; }}};
    }
    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const auto& path : db::auditFilePaths(log_.folder()))
            names.push_back(path.filename().native());
        return names;
    }
    [[nodiscard]] bool isWhole() const
    {
        return db::verifyAuditLog(log_.folder(), {{&log_.key().publicKey()}, {}}).whole();
    }

    test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
    db::AuditTime now_ = sampleTime(60) + 4 * 24h;
};

TEST_F(AuditKept, SealsAllButTheNewestFile)
{
    AuditKeeper kept = keeper({});
    kept.look({});
    const auto paths = db::auditFilePaths(log_.folder());
    ASSERT_EQ(paths.size(), 5u);
    for (std::size_t i = 0; i < paths.size(); ++i)
        EXPECT_EQ(db::isAuditFileSealed(paths[i]), i + 1 < paths.size()) << paths[i];
    EXPECT_EQ(kept.status().sealed, 4u);
    EXPECT_EQ(kept.status().lastError, "");
    EXPECT_TRUE(isWhole());
}

TEST_F(AuditKept, DeletesWhatIsTooOldAndRecordsItBefore)
{
    AuditKeeper kept = keeper({.age = std::chrono::days(2), .budgetBytes = {}});
    kept.look({});
    EXPECT_THAT(names(), ElementsAre("2026-11-25.db", "2026-11-26.db", "2026-11-27.db"));
    EXPECT_EQ(kept.status().deleted, 2u);
    EXPECT_TRUE(isWhole()) << "what is missing at its beginning is accounted for";
    const auto database = db::Database::openReadOnly(log_.store().file());
    db::Statement act = database.prepare("SELECT object, after FROM admin ORDER BY seq LIMIT 1");
    ASSERT_TRUE(act.step());
    EXPECT_EQ(act.text(0), "2026-11-23.db");
    EXPECT_THAT(std::string(act.text(1)),
                testing::AllOf(HasSubstr(R"("first_seq":1,"last_seq":3,)"),
                               HasSubstr(R"("reason":"age")")));
}

TEST_F(AuditKept, DeletesTheOldestUntilTheRestIsWithinTheBudget)
{
    keeper({}).look({});
    const auto files = db::AuditFolder(log_.folder()).files();
    const std::uint64_t budget = files[2].bytes + files[3].bytes + files[4].bytes;
    AuditKeeper kept = keeper({.age = {}, .budgetBytes = budget});
    kept.look({});
    EXPECT_EQ(names().front(), "2026-11-25.db");
    EXPECT_TRUE(isWhole());
}

TEST_F(AuditKept, NeverDeletesTheNewestFile)
{
    now_ += 1000 * 24h;
    AuditKeeper kept(
        log_.folder(), {.age = std::chrono::days(1), .budgetBytes = 1}, [](const db::AdminAct&) {},
        AuditKeeper::Times{.every = 1h, .now = [this] { return now_; }});
    kept.look({});
    EXPECT_THAT(names(), ElementsAre("2026-11-27.db"));
}

TEST_F(AuditKept, DeletesNothingThatCannotBeRecorded)
{
    AuditKeeper kept(
        log_.folder(), {.age = std::chrono::days(1), .budgetBytes = {}},
        [](const db::AdminAct&) { throw std::runtime_error("the disk is full"); },
        AuditKeeper::Times{.every = 1h, .now = [this] { return now_; }});
    kept.look({});
    EXPECT_EQ(names().size(), 5u);
    EXPECT_EQ(kept.status().lastError, "the disk is full");
}

TEST_F(AuditKept, LooksWhenItIsWoken)
{
    AuditKeeper kept = keeper({});
    kept.start();
    const auto until = [&](std::uint64_t sealed) {
        for (int i = 0; i < 500 && kept.status().sealed < sealed; ++i)
            std::this_thread::sleep_for(10ms);
        return kept.status().sealed;
    };
    EXPECT_EQ(until(4), 4u);
    log_.write({decisionOf(5)}, sampleTime(0) + 5 * 24h);
    kept.wake();
    EXPECT_EQ(until(5), 5u);
    kept.stop();
}

} // namespace
} // namespace sallyport::audit
