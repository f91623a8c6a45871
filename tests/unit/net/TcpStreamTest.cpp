// TcpStream's awaiters: reading, writing, deadlines, abort, destruction while suspended, and
// fairness of busy loops.

#include "net/TcpStream.h"

#include "LoopTest.h"
#include "Pattern.h"

#include <gmock/gmock.h>

namespace sallyport::net {
namespace {

struct ReadOutcome {
    std::optional<Result<std::size_t>> result;
    std::string bytes;
};

Task<void> readOnce(TcpStream& stream, TimePoint deadline, ReadOutcome& outcome)
{
    std::string buffer(64 * 1024, '\0');
    auto got = co_await stream.read(buffer, deadline);
    if (got)
        outcome.bytes = buffer.substr(0, *got);
    outcome.result = std::move(got);
}

Task<void> writeOnce(TcpStream& stream, std::string head, std::string body, TimePoint deadline,
                     std::optional<Result<void>>& outcome)
{
    auto written = co_await stream.write(head, body, deadline);
    outcome = std::move(written);
}

std::optional<Error::Kind> kindOf(const auto& result)
{
    if (!result || *result)
        return std::nullopt;
    return result->error().kind;
}

class TcpStreamOnLoop : public LoopTest {
protected:
    // The frames are destroyed before the stream they wait on.
    Connection pair = connected(Side::Upstream);
    ReadOutcome read;
    std::optional<Result<void>> written;
    Job job;
};

TEST_F(TcpStreamOnLoop, ReadsWhatIsThere)
{
    pair.far.send("hello");
    settle();
    job.start(readOnce(pair.near, in(seconds(5)), read));
    EXPECT_TRUE(job.done());
    EXPECT_EQ(read.bytes, "hello");
}

TEST_F(TcpStreamOnLoop, WaitsForBytesToCome)
{
    job.start(readOnce(pair.near, in(seconds(5)), read));
    settle();
    EXPECT_FALSE(job.done());
    pair.far.send("late");
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(read.bytes, "late");
}

TEST_F(TcpStreamOnLoop, ReadsZeroBytesAtTheEnd)
{
    pair.far.shutdownWrite();
    job.start(readOnce(pair.near, in(seconds(5)), read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    ASSERT_TRUE(*read.result);
    EXPECT_EQ(**read.result, 0U);
}

TEST_F(TcpStreamOnLoop, ReadsTheLastBytesBeforeTheEnd)
{
    pair.far.send("last");
    pair.far.close();
    settle();
    job.start(readOnce(pair.near, in(seconds(5)), read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(read.bytes, "last");
    Job again;
    ReadOutcome end;
    again.start(readOnce(pair.near, in(seconds(5)), end));
    ASSERT_TRUE(until([&] { return again.done(); }));
    ASSERT_TRUE(*end.result);
    EXPECT_EQ(**end.result, 0U);
}

TEST_F(TcpStreamOnLoop, TellsAResetFromAnEnd)
{
    job.start(readOnce(pair.near, in(seconds(5)), read));
    pair.far.reset();
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(read.result), Error::Kind::Reset);
    EXPECT_EQ(read.result->error().side, Side::Upstream);
}

TEST_F(TcpStreamOnLoop, StopsReadingAtTheDeadline)
{
    const auto deadline = in(milliseconds(20));
    job.start(readOnce(pair.near, deadline, read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_GE(Clock::now(), deadline);
    EXPECT_EQ(kindOf(read.result), Error::Kind::TimedOut);
}

TEST_F(TcpStreamOnLoop, CanBeReadAgainAfterADeadline)
{
    job.start(readOnce(pair.near, in(milliseconds(5)), read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    Job again;
    ReadOutcome second;
    again.start(readOnce(pair.near, in(seconds(5)), second));
    pair.far.send("after");
    ASSERT_TRUE(until([&] { return again.done(); }));
    EXPECT_EQ(second.bytes, "after");
}

TEST_F(TcpStreamOnLoop, AnswersAbortedWhenItIsAbortedDuringARead)
{
    job.start(readOnce(pair.near, in(seconds(5)), read));
    pair.near.abort();
    EXPECT_FALSE(job.done()) << "who aborts is in the middle of something";
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(read.result), Error::Kind::Aborted);
}

TEST_F(TcpStreamOnLoop, AnswersAbortedWhenItWasAbortedBefore)
{
    pair.far.send("unread");
    settle();
    pair.near.abort();
    job.start(readOnce(pair.near, in(seconds(5)), read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(read.result), Error::Kind::Aborted);
    Job writing;
    writing.start(writeOnce(pair.near, "x", "", in(seconds(5)), written));
    ASSERT_TRUE(until([&] { return writing.done(); }));
    EXPECT_EQ(kindOf(written), Error::Kind::Aborted);
}

TEST_F(TcpStreamOnLoop, StillWritesWhenOnlyReadingWasAborted)
{
    settle();
    pair.near.abortRead();
    job.start(writeOnce(pair.near, "said", "", in(seconds(5)), written));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_TRUE(*written);
    std::string came;
    EXPECT_EQ(pair.far.receive(came), FarEnd::Came::Bytes);
    EXPECT_EQ(came, "said");
}

TEST_F(TcpStreamOnLoop, IgnoresWhatComesForAReadThatWasDestroyed)
{
    auto doomed = std::make_unique<Job>();
    doomed->start(readOnce(pair.near, in(milliseconds(10)), read));
    doomed.reset();
    pair.far.send("for nobody");
    pass(milliseconds(20));
    EXPECT_FALSE(read.result.has_value());
    job.start(readOnce(pair.near, in(seconds(5)), read));
    EXPECT_TRUE(job.done());
    EXPECT_EQ(read.bytes, "for nobody");
}

TEST_F(TcpStreamOnLoop, ResumesNobodyWhoWasDestroyedBetweenAbortAndItsTurn)
{
    auto doomed = std::make_unique<Job>();
    doomed->start(readOnce(pair.near, in(seconds(5)), read));
    pair.near.abort();
    doomed.reset();
    settle();
    EXPECT_FALSE(read.result.has_value());
}

TEST_F(TcpStreamOnLoop, WritesHeadThenBody)
{
    job.start(writeOnce(pair.near, "head ", "body", in(seconds(5)), written));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_TRUE(*written);
    std::string came;
    while (pair.far.receive(came) == FarEnd::Came::Bytes)
        continue;
    EXPECT_EQ(came, "head body");
}

TEST_F(TcpStreamOnLoop, WritesAsFastAsThePeerReads)
{
    auto slow = connected(Side::Client, 16 * 1024);
    const test::Pattern pattern(1);
    const std::string head(pattern.at(0, 500'000));
    const std::string body(pattern.at(500'000, 400'000));
    Job writing;
    writing.start(writeOnce(slow.near, head, body, in(Patience), written));
    settle();
    EXPECT_FALSE(writing.done());
    std::uint64_t received = 0;
    ASSERT_TRUE(until([&] {
        std::string came;
        if (slow.far.receive(came, 7001) == FarEnd::Came::Bytes) {
            EXPECT_TRUE(pattern.matches(received, came)) << "at " << received;
            received += came.size();
        }
        return received == head.size() + body.size() && writing.done();
    }));
    EXPECT_TRUE(*written);
}

TEST_F(TcpStreamOnLoop, StopsWritingAtTheDeadline)
{
    job.start(writeOnce(pair.near, std::string(64 * 1024 * 1024, 'x'), "", in(milliseconds(20)),
                        written));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(written), Error::Kind::TimedOut);
}

TEST_F(TcpStreamOnLoop, AnswersAbortedWhenItIsAbortedDuringAWrite)
{
    job.start(
        writeOnce(pair.near, std::string(64 * 1024 * 1024, 'x'), "", in(seconds(5)), written));
    settle();
    pair.near.abort();
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(written), Error::Kind::Aborted);
}

TEST_F(TcpStreamOnLoop, LeavesAWriteThatIsDestroyed)
{
    auto doomed = std::make_unique<Job>();
    doomed->start(writeOnce(pair.near, std::string(64 * 1024 * 1024, 'x'), "",
                            in(milliseconds(500)), written));
    settle();
    doomed.reset();
    pass(milliseconds(600));
    EXPECT_FALSE(written.has_value());
}

TEST_F(TcpStreamOnLoop, TellsThatThePeerResetDuringAWrite)
{
    job.start(
        writeOnce(pair.near, std::string(64 * 1024 * 1024, 'x'), "", in(seconds(5)), written));
    settle();
    pair.far.reset();
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(kindOf(written), Error::Kind::Reset);
}

TEST_F(TcpStreamOnLoop, EndsItsDirectionOnly)
{
    pair.near.shutdownWrite();
    std::string came;
    ASSERT_TRUE(until([&] { return pair.far.receive(came) == FarEnd::Came::End; }));
    pair.far.send("still here");
    job.start(readOnce(pair.near, in(seconds(5)), read));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(read.bytes, "still here");
}

TEST_F(TcpStreamOnLoop, ShowsThePeerAnEndWhenClosedAndAResetWhenReset)
{
    std::string came;
    pair.near.close();
    EXPECT_FALSE(pair.near);
    EXPECT_TRUE(until([&] { return pair.far.receive(came) == FarEnd::Came::End; }));
    auto other = connected();
    other.near.reset();
    EXPECT_TRUE(until([&] { return other.far.receive(came) == FarEnd::Came::Reset; }));
}

/// What a busy coroutine leaves behind of each of its steps.
struct Steps {
    void note()
    {
        ++total;
        const auto position = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        lowest = std::min(lowest, position);
        highest = std::max(highest, position);
        longestRun = std::max(longestRun, ++run);
        if (other != nullptr)
            other->run = 0;
    }
    int total = 0;
    int run = 0; ///< since the other one had its turn
    int longestRun = 0;
    std::uintptr_t lowest = UINTPTR_MAX;
    std::uintptr_t highest = 0;
    Steps* other = nullptr;
};

Task<void> beReady(TcpStream& stream, int times, Steps& steps)
{
    for (int i = 0; i < times; ++i) {
        const auto ready = co_await stream.readable(Never);
        if (!ready)
            co_return;
        steps.note();
    }
}

TEST_F(TcpStreamOnLoop, LetsOthersRunDuringAMillionReadyReadsAndKeepsTheStackSmall)
{
    constexpr int Million = 1'000'000;
    auto second = connected();
    pair.far.send("never read");
    second.far.send("never read");
    settle();
    Steps one;
    Steps two;
    one.other = &two;
    two.other = &one;
    Job other;
    job.start(beReady(pair.near, Million, one));
    EXPECT_LT(one.total, Million) << "gave nobody else a turn";
    other.start(beReady(second.near, Million, two));
    ASSERT_TRUE(until([&] { return job.done() && other.done(); }));
    EXPECT_EQ(one.total, Million);
    EXPECT_EQ(two.total, Million);
    EXPECT_LT(std::max(one.longestRun, two.longestRun), 1000);
    EXPECT_LT(std::max(one.highest, two.highest) - std::min(one.lowest, two.lowest), 64U * 1024);
}

} // namespace
} // namespace sallyport::net
