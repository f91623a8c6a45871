#include "db/AuditVerifier.h"

#include "db/AuditFolder.h"
#include "db/Database.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
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
using test::sampleTime;
using test::sampleUpdate;
using testing::HasSubstr;

class AuditProof : public testing::Test {
protected:
    // Three days. Records: 1-9 in the first file (the last a checkpoint), 10-14, 15-18.
    void writeThreeDays()
    {
        log_.write({sampleFullOpen(1), sampleOpen(2), sampleUpdate(1), sampleAlert(2)}); // 1-4
        log_.act(sampleAct());                                                           // 5
        log_.write({sampleDecision(3), sampleFullClose(2), sampleDecision(4)});          // 6-8
        log_.write({sampleOpen(5), sampleClose(5)}, sampleTime(0) + 24h);                // 10-11
        log_.store().checkpoint(sampleTime(0) + 24h);                                    // 12
        log_.write({sampleDecision(6)}, sampleTime(0) + 24h);                            // 13
        log_.write({sampleFullClose(1), sampleDecision(7)}, sampleTime(0) + 48h);        // 15-16
        log_.write({sampleDecision(8), sampleDecision(9)}, sampleTime(0) + 48h);         // 17-18
        log_.close();
    }

    [[nodiscard]] AuditVerification verify(const std::vector<AuditAnchor>& anchors = {}) const
    {
        return verifyAuditLog(log_.folder(), {{&log_.key().publicKey()}, anchors});
    }

    [[nodiscard]] std::filesystem::path file(std::size_t number) const
    {
        return auditFilePaths(log_.folder()).at(number);
    }

    static void execute(const std::filesystem::path& file, const std::string& sql)
    {
        Database::openOrCreate(file, Durability::Normal).execute(sql);
    }

