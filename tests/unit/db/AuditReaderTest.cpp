#include "db/AuditReader.h"

#include "support/TemporaryFolder.h"
#include "unit/db/RandomLog.h"
#include "unit/db/SampleEvents.h"
#include "unit/db/SealOlderFiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sallyport::db {
namespace {

using test::RandomLog;
using test::timeOf;
using testing::ElementsAre;
using testing::IsEmpty;

// What a record is recognised by.
struct Seen {
    std::uint64_t seq = 0;
    std::string event;
    std::string session;
    AuditTime time{};

    friend bool operator==(const Seen&, const Seen&) = default;
};

void PrintTo(const Seen& seen, std::ostream* out)
{
    *out << seen.seq << ' ' << seen.event << ' ' << seen.session;
}

Seen seen(const AuditRecord& record)
{
    return {record.seq, std::string(record.event), std::string(record.sessionId),
            timeOf(record.time)};
}

class AuditReading : public testing::Test {
protected:
    std::vector<Seen> all(const AuditPeriod& period = {})
    {
        std::vector<Seen> records;
        AuditReader(path()).forEach(period,
                                    [&](const AuditRecord& r) { records.push_back(seen(r)); });
        return records;
    }
    std::vector<Seen> after(std::uint64_t seq)
    {
        std::vector<Seen> records;
        AuditReader(path()).forEachAfter(seq, [&](const AuditRecord& r) {
            records.push_back(seen(r));
            return AuditReader::Next::Continue;
        });
        return records;
    }
    std::string path() const { return folder_.file("audit"); }

    // Over four files, with sessions that are open from one to another.
    void fill()
    {
        log_.emplace(path(), 1);
        for (int day = 0; day < 4; ++day, log_->nextDay())
            log_->add(700);
    }

