#include "db/AuditStore.h"

#include "db/AuditExport.h"
#include "db/AuditReader.h"
#include "support/TemporaryFolder.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <optional>
#include <thread>

namespace sallyport::db {
namespace {

using test::sampleAlert;
using test::sampleClose;
using test::sampleDecision;
using test::sampleOpen;
using test::sampleSession;
using test::sampleTime;
using testing::ElementsAre;
using testing::HasSubstr;

// What stays of a record after the reader has gone on.
struct Line {
    std::uint64_t seq;
    std::string event;
    std::string session;
    std::string reason;
    std::uint64_t bytesToClient;

    friend bool operator==(const Line&, const Line&) = default;
};

void PrintTo(const Line& line, std::ostream* out)
{
    *out << line.seq << ' ' << line.event << ' ' << line.session << ' ' << line.reason << ' '
         << line.bytesToClient;
}

class AuditLog : public testing::Test {
protected:
    void open() { store_.emplace(file_, "node-1", Durability::Normal); }

    template <class... Events>
    std::size_t write(Events... events)
    {
        std::vector<AuditEvent> list;
        (list.push_back(std::move(events)), ...);
        return store_->write({&list, 1});
    }

    [[nodiscard]] std::vector<Line> lines(const AuditPeriod& period = {}) const
    {
        std::vector<Line> all;
        AuditReader(file_).forEach(period, [&](const AuditRecord& record) {
            all.push_back({record.seq, std::string(record.event), std::string(record.sessionId),
                           record.end ? std::string(record.end->reason) : "",
                           record.counts ? record.counts->proxyToClient : 0});
        });
        return all;
    }

    [[nodiscard]] std::int64_t openRows() const
    {
        return Database::openReadOnly(file_).integer("SELECT count(*) FROM open_session");
    }

    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("audit.db");
    std::optional<AuditStore> store_;
};

std::string id(std::uint16_t number)
{
    return toText(sampleSession(number));
}

constexpr std::uint64_t SampleBytes = 5'000'000'000;

TEST_F(AuditLog, NumbersEventsWithoutGapsInTheirOrder)
{
    open();
    EXPECT_EQ(write(sampleOpen(1), sampleOpen(2), sampleClose(1)), 0u);
    EXPECT_EQ(write(sampleDecision(3), sampleClose(2)), 0u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", id(1), "", 0}, Line{2, "open", id(2), "", 0},
                                     Line{3, "close", id(1), "done", SampleBytes},
                                     Line{4, "decision", id(3), "denied", 0},
                                     Line{5, "close", id(2), "done", SampleBytes}));
}

TEST_F(AuditLog, GoesOnCountingAfterARestart)
{
    open();
    write(sampleOpen(1), sampleClose(1));
    store_.reset();
    open();
    EXPECT_EQ(store_->lastSeq(), 2u);
    write(sampleDecision(2));
    EXPECT_EQ(lines().back().seq, 3u);
}

TEST_F(AuditLog, KeepsOpenSessionsInTheTableOnlyWhileTheyAreOpen)
{
    open();
    write(sampleOpen(1), sampleClose(1), sampleOpen(2));
    EXPECT_EQ(openRows(), 1);
    EXPECT_EQ(store_->openSessions(), 1u);
    write(sampleClose(2));
    EXPECT_EQ(openRows(), 0);
    EXPECT_EQ(store_->openSessions(), 0u);
}

TEST_F(AuditLog, ClosesWhatACrashLeftOpenWithTheLastFigures)
{
    open();
    AuditEvent update = sampleClose(2);
    update.kind = EventKind::Update;
    update.closeBy = CloseBy::None;
    update.closeReason = CloseReason::None;
    write(sampleOpen(1), sampleOpen(2), sampleOpen(3), sampleClose(3), update);
    store_.reset(); // as after kill -9: nothing more is written

    open();
    EXPECT_EQ(store_->closeLostSessions(sampleTime(60)), 2u);
    EXPECT_EQ(openRows(), 0);
    const auto all = lines();
    ASSERT_EQ(all.size(), 7u);
    EXPECT_EQ(all[5], (Line{6, "close", id(1), "process-lost", 0}));
    EXPECT_EQ(all[6], (Line{7, "close", id(2), "process-lost", SampleBytes}));

    store_.reset();
    open();
    EXPECT_EQ(store_->closeLostSessions(sampleTime(120)), 0u) << "once is enough";
}

TEST_F(AuditLog, KeepsASessionOpenWithItsFiguresOverAnAlert)
{
    open();
    AuditEvent update = sampleClose(1);
    update.kind = EventKind::Update;
    AuditEvent counted = sampleAlert(2);
    counted.bytes = sampleClose(2).bytes;
    write(sampleOpen(1), sampleOpen(2), update, sampleAlert(1), counted);
    write(sampleAlert(1));
    EXPECT_EQ(store_->openSessions(), 2u);
    store_.reset();

    open();
    EXPECT_EQ(store_->closeLostSessions(sampleTime(60)), 2u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", id(1), "", 0}, Line{2, "open", id(2), "", 0},
                                     Line{3, "update", id(1), "", SampleBytes},
                                     Line{4, "alert", id(1), "", 0},
                                     Line{5, "alert", id(2), "", SampleBytes},
                                     Line{6, "alert", id(1), "", 0},
                                     Line{7, "close", id(1), "process-lost", SampleBytes},
                                     Line{8, "close", id(2), "process-lost", SampleBytes}));
}

