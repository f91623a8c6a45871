// Relay and the pumps in it: a tunnel between two real connections: ends, resets, backpressure,
// limits, bulk both ways.

#include "net/Relay.h"

#include "LoopTest.h"
#include "Pattern.h"
#include "support/BuildKind.h"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>

namespace sallyport::net {
namespace {

using Came = FarEnd::Came;
using Reason = RelayResult::Reason;

std::ptrdiff_t openPipes()
{
    std::ptrdiff_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        count += std::filesystem::read_symlink(entry, gone).string().starts_with("pipe:") ? 1 : 0;
    }
    return count;
}

/// A relay between two connections whose far ends the test holds.
class Tunnel final : public Relay::Owner {
public:
    Tunnel(Connection client, Connection upstream, Duration idleLimit = Duration::zero())
        : client(std::move(client.far)), upstream(std::move(upstream.far)),
          relay(std::make_unique<Relay>(std::move(client.near), std::move(upstream.near), *this))
    {
        relay->limit({.idle = idleLimit});
    }

    void onRelayEnd(const RelayResult& ended) override
    {
        ++ends;
        result = ended;
        uploaded = relay->upload().bytesWritten();
        downloaded = relay->download().bytesWritten();
        relay.reset(); // as the session does
    }

    void onUpstreamSpoke() override { ++upstreamSpoke; }

    FarEnd client;
    FarEnd upstream;
    int upstreamSpoke = 0;
    std::optional<RelayResult> result;
    int ends = 0;
    std::uint64_t uploaded = 0;
    std::uint64_t downloaded = 0;
    std::unique_ptr<Relay> relay;
};

/// Sends the pattern with random sizes as fast as it is taken, and ends.
class Sender {
public:
    Sender(FarEnd& to, const test::Pattern& pattern, std::uint64_t total, std::size_t mostAtOnce,
           unsigned seed)
        : to_(to), pattern_(pattern), total_(total), mostAtOnce_(mostAtOnce), random_(seed)
    {}

    void go()
    {
        for (int times = 0; times < 16 && sent_ < total_; ++times) {
            const auto size = std::min<std::uint64_t>(1 + random_() % mostAtOnce_, total_ - sent_);
            const auto piece = pattern_.at(sent_, static_cast<std::size_t>(size));
            const auto count =
                ::send(to_.descriptor(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0)
                return;
            sent_ += static_cast<std::uint64_t>(count);
            if (sent_ == total_)
                to_.shutdownWrite();
        }
    }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

private:
    FarEnd& to_;
    const test::Pattern& pattern_;
    std::uint64_t total_;
    std::size_t mostAtOnce_;
    std::mt19937 random_;
    std::uint64_t sent_ = 0;
};

/// Takes what comes with random sizes, sometimes nothing for a while, and checks it.
class Receiver {
public:
    Receiver(FarEnd& from, const test::Pattern& pattern, std::size_t mostAtOnce, unsigned seed)
        : from_(from), pattern_(pattern), mostAtOnce_(mostAtOnce), random_(seed)
    {}

    void go()
    {
        const auto times = random_() % 16;
        for (unsigned i = 0; i < times && last_ == Came::Bytes; ++i) {
            std::string bytes;
            last_ = from_.receive(bytes, 1 + random_() % mostAtOnce_);
            right_ = right_ && pattern_.matches(received_, bytes);
            received_ += bytes.size();
        }
        if (last_ == Came::Nothing)
            last_ = Came::Bytes;
    }
    [[nodiscard]] bool ended() const { return last_ == Came::End; }
    [[nodiscard]] bool right() const { return right_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    FarEnd& from_;
    const test::Pattern& pattern_;
    std::size_t mostAtOnce_;
    std::mt19937 random_;
    std::uint64_t received_ = 0;
    Came last_ = Came::Bytes;
    bool right_ = true;
};

class RelayOnLoop : public LoopTest {
protected:
    [[nodiscard]] std::unique_ptr<Tunnel> tunnel(Duration idleLimit = Duration::zero(),
                                                 int bufferBytes = 0)
    {
        auto made = std::make_unique<Tunnel>(connected(Side::Client, bufferBytes),
                                             connected(Side::Upstream, bufferBytes), idleLimit);
        made->relay->start();
        return made;
    }