    test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

std::string told(const AuditVerification& verification)
{
    if (verification.whole())
        return "whole";
    return std::string(auditFaultName(verification.firstFault->what)) + " " +
           std::to_string(verification.firstFault->seq) + " " +
           verification.firstFault->file.filename().string();
}

TEST_F(AuditProof, SaysThatAnUntouchedLogIsWhole)
{
    writeThreeDays();
    const AuditVerification verification = verify();
    EXPECT_EQ(told(verification), "whole") << verification.firstFault->sentence;
    EXPECT_EQ(verification.records, 18u);
    EXPECT_EQ(verification.files, 3u);
    EXPECT_EQ(verification.firstSeq, 1u);
    EXPECT_EQ(verification.lastSeq, 18u);
    EXPECT_EQ(verification.checkpoints, 3u);
    EXPECT_EQ(verification.lastCheckpoint, 14u);
    EXPECT_EQ(verification.head, AuditFolder(log_.folder()).files().back().lastLink);
}

TEST_F(AuditProof, SaysThatAnEmptyLogIsWhole)
{
    EXPECT_EQ(told(verify()), "whole");
    EXPECT_EQ(told(verifyAuditLog(folder_.path() + "/none", {})), "whole");
}

struct Tampering {
    const char* name;
    std::size_t file;
    const char* sql;
    const char* told;
};
void PrintTo(const Tampering& each, std::ostream* out)
{
    *out << each.name;
}
class AuditTampering : public AuditProof, public testing::WithParamInterface<Tampering> {};

TEST_P(AuditTampering, IsNamed)
{
    writeThreeDays();
    execute(file(GetParam().file), GetParam().sql);
    EXPECT_EQ(told(verify()), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AuditTampering,
    testing::Values(
        Tampering{"SessionChanged", 0, "UPDATE session SET client_port = 1 WHERE seq = 2",
                  "changed 2 2026-11-23.db"},
        Tampering{"SessionFieldRemoved", 0, "UPDATE session SET path = NULL WHERE seq = 1",
                  "changed 1 2026-11-23.db"},
        Tampering{"SessionTypeChanged", 0, "UPDATE session SET path = x'2f63686174' WHERE seq = 1",
                  "changed 1 2026-11-23.db"},
        Tampering{"EventChanged", 0,
                  "UPDATE session_event SET bytes_client_to_proxy = 1 WHERE seq = 3",
                  "changed 3 2026-11-23.db"},
        Tampering{"NullMadeANumber", 2, "UPDATE session_event SET verdict = 1 WHERE seq = 15",
                  "changed 15 2026-11-25.db"},
        Tampering{"AlertChanged", 0, "UPDATE alert SET offset = 0", "changed 4 2026-11-23.db"},
        Tampering{"ActChanged", 0, "UPDATE admin SET who = 'somebody'", "changed 5 2026-11-23.db"},
        Tampering{"ContentsChanged", 0, "UPDATE contents SET banner = ''",
                  "changed 7 2026-11-23.db"},
        Tampering{"TlsChanged", 0, "UPDATE tls SET ech_offered = 0", "changed 7 2026-11-23.db"},
        Tampering{"WebSocketChanged", 0, "UPDATE websocket SET close_code = 1000",
                  "changed 7 2026-11-23.db"},
        Tampering{"InspectionChanged", 0, "UPDATE inspection SET alerts = 0",
                  "changed 7 2026-11-23.db"},
        Tampering{"InspectionRemoved", 0, "DELETE FROM inspection", "changed 7 2026-11-23.db"},
        Tampering{"CertificateChanged", 0, "UPDATE certificate SET subject = 'CN=other'",
                  "changed 7 2026-11-23.db"},
        Tampering{"NameChanged", 0, "UPDATE dict SET text = 'bob' WHERE text = 'alice'",
                  "changed 1 2026-11-23.db"},
        Tampering{"NamesSwapped", 0,
                  "UPDATE dict SET text = 'x' WHERE text = 'deny'; UPDATE dict SET text = 'deny' "
                  "WHERE text = 'allow'; UPDATE dict SET text = 'allow' WHERE text = 'x'",
                  "changed 1 2026-11-23.db"},
        Tampering{"NameAdded", 0, "INSERT INTO dict VALUES (1000, 6, 'host', 'other.example')",
                  "added 6 2026-11-23.db"},
        Tampering{"NameOfNoRecord", 0,
                  "INSERT INTO dict VALUES (1000, 900, 'host', 'other.example')",
                  "added 900 2026-11-23.db"},
        Tampering{"RuleChanged", 0, "UPDATE rule SET name = 'Other'", "changed 1 2026-11-23.db"},
        Tampering{"LinkChanged", 0, "UPDATE session SET link = x'0000000000000000' WHERE seq = 6",
                  "changed 6 2026-11-23.db"},
        Tampering{"CarriedChanged", 1, "UPDATE session SET client_port = 1 WHERE seq = 1",
                  "changed 10 2026-11-24.db"},
        Tampering{"CarriedLinkChanged", 1, "UPDATE session SET link = x'00' WHERE seq = 1",
                  "changed 10 2026-11-24.db"},
        Tampering{"CarriedRemoved", 2, "DELETE FROM session WHERE seq = 1",
                  "changed 15 2026-11-25.db"},
        Tampering{"RecordRemoved", 0, "DELETE FROM session WHERE seq = 6",
                  "missing 6 2026-11-23.db"},
        Tampering{"FirstRecordRemoved", 1, "DELETE FROM session WHERE seq = 10",
                  "missing 10 2026-11-24.db"},
        Tampering{"RecordRemovedAndTheOthersRenumbered", 0,
                  "DELETE FROM session WHERE seq = 6; UPDATE session_event SET seq = 6 WHERE seq = "
                  "7",
                  "changed 6 2026-11-23.db"},
        Tampering{"RecordAddedBehind", 2,
                  "INSERT INTO admin VALUES (19, 1, 'a', 'b', 'c', NULL, NULL, NULL, NULL, "
                  "x'0000000000000000')",
                  "added 19 2026-11-25.db"},
        Tampering{"RecordAddedFarBehind", 2,
                  "INSERT INTO admin VALUES (25, 1, 'a', 'b', 'c', NULL, NULL, NULL, NULL, "
                  "x'0000000000000000')",
                  "missing 19 2026-11-25.db"},
        Tampering{"RecordAddedTwice", 0,
                  "INSERT INTO admin VALUES (6, 1, 'a', 'b', 'c', NULL, NULL, NULL, NULL, "
                  "x'0000000000000000')",
                  "added 6 2026-11-23.db"},
        Tampering{"TailCut", 2, "DELETE FROM session WHERE seq > 16", "cut-off 17 2026-11-25.db"},
        Tampering{"TailCutWithTheState", 2,
                  "DELETE FROM session WHERE seq > 16; UPDATE state SET last_seq = 16, "
                  "last_link = x'00'",
                  "changed 16 2026-11-25.db"},
        Tampering{"StateTimesChanged", 1, "UPDATE state SET last_time = first_time - 1",
                  "changed 14 2026-11-24.db"},
        Tampering{"StateDisorderChanged", 0, "UPDATE state SET disorder = 0",
                  "changed 9 2026-11-23.db"},
        Tampering{"StateNodeChanged", 1, "UPDATE state SET node = 'other'",
                  "bad-signature 12 2026-11-24.db"},
        Tampering{"StateRemoved", 1, "DELETE FROM state", "unreadable 10 2026-11-24.db"},
        Tampering{"FirstLinkChanged", 1, "UPDATE state SET first_link = x'00'",
                  "changed 10 2026-11-24.db"},
        Tampering{"SignatureChanged", 1, "UPDATE checkpoint SET signature = x'00' WHERE seq = 12",
                  "changed 12 2026-11-24.db"},
        Tampering{"TableRemoved", 1, "DROP TABLE tls", "unreadable 10 2026-11-24.db"}),
    [](const auto& info) { return info.param.name; });

// The link of the last record there is in the file with `seq` or less.
std::string linkAt(const std::filesystem::path& file, const std::string& seq)
{
    // As somebody would who can compute the chain: by asking for it up to there.
    std::filesystem::path copy = file;
    copy += ".cut";
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    {
        Database database = Database::openOrCreate(copy, Durability::Normal);
        for (const std::string table : {"session", "session_event", "admin", "checkpoint"})
            database.execute("DELETE FROM " + table + " WHERE seq > " + seq);
        database.execute("UPDATE state SET last_seq = " + seq);
        database.execute("PRAGMA journal_mode = DELETE");
    }
    const AuditVerification verification = verifyAuditFiles({&copy, 1}, {});
    std::filesystem::remove(copy);
    std::string digits;
    for (const std::uint8_t byte : verification.head) {
        digits += "0123456789abcdef"[byte >> 4];
        digits += "0123456789abcdef"[byte & 15];
    }
    return digits;
}

// By somebody who knows how: rows, state, its times and the last link agree.
void cutTail(const std::filesystem::path& file, const std::string& seq)
{
    const std::string link = linkAt(file, seq);
    Database database = Database::openOrCreate(file, Durability::Normal);
    for (const std::string table : {"session", "session_event", "admin", "checkpoint"})
        database.execute("DELETE FROM " + table + " WHERE seq > " + seq);
    for (const std::string table :
         {"dict", "rule", "certificate", "contents", "tls", "websocket", "inspection", "alert"})
        database.execute("DELETE FROM " + table + " WHERE seq > " + seq);
    database.execute("UPDATE state SET last_seq = " + seq + ", last_link = x'" + link +
                     "', (first_time, last_time) = (SELECT min(time), max(time) FROM (SELECT time "
                     "FROM session WHERE seq >= first_seq UNION ALL SELECT time FROM session_event "
                     "UNION ALL SELECT time FROM admin UNION ALL SELECT time FROM checkpoint))");
}

TEST_F(AuditProof, NamesATailThatWasCutOffTogetherWithTheState)
{
    writeThreeDays();
    cutTail(file(2), "16");
    const AuditVerification verification = verify();
    EXPECT_EQ(told(verification), "cut-off 17 2026-11-25.db");
    EXPECT_THAT(verification.firstFault->sentence, HasSubstr("\"head\" knows of record 18"));
}

TEST_F(AuditProof, NamesATailThatWasCutOffInTheMiddleOfTheLog)
{
    writeThreeDays();
    cutTail(file(1), "13");
    EXPECT_EQ(told(verify()), "cut-off 14 2026-11-24.db");
}

TEST_F(AuditProof, NamesATailThatOnlyASinkRemembers)
{
    log_.write({sampleOpen(1), sampleClose(1)});
    const Checkpoint checkpoint = log_.store().checkpoint(sampleTime(3));
    log_.write({sampleDecision(2)});
    log_.close();
    const AuditAnchor anchor{checkpoint.seq, checkpoint.head};
    EXPECT_EQ(told(verify({anchor})), "whole");

    std::filesystem::remove(log_.folder() / AuditHeadName);
    cutTail(file(0), "1");
    execute(file(0), "UPDATE state SET disorder = 0");
    EXPECT_EQ(told(verify()), "whole") << "nobody is left who knows";
    EXPECT_EQ(told(verify({anchor})), "cut-off 2 2026-11-23.db");
}

TEST_F(AuditProof, NamesALogThatWasMadeAnewByAnAnchor)
{
    log_.write({sampleOpen(1), sampleClose(1)});
    const Checkpoint checkpoint = log_.store().checkpoint(sampleTime(3));
    const AuditAnchor anchor{checkpoint.seq, checkpoint.head};
    log_.close();
    std::filesystem::remove_all(log_.folder());
    log_.open();
    log_.write({sampleOpen(1), sampleDecision(2)});
    log_.store().checkpoint(sampleTime(3));
    EXPECT_EQ(told(verify()), "whole");
    EXPECT_EQ(told(verify({anchor})), "changed 2 2026-11-23.db");
}

TEST_F(AuditProof, NamesACheckpointOfAnotherKey)
{
    writeThreeDays();
    const test::TemporaryFolder other;
    const AuditKey key = AuditKey::openOrCreate(other.path());
    EXPECT_EQ(told(verifyAuditLog(log_.folder(), {{&key.publicKey()}, {}})),
              "bad-signature 9 2026-11-23.db");
    EXPECT_EQ(
        told(verifyAuditLog(log_.folder(), {{&key.publicKey(), &log_.key().publicKey()}, {}})),
        "whole");
    EXPECT_EQ(told(verifyAuditLog(log_.folder(), {})), "whole") << "signatures were not asked for";
}

TEST_F(AuditProof, NamesAFileThatWasRemoved)
{
    writeThreeDays();
    removeAuditFile(file(1));
    const AuditVerification verification = verify();
    EXPECT_EQ(told(verification), "missing 10 2026-11-25.db");
    EXPECT_THAT(verification.firstFault->sentence, HasSubstr("records 10 to 14 are missing"));
}

TEST_F(AuditProof, NamesTheNewestFileWhenItWasRemoved)
{
    writeThreeDays();
    removeAuditFile(file(2));
    EXPECT_EQ(told(verify()), "cut-off 15 2026-11-24.db");
}

TEST_F(AuditProof, NamesTheFirstFileWhenItWasRemovedUnlessThatIsRecorded)
{
    writeThreeDays();
    const AuditFile first = AuditFolder(log_.folder()).files().front();
    removeAuditFile(first.path);
    EXPECT_EQ(told(verify()), "missing 1 2026-11-24.db");

    log_.open();
    AdminAct act;
    act.time = sampleTime(0) + 48h;
    act.who = "sallyport";
    act.source = "retention";
    act.action = "audit.delete";
    act.object = first.path.filename().native();
    act.after = R"({"first_seq":1,"last_seq":9,"last_link":")";
    for (const std::uint8_t byte : first.lastLink) {
        act.after += "0123456789abcdef"[byte >> 4];
        act.after += "0123456789abcdef"[byte & 15];
    }
    act.after += R"(","reason":"age"})";
    log_.act(act, act.time);
    const AuditVerification verification = verify();
    EXPECT_EQ(told(verification), "whole") << verification.firstFault->sentence;
    EXPECT_EQ(verification.firstSeq, 10u);
}

