#include "audit/sink/Sink.h"

#include "audit/sink/FileTransport.h"
#include "audit/sink/SinkSet.h"
#include "support/TemporaryFolder.h"
#include "unit/audit/FakeLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>

namespace sallyport::audit::sink {
namespace {

using namespace std::chrono_literals;
using test::FakeLog;
using test::opener;
using testing::ElementsAre;
using testing::HasSubstr;

// What a receiver got, and whether it works.
struct FakeReceiver {
    std::vector<std::uint64_t> got;
    std::vector<std::size_t> batches;
    bool works = true;
    bool settles = true;
    Receipt receipt = Receipt::Given;
    std::size_t attempts = 0;
    std::size_t takenBeforeFailure = 0;
};

class FakeTransport : public Transport {
public:
    explicit FakeTransport(FakeReceiver& receiver) : receiver_(receiver) {}
    std::size_t send(std::span<const Outgoing> records, const Wait&) override
    {
        ++receiver_.attempts;
        if (!receiver_.works) {
            for (const auto& record :
                 records.first(std::min(receiver_.takenBeforeFailure, records.size())))
                receiver_.got.push_back(record.seq);
            throw SinkError("it is down");
        }
        receiver_.batches.push_back(records.size());
        for (const auto& record : records)
            receiver_.got.push_back(record.seq);
        return 0;
    }
    bool isSettled() override { return receiver_.settles; }
    Receipt receipt() const override { return receiver_.receipt; }

private:
    FakeReceiver& receiver_;
};

SinkSpec fromBegin()
{
    return parseSinkSpec("test=file:/unused?from=begin");
}

// A sink and its clock.
struct SteppedSink {
    const test::TemporaryFolder folder;
    FakeLog log;
    FakeReceiver receiver;
    Sink::Time now{1h};
    std::unique_ptr<Sink> sink;

    explicit SteppedSink(const SinkSpec& spec = fromBegin()) { restart(spec); }

    void restart(const SinkSpec& spec = fromBegin())
    {
        sink = std::make_unique<Sink>(spec, SinkCursor(cursorFile()), opener(log),
                                      std::make_unique<FakeTransport>(receiver));
    }
    [[nodiscard]] std::string cursorFile() const { return folder.file("sinks/test.cursor"); }
    [[nodiscard]] std::uint64_t kept() const { return SinkCursor(cursorFile()).read().value_or(0); }

