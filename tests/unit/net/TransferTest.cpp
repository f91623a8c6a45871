// Transfer: a body moved by a coroutine: exact lengths, early ends, stalls, abort, destruction
// while suspended.

#include "net/Transfer.h"

#include "LoopTest.h"
#include "Pattern.h"

#include <gmock/gmock.h>

namespace sallyport::net {
namespace {

using Came = FarEnd::Came;
using TransferOutcome = std::optional<TransferResult>;

Task<void> transfer(TcpStream& from, TcpStream& to, std::uint64_t limit, Duration stallLimit,
                    MovedBytes moved, TransferOutcome& outcome)
{
    const auto result = co_await Transfer(from, to, limit, stallLimit, moved);
    outcome = result;
}

class TransferOnLoop : public LoopTest {
protected:
    [[nodiscard]] Task<void> begin(std::uint64_t limit, Duration stallLimit = seconds(30))
    {
        return transfer(from.near, to.near, limit, stallLimit, {read, written}, outcome);
    }
    [[nodiscard]] std::string delivered()
    {
        std::string came;
        while (to.far.receive(came) == Came::Bytes)
            continue;
        return came;
    }

    Connection from = connected(Side::Client);
    Connection to = connected(Side::Upstream);
    TransferOutcome outcome;
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    Job job;
};

TEST_F(TransferOnLoop, CountsWhileItMoves)
{
    read = 10;
    job.start(begin(Pump::Unlimited));
    from.far.send("half a ");
    ASSERT_TRUE(until([&] { return written == 7; }));
    EXPECT_EQ(read, 17U) << "adds to what there was";
    EXPECT_FALSE(job.done());
    from.far.send("body");
    from.far.shutdownWrite();
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(read, 21U);
    EXPECT_EQ(written, 11U);
    EXPECT_EQ(outcome->bytesRead, 11U);
}

TEST_F(TransferOnLoop, MovesExactlyTheLimitAndLeavesTheRest)
{
    from.far.send("bodynext head");
    settle();
    job.start(begin(4));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::Complete);
    EXPECT_EQ(outcome->bytesRead, 4U);
    EXPECT_EQ(outcome->bytesWritten, 4U);
    EXPECT_EQ(delivered(), "body");
    std::string rest(100, '\0');
    const auto got = from.near.channel().receive(rest);
    EXPECT_EQ(rest.substr(0, got.bytes), "next head");
}

TEST_F(TransferOnLoop, IsDoneAtOnceWithNothingToMove)
{
    job.start(begin(0));
    EXPECT_TRUE(job.done());
    EXPECT_EQ(outcome->end, Pump::End::Complete);
}

TEST_F(TransferOnLoop, WaitsForWhatIsMissing)
{
    from.far.send("one ");
    job.start(begin(7));
    settle();
    EXPECT_FALSE(job.done());
    from.far.send("two");
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::Complete);
    EXPECT_EQ(delivered(), "one two");
}

TEST_F(TransferOnLoop, TellsThatTheSourceEndedBeforeTheLimit)
{
    from.far.send("short");
    from.far.shutdownWrite();
    job.start(begin(100));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::CutShort);
    EXPECT_EQ(outcome->bytesWritten, 5U);
    EXPECT_EQ(delivered(), "short");
}

TEST_F(TransferOnLoop, LastsUntilTheSourceEndsWithoutALimitAndLeavesTheSinkOpen)
{
    from.far.send("until the end");
    from.far.close();
    job.start(begin(Pump::Unlimited));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::Complete);
    std::string came;
    EXPECT_EQ(to.far.receive(came), Came::Bytes);
    EXPECT_EQ(came, "until the end");
    settle();
    EXPECT_EQ(to.far.receive(came), Came::Nothing);
}