    [[nodiscard]] bool comes(FarEnd& from, std::string_view expected)
    {
        std::string came;
        return until([&] {
                   from.receive(came);
                   return came.size() >= expected.size();
               }) &&
               came == expected;
    }
    [[nodiscard]] bool comes(FarEnd& from, Came expected)
    {
        std::string came;
        Came last = Came::Nothing;
        return until([&] {
                   last = from.receive(came);
                   return last != Came::Nothing;
               }) &&
               last == expected;
    }

    /// Sends until nothing more is taken, however often the loop turns.
    std::uint64_t stuff(Sender& sender)
    {
        std::uint64_t before = 0;
        do {
            before = sender.sent();
            for (int times = 0; times < 50; ++times) {
                sender.go();
                settle();
            }
        } while (sender.sent() != before);
        return before;
    }
};

TEST_F(RelayOnLoop, CarriesBytesBothWays)
{
    auto made = tunnel();
    made->client.send("question");
    EXPECT_TRUE(comes(made->upstream, "question"));
    made->upstream.send("answer");
    EXPECT_TRUE(comes(made->client, "answer"));
    EXPECT_EQ(made->relay->upload().bytesWritten(), 8U);
    EXPECT_EQ(made->relay->download().bytesWritten(), 6U);
    EXPECT_EQ(made->ends, 0);
}

TEST_F(RelayOnLoop, SaysWhoWasSilentSinceWhen)
{
    auto made = tunnel();
    EXPECT_FALSE(made->relay->silence(loop.now()).lastFromClient);
    EXPECT_FALSE(made->relay->silence(loop.now()).lastFromUpstream);

    made->client.send("question");
    ASSERT_TRUE(comes(made->upstream, "question"));
    const auto asked = made->relay->silence(loop.now()).lastFromClient;
    ASSERT_TRUE(asked);
    EXPECT_FALSE(made->relay->silence(loop.now()).lastFromUpstream);
    EXPECT_EQ(made->upstreamSpoke, 0);

    pass(milliseconds(60));
    made->upstream.send("answer");
    ASSERT_TRUE(comes(made->client, "answer"));
    made->upstream.send("more");
    ASSERT_TRUE(comes(made->client, "more"));
    const auto silence = made->relay->silence(loop.now());
    EXPECT_EQ(silence.lastFromClient, asked);
    EXPECT_GE(*silence.lastFromUpstream - *asked, milliseconds(50));
    EXPECT_GE(silence.longest, milliseconds(50));
    EXPECT_EQ(made->upstreamSpoke, 1);
}

TEST_F(RelayOnLoop, CountsTheSilenceThatLasts)
{
    auto made = tunnel();
    pass(milliseconds(40));
    EXPECT_GE(made->relay->silence(loop.now()).longest, milliseconds(30));
}

TEST_F(RelayOnLoop, TellsTheKernelsFiguresAtItsEnd)
{
    for (const bool reset : {false, true}) {
        auto made = tunnel();
        made->client.send("question");
        ASSERT_TRUE(comes(made->upstream, "question"));
        if (reset)
            made->client.reset();
        else
            made->client.close();
        made->upstream.close();
        ASSERT_TRUE(until([&] { return made->ends == 1; }));
        ASSERT_TRUE(made->result->client);
        ASSERT_TRUE(made->result->upstream);
        EXPECT_GT(made->result->upstream->rttMicroseconds, 0U);
        EXPECT_EQ(made->result->upstream->retransmits, 0U);
    }
}

TEST_F(RelayOnLoop, CarriesWhatCameBeforeItStarted)
{
    auto client = connected(Side::Client);
    auto upstream = connected(Side::Upstream);
    client.far.send("early");
    upstream.far.send("greeting");
    settle();
    Tunnel made(std::move(client), std::move(upstream));
    made.relay->start();
    EXPECT_TRUE(comes(made.upstream, "early"));
    EXPECT_TRUE(comes(made.client, "greeting"));
}

TEST_F(RelayOnLoop, EndsWhenBothSidesHadEndedBeforeItStarted)
{
    auto client = connected(Side::Client);
    auto upstream = connected(Side::Upstream);
    client.far.send("early");
    client.far.shutdownWrite();
    upstream.far.shutdownWrite();
    settle();
    Tunnel made(std::move(client), std::move(upstream));
    made.relay->start();
    ASSERT_TRUE(until([&] { return made.ends == 1; }));
    EXPECT_EQ(made.result->reason, Reason::Done);
    EXPECT_EQ(made.uploaded, 5U);
    EXPECT_TRUE(comes(made.upstream, "early"));
}

struct DirectionCase {
    const char* name;
    Side source;
};

class RelayDirection : public RelayOnLoop, public testing::WithParamInterface<DirectionCase> {
protected:
    [[nodiscard]] FarEnd& source(Tunnel& made) const
    {
        return GetParam().source == Side::Client ? made.client : made.upstream;
    }
    [[nodiscard]] FarEnd& sink(Tunnel& made) const
    {
        return GetParam().source == Side::Client ? made.upstream : made.client;
    }
    [[nodiscard]] const Pump& pump(const Tunnel& made) const
    {
        return GetParam().source == Side::Client ? made.relay->upload() : made.relay->download();
    }
};

TEST_P(RelayDirection, EndsAloneAndTheOtherGoesOn)
{
    auto made = tunnel();
    source(*made).send("the last words");
    source(*made).shutdownWrite();
    EXPECT_TRUE(comes(sink(*made), "the last words"));
    EXPECT_TRUE(comes(sink(*made), Came::End));
    EXPECT_EQ(made->ends, 0);
    sink(*made).send("a late answer");
    EXPECT_TRUE(comes(source(*made), "a late answer"));
    sink(*made).shutdownWrite();
    EXPECT_TRUE(comes(source(*made), Came::End));
    ASSERT_TRUE(until([&] { return made->ends == 1; }));
    EXPECT_EQ(made->result->reason, Reason::Done);
    EXPECT_EQ(made->result->by, GetParam().source);
}

TEST_P(RelayDirection, DeliversAllBytesBeforeTheEndThroughASlowSink)
{
    const test::Pattern pattern(2);
    auto made = tunnel(Duration::zero(), 8 * 1024);
    Sender sender(source(*made), pattern, 500'000, 60'000, 3);
    Receiver receiver(sink(*made), pattern, 3'000, 4);
    ASSERT_TRUE(until([&] {
        sender.go();
        receiver.go();
        return receiver.ended();
    }));
    EXPECT_TRUE(receiver.right());
    EXPECT_EQ(receiver.received(), 500'000U);
}

TEST_P(RelayDirection, PassesAResetOnAsAReset)
{
    auto made = tunnel();
    source(*made).send("cut o");
    EXPECT_TRUE(comes(sink(*made), "cut o"));
    source(*made).reset();
    EXPECT_TRUE(comes(sink(*made), Came::Reset));
    ASSERT_EQ(made->ends, 1);
    EXPECT_EQ(made->result->reason, Reason::Reset);
    EXPECT_EQ(made->result->by, GetParam().source);
}

TEST_P(RelayDirection, NoticesAResetAlsoOnASideThatHadEnded)
{
    auto made = tunnel();
    source(*made).shutdownWrite();
    EXPECT_TRUE(comes(sink(*made), Came::End));
    source(*made).reset();
    ASSERT_TRUE(until([&] { return made->ends == 1; }, seconds(10)))
        << "nothing is to be written there";
    EXPECT_EQ(made->result->reason, Reason::Reset);
    EXPECT_EQ(made->result->by, GetParam().source);
    // After the end it has seen, only writing shows it: an orderly close would take these bytes
    // first.
    EXPECT_LT(::send(sink(*made).descriptor(), "x", 1, MSG_NOSIGNAL), 0);
}

TEST_P(RelayDirection, StopsReadingWhenTheSinkDoesNot)
{
    constexpr std::uint64_t Plenty = 256ULL * 1024 * 1024;
    const test::Pattern pattern(5);
    auto made = tunnel(Duration::zero(), 64 * 1024);
    Sender sender(source(*made), pattern, Plenty, 256 * 1024, 6);
    const auto taken = stuff(sender);
    EXPECT_LT(taken, 4U * 1024 * 1024);
    EXPECT_LE(pump(*made).bytesRead() - pump(*made).bytesWritten(), PipePool::PipeBytes);
    Receiver receiver(sink(*made), pattern, 256 * 1024, 7);
    ASSERT_TRUE(until([&] {
        receiver.go();
        return receiver.received() == taken;
    }));
    EXPECT_TRUE(receiver.right());
}

TEST_P(RelayDirection, IsNotHeldUpByTheOtherThatIsBlocked)
{
    const test::Pattern pattern(5);
    auto made = tunnel(Duration::zero(), 64 * 1024);
    Sender sender(sink(*made), pattern, 256ULL * 1024 * 1024, 256 * 1024, 6);
    const auto taken = stuff(sender);
    EXPECT_GT(taken, 0U);
    source(*made).send("gets through");
    EXPECT_TRUE(comes(sink(*made), "gets through"));
}

TEST_P(RelayDirection, ResetsBothWhenTheSinkIsResetWhileItIsBlocked)
{
    const test::Pattern pattern(5);
    auto made = tunnel(Duration::zero(), 64 * 1024);
    Sender sender(source(*made), pattern, 256ULL * 1024 * 1024, 256 * 1024, 6);
    const auto taken = stuff(sender);
    EXPECT_GT(taken, 0U);
    sink(*made).reset();
    ASSERT_TRUE(until([&] { return made->ends == 1; }));
    EXPECT_EQ(made->result->reason, Reason::Reset);
    EXPECT_NE(made->result->by, GetParam().source);
    EXPECT_TRUE(comes(source(*made), Came::Reset));
}

INSTANTIATE_TEST_SUITE_P(Relay, RelayDirection,
                         testing::Values(DirectionCase{"Upload", Side::Client},
                                         DirectionCase{"Download", Side::Upstream}),
                         [](const auto& info) { return info.param.name; });

struct BulkCase {
    const char* name;
    std::uint64_t bytes;
    std::size_t mostSent;
    std::size_t mostReceived;
    int bufferBytes;
};

class RelayBulk : public RelayOnLoop, public testing::WithParamInterface<BulkCase> {};

TEST_P(RelayBulk, ArrivesUnchangedBothWaysAtOnce)
{
    const auto& bulk = GetParam();
    const auto total = test::Sanitized ? bulk.bytes / 8 : bulk.bytes;
    const test::Pattern up(11);
    const test::Pattern down(12);
    auto made = tunnel(Duration::zero(), bulk.bufferBytes);
    Sender upSender(made->client, up, total, bulk.mostSent, 13);
    Sender downSender(made->upstream, down, total + 1, bulk.mostSent, 14);
    Receiver upReceiver(made->upstream, up, bulk.mostReceived, 15);
    Receiver downReceiver(made->client, down, bulk.mostReceived, 16);
    ASSERT_TRUE(until([&] {
        upSender.go();
        downSender.go();
        upReceiver.go();
        downReceiver.go();
        return upReceiver.ended() && downReceiver.ended() && made->ends == 1;
    })) << upReceiver.received()
        << " up, " << downReceiver.received() << " down";
    EXPECT_TRUE(upReceiver.right());
    EXPECT_TRUE(downReceiver.right());
    EXPECT_EQ(upReceiver.received(), total);
    EXPECT_EQ(downReceiver.received(), total + 1);
    EXPECT_EQ(made->result->reason, Reason::Done);
    EXPECT_EQ(made->uploaded, total);
    EXPECT_EQ(made->downloaded, total + 1);
}

constexpr std::uint64_t Megabyte = 1024 * 1024;

INSTANTIATE_TEST_SUITE_P(
    Relay, RelayBulk,
    testing::Values(BulkCase{"LargePieces", 64 * Megabyte, 512 * 1024, 512 * 1024, 0},
                    BulkCase{"SmallPieces", 8 * Megabyte, 3'000, 64 * 1024, 0},
                    BulkCase{"MixedPiecesIntoASlowSink", 64 * Megabyte, 512 * 1024, 100'000,
                             256 * 1024},
                    BulkCase{"SmallBuffers", 4 * Megabyte, 100'000, 9'000, 8 * 1024}),
    [](const auto& info) { return info.param.name; });

TEST_F(RelayOnLoop, HoldsNoPipeWhileNothingMoves)
{
    constexpr std::uint64_t Bytes = 8 * Megabyte;
    const test::Pattern pattern(21);
    const auto before = openPipes();
    std::vector<std::unique_ptr<Tunnel>> tunnels;
    std::ptrdiff_t most = 0;
    for (int i = 0; i < 10; ++i) {
        tunnels.push_back(tunnel());
        auto& made = *tunnels.back();
        // One byte is never sent: the direction stays open.
        Sender sender(made.client, pattern, Bytes + 1, 512 * 1024, 22);
        Receiver receiver(made.upstream, pattern, 512 * 1024, 23);
        ASSERT_TRUE(until([&] {
            if (sender.sent() + 512 * 1024 < Bytes)
                sender.go();
            receiver.go();
            most = std::max(most, openPipes() - before);
            return sender.sent() + 512 * 1024 >= Bytes && receiver.received() == sender.sent();
        }));
        settle();
    }
    EXPECT_GE(most, 2) << "bulk did not go through a pipe";
    EXPECT_LE(openPipes() - before, 2) << "every tunnel should have used the same one";
}

TEST_F(RelayOnLoop, GivesAPipeUpWithTheBytesInItWhenItEnds)
{
    const test::Pattern pattern(21);
    const auto before = openPipes();
    auto made = tunnel(Duration::zero(), 256 * 1024);
    Sender sender(made->client, pattern, 256 * Megabyte, 512 * 1024, 22);
    const auto taken = stuff(sender);
    EXPECT_GT(taken, 0U);
    EXPECT_EQ(openPipes() - before, 2);
    made->relay->end();
    ASSERT_EQ(made->ends, 1);
    EXPECT_EQ(openPipes(), before);
}

TEST_F(RelayOnLoop, EndsAfterTheIdleLimit)
{
    auto made = tunnel(milliseconds(50));
    made->client.send("x");
    EXPECT_TRUE(comes(made->upstream, "x"));
    ASSERT_TRUE(until([&] { return made->ends == 1; }));
    EXPECT_EQ(made->result->reason, Reason::Idle);
    EXPECT_EQ(made->result->by, Side::Ourselves);
    EXPECT_TRUE(comes(made->client, Came::End));
    EXPECT_TRUE(comes(made->upstream, Came::End));
}

TEST_F(RelayOnLoop, IsNotIdleWhileBytesMoveInOneDirection)
{
    constexpr auto IdleLimit = milliseconds(200);
    const auto begin = Clock::now();
    auto made = tunnel(IdleLimit);
    std::string came;
    TimePoint last = begin;
    while (Clock::now() < begin + 3 * IdleLimit) {
        made->upstream.send("x");
        last = Clock::now();
        pass(milliseconds(20));
        ASSERT_EQ(made->ends, 0);
    }
    ASSERT_TRUE(until([&] { return made->ends == 1; }));
    EXPECT_GE(Clock::now(), last + IdleLimit - milliseconds(20));
    EXPECT_EQ(made->result->reason, Reason::Idle);
}

TEST_F(RelayOnLoop, EndsAtOnceWhenItIsToldTo)
{
    auto made = tunnel();
    made->relay->end();
    ASSERT_EQ(made->ends, 1);
    EXPECT_EQ(made->result->reason, Reason::Ended);
    EXPECT_EQ(made->result->by, Side::Ourselves);
    EXPECT_TRUE(comes(made->client, Came::End));
    EXPECT_TRUE(comes(made->upstream, Came::End));
}

TEST_F(RelayOnLoop, EndsWhenAStreamOfItWasAborted)
{
    auto client = connected(Side::Client);
    auto upstream = connected(Side::Upstream);
    auto& channel = client.near.channel();
    Tunnel made(std::move(client), std::move(upstream));
    made.relay->start();
    channel.abort();
    ASSERT_TRUE(until([&] { return made.ends == 1; }));
    EXPECT_EQ(made.result->reason, Reason::Ended);
}

TEST_F(RelayOnLoop, EndsWhenAStreamOfItHadBeenAbortedBefore)
{
    auto client = connected(Side::Client);
    auto upstream = connected(Side::Upstream);
    upstream.near.abort();
    Tunnel made(std::move(client), std::move(upstream));
    made.relay->start();
    ASSERT_TRUE(until([&] { return made.ends == 1; }, seconds(10)));
    EXPECT_EQ(made.result->reason, Reason::Ended);
}

/// Reads the client's side of a held relay, and remembers whether it may.
class FirstReader final : public ReadWaiter {
public:
    explicit FirstReader(Channel& client) : client_(client) { client_.setReader(this); }

    void onReadable() override
    {
        std::array<char, 4096> bytes{};
        while (client_.mayRead()) {
            const auto got = client_.receive(bytes);
            last = got.outcome;
            came.append(bytes.data(), got.bytes);
            if (last != Channel::Transferred::Outcome::Some)
                return;
        }
    }
    void onReadAborted() override {}

    std::string came;
    Channel::Transferred::Outcome last = Channel::Transferred::Outcome::WouldBlock;

private:
    Channel& client_;
};

class HeldRelay : public RelayOnLoop {
protected:
    HeldRelay() { made.relay->start(Relay::Upload::Held); }

    Tunnel made{connected(Side::Client), connected(Side::Upstream)};
    FirstReader first{made.relay->client()};
};

TEST_F(HeldRelay, CarriesTheDownloadOnly)
{
    made.client.send("question");
    made.upstream.send("greeting");
    EXPECT_TRUE(comes(made.client, "greeting"));
    ASSERT_TRUE(until([&] { return first.came == "question"; }));
    std::string nothing;
    EXPECT_EQ(made.upstream.receive(nothing), Came::Nothing);
    EXPECT_EQ(made.relay->upload().bytesRead(), 0U);
}

TEST_F(HeldRelay, BeginsWithTheEarlyBytesWhenReleased)
{
    made.client.send("question");
    ASSERT_TRUE(until([&] { return first.came == "question"; }));
    made.client.send(" and more");
    made.relay->release(first.came);
    EXPECT_TRUE(comes(made.upstream, "question and more"));
    EXPECT_EQ(made.relay->upload().bytesRead(), 17U);
    EXPECT_EQ(made.relay->upload().bytesWritten(), 17U);
}

TEST_F(HeldRelay, MayBeReleasedWithoutEarlyBytes)
{
    made.relay->release({});
    made.client.send("question");
    EXPECT_TRUE(comes(made.upstream, "question"));
    made.client.shutdownWrite();
    EXPECT_TRUE(comes(made.upstream, Came::End));
}

TEST_F(HeldRelay, PassesOnAnEndThatCameBeforeTheRelease)
{
    made.client.send("all");
    made.client.shutdownWrite();
    ASSERT_TRUE(until([&] { return first.last == Channel::Transferred::Outcome::End; }));
    made.relay->release(first.came);
    EXPECT_TRUE(comes(made.upstream, "all"));
    EXPECT_TRUE(comes(made.upstream, Came::End));
    made.upstream.shutdownWrite();
    ASSERT_TRUE(until([&] { return made.ends == 1; }));
    EXPECT_EQ(made.result->reason, Reason::Done);
    EXPECT_EQ(made.result->by, Side::Client);
}

TEST_F(HeldRelay, ReleasesIntoASinkThatIsSlow)
{
    const test::Pattern pattern(31);
    auto client = connected(Side::Client);
    auto upstream = connected(Side::Upstream, 4 * 1024);
    Tunnel slow(std::move(client), std::move(upstream));
    slow.relay->start(Relay::Upload::Held);
    const std::string early(pattern.at(0, 200'000));
    slow.relay->release(early);
    Receiver receiver(slow.upstream, pattern, 3'000, 32);
    ASSERT_TRUE(until([&] {
        receiver.go();
        return receiver.received() == early.size();
    }));
    EXPECT_TRUE(receiver.right());
}

TEST_F(HeldRelay, TellsTheReaderOfTheClientsReset)
{
    made.client.reset();
    ASSERT_TRUE(until([&] { return first.last == Channel::Transferred::Outcome::Reset; }));
    EXPECT_EQ(made.ends, 0);
    made.relay->reset(Side::Client);
    ASSERT_EQ(made.ends, 1);
    EXPECT_EQ(made.result->reason, Reason::Reset);
    EXPECT_EQ(made.result->by, Side::Client);
    EXPECT_TRUE(comes(made.upstream, Came::Reset));
}

TEST_F(HeldRelay, EndsWhenTheUpstreamIsReset)
{
    made.upstream.reset();
    ASSERT_TRUE(until([&] { return made.ends == 1; }));
    EXPECT_EQ(made.result->by, Side::Upstream);
    EXPECT_TRUE(comes(made.client, Came::Reset));
}

TEST_F(HeldRelay, OutlivesTheUpstreamsEnd)
{
    made.upstream.send("greeting");
    made.upstream.shutdownWrite();
    EXPECT_TRUE(comes(made.client, "greeting"));
    EXPECT_TRUE(comes(made.client, Came::End));
    EXPECT_EQ(made.ends, 0);
    made.client.send("answer");
    ASSERT_TRUE(until([&] { return first.came == "answer"; }));
    made.relay->release(first.came);
    EXPECT_TRUE(comes(made.upstream, "answer"));
}

TEST_F(HeldRelay, IsSubjectToTheIdleLimit)
{
    made.relay->limit({.idle = milliseconds(50)});
    ASSERT_TRUE(until([&] { return made.ends == 1; }));
    EXPECT_EQ(made.result->reason, Reason::Idle);
}

TEST_F(RelayOnLoop, EndsWhenItsTimeIsUpHoweverBusyItIs)
{
    constexpr auto Time = milliseconds(200);
    const auto begin = Clock::now();
    auto made = tunnel();
    made->relay->limit({.until = loop.now() + Time});
    while (made->ends == 0 && Clock::now() < begin + Patience) {
        made->upstream.send("x");
        pass(milliseconds(10));
    }
    ASSERT_EQ(made->ends, 1);
    EXPECT_EQ(made->result->reason, Reason::TimeUp);
    EXPECT_GE(Clock::now(), begin + Time - milliseconds(20));
    EXPECT_EQ(made->result->by, Side::Ourselves);
}

TEST_P(RelayDirection, EndsWhenItsBudgetIsSpentAndDelivered)
{
    constexpr std::uint64_t Budget = 300'000;
    const test::Pattern pattern(41);
    auto made = tunnel(Duration::zero(), 8 * 1024);
    made->relay->limit({.bytes = Budget});
    sink(*made).send("0123456789");
    EXPECT_TRUE(comes(source(*made), "0123456789"));
    Sender sender(source(*made), pattern, 2 * Budget, 60'000, 42);
    Receiver receiver(sink(*made), pattern, 3'000, 43);
    ASSERT_TRUE(until([&] {
        sender.go();
        receiver.go();
        return receiver.ended() || (made->ends == 1 && receiver.received() == Budget - 10);
    })) << receiver.received();
    EXPECT_EQ(made->ends, 1);
    EXPECT_EQ(made->result->reason, Reason::BudgetSpent);
    EXPECT_TRUE(receiver.right());
    EXPECT_EQ(made->uploaded + made->downloaded, Budget);
}

TEST_P(RelayDirection, KeepsToItsRate)
{
    constexpr std::uint64_t Rate = 400'000;
    constexpr std::uint64_t Total = 200'000; // a burst of 80,000, then 300 ms
    const test::Pattern pattern(51);
    auto made = tunnel();
    made->relay->limit({.bytesPerSecond = Rate});
    const auto begin = Clock::now();
    Sender sender(source(*made), pattern, Total, 60'000, 52);
    Receiver receiver(sink(*made), pattern, 60'000, 53);
    ASSERT_TRUE(until([&] {
        sender.go();
        receiver.go();
        return receiver.ended();
    }));
    EXPECT_TRUE(receiver.right());
    EXPECT_EQ(receiver.received(), Total);
    EXPECT_GE(Clock::now() - begin, milliseconds(280));
    // The other direction has a rate of its own.
    sink(*made).send(std::string(10'000, 'x'));
    EXPECT_TRUE(comes(source(*made), std::string(10'000, 'x')));
}

TEST_P(RelayDirection, GoesOnAtOnceWhenARateIsLifted)
{
    const test::Pattern pattern(61);
    constexpr std::uint64_t Total = 100'000;
    auto made = tunnel();
    made->relay->limit({.bytesPerSecond = 1'000}); // a minute and a half
    Sender sender(source(*made), pattern, Total, 60'000, 62);
    Receiver receiver(sink(*made), pattern, 60'000, 63);
    ASSERT_TRUE(until([&] {
        sender.go();
        receiver.go();
        return sender.sent() == Total && receiver.received() > 0;
    }));
    made->relay->limit({});
    ASSERT_TRUE(until(
        [&] {
            receiver.go();
            return receiver.ended();
        },
        seconds(20)));
    EXPECT_TRUE(receiver.right());
}

TEST_F(RelayOnLoop, TellsNobodyWhenItIsDestroyed)
{
    auto made = tunnel(milliseconds(10));
    made->client.send("on its way");
    made->relay.reset();
    pass(milliseconds(20));
    EXPECT_EQ(made->ends, 0);
    EXPECT_TRUE(comes(made->upstream, Came::End));
}

} // namespace
} // namespace sallyport::net
