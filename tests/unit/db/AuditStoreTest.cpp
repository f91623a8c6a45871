#include "db/AuditStore.h"

#include "db/Database.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace sallyport::db {
namespace {

using namespace std::chrono_literals;
using test::sampleAct;
using test::sampleAlert;
using test::sampleClose;
using test::sampleDecision;
using test::sampleFullClose;
using test::sampleFullOpen;
using test::sampleOpen;
using test::sampleSession;
using test::sampleTime;
using test::sampleUpdate;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto Day = 24h;

// One record, by the columns that tell what became of it.
struct Line {
    std::int64_t seq;
    std::string kind;
    std::string what; // the session's number, an act's action
    std::string reason;
    std::int64_t bytes;

    friend bool operator==(const Line&, const Line&) = default;
};

void PrintTo(const Line& line, std::ostream* out)
{
    *out << line.seq << ' ' << line.kind << ' ' << line.what << ' ' << line.reason << ' '
         << line.bytes;
}

// The records of one file, without the sessions carried into it.
std::vector<Line> linesOf(const std::filesystem::path& file)
{
    const Database database = Database::openReadOnly(file);
    Statement rows = database.prepare(R"sql(
        SELECT s.seq, k.text, substr(hex(s.session_id), 29), coalesce(r.text, ''), 0 FROM session s
          JOIN dict k ON k.id = s.kind LEFT JOIN dict r ON r.id = s.close_reason
          WHERE s.seq >= (SELECT first_seq FROM state)
        UNION ALL SELECT e.seq, k.text, substr(hex(s.session_id), 29), coalesce(r.text, ''),
          e.bytes_upstream_to_proxy FROM session_event e JOIN session s ON s.seq = e.session
          JOIN dict k ON k.id = e.kind LEFT JOIN dict r ON r.id = e.close_reason
        UNION ALL SELECT seq, 'admin', action, '', 0 FROM admin
        UNION ALL SELECT seq, 'checkpoint', '', '', 0 FROM checkpoint
        ORDER BY 1)sql");
    std::vector<Line> lines;
    while (rows.step())
        lines.push_back({rows.integer(0), std::string(rows.text(1)), std::string(rows.text(2)),
                         std::string(rows.text(3)), rows.integer(4)});
    return lines;
}

constexpr std::int64_t SampleBytes = 5'000'000'000;

class AuditStoreLog : public testing::Test {
protected:
    // Of all files, in their order.
    [[nodiscard]] std::vector<Line> lines() const
    {
        std::vector<Line> all;
        for (const auto& path : auditFilePaths(log_.folder()))
            for (Line& line : linesOf(path))
                all.push_back(std::move(line));
        return all;
    }
    [[nodiscard]] std::int64_t number(const std::string& sql) const
    {
        return Database::openReadOnly(log_.store().file()).integer(sql);
    }
    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const auto& path : auditFilePaths(log_.folder()))
            names.push_back(path.filename().native());
        return names;
    }

    test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

TEST_F(AuditStoreLog, NumbersEventsWithoutGapsInTheirOrder)
{
    EXPECT_EQ(log_.write({sampleOpen(1), sampleOpen(2), sampleClose(1)}), 0u);
    EXPECT_EQ(log_.write({sampleDecision(3), sampleClose(2)}), 0u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", "0001", "", 0}, Line{2, "open", "0002", "", 0},
                                     Line{3, "close", "0001", "done", SampleBytes},
                                     Line{4, "decision", "0003", "denied", 0},
                                     Line{5, "close", "0002", "done", SampleBytes}));
    EXPECT_EQ(log_.store().lastSeq(), 5u);
    EXPECT_THAT(names(), ElementsAre("2026-11-23.db"));
}