TEST_F(AuditProof, ProvesFilesWithoutTheirFolder)
{
    writeThreeDays();
    const std::vector<std::filesystem::path> two{file(1), file(2)};
    EXPECT_EQ(told(verifyAuditFiles(two, {{&log_.key().publicKey()}, {}})), "whole");
    const std::vector<std::filesystem::path> apart{file(0), file(2)};
    EXPECT_EQ(told(verifyAuditFiles(apart, {})), "missing 10 2026-11-25.db");
}

TEST_F(AuditProof, NamesAFileThatWasCutShort)
{
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 1; i < 2000; ++i)
        events.push_back(sampleOpen(i));
    log_.write(events);
    log_.write({sampleDecision(1)}, sampleTime(0) + 24h);
    log_.close();
    std::filesystem::resize_file(file(0), 100'000);
    EXPECT_EQ(told(verify()), "unreadable 1 2026-11-23.db");
}

// What is in the tables that records are made of.
std::string contentsOf(const std::filesystem::path& file)
{
    std::string text;
    const Database database = Database::openReadOnly(file);
    for (std::size_t i = 0; i + 1 < ChainedTables; ++i) {
        const ChainedColumns& columns = chainedColumns(static_cast<ChainedTable>(i));
        Statement rows =
            database.prepare("SELECT * FROM " + std::string(columns.table) +
                             " NOT INDEXED ORDER BY " + std::string(columns.columns[0]));
        while (rows.step())
            for (int column = 0; column < static_cast<int>(columns.columns.size()); ++column)
                text.append(rows.text(column)).append("|");
    }
    return text;
}

