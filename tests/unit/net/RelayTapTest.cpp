// A tap on a relay: sees every byte before it goes on, can hold some back, leave, or have the relay
// cut; and what goes on is what came.

#include "LoopTest.h"
#include "Pattern.h"
#include "net/Relay.h"

#include <gtest/gtest.h>

#include <functional>

namespace sallyport::net {
namespace {

using Came = FarEnd::Came;
using Reason = RelayResult::Reason;
using Then = Pump::Tap::Then;

/// Does what a test says for each piece.
class ScriptedTap final : public Pump::Tap {
public:
    using Script = std::function<Look(const Pump&, std::string_view)>;
    explicit ScriptedTap(Script script) : script_(std::move(script)) {}

    Look onBytes(const Pump& pump, std::span<const char> bytes) override
    {
        seen.append(bytes.data(), bytes.size());
        return script_(pump, {bytes.data(), bytes.size()});
    }
    void onSent(const Pump&, std::span<const char> bytes) override
    {
        sent.append(bytes.data(), bytes.size());
    }
    std::span<const char> lastWords(const Pump&) override { return words; }

    std::string seen;
    std::string sent;
    std::string words;

private:
    Script script_;
};

class TappedRelay : public LoopTest, protected Relay::Owner {
protected:
    void start(ScriptedTap::Script script, int bufferBytes = 0)
    {
        Connection client = connected(Side::Client, bufferBytes);
        Connection upstream = connected(Side::Upstream, bufferBytes);
        client_.emplace(std::move(client.far));
        upstream_.emplace(std::move(upstream.far));
        Relay::Owner& owner = *this;
        relay_ = std::make_unique<Relay>(std::move(client.near), std::move(upstream.near), owner);
        tap_ = std::make_unique<ScriptedTap>(std::move(script));
        relay_->setTap(tap_.get());
        relay_->start();
        settle(); // the sinks are known to take something
    }

    void onRelayEnd(const RelayResult& ended) override
    {
        result_ = ended;
        uploaded_ = relay_->upload().bytesWritten();
    }
    void onTapLeft() override { ++left_; }

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
                   return last == expected;
               }) &&
               came.empty();
    }

    std::optional<FarEnd> client_;
    std::optional<FarEnd> upstream_;
    std::unique_ptr<Relay> relay_;
    std::unique_ptr<ScriptedTap> tap_;
    std::optional<RelayResult> result_;
    std::uint64_t uploaded_ = 0;
    int left_ = 0;
};

Pump::Tap::Look passAll(const Pump& pump, std::string_view)
{
    return {.upTo = pump.bytesRead()};
}

TEST_F(TappedRelay, ShowsTheTapWhatCameAndWhatWasSent)
{
    start(passAll);
    client_->send("question");
    EXPECT_TRUE(comes(*upstream_, "question"));
    upstream_->send("answer");
    EXPECT_TRUE(comes(*client_, "answer"));
    EXPECT_EQ(tap_->seen, "questionanswer");
    EXPECT_EQ(tap_->sent, "questionanswer");
}

TEST_F(TappedRelay, HoldsBackUntilTheTapLetsGo)
{
    // Lines go on as a whole.
    start([](const Pump& pump, std::string_view bytes) {
        const auto end = bytes.rfind('\n');
        const std::uint64_t before = pump.bytesRead() - bytes.size();
        static std::uint64_t passed = 0;
        if (before == 0)
            passed = 0;
        if (end != bytes.npos)
            passed = before + end + 1;
        return Pump::Tap::Look{.upTo = passed};
    });
    client_->send("one\ntw");
    EXPECT_TRUE(comes(*upstream_, "one\n"));
    settle();
    EXPECT_EQ(relay_->upload().bytesWritten(), 4U);
    client_->send("o\nthr");
    EXPECT_TRUE(comes(*upstream_, "two\n"));
    client_->send("ee\n");
    EXPECT_TRUE(comes(*upstream_, "three\n"));
    EXPECT_EQ(tap_->sent, "one\ntwo\nthree\n");
}

TEST_F(TappedRelay, DeliversWhatIsHeldBackBeforeTheEnd)
{
    start([](const Pump&, std::string_view) { return Pump::Tap::Look{.upTo = 0}; });
    client_->send("unfinished");
    client_->shutdownWrite();
    EXPECT_TRUE(comes(*upstream_, "unfinished"));
    EXPECT_TRUE(comes(*upstream_, Came::End));
    EXPECT_FALSE(result_);
}

TEST_F(TappedRelay, DeliversWhatIsHeldBackWhenTheTapIsTakenAway)
{
    start([](const Pump&, std::string_view) { return Pump::Tap::Look{.upTo = 0}; });
    client_->send("held");
    ASSERT_TRUE(until([this] { return tap_->seen == "held"; }));
    relay_->setTap(nullptr);
    EXPECT_TRUE(comes(*upstream_, "held"));
    client_->send(" and more");
    EXPECT_TRUE(comes(*upstream_, " and more"));
}