TEST_F(AuditStoreLog, IsReadableByItsOwnerOnly)
{
    log_.write({sampleOpen(1)});
    struct stat status {};
    ASSERT_EQ(::stat(log_.folder().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    ASSERT_EQ(::stat(log_.store().file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat((log_.dataFolder() / AuditKeyName).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(AuditStoreLog, GoesOnCountingAfterARestart)
{
    log_.write({sampleOpen(1), sampleClose(1)});
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 2u);
    log_.write({sampleDecision(2)});
    EXPECT_EQ(lines().back().seq, 3);
    EXPECT_EQ(names().size(), 1u);
}

TEST_F(AuditStoreLog, RemembersHowFarEachJournalIsRecorded)
{
    const JournalId first{1};
    const JournalId second{2};
    EXPECT_EQ(log_.store().position(first), 0u);
    const std::vector<AuditEvent> events{sampleOpen(1)};
    const std::array<JournalRecords, 2> lists{
        JournalRecords{.journal = first, .position = 4096, .events = events, .acts = {}},
        JournalRecords{.journal = second, .position = 77, .events = {}, .acts = {}}};
    log_.store().write(lists, sampleTime(2));
    EXPECT_EQ(log_.store().position(first), 4096u);
    log_.open();
    EXPECT_EQ(log_.store().position(first), 4096u);
    EXPECT_EQ(log_.store().position(second), 77u);

    log_.store().keepJournals({&second, 1});
    EXPECT_EQ(log_.store().position(first), 0u);
    log_.write({sampleDecision(2)}, sampleTime(2) + Day); // into the next file as well
    log_.open();
    EXPECT_EQ(log_.store().position(first), 0u);
    EXPECT_EQ(log_.store().position(second), 77u);
}

TEST_F(AuditStoreLog, KeepsOpenSessionsInTheTableOnlyWhileTheyAreOpen)
{
    log_.write({sampleOpen(1), sampleClose(1), sampleOpen(2)});
    EXPECT_EQ(number("SELECT count(*) FROM open_session"), 1);
    EXPECT_EQ(log_.store().openSessions(), 1u);
    log_.write({sampleClose(2)});
    EXPECT_EQ(number("SELECT count(*) FROM open_session"), 0);
    EXPECT_EQ(log_.store().openSessions(), 0u);
}

TEST_F(AuditStoreLog, ClosesWhatACrashLeftOpenWithTheLastFigures)
{
    log_.write({sampleOpen(1), sampleOpen(2), sampleOpen(3), sampleClose(3), sampleUpdate(2)});
    log_.open(); // as after kill -9: nothing more is written
    EXPECT_EQ(log_.store().closeLostSessions(sampleTime(60)), 2u);
    EXPECT_EQ(number("SELECT count(*) FROM open_session"), 0);
    const auto all = lines();
    ASSERT_EQ(all.size(), 7u);
    EXPECT_EQ(all[5], (Line{6, "close", "0001", "process-lost", 0}));
    EXPECT_EQ(all[6], (Line{7, "close", "0002", "process-lost", SampleBytes}));
    EXPECT_EQ(number("SELECT count(*) FROM session_event WHERE duration IS NULL"), 2);
    log_.open();
    EXPECT_EQ(log_.store().closeLostSessions(sampleTime(120)), 0u) << "once is enough";
}

TEST_F(AuditStoreLog, KeepsASessionOpenWithItsFiguresOverAnAlert)
{
    AuditEvent counted = sampleAlert(2);
    counted.bytes = sampleClose(2).bytes;
    log_.write({sampleOpen(1), sampleOpen(2), sampleUpdate(1), sampleAlert(1), counted});
    log_.write({sampleAlert(1)});
    EXPECT_EQ(log_.store().openSessions(), 2u);
    log_.open();
    EXPECT_EQ(log_.store().closeLostSessions(sampleTime(60)), 2u);
    const auto all = lines();
    ASSERT_EQ(all.size(), 8u);
    EXPECT_EQ(all[6], (Line{7, "close", "0001", "process-lost", SampleBytes}));
    EXPECT_EQ(all[7], (Line{8, "close", "0002", "process-lost", SampleBytes}));
}

TEST_F(AuditStoreLog, CountsTheCloseOfASessionItNeverSaw)
{
    EXPECT_EQ(log_.write({sampleClose(9), sampleDecision(1)}), 1u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "decision", "0001", "denied", 0}));
}

TEST_F(AuditStoreLog, BeginsANewLogWithACheckpointWhenNothingElseIsToBeRecorded)
{
    EXPECT_EQ(log_.write({sampleClose(9)}), 1u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "checkpoint", "", "", 0}));
}

TEST_F(AuditStoreLog, RecordsActsAfterTheEventsOfTheirList)
{
    const std::vector<AuditEvent> events{sampleOpen(1)};
    const AdminAct act = sampleAct();
    const JournalRecords records{.events = events, .acts = {&act, 1}};
    log_.store().write({&records, 1}, sampleTime(2));
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", "0001", "", 0},
                                     Line{2, "admin", "policy.publish", "", 0}));
}