    const test::TemporaryFolder folder_;
    std::optional<RandomLog> log_;
};

TEST_F(AuditReading, GivesEachRecordOnceInTheOrderOfItsSeq)
{
    fill();
    const auto records = all();
    ASSERT_EQ(AuditFolder(path()).files().size(), 4U);
    ASSERT_EQ(records.size(), log_->store().lastSeq());
    for (std::size_t i = 0; i < records.size(); ++i)
        ASSERT_EQ(records[i].seq, i + 1);
}

TEST_F(AuditReading, KnowsTheSessionOfEventsInALaterFile)
{
    fill();
    std::map<std::string, std::vector<Seen>> sessions;
    for (const Seen& record : all())
        if (!record.session.empty())
            sessions[record.session].push_back(record);
    ASSERT_GT(sessions.size(), 500U);
    for (const auto& [id, events] : sessions)
        EXPECT_TRUE(events.front().event == "open" || events.front().event == "decision")
            << id << " begins with " << events.front().event;
}

TEST_F(AuditReading, GivesTheSamePeriodWhetherTheFilesAreSealedOrNot)
{
    fill();
    const auto records = all();
    const auto within = [&](const AuditPeriod& period) {
        std::vector<Seen> wanted;
        std::ranges::copy_if(records, std::back_inserter(wanted), [&](const Seen& record) {
            return (!period.since || record.time >= *period.since) &&
                   (!period.until || record.time < *period.until);
        });
        return wanted;
    };
    std::mt19937 random(2);
    const auto anyTime = [&] {
        return records[random() % records.size()].time +
               std::chrono::microseconds(static_cast<int>(random() % 3) - 1);
    };
    for (int i = 0; i < 60; ++i) {
        if (i == 30)
            test::sealOlderFiles(path());
        const AuditTime since = anyTime();
        const AuditTime until = anyTime();
        ASSERT_EQ(all({since, until}), within({since, until}));
        ASSERT_EQ(all({since, {}}), within({since, {}}));
        ASSERT_EQ(all({{}, until}), within({{}, until}));
    }
}

TEST_F(AuditReading, GoesOnAfterAnySeqAndStopsWhenTold)
{
    fill();
    const auto records = all();
    for (const std::uint64_t seq : {0U, 1U, 699U, 700U, 701U, 1500U, 100'000U}) {
        const auto from = records.begin() +
                          static_cast<std::ptrdiff_t>(std::min<std::size_t>(seq, records.size()));
        EXPECT_EQ(after(seq), std::vector<Seen>(from, records.end())) << seq;
    }
    std::vector<std::uint64_t> seqs;
    AuditReader(path()).forEachAfter(698, [&](const AuditRecord& record) {
        seqs.push_back(record.seq);
        return seqs.size() < 4 ? AuditReader::Next::Continue : AuditReader::Next::Stop;
    });
    EXPECT_THAT(seqs, ElementsAre(699U, 700U, 701U, 702U));
}

TEST_F(AuditReading, SeesWhatIsAddedAndFilesThatBeginBetweenTwoCalls)
{
    fill();
    const AuditReader reader(path());
    std::uint64_t last = 0;
    std::size_t records = 0;
    for (int i = 0; i < 12; ++i) {
        EXPECT_EQ(reader.lastSeq(), log_->store().lastSeq());
        reader.forEachAfter(last, [&](const AuditRecord& record) {
            EXPECT_EQ(record.seq, last + 1);
            last = record.seq;
            ++records;
            return AuditReader::Next::Continue;
        });
        EXPECT_EQ(last, log_->store().lastSeq());
        log_->add(50);
        if (i % 3 == 2)
            log_->nextDay();
    }
    EXPECT_EQ(records, last);
}

TEST_F(AuditReading, LeavesOutFilesThatRetentionDeletes)
{
    fill();
    const auto records = all();
    const AuditReader reader(path());
    const auto files = AuditFolder(path()).files();
    std::vector<std::uint64_t> seqs;
    reader.forEach({}, [&](const AuditRecord& record) {
        if (record.seq == 10)
            removeAuditFile(files[1].path);
        seqs.push_back(record.seq);
    });
    EXPECT_EQ(seqs.size(), records.size() - (files[1].lastSeq - files[1].firstSeq + 1));
    removeAuditFile(files[0].path);
    EXPECT_EQ(all().front().seq, files[2].firstSeq);
    EXPECT_EQ(reader.firstSeq(), files[2].firstSeq);
}

TEST_F(AuditReading, GivesTheLastRecords)
{
    fill();
    std::vector<std::uint64_t> seqs;
    AuditReader(path()).forEachOfLast(2, [&](const AuditRecord& r) { seqs.push_back(r.seq); });
    const std::uint64_t last = log_->store().lastSeq();
    EXPECT_THAT(seqs, ElementsAre(last - 1, last));
}

TEST_F(AuditReading, FollowsASessionThroughTheFiles)
{
    fill();
    std::map<std::string, std::vector<Seen>> sessions;
    for (const Seen& record : all())
        if (!record.session.empty())
            sessions[record.session].push_back(record);
    for (const bool sealed : {false, true}) {
        if (sealed)
            test::sealOlderFiles(path());
        const AuditReader reader(path());
        std::size_t spanning = 0;
        std::size_t number = 0;
        for (const auto& [id, wanted] : sessions) {
            const bool isLong = wanted.back().time - wanted.front().time > std::chrono::hours(12);
            if (!isLong && number++ % 4 != 0)
                continue;
            std::vector<Seen> events;
            reader.forEachOf({static_cast<std::int64_t>(wanted.front().seq), {}},
                             [&](const AuditRecord& record) { events.push_back(seen(record)); });
            ASSERT_EQ(events, wanted);
            spanning += isLong ? 1 : 0;
        }
        EXPECT_GT(spanning, 20U);
    }
}

TEST_F(AuditReading, FindsASessionOnceThoughItIsCarriedOn)
{
    fill();
    const AuditReader reader(path());
    std::map<SessionId, std::size_t> found;
    SessionIdRange every;
    every.last.fill(0xff);
    for (const RecordedSession& session : reader.find(every, 100'000))
        ++found[session.id];
    std::set<std::string> ids;
    for (const Seen& record : all())
        if (!record.session.empty())
            ids.insert(record.session);
    EXPECT_EQ(found.size(), ids.size());
    for (const auto& [id, times] : found)
        ASSERT_EQ(times, 1U) << toText(id);
}

TEST_F(AuditReading, TellsASessionWhoseFirstFileIsGone)
{
    fill();
    const auto files = AuditFolder(path()).files();
    std::optional<Seen> open;
    std::set<std::string> later;
    const auto records = all();
    for (const Seen& record : records)
        if (record.seq >= files[1].firstSeq)
            later.insert(record.session);
    for (const Seen& record : records)
        if (record.event == "open" && record.seq < files[1].firstSeq &&
            later.contains(record.session))
            open = record;
    ASSERT_TRUE(open);
    removeAuditFile(files[0].path);

    const AuditReader reader(path());
    SessionIdRange every;
    every.last.fill(0xff);
    std::optional<RecordedSession> found;
    for (const RecordedSession& session : reader.find(every, 100'000))
        if (toText(session.id) == open->session)
            found = session;
    ASSERT_TRUE(found.has_value() || reader.find(every, 1).size() == 1);
    std::vector<Seen> events;
    reader.forEachOf({static_cast<std::int64_t>(open->seq), {}},
                     [&](const AuditRecord& record) { events.push_back(seen(record)); });
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events.front(), *open);
}

TEST_F(AuditReading, TellsAdminActsAndCheckpoints)
{
    log_.emplace(path(), 1);
    log_->add(1500);
    std::size_t acts = 0;
    std::size_t checkpoints = 0;
    AuditReader(path()).forEach({}, [&](const AuditRecord& record) {
        if (record.admin) {
            ++acts;
            EXPECT_EQ(record.event, "admin");
            EXPECT_EQ(record.node, "node-1");
            EXPECT_EQ(record.admin->who, "ann");
            EXPECT_EQ(record.admin->action, "policy.publish");
            EXPECT_TRUE(record.sessionId.empty());
        }
        if (record.checkpoint) {
            ++checkpoints;
            EXPECT_EQ(record.event, "checkpoint");
            EXPECT_EQ(record.checkpoint->seq, record.seq);
            EXPECT_NE(record.checkpoint->head, ChainLink{});
        }
    });
    EXPECT_GT(acts, 0U);
    EXPECT_GT(checkpoints, 0U);
}

TEST_F(AuditReading, TellsHowTheUpstreamWasReachedAndWhoWasSilent)
{
    log_.emplace(path(), 1);
    const AuditTime time = log_->now();
    const policy::AddressBytes address{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    AuditEvent open;
    open.kind = EventKind::Open;
    open.time = time;
    open.host = "www.example.com";
    open.userAgent = "curl/8";
    open.path = "/a";
    open.query = "b=c";
    open.reached.answers = {&address, 1};
    open.reached.resolveTime = std::chrono::microseconds(1500);
    open.reached.connectTime = std::chrono::microseconds(2500);
    open.reached.tries = 2;
    open.reached.egressAddress = address;
    open.reached.egressPort = 40'000;
    AuditEvent close;
    close.kind = EventKind::Close;
    close.time = time + std::chrono::seconds(10);
    close.bytes = {
        .clientToProxy = 1, .proxyToUpstream = 1, .upstreamToProxy = 5, .proxyToClient = 4};
    close.silence = {.lastFromClient = time + std::chrono::seconds(1),
                     .lastFromUpstream = time + std::chrono::seconds(3),
                     .longest = std::chrono::seconds(7)};
    close.firstByteTime = std::chrono::microseconds(300);
    close.tcpClient = TcpFigures{120, 3};
    close.closeBy = CloseBy::Proxy;
    close.closeReason = CloseReason::IdleTimeout;
    close.closeTimer = "tunnel-idle";
    close.closeTimerLimit = std::chrono::milliseconds(7000);
    const std::vector<AuditEvent> events{open, close};
    JournalRecords list;
    list.events = events;
    static_cast<void>(log_->store().write({&list, 1}, time));

    std::size_t records = 0;
    AuditReader(path()).forEach({}, [&](const AuditRecord& record) {
        ++records;
        EXPECT_EQ(record.userAgent, "curl/8");
        EXPECT_EQ(record.query, "b=c");
        EXPECT_EQ(record.reached.dnsAnswers, "2001:db8::1");
        EXPECT_EQ(record.reached.dnsMicroseconds, 1500U);
        EXPECT_EQ(record.reached.connectMicroseconds, 2500U);
        EXPECT_EQ(record.reached.tries, 2);
        EXPECT_EQ(record.reached.egressIp, "2001:db8::1");
        EXPECT_EQ(record.reached.egressPort, 40'000);
        if (record.event != "close")
            return;
        ASSERT_TRUE(record.counts && record.silence && record.end);
        EXPECT_EQ(record.counts->proxyToUpstream, 1U);
        EXPECT_EQ(record.counts->upstreamToProxy, 5U);
        EXPECT_EQ(record.counts->proxyToClient, 4U);
        EXPECT_EQ(timeOf(record.silence->lastFromClient), *close.silence.lastFromClient);
        EXPECT_EQ(timeOf(record.silence->lastFromUpstream), *close.silence.lastFromUpstream);
        EXPECT_EQ(record.silence->longestMicroseconds, 7'000'000U);
        EXPECT_EQ(record.silence->first, "client");
        EXPECT_EQ(record.firstByteMicroseconds, 300U);
        ASSERT_TRUE(record.tcpClient);
        EXPECT_EQ(record.tcpClient->rttMicroseconds, 120U);
        EXPECT_EQ(record.tcpClient->retransmits, 3U);
        EXPECT_FALSE(record.tcpUpstream);
        EXPECT_EQ(record.end->timer, "tunnel-idle");
        EXPECT_EQ(record.end->timerMilliseconds, 7000U);
    });
    EXPECT_EQ(records, 2U);
}

TEST_F(AuditReading, FindsNothingInAnEmptyFolderAndRefusesNone)
{
    EXPECT_THROW(AuditReader{path()}, DatabaseError);
    std::filesystem::create_directory(path());
    EXPECT_THAT(all(), IsEmpty());
    EXPECT_EQ(AuditReader(path()).lastSeq(), 0U);
}

TEST_F(AuditReading, SaysWhichFileItCannotRead)
{
    fill();
    const auto files = AuditFolder(path()).files();
    log_.reset();
    std::filesystem::resize_file(files[1].path, 0);
    test::TemporaryFolder other;
    std::filesystem::rename(other.write("garbage", std::string(20'000, 'x')), files[1].path);
    const AuditReader reader(path());
    std::size_t records = 0;
    reader.forEach({}, [&](const AuditRecord&) { ++records; });
    EXPECT_GT(records, 1000U);
    ASSERT_EQ(reader.unreadable().size(), 1U);
    EXPECT_EQ(reader.unreadable().front().path, files[1].path);
}

} // namespace
} // namespace sallyport::db