TEST_F(TransferOnLoop, MovesALargeBodyExactly)
{
    constexpr std::uint64_t Body = 16 * 1024 * 1024 + 1;
    constexpr std::uint64_t Sent = Body + 5'000;
    const test::Pattern pattern(31);
    job.start(begin(Body));
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::string came;
    ASSERT_TRUE(until([&] {
        if (sent < Sent) {
            const auto piece = pattern.at(
                sent, static_cast<std::size_t>(std::min<std::uint64_t>(Sent - sent, 300'000)));
            const auto count = ::send(from.far.descriptor(), piece.data(), piece.size(),
                                      MSG_DONTWAIT | MSG_NOSIGNAL);
            sent += static_cast<std::uint64_t>(std::max<ssize_t>(count, 0));
        }
        came.clear();
        to.far.receive(came, 200'000);
        EXPECT_TRUE(pattern.matches(received, came)) << "at " << received;
        received += came.size();
        return job.done() && received >= Body && sent == Sent;
    }));
    EXPECT_EQ(outcome->end, Pump::End::Complete);
    EXPECT_EQ(outcome->bytesWritten, Body);
    EXPECT_EQ(received, Body);
    std::string rest(10'000, '\0');
    settle();
    EXPECT_EQ(from.near.channel().receive(rest).bytes, Sent - Body);
}

TEST_F(TransferOnLoop, StopsWhenTheSourceStalls)
{
    from.far.send("then nothing");
    job.start(begin(100, milliseconds(40)));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->stalled, TransferResult::Stalled::Yes);
    EXPECT_EQ(outcome->bytesWritten, 12U);
}

TEST_F(TransferOnLoop, StopsWhenTheSinkStalls)
{
    job.start(begin(Pump::Unlimited, milliseconds(100)));
    const std::string piece(100'000, 'x');
    ASSERT_TRUE(until([&] {
        ::send(from.far.descriptor(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return job.done();
    }));
    EXPECT_EQ(outcome->stalled, TransferResult::Stalled::Yes);
}

TEST_F(TransferOnLoop, DoesNotStallWhileBytesMove)
{
    constexpr auto Limit = milliseconds(200);
    const auto begun = Clock::now();
    job.start(begin(Pump::Unlimited, Limit));
    while (Clock::now() < begun + 3 * Limit) {
        from.far.send("x");
        pass(milliseconds(20));
        ASSERT_FALSE(job.done());
    }
}

TEST_F(TransferOnLoop, TellsWhichSideFailed)
{
    job.start(begin(100));
    from.far.reset();
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::SourceFailed);

    Connection other = connected();
    TransferOutcome second;
    Job writing;
    writing.start(transfer(other.near, to.near, 100, seconds(30), {read, written}, second));
    to.far.reset();
    other.far.send("to nobody");
    ASSERT_TRUE(until([&] { return writing.done(); }));
    EXPECT_EQ(second->end, Pump::End::SinkFailed);
}

TEST_F(TransferOnLoop, AnswersAbortedInTheNextTurn)
{
    job.start(begin(100));
    from.near.abort();
    EXPECT_FALSE(job.done()) << "who aborts is in the middle of something";
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::Aborted);
    EXPECT_EQ(outcome->stalled, TransferResult::Stalled::No);
}

TEST_F(TransferOnLoop, AnswersAbortedWhenAStreamHadBeenAbortedBefore)
{
    to.near.abort();
    job.start(begin(100));
    ASSERT_TRUE(until([&] { return job.done(); }));
    EXPECT_EQ(outcome->end, Pump::End::Aborted);
}

TEST_F(TransferOnLoop, LeavesBothStreamsWhenItIsDestroyed)
{
    auto doomed = std::make_unique<Job>();
    doomed->start(begin(100, milliseconds(10)));
    doomed.reset();
    from.far.send("kept");
    pass(milliseconds(20));
    EXPECT_FALSE(outcome.has_value());
    std::string kept(10, '\0');
    EXPECT_EQ(from.near.channel().receive(kept).bytes, 4U);
}

TEST_F(TransferOnLoop, IsForgottenWhenDestroyedBetweenAbortAndItsTurn)
{
    auto doomed = std::make_unique<Job>();
    doomed->start(begin(100));
    from.near.abort();
    doomed.reset();
    settle();
    EXPECT_FALSE(outcome.has_value());
}

} // namespace
} // namespace sallyport::net
