#include "audit/AuditWriter.h"

#include "audit/OpenJournals.h"
#include "db/AuditReader.h"
#include "support/TemporaryFolder.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <thread>

namespace sallyport::audit {
namespace {

using namespace std::chrono_literals;
using test::sampleClose;
using test::sampleDecision;
using test::sampleOpen;
using testing::HasSubstr;

constexpr auto Deadline = 30s;

// No file of this process can grow beyond `bytes` while it lives: to SQLite, a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) : previousAction_(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &previous_);
        const rlimit limit{bytes, previous_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &previous_);
        std::signal(SIGXFSZ, previousAction_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit previous_{};
    void (*previousAction_)(int);
};

class AuditWriting : public testing::Test {
protected:
    static constexpr AuditWriter::Times Quick{
        .tick = 1ms, .firstRetry = 1ms, .longestRetry = 4ms, .stopLimit = 50ms};

    void start(AuditMode mode, std::size_t lanes, std::size_t journalBytes = 4 << 20)
    {
        const auto key =
            std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(folder_.path()));
        store_.emplace(audit_, db::AuditStoreOptions{.node = "node-1", .key = key});
        auto opened =
            openJournals(audit_, mode, lanes, journalBytes, *store_, spool_, test::sampleTime(0));
        recovered_ = opened.recovered;
        queue_.emplace(mode, std::move(opened.journals));
        writer_.emplace(*queue_, *store_, spool_, Quick);
        writer_->start();
    }

    // As if the process had been killed: nobody writes what is in the journals.
    void stopSuddenly()
    {
        writer_.reset();
        queue_.reset();
        store_.reset();
    }

    [[nodiscard]] std::size_t storedEvents() const
    {
        std::size_t count = 0;
        db::AuditReader(audit_).forEach({}, [&](const db::AuditRecord& record) {
            count += record.admin || record.checkpoint ? 0 : 1;
        });
        return count;
    }