TEST_F(TappedRelay, LetsWhatIsHeldBackGoWhenTheTapSaysSoLater)
{
    start([](const Pump&, std::string_view) { return Pump::Tap::Look{.upTo = 0}; });
    client_->send("held back");
    ASSERT_TRUE(until([this] { return tap_->seen == "held back"; }));
    relay_->letUploadGo(4);
    EXPECT_TRUE(comes(*upstream_, "held"));
    relay_->letUploadGo(100);
    EXPECT_TRUE(comes(*upstream_, " back"));
}

TEST_F(TappedRelay, LetsTheTapLeaveEachDirection)
{
    start([](const Pump&, std::string_view) {
        return Pump::Tap::Look{.upTo = 0, .then = Then::Leave};
    });
    client_->send("first");
    EXPECT_TRUE(comes(*upstream_, "first"));
    EXPECT_EQ(left_, 1);
    client_->send("second");
    EXPECT_TRUE(comes(*upstream_, "second"));
    upstream_->send("third");
    EXPECT_TRUE(comes(*client_, "third"));
    EXPECT_EQ(tap_->seen, "firstthird");
    EXPECT_EQ(left_, 2);
}

TEST_F(TappedRelay, IsCutBehindWhatMayGoOn)
{
    start([](const Pump&, std::string_view bytes) {
        return Pump::Tap::Look{.upTo = bytes.find('!'), .then = Then::Cut};
    });
    client_->send("good!bad");
    std::string came;
    ASSERT_TRUE(until([&] { return upstream_->receive(came) == Came::Reset; }));
    EXPECT_TRUE(came.empty() || came == "good") << came; // a reset may overtake it
    EXPECT_TRUE(comes(*client_, Came::Reset));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->reason, Reason::Cut);
    EXPECT_EQ(result_->lastWords, RelayResult::LastWords::Unsaid);
    EXPECT_EQ(uploaded_, 4U);
    EXPECT_EQ(tap_->sent, "good");
}

TEST_F(TappedRelay, SaysLastWordsAndClosesInOrder)
{
    start([](const Pump&, std::string_view) {
        return Pump::Tap::Look{.upTo = 4, .then = Then::Cut};
    });
    tap_->words = "bye";
    client_->send("goodbad");
    EXPECT_TRUE(comes(*upstream_, "goodbye"));
    EXPECT_TRUE(comes(*upstream_, Came::End));
    EXPECT_TRUE(comes(*client_, "bye"));
    EXPECT_TRUE(comes(*client_, Came::End));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->lastWords, RelayResult::LastWords::Said);
    EXPECT_EQ(uploaded_, 4U) << "last words are not counted";
}

TEST_F(TappedRelay, ShowsTheTapWhatWasReadBefore)
{
    Connection client = connected(Side::Client);
    Connection upstream = connected(Side::Upstream);
    Relay::Owner& owner = *this;
    relay_ = std::make_unique<Relay>(std::move(client.near), std::move(upstream.near), owner);
    tap_ = std::make_unique<ScriptedTap>(passAll);
    relay_->setTap(tap_.get());
    relay_->start(Relay::Upload::Held, std::string_view("greeting"));
    EXPECT_TRUE(comes(client.far, "greeting"));
    relay_->release(std::string_view("early"));
    EXPECT_TRUE(comes(upstream.far, "early"));
    EXPECT_EQ(tap_->seen, "greetingearly");
    EXPECT_EQ(tap_->sent, "greetingearly");
}

TEST_F(TappedRelay, CarriesBulkThroughASlowSinkWhilePiecesAreHeldBack)
{
    constexpr std::uint64_t Total = 3'000'000;
    constexpr std::uint64_t Piece = 70'000;
    const test::Pattern pattern(8);
    start(
        [](const Pump& pump, std::string_view) {
            return Pump::Tap::Look{.upTo = pump.bytesRead() / Piece * Piece};
        },
        16 * 1024);
    std::uint64_t sent = 0;
    std::string came;
    Came last = Came::Nothing;
    ASSERT_TRUE(until([&] {
        while (sent < Total) {
            const auto piece = pattern.at(sent, static_cast<std::size_t>(std::min<std::uint64_t>(
                                                    Total - sent, 1 + sent % 50'000)));
            const auto count = ::send(client_->descriptor(), piece.data(), piece.size(),
                                      MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0)
                break;
            sent += static_cast<std::uint64_t>(count);
            if (sent == Total)
                client_->shutdownWrite();
        }
        last = upstream_->receive(came, 5'000);
        return last == Came::End;
    }));
    EXPECT_EQ(came.size(), Total);
    EXPECT_TRUE(pattern.matches(0, came));
    EXPECT_EQ(tap_->sent.size(), Total);
}

} // namespace
} // namespace sallyport::net