TEST_F(AuditLog, KeepsASessionThatOnlyAlerted)
{
    open();
    write(sampleOpen(1), sampleAlert(1));
    EXPECT_EQ(openRows(), 1);
    write(sampleClose(1));
    EXPECT_EQ(openRows(), 0);
    EXPECT_EQ(write(sampleAlert(1)), 1u) << "it is closed";
}

TEST_F(AuditLog, CountsTheCloseOfASessionItNeverSaw)
{
    open();
    EXPECT_EQ(write(sampleClose(9), sampleDecision(1)), 1u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "decision", id(1), "denied", 0}));
}

TEST_F(AuditLog, HasOneWriterAtATime)
{
    open();
    try {
        AuditStore second(file_, "node-1", Durability::Normal);
        FAIL() << "two writers";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::Locked);
        EXPECT_THAT(error.what(), HasSubstr("writing the audit log already"));
    }
}

TEST_F(AuditLog, TakesTheSameBatchAgainAfterAFailure)
{
    open();
    write(sampleOpen(1));
    std::vector<AuditEvent> batch;
    batch.push_back(sampleClose(1));
    batch.push_back(sampleDecision(2));
    batch.back().host = "seen-first-in-the-failed-batch.example";
    {
        // The table is missing for a moment: the close event goes in, its removal from the open
        // ones fails.
        Database other = Database::openOrCreate(file_, Durability::Normal);
        other.execute("ALTER TABLE open_session RENAME TO away");
        EXPECT_THROW(static_cast<void>(store_->write({&batch, 1})), DatabaseError);
        EXPECT_EQ(lines().size(), 1u);
        other.execute("ALTER TABLE away RENAME TO open_session");
    }
    EXPECT_EQ(store_->write({&batch, 1}), 0u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", id(1), "", 0},
                                     Line{2, "close", id(1), "done", SampleBytes},
                                     Line{3, "decision", id(2), "denied", 0}));
    EXPECT_EQ(openRows(), 0);
}

TEST_F(AuditLog, IsReadByPeriod)
{
    open();
    write(sampleOpen(1), sampleClose(1), sampleDecision(2)); // at seconds 0, 1, 0
    EXPECT_THAT(lines({.since = sampleTime(1), .until = {}}),
                ElementsAre(Line{2, "close", id(1), "done", SampleBytes}));
    EXPECT_EQ(lines({.since = {}, .until = sampleTime(1)}).size(), 2u);
}

TEST_F(AuditLog, IsReadWholeWhileItIsWritten)
{
    open();
    write(sampleDecision(0));
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (std::uint16_t i = 1; i <= 300; ++i)
            write(sampleOpen(i), sampleDecision(1000), sampleClose(i));
        done = true;
    });
    std::size_t last = 0;
    while (!done) {
        const auto all = lines();
        EXPECT_EQ(all.size() % 3, 1u) << "a part of a transaction is seen";
        EXPECT_GE(all.size(), last);
        last = all.size();
        for (std::size_t i = 0; i < all.size(); ++i)
            ASSERT_EQ(all[i].seq, i + 1);
    }
    writer.join();
    EXPECT_EQ(lines().size(), 901u);
}

TEST_F(AuditLog, IsMergedByTheirPrimaryKeysWithoutASort)
{
    open();
    const Database database = Database::openReadOnly(file_);
    Statement plan = database.prepare("EXPLAIN QUERY PLAN " + AuditReader::eventsQuery());
    while (plan.step())
        EXPECT_THAT(plan.text(3), testing::Not(HasSubstr("TEMP B-TREE")));
}

TEST_F(AuditLog, RefusesADamagedFileWithItsName)
{
    folder_.write("audit.db", "this is not a database, however long one looks at it");
    try {
        open();
        FAIL() << "opened";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::NotADatabase);
        EXPECT_THAT(error.what(), HasSubstr("audit.db"));
    }
}

// Run by hand, on a quiet machine: prints the CPU time of one session's two events, 200 sessions a
// batch.
TEST_F(AuditLog, DISABLED_CostOfASession)
{
    open();
    const auto policy = test::samplePolicy();
    const auto cpuMicroseconds = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
    };
    struct Shape {
        const char* name;
        std::uint16_t closedInBatch;
    };
    for (const Shape& shape :
         {Shape{"opened and closed in one batch", 200}, Shape{"closed in the next batch", 0}}) {
        std::vector<AuditEvent> opens;
        std::vector<AuditEvent> closes;
        for (std::uint16_t i = 0; i < 200; ++i) {
            opens.push_back(sampleOpen(i));
            opens.back().policy = policy;
            opens.back().rule = &policy->document().rows(policy::Layer::Access).front();
            opens.back().host = "host-" + std::to_string(i % 50) + ".example.com";
            (i < shape.closedInBatch ? opens : closes).push_back(sampleClose(i));
        }
        constexpr int Batches = 1000;
        const double before = cpuMicroseconds();
        for (int i = 0; i < Batches; ++i) {
            static_cast<void>(store_->write({&opens, 1}));
            if (!closes.empty())
                static_cast<void>(store_->write({&closes, 1}));
        }
        const double each = (cpuMicroseconds() - before) / (Batches * 200.0);
        std::printf("%s: %.2f us of CPU per session\n", shape.name, each);
    }
    std::printf("%.0f bytes per session\n",
                static_cast<double>(std::filesystem::file_size(file_)) / 400'000.0);
}

} // namespace
} // namespace sallyport::db