TEST_F(AuditStoreLog, StoresEveryFieldOfAnOpenEvent)
{
    log_.write({sampleFullOpen(1)});
    const auto text = [&](const std::string& column) {
        const Database database = Database::openReadOnly(log_.store().file());
        Statement row = database.prepare("SELECT text FROM session JOIN dict ON id = " + column);
        return row.step() ? std::string(row.text(0)) : std::string();
    };
    EXPECT_EQ(text("user"), "alice");
    EXPECT_EQ(text("user_agent"), "curl/7.88.1");
    EXPECT_EQ(text("dns_answers"), "192.0.2.7;2001:db8::1");
    EXPECT_EQ(text("rule_would"), "11111111-2222-4333-8444-666666666666");
    EXPECT_EQ(text("inspection"), "observe");
    EXPECT_EQ(text("inspection_profile"), "chat");
    EXPECT_EQ(number("SELECT dns_time FROM session"), 1200);
    EXPECT_EQ(number("SELECT connect_time FROM session"), 23'400);
    EXPECT_EQ(number("SELECT connect_tries FROM session"), 2);
    EXPECT_EQ(number("SELECT egress_ip = x'c6336409' AND egress_port = 40001 FROM session"), 1);
    EXPECT_EQ(number("SELECT path = '/chat' AND query = 'room=1' FROM session"), 1);
    EXPECT_EQ(number("SELECT policy_version FROM session"), 7);
}

TEST_F(AuditStoreLog, StoresEveryFieldOfACloseEvent)
{
    log_.write({sampleOpen(1), sampleFullClose(1)});
    const auto column = [&](const std::string& name) {
        return number("SELECT " + name + " FROM session_event");
    };
    EXPECT_EQ(column("bytes_proxy_to_upstream"), 900);
    EXPECT_EQ(column("bytes_proxy_to_client"), 4'999'999'999);
    EXPECT_EQ(column("since_client"), 250'000);
    EXPECT_EQ(column("since_upstream"), 125'000);
    EXPECT_EQ(column("longest_silence"), 500'000);
    EXPECT_EQ(column("first_byte_time"), 31'000);
    EXPECT_EQ(column("tcp_client_rtt"), 1500);
    EXPECT_EQ(column("tcp_client_retransmits"), 1);
    EXPECT_EQ(column("tcp_upstream_rtt"), 25'000);
    EXPECT_EQ(column("tcp_upstream_retransmits"), 2);
    EXPECT_EQ(column("close_timer_limit"), 300'000);
    EXPECT_EQ(
        number("SELECT text = 'tunnel-idle' FROM session_event JOIN dict ON id = close_timer"), 1);
}

TEST_F(AuditStoreLog, SaysOfAnotherSidesEqualBytesNothing)
{
    log_.write({sampleOpen(1), sampleClose(1)});
    EXPECT_EQ(number("SELECT bytes_proxy_to_upstream IS NULL AND bytes_proxy_to_client IS NULL AND "
                     "longest_silence IS NULL FROM session_event"),
              1);
}

TEST_F(AuditStoreLog, CutsALongUserAgentBetweenTwoCharacters)
{
    AuditEvent event = sampleOpen(1);
    const std::string agent = std::string(255, 'a') + "\u20ac" + std::string(100, 'b');
    event.userAgent = agent;
    log_.write({event});
    EXPECT_EQ(number("SELECT length(text) FROM session JOIN dict ON id = user_agent"), 255);
}

TEST_F(AuditStoreLog, SumsBeginningsAndEnds)
{
    AuditEvent denied = sampleClose(2); // the policy was asked again
    denied.verdict = policy::Answer::Deny;
    denied.closeReason = CloseReason::PolicyRevoked;
    log_.write({sampleOpen(1), sampleOpen(2), sampleDecision(3)});
    log_.open(); // the sums of open sessions survive
    log_.write({sampleClose(1), denied});
    const Database database = Database::openReadOnly(log_.store().file());
    Statement rows = database.prepare(
        "SELECT bucket, v.text, p.text, coalesce(r.text, ''), sessions, bytes_up, bytes_down "
        "FROM rollup JOIN dict v ON v.id = verdict JOIN dict p ON p.id = protocol "
        "LEFT JOIN dict r ON r.id = reason ORDER BY 2, 4");
    std::vector<std::string> sums;
    while (rows.step()) {
        EXPECT_EQ(rows.integer(0), 1'795'424'400 / 60);
        sums.push_back(std::string(rows.text(1)) + " " + std::string(rows.text(2)) + " " +
                       std::string(rows.text(3)) + " " + std::to_string(rows.integer(4)) + " " +
                       std::to_string(rows.integer(5)) + " " + std::to_string(rows.integer(6)));
    }
    EXPECT_THAT(sums, ElementsAre("allow connect  2 0 0", "allow connect done 1 1000 5000000000",
                                  "deny connect  1 0 0", "deny connect denied 1 0 0",
                                  "deny connect policy-revoked 1 1000 5000000000"));
}

TEST_F(AuditStoreLog, HasOneWriterAtATime)
{
    try {
        AuditStore second(log_.folder(), {.node = "node-1", .key = nullptr});
        FAIL() << "two writers";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::Locked);
        EXPECT_THAT(error.what(), HasSubstr("writing the audit log already"));
    }
}

TEST_F(AuditStoreLog, TakesTheSameBatchAgainAfterAFailure)
{
    log_.write({sampleOpen(1)});
    std::vector<AuditEvent> batch{sampleClose(1), sampleDecision(2)};
    batch.back().host = "seen-first-in-the-failed-batch.example";
    {
        // The table is missing for a moment: the close event goes in, its removal from the open
        // ones fails.
        Database other = Database::openOrCreate(log_.store().file(), Durability::Normal);
        other.execute("ALTER TABLE open_session RENAME TO away");
        EXPECT_THROW(log_.write(batch), DatabaseError);
        EXPECT_EQ(lines().size(), 1u);
        other.execute("ALTER TABLE away RENAME TO open_session");
    }
    EXPECT_EQ(log_.write(batch), 0u);
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", "0001", "", 0},
                                     Line{2, "close", "0001", "done", SampleBytes},
                                     Line{3, "decision", "0002", "denied", 0}));
    EXPECT_EQ(number("SELECT count(*) FROM open_session"), 0);
}

// Rotation.

TEST_F(AuditStoreLog, BeginsAFileWithTheDayAndCarriesWhatIsOpen)
{
    log_.write({sampleFullOpen(1), sampleOpen(2), sampleUpdate(1), sampleClose(2)});
    log_.write({sampleFullClose(1), sampleDecision(3)}, sampleTime(2) + Day);
    EXPECT_THAT(names(), ElementsAre("2026-11-23.db", "2026-11-24.db"));
    EXPECT_THAT(lines(), ElementsAre(Line{1, "open", "0001", "", 0}, Line{2, "open", "0002", "", 0},
                                     Line{3, "update", "0001", "", SampleBytes},
                                     Line{4, "close", "0002", "done", SampleBytes},
                                     Line{5, "checkpoint", "", "", 0},
                                     Line{6, "close", "0001", "done", SampleBytes},
                                     Line{7, "decision", "0003", "denied", 0}));
    EXPECT_EQ(number("SELECT count(*) FROM session WHERE seq = 1"), 1);
    EXPECT_EQ(number("SELECT text = 'alice' FROM session JOIN dict ON id = user WHERE session.seq "
                     "= 1"),
              1);
    EXPECT_EQ(number("SELECT rule.name = 'Staff, web' FROM session JOIN rule ON rule.id = "
                     "session.rule WHERE session.seq = 1"),
              1);
    EXPECT_EQ(number("SELECT count(*) FROM open_session"), 0);
    EXPECT_EQ(number("SELECT sessions FROM rollup JOIN rule ON rule.id = rollup.rule WHERE "
                     "rule.name = 'Staff, web'"),
              1)
        << "its end is summed under its rule";

    AuditFolder folder(log_.folder());
    const auto files = folder.files();
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].firstSeq, 1u);
    EXPECT_EQ(files[0].lastSeq, 5u);
    EXPECT_EQ(files[1].firstSeq, 6u);
    EXPECT_EQ(files[1].firstLink, files[0].lastLink);
}

TEST_F(AuditStoreLog, CarriesASessionOverManyDaysAndLosesItOnce)
{
    log_.write({sampleOpen(1), sampleUpdate(1)});
    for (int day = 1; day <= 3; ++day)
        log_.write({sampleDecision(2)}, sampleTime(2) + day * Day);
    log_.open();
    EXPECT_EQ(log_.store().closeLostSessions(sampleTime(2) + 4 * Day), 1u);
    EXPECT_EQ(names().size(), 5u);
    EXPECT_EQ(lines().back(), (Line{10, "close", "0001", "process-lost", SampleBytes}));
}

TEST_F(AuditStoreLog, BeginsAFileWhenOneIsFull)
{
    log_.fileBytes = 200'000;
    log_.open();
    for (std::uint16_t i = 0; i < 3000; i += 100) {
        std::vector<AuditEvent> events;
        for (std::uint16_t j = i; j < i + 100; ++j) {
            events.push_back(sampleOpen(j));
            if (j % 7 != 0)
                events.push_back(sampleClose(j));
        }
        log_.write(events);
    }
    EXPECT_GE(names().size(), 2u);
    EXPECT_EQ(names()[1], "2026-11-23.2.db");
    const auto all = lines();
    for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_EQ(all[i].seq, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(log_.store().openSessions(), 429u);
    log_.open();
    EXPECT_EQ(log_.store().openSessions(), 429u);
}

TEST_F(AuditStoreLog, StaysInTheNewestFileWhenTheClockIsSetBack)
{
    log_.write({sampleOpen(1)}, sampleTime(0) + Day);
    AuditEvent earlier = sampleClose(1);
    earlier.time = sampleTime(-100);
    log_.write({earlier}, sampleTime(-100));
    EXPECT_THAT(names(), ElementsAre("2026-11-24.db"));
    EXPECT_EQ(AuditFolder(log_.folder()).files().at(0).disorder, 100s);
    log_.open();
    log_.write({sampleDecision(2)}, sampleTime(0));
    EXPECT_THAT(names(), ElementsAre("2026-11-24.db"));
}

TEST_F(AuditStoreLog, MakesAFileAnewWhoseFirstTransactionNeverCommitted)
{
    log_.write({sampleOpen(1)});
    log_.close();
    {
        Database stillborn =
            Database::openOrCreate(log_.folder() / "2026-11-24.db", Durability::Normal);
        stillborn.execute("PRAGMA user_version = 0");
    }
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 1u);
    EXPECT_EQ(log_.store().openSessions(), 1u);
    log_.write({sampleClose(1)}, sampleTime(2) + Day);
    EXPECT_EQ(lines().back(), (Line{3, "close", "0001", "done", SampleBytes}));
}

// What goes wrong.

TEST_F(AuditStoreLog, WritesNothingWhileAnotherHasTheFileLockedAndAllLater)
{
    log_.write({sampleOpen(1)});
    {
        Database other = Database::openOrCreate(log_.store().file(), Durability::Normal);
        Transaction lock(other);
        EXPECT_THROW(log_.write({sampleClose(1)}), DatabaseError);
    }
    EXPECT_EQ(log_.write({sampleClose(1)}), 0u);
    EXPECT_EQ(lines().size(), 2u);
}

// Files of this process cannot grow beyond `bytes`, as on a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

TEST_F(AuditStoreLog, WritesNothingToAFullDiskAndAllWhenThereIsSpace)
{
    log_.write({sampleOpen(1)});
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 2; i < 3000; ++i)
        events.push_back(sampleOpen(i));
    {
        const FileSizeLimit full(300'000);
        EXPECT_THROW(log_.write(events), DatabaseError);
        EXPECT_THROW(log_.write(events), DatabaseError);
        EXPECT_EQ(lines().size(), 1u);
    }
    EXPECT_EQ(log_.write(events), 0u);
    EXPECT_EQ(lines().size(), 2999u);
    EXPECT_EQ(log_.store().openSessions(), 2999u);
}

TEST_F(AuditStoreLog, RotatesLaterWhenTheDiskIsFullAtMidnight)
{
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 1; i < 3000; ++i)
        events.push_back(sampleOpen(i));
    log_.write(events);
    const std::vector<AuditEvent> next{sampleClose(1)};
    {
        const FileSizeLimit full(100'000);
        for (int i = 0; i < 3; ++i)
            EXPECT_THROW(log_.write(next, sampleTime(0) + Day), DatabaseError);
        EXPECT_EQ(names().size(), 1u);
    }
    EXPECT_EQ(log_.write(next, sampleTime(0) + Day), 0u);
    EXPECT_EQ(names().size(), 2u);
    EXPECT_EQ(lines().size(), 3001u) << "one checkpoint, however often it was tried";
    EXPECT_EQ(log_.store().openSessions(), 2998u);
}

// Waits until the store looks for its file again.
void untilItLooks()
{
    std::this_thread::sleep_for(1100ms);
}

TEST_F(AuditStoreLog, BeginsAFileWhenTheOneItWritesWasRemoved)
{
    log_.write({sampleOpen(1), sampleUpdate(1)});
    std::filesystem::remove(log_.store().file());
    untilItLooks();
    log_.write({sampleClose(1)});
    EXPECT_THAT(names(), ElementsAre("2026-11-23.2.db"));
    EXPECT_THAT(lines(), ElementsAre(Line{3, "admin", "audit.file-lost", "", 0},
                                     Line{4, "close", "0001", "done", SampleBytes}));
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 4u);
}

TEST_F(AuditStoreLog, BeginsAFileWhenTheOneItWritesWasReplaced)
{
    log_.write({sampleOpen(1)});
    const auto file = log_.store().file();
    std::filesystem::copy_file(file, file.native() + ".copy");
    std::filesystem::rename(file.native() + ".copy", file);
    untilItLooks();
    log_.write({sampleClose(1)});
    EXPECT_EQ(log_.store().file().filename(), "2026-11-23.2.db");
}

TEST_F(AuditStoreLog, GoesOnFromItsHeadWhenTheNewestFileIsNoDatabase)
{
    log_.write({sampleOpen(1), sampleClose(1)});
    const auto file = log_.store().file();
    log_.close();
    std::ofstream(file) << "this is not a database, however long one looks at it";
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 2u);
    log_.write({sampleDecision(2)});
    EXPECT_THAT(names(), ElementsAre("2026-11-23.2.db"));
    EXPECT_TRUE(std::filesystem::exists(file.native() + ".damaged"));
    EXPECT_THAT(lines(), ElementsAre(Line{3, "admin", "audit.file-damaged", "", 0},
                                     Line{4, "admin", "audit.records-lost", "", 0},
                                     Line{5, "decision", "0002", "denied", 0}));
}

TEST_F(AuditStoreLog, GoesOnFromItsHeadWhenTheNewestFileIsCutShort)
{
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 1; i < 3000; ++i)
        events.push_back(sampleOpen(i));
    log_.write(events);
    const auto file = log_.store().file();
    log_.close();
    std::filesystem::resize_file(file, 100'000);
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 2999u);
    log_.write({sampleDecision(2)});
    EXPECT_EQ(lines().back().seq, 3002);
}

TEST_F(AuditStoreLog, DoesNotGiveNumbersAgainWhenTheNewestFileIsGone)
{
    log_.write({sampleOpen(1), sampleDecision(2)});
    log_.write({sampleDecision(3)}, sampleTime(2) + Day);
    const auto file = log_.store().file();
    log_.close();
    std::filesystem::remove(file);
    log_.open();
    EXPECT_EQ(log_.store().lastSeq(), 4u);
    log_.write({sampleClose(1)}, sampleTime(2) + Day);
    EXPECT_EQ(lines().back().seq, 6) << "5 says what was lost; session 1 is still known";
}

TEST_F(AuditStoreLog, IsReadWholeWhileItIsWritten)
{
    log_.write({sampleDecision(0)});
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (std::uint16_t i = 1; i <= 300; ++i)
            log_.write({sampleOpen(i), sampleDecision(1000), sampleClose(i)});
        done = true;
    });
    std::size_t last = 0;
    while (!done) {
        const auto all = lines();
        EXPECT_EQ(all.size() % 3, 1u) << "a part of a transaction is seen";
        EXPECT_GE(all.size(), last);
        last = all.size();
    }
    writer.join();
    EXPECT_EQ(lines().size(), 901u);
}

} // namespace
} // namespace sallyport::db