    // True if the writer's status became what `wanted` asks for.
    template <class Wanted>
    [[nodiscard]] bool becomes(Wanted wanted) const
    {
        const auto end = std::chrono::steady_clock::now() + Deadline;
        while (!wanted(writer_->status()) && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        return wanted(writer_->status());
    }

    test::TemporaryFolder folder_;
    std::filesystem::path audit_ = folder_.file("audit");
    db::AdminSpool spool_{folder_.path()};
    std::uint64_t recovered_ = 0;
    std::optional<db::AuditStore> store_;
    std::optional<AuditQueue> queue_;
    std::optional<AuditWriter> writer_;
};

TEST_F(AuditWriting, StoresWhatWasPutBeforeAFlush)
{
    start(AuditMode::Spool, 1);
    queue_->lane(0).put(sampleOpen(1));
    ASSERT_TRUE(writer_->flush(Deadline));
    EXPECT_EQ(storedEvents(), 1u);
    queue_->lane(0).put(sampleClose(1));
    ASSERT_TRUE(writer_->flush(Deadline));
    EXPECT_EQ(storedEvents(), 2u);
    EXPECT_EQ(writer_->status().written, 2u);
    EXPECT_EQ(writer_->status().backlog, 0u);
}

TEST_F(AuditWriting, StoresEventsWithoutBeingAsked)
{
    start(AuditMode::Strict, 1);
    queue_->lane(0).put(sampleOpen(1));
    EXPECT_TRUE(becomes([](const AuditWriter::Status& status) {
        return status.written == 1 && status.backlog == 0;
    }));
}

TEST_F(AuditWriting, StopsAfterTheLastEventIsStored)
{
    start(AuditMode::Spool, 2);
    for (std::uint16_t i = 0; i < 1000; ++i)
        queue_->lane(i % 2).put(sampleDecision(i));
    writer_->stop();
    EXPECT_EQ(storedEvents(), 1000u);
}

TEST_F(AuditWriting, LosesNothingAndKeepsTheOrderOfEachOfFourWorkers)
{
    constexpr std::uint16_t SessionsEach = 5000;
    constexpr std::size_t Workers = 4;
    start(AuditMode::Spool, Workers);
    std::vector<std::thread> workers;
    for (std::uint16_t worker = 0; worker < Workers; ++worker)
        workers.emplace_back([this, worker] {
            for (std::uint16_t i = 0; i < SessionsEach; ++i) {
                const auto session = static_cast<std::uint16_t>(worker * SessionsEach + i);
                AuditEvent open = sampleOpen(session);
                open.clientPort = i; // read back below as the place in the worker's order
                const std::string user = std::to_string(worker);
                open.user = user;
                queue_->lane(worker).put(open);
                queue_->lane(worker).put(sampleClose(session));
            }
        });
    for (std::thread& worker : workers)
        worker.join();
    writer_->stop();
    EXPECT_EQ(writer_->status().written, 2u * Workers * SessionsEach);
    EXPECT_EQ(writer_->status().lost, 0u);

    std::map<std::string, std::uint32_t>
        nextStep; // open of session i is step 2 i, its close 2 i + 1
    std::uint64_t lastSeq = 0;
    db::AuditReader(audit_).forEach({}, [&](const db::AuditRecord& record) {
        if (record.admin || record.checkpoint)
            return;
        ASSERT_EQ(record.seq, ++lastSeq);
        const std::uint32_t step = 2u * record.clientPort + (record.event == "close" ? 1 : 0);
        ASSERT_EQ(step, nextStep[std::string(record.user)]++) << "worker " << record.user;
    });
    EXPECT_EQ(lastSeq, 2u * Workers * SessionsEach);
}

TEST_F(AuditWriting, KeepsTheRecordsWhileTheDiskIsFullAndWritesThemLater)
{
    constexpr std::uint16_t Events = 5000;
    start(AuditMode::Spool, 1, 1 << 20);
    queue_->lane(0).put(sampleDecision(0));
    ASSERT_TRUE(writer_->flush(Deadline));
    {
        const FullDisk full(400'000);
        for (std::uint16_t i = 0; i < Events; ++i)
            queue_->lane(0).put(sampleDecision(i));
        ASSERT_TRUE(
            becomes([](const AuditWriter::Status& status) { return !status.lastError.empty(); }));
        EXPECT_THAT(writer_->status().lastError, HasSubstr(audit_.string()));
        for (std::uint16_t i = 0; i < Events; ++i)
            queue_->lane(0).put(sampleDecision(i));
        EXPECT_FALSE(queue_->lane(0).ready()) << "new sessions are to be refused";
        EXPECT_EQ(writer_->status().lost, 0u);
    }
    EXPECT_TRUE(becomes([this](const AuditWriter::Status& status) {
        queue_->lane(0).settle(); // as its worker does when it is told of progress
        // The journal gets its room back after the records are counted as written.
        return status.written == 2u * Events + 1 && queue_->lane(0).ready();
    }));
    EXPECT_EQ(writer_->status().lastError, "");
    EXPECT_EQ(storedEvents(), 2u * Events + 1);
}

TEST_F(AuditWriting, LeavesInTheJournalWhatTheDiskDoesNotTakeBeforeTheEnd)
{
    start(AuditMode::Spool, 1);
    queue_->lane(0).put(sampleDecision(0));
    ASSERT_TRUE(writer_->flush(Deadline));
    {
        const FullDisk full(50'000);
        for (std::uint16_t i = 1; i < 5000; ++i)
            queue_->lane(0).put(sampleDecision(i));
        writer_->stop();
        EXPECT_EQ(writer_->status().lost, 0u);
        stopSuddenly();
    }
    start(AuditMode::Spool, 1);
    EXPECT_GT(recovered_, 0u);
    EXPECT_EQ(storedEvents(), 5000u);
}

TEST_F(AuditWriting, TakesOverWhatAKilledProcessHasPutEachRecordOnce)
{
    start(AuditMode::Spool, 2);
    for (std::uint16_t i = 0; i < 500; ++i)
        queue_->lane(i % 2).put(sampleOpen(i));
    ASSERT_TRUE(writer_->flush(Deadline));
    // In the store, but as if the process had ended before the journal was told so.
    std::vector<std::vector<char>> journals;
    for (const char* name : {"journal-0", "journal-1"}) {
        std::ifstream in(audit_ / name, std::ios::binary);
        journals.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    stopSuddenly();
    for (std::size_t i = 0; i < journals.size(); ++i) {
        constexpr std::size_t ReleasedAt = 128; // in the journal's first page
        std::fill_n(journals[i].begin() + ReleasedAt, 8, '\0');
        std::ofstream(audit_ / ("journal-" + std::to_string(i)), std::ios::binary)
            .write(journals[i].data(), static_cast<std::streamsize>(journals[i].size()));
    }
    start(AuditMode::Spool, 1);
    EXPECT_EQ(recovered_, 0u);
    EXPECT_EQ(storedEvents(), 1000u) << "500 beginnings, and their ends as process-lost";
    EXPECT_FALSE(std::filesystem::exists(audit_ / "journal-1")) << "there is one worker now";
}

TEST_F(AuditWriting, TakesInWhatOtherProcessesDid)
{
    const auto act = [](std::string action) {
        return db::AdminAct{.time = test::sampleTime(0),
                            .who = "ann (uid 1000)",
                            .source = "command line",
                            .action = std::move(action),
                            .object = {},
                            .before = {},
                            .after = {},
                            .note = {}};
    };
    spool_.append(act("before.start"));
    start(AuditMode::Spool, 1);
    spool_.append(act("while.running"));
    writer_->record(act("own"));
    std::vector<std::string> actions;
    const auto end = std::chrono::steady_clock::now() + Deadline;
    while (actions.size() < 3 && std::chrono::steady_clock::now() < end) {
        actions.clear();
        db::AuditReader(audit_).forEach({}, [&](const db::AuditRecord& record) {
            if (record.admin)
                actions.push_back(record.admin->action);
        });
    }
    EXPECT_THAT(actions, testing::UnorderedElementsAre("before.start", "while.running", "own"));
    EXPECT_EQ(actions.front(), "before.start");
}

TEST_F(AuditWriting, CountsACloseWhoseOpenWasDropped)
{
    start(AuditMode::BestEffort, 1);
    queue_->lane(0).put(sampleClose(1));
    ASSERT_TRUE(writer_->flush(Deadline));
    EXPECT_EQ(writer_->status().lost, 1u);
    EXPECT_EQ(writer_->status().written, 0u);
}

// Run by hand, on a quiet machine: CPU time of the whole process for a session's two events, from
// put() to the file.
TEST_F(AuditWriting, DISABLED_CostOfASession)
{
    constexpr std::uint32_t Sessions = 400'000;
    start(AuditMode::Spool, 1, 64 << 20);
    const auto cpuMicroseconds = [](clockid_t clock) {
        timespec now{};
        clock_gettime(clock, &now);
        return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
    };
    const double before = cpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID);
    double workerCost = 0;
    for (std::uint32_t i = 0; i < Sessions; ++i) {
        const auto session = static_cast<std::uint16_t>(i);
        AuditEvent open = sampleOpen(session);
        open.ruleId = "11111111-2222-4333-8444-555555555555";
        open.ruleName = "Staff, web";
        const double begin = cpuMicroseconds(CLOCK_THREAD_CPUTIME_ID);
        queue_->lane(0).put(open);
        queue_->lane(0).put(sampleClose(session));
        workerCost += cpuMicroseconds(CLOCK_THREAD_CPUTIME_ID) - begin;
        if (i % 1000 == 999) // as many in a batch as 50,000 sessions a second make
            ASSERT_TRUE(writer_->flush(Deadline));
    }
    writer_->stop();
    std::printf("%.2f us of CPU per session, of it %.2f in the worker\n",
                (cpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID) - before) / Sessions,
                workerCost / Sessions);
}

} // namespace
} // namespace sallyport::audit