// Bits in pages of indexes and in free space are no records.
TEST_F(AuditProof, SaysWholeAfterAFlippedBitOnlyIfEveryRecordIsAsItWas)
{
    std::vector<AuditEvent> events;
    for (std::uint16_t i = 1; i < 300; ++i) {
        events.push_back(i % 3 == 0 ? sampleFullOpen(i) : sampleOpen(i));
        events.push_back(i % 3 == 0 ? sampleFullClose(i) : sampleClose(i));
    }
    log_.write(events);
    log_.store().checkpoint(sampleTime(3));
    log_.close();
    std::ifstream in(file(0), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const std::string before = contentsOf(file(0));
    const auto flipped = folder_.file("2026-11-23.db");
    std::mt19937 random(4711);
    int found = 0;
    for (int i = 0; i < 300; ++i) {
        std::string damaged = bytes;
        const std::size_t bit = random() % (8 * bytes.size());
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        std::ofstream(flipped, std::ios::binary) << damaged;
        const std::filesystem::path path = flipped;
        const AuditVerification verification = verifyAuditFiles({&path, 1}, {});
        if (!verification.whole())
            ++found;
        else
            EXPECT_EQ(contentsOf(path), before) << "bit " << bit;
        std::filesystem::remove(flipped + "-wal");
        std::filesystem::remove(flipped + "-shm");
    }
    EXPECT_GT(found, 100);
}

TEST_F(AuditProof, SaysWholeWhileTheLogIsWritten)
{
    log_.fileBytes = 300'000;
    log_.open();
    log_.write({sampleDecision(1)});
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (std::uint16_t i = 1; i <= 1000; ++i) {
            log_.write({sampleFullOpen(i), sampleDecision(2000), sampleClose(i)});
            if (i % 50 == 0)
                log_.store().checkpoint(sampleTime(2));
        }
        done = true;
    });
    while (!done) {
        const AuditVerification verification = verify();
        EXPECT_EQ(told(verification), "whole") << verification.firstFault->sentence;
    }
    writer.join();
    EXPECT_GE(verify().records, 3021u);
    EXPECT_GE(verify().files, 3u);
}

TEST_F(AuditProof, SaysWholeAfterLostSessionsWereClosed)
{
    log_.write({sampleFullOpen(1), sampleOpen(2), sampleUpdate(1)});
    log_.open();
    log_.store().closeLostSessions(sampleTime(0) + 24h);
    log_.open();
    EXPECT_EQ(told(verify()), "whole");
}

} // namespace
} // namespace sallyport::db