    // Does what is to be done in this time.
    void pass(std::chrono::milliseconds time)
    {
        const auto end = now + time;
        for (int steps = 0; steps < 100'000; ++steps) {
            const auto next = sink->step(now, log.last, {});
            if (next > end)
                break;
            now = std::max(now, next);
        }
        now = end;
    }
};

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to)
{
    std::vector<std::uint64_t> all;
    for (auto number = from; number <= to; ++number)
        all.push_back(number);
    return all;
}

TEST(Sink, SendsWhatIsInTheLogAndThenWhatComes)
{
    SteppedSink test;
    test.log.grow(1200);
    test.pass(1s);
    EXPECT_EQ(test.receiver.got, numbers(1, 1200));
    EXPECT_THAT(test.receiver.batches, ElementsAre(500, 500, 200));
    test.log.grow(1201);
    test.pass(1s);
    EXPECT_EQ(test.receiver.got, numbers(1, 1201));
    const SinkStatus status = test.sink->status(1201);
    EXPECT_EQ(status.sent, 1201U);
    EXPECT_EQ(status.lagRecords, 0U);
    EXPECT_EQ(status.lag, 0s);
}

TEST(Sink, BeginsAtTheEndUnlessToldOtherwise)
{
    SteppedSink test(parseSinkSpec("test=file:/unused"));
    test.log.grow(10);
    test.pass(1s);
    test.log.grow(12);
    test.pass(1s);
    EXPECT_EQ(test.receiver.got, numbers(11, 12));
}

TEST(Sink, BeginsWithTheOldestRecordThatIsLeft)
{
    SteppedSink test;
    test.log.grow(10);
    test.log.forget(4);
    test.pass(1s);
    EXPECT_EQ(test.receiver.got, numbers(5, 10));
    EXPECT_EQ(test.sink->status(10).lostByRetention, 0U);
}

TEST(Sink, GoesOnAfterARestartWhereItWas)
{
    SteppedSink test;
    test.log.grow(10);
    test.pass(3s);
    EXPECT_EQ(test.kept(), 10U);
    test.sink->finish();
    test.log.grow(15);
    test.restart(parseSinkSpec("test=file:/unused")); // a sink that was there before
    test.pass(1s);
    EXPECT_EQ(test.receiver.got, numbers(1, 15));
}

TEST(Sink, KeepsItsPositionAtMostOnceASecond)
{
    SteppedSink test;
    test.log.grow(1);
    test.pass(10ms);
    const auto before = test.kept();
    test.log.grow(2);
    test.pass(300ms);
    EXPECT_EQ(test.receiver.got, numbers(1, 2));
    EXPECT_EQ(test.kept(), before);
    test.pass(1s);
    EXPECT_EQ(test.kept(), 2U);
}

TEST(Sink, KeepsItsPositionAtTheEnd)
{
    SteppedSink test;
    test.log.grow(7);
    test.pass(10ms);
    test.sink->finish();
    EXPECT_EQ(test.kept(), 7U);
}

TEST(Sink, CatchesUpAfterAnHourOfOutage)
{
    SteppedSink test;
    test.log.grow(100);
    test.pass(3s);
    test.receiver.works = false;
    test.receiver.takenBeforeFailure = 3; // each attempt gets through in part
    test.receiver.attempts = 0;
    for (std::uint64_t minute = 1; minute <= 60; ++minute) {
        test.log.grow(100 + minute * 1000);
        test.pass(1min);
    }
    // From a second up to a minute, less a quarter at most.
    EXPECT_GE(test.receiver.attempts, 60U);
    EXPECT_LE(test.receiver.attempts, 100U);
    SinkStatus status = test.sink->status(test.log.last);
    EXPECT_EQ(status.failures, test.receiver.attempts);
    EXPECT_EQ(status.lastError, "it is down");
    EXPECT_EQ(status.lagRecords, 60'000U);
    EXPECT_GT(status.lag, 0s);

    test.receiver.works = true;
    test.pass(2min);
    status = test.sink->status(test.log.last);
    EXPECT_EQ(status.lastError, "");
    EXPECT_EQ(status.lagRecords, 0U);
    const std::set<std::uint64_t> different(test.receiver.got.begin(), test.receiver.got.end());
    EXPECT_EQ(different.size(), 60'100U) << "none is missing";
    EXPECT_EQ(*different.rbegin(), 60'100U);
    // Doubles only of what stood at the seam.
    const auto doubles = test.receiver.got.size() - different.size();
    EXPECT_EQ(doubles, 3 * status.failures);
    auto tail = test.receiver.got;
    tail.erase(tail.begin(), tail.begin() + static_cast<std::ptrdiff_t>(100 + doubles));
    EXPECT_EQ(tail, numbers(101, 60'100));
}

TEST(Sink, SendsAgainWhatAStreamMayHaveLost)
{
    SteppedSink test;
    test.receiver.receipt = Receipt::Hoped;
    test.log.grow(100);
    test.pass(5s);
    EXPECT_EQ(test.kept(), 100U);
    test.receiver.settles = false; // bytes under way that nobody confirms
    test.log.grow(150);
    test.pass(5s);
    EXPECT_EQ(test.kept(), 100U);
    test.receiver.works = false;
    test.log.grow(151);
    test.pass(1s);
    test.receiver.works = test.receiver.settles = true;
    test.receiver.got.clear();
    test.pass(1min);
    EXPECT_EQ(test.receiver.got, numbers(101, 151));
    EXPECT_EQ(test.kept(), 151U);
}

TEST(Sink, CountsWhatWasDeletedBeforeItWasSent)
{
    SteppedSink test;
    test.log.grow(10);
    test.pass(3s);
    test.receiver.works = false;
    test.log.grow(30);
    test.pass(5s);
    test.log.forget(20);
    test.receiver.works = true;
    test.pass(1min);
    EXPECT_EQ(test.sink->status(30).lostByRetention, 10U);
    EXPECT_EQ(test.receiver.got.back(), 30U);
}

TEST(Sink, GoesOnAtTheEndOfALogThatIsShorterThanItWas)
{
    SteppedSink test;
    test.log.grow(10);
    test.pass(3s);
    test.sink->finish();
    test.log.last = 5;
    test.restart();
    test.pass(1s);
    test.log.grow(6);
    test.pass(1s);
    auto expected = numbers(1, 10);
    expected.push_back(6);
    EXPECT_EQ(test.receiver.got, expected);
}

TEST(Sink, PassesOverWhatItsFormatCannotSay)
{
    SteppedSink test(parseSinkSpec("test=file:/unused?from=begin&format=squid"));
    test.log.grow(30'000);
    test.pass(3s);
    EXPECT_TRUE(test.receiver.got.empty());
    EXPECT_EQ(test.sink->status(30'000).lagRecords, 0U);
    EXPECT_EQ(test.kept(), 30'000U);
}

TEST(BackOff, GrowsFromASecondToAMinuteWithJitter)
{
    BackOff backOff(7);
    auto most = 1000ms;
    for (int failure = 0; failure < 12; ++failure) {
        const auto wait = backOff.next();
        EXPECT_LE(wait, most);
        EXPECT_GE(wait, most * 3 / 4);
        most = std::min(2 * most, 60'000ms);
    }
    backOff.reset();
    EXPECT_LE(backOff.next(), 1000ms);
}

TEST(SinkCursor, ReadsBackWhatWasWrittenAndNothingElse)
{
    const test::TemporaryFolder folder;
    const SinkCursor cursor(folder.file("deep/er/a.cursor"));
    EXPECT_EQ(cursor.read(), std::nullopt);
    cursor.write(18'446'744'073'709'551'615U);
    EXPECT_EQ(cursor.read(), 18'446'744'073'709'551'615U);
    cursor.write(7);
    EXPECT_EQ(cursor.read(), 7U);
    std::ofstream(folder.file("deep/er/a.cursor")) << "7x\n";
    EXPECT_EQ(cursor.read(), std::nullopt);
}

// ---- files

std::vector<Outgoing> lines(std::initializer_list<const char*> texts)
{
    std::vector<Outgoing> all;
    for (const char* text : texts) {
        Outgoing record;
        record.line = text;
        all.push_back(record);
    }
    return all;
}

std::string contentOf(const std::string& file)
{
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// No file of this process can grow beyond `bytes` while it lives: like a disk that is full.
class SmallFiles {
public:
    explicit SmallFiles(rlim_t bytes) : previousAction_(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &previous_);
        const rlimit limit{bytes, previous_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallFiles()
    {
        setrlimit(RLIMIT_FSIZE, &previous_);
        std::signal(SIGXFSZ, previousAction_);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;

private:
    rlimit previous_{};
    void (*previousAction_)(int);
};

const Wait Soon{{}, std::chrono::steady_clock::time_point::max()};

TEST(FileSink, AppendsLinesForItsOwnerAlone)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.file("audit.jsonl");
    FileTransport transport(parseSinkSpec("a=file:" + file));
    EXPECT_EQ(transport.send(lines({"one", "two"}), Soon), 0U);
    EXPECT_EQ(transport.send(lines({"three"}), Soon), 0U);
    EXPECT_TRUE(transport.isSettled());
    EXPECT_EQ(contentOf(file), "one\ntwo\nthree\n");
    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(FileSink, LeavesAFileThatWasMovedAway)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.file("audit.jsonl");
    FileTransport transport(parseSinkSpec("a=file:" + file));
    static_cast<void>(transport.send(lines({"one"}), Soon));
    std::filesystem::rename(file, file + ".1");
    static_cast<void>(transport.send(lines({"two"}), Soon));
    EXPECT_EQ(contentOf(file + ".1"), "one\n");
    EXPECT_EQ(contentOf(file), "two\n");
    std::filesystem::rename(file, file + ".2");
    transport.reopen();
    static_cast<void>(transport.send(lines({"three"}), Soon));
    EXPECT_EQ(contentOf(file), "three\n");
}

TEST(FileSink, CompletesALineThatWasCutOff)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.write("audit.jsonl", "one\ntw");
    FileTransport transport(parseSinkSpec("a=file:" + file));
    static_cast<void>(transport.send(lines({"three"}), Soon));
    EXPECT_EQ(contentOf(file), "one\ntw\nthree\n");
}

TEST(FileSink, BeginsAnEmptyFileWithTheFormatsHeader)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.file("audit.csv");
    FileTransport transport(parseSinkSpec("a=file:" + file + "?format=csv"));
    static_cast<void>(transport.send(lines({"1"}), Soon));
    transport.reopen();
    static_cast<void>(transport.send(lines({"2"}), Soon));
    const std::string text = contentOf(file);
    EXPECT_TRUE(text.starts_with("seq,event,")) << text;
    EXPECT_TRUE(text.ends_with("\r\n1\n2\n")) << text;
}

TEST(FileSink, CutsBackWhatFoundNoRoom)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.file("audit.jsonl");
    FileTransport transport(parseSinkSpec("a=file:" + file));
    static_cast<void>(transport.send(lines({"one"}), Soon));
    {
        const SmallFiles limit(10);
        EXPECT_THROW(static_cast<void>(transport.send(lines({"two", "three"}), Soon)), SinkError);
    }
    EXPECT_EQ(contentOf(file), "one\n");
    static_cast<void>(transport.send(lines({"two", "three"}), Soon));
    EXPECT_EQ(contentOf(file), "one\ntwo\nthree\n");
}

TEST(FileSink, SaysWhatIsWrong)
{
    const test::TemporaryFolder folder;
    FileTransport missing(parseSinkSpec("a=file:" + folder.file("no/such/folder")));
    EXPECT_THROW(static_cast<void>(missing.send(lines({"one"}), Soon)), SinkError);
    FileTransport full(parseSinkSpec("a=file:/dev/full"));
    try {
        static_cast<void>(full.send(lines({"one"}), Soon));
        FAIL() << "there is no room";
    } catch (const SinkError& error) {
        EXPECT_STREQ(error.what(), "cannot write /dev/full: No space left on device");
    }
}

// ---- all of them

TEST(SinkSet, SendsAndKeepsPositionsAndStops)
{
    const test::TemporaryFolder folder;
    FakeLog log;
    log.grow(3);
    const std::string file = folder.file("out");
    const std::vector specs{parseSinkSpec("one=file:" + file + "?from=begin"),
                            parseSinkSpec("two=file:" + file + ".2?from=begin")};
    {
        SinkSet sinks(specs, folder.file("sinks"), opener(log));
        sinks.start(3);
        log.grow(5);
        sinks.onCommitted(5);
        const auto limit = std::chrono::steady_clock::now() + 10s;
        const auto areDone = [&] {
            return std::ranges::all_of(
                sinks.status(), [](const SinkStatus& status) { return status.position == 5; });
        };
        while (!areDone() && std::chrono::steady_clock::now() < limit)
            std::this_thread::sleep_for(5ms);
        EXPECT_TRUE(areDone());
        sinks.stop();
    }
    const auto text = contentOf(file);
    EXPECT_EQ(std::ranges::count(text, '\n'), 5);
    EXPECT_EQ(text, contentOf(file + ".2"));
    EXPECT_EQ(SinkCursor(folder.file("sinks/one.cursor")).read(), 5U);
    EXPECT_EQ(SinkCursor(folder.file("sinks/two.cursor")).read(), 5U);
}

} // namespace
} // namespace sallyport::audit::sink
