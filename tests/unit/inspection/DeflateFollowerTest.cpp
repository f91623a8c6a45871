// DeflateFollower: the contents of compressed messages, and what they cost (RFC 7692 §7.2).

#include "policy/inspection/DeflateFollower.h"

#include "FrameEncoder.h"

#include <gtest/gtest.h>

#include <random>

namespace sallyport::policy::inspection {
namespace {

using std::string_view_literals::operator""sv;
using test::Deflater;
using Outcome = DeflateFollower::Outcome;

constexpr std::size_t Plenty = 1 << 20;

class Content final : public DeflateFollower::Listener {
public:
    void onInflated(std::span<const char> content) override
    {
        text.append(content.data(), content.size());
    }
    std::string text;
};

class DeflateFollowerOf : public testing::Test {
protected:
    /// Told of one message in pieces of `pieceBytes`; `text_` is its content then.
    Outcome follow(DeflateFollower& follower, std::string_view payload,
                   std::size_t pieceBytes = std::string_view::npos)
    {
        Content content;
        auto outcome = Outcome::Good;
        while (!payload.empty() && outcome == Outcome::Good) {
            const auto piece = payload.substr(0, pieceBytes);
            outcome = follower.read(piece, room_, content);
            payload.remove_prefix(piece.size());
        }
        if (outcome == Outcome::Good)
            outcome = follower.endMessage(room_, content);
        text_ = content.text;
        return outcome;
    }

    InflateBudget budget_{Plenty};
    std::array<char, 512> room_{};
    std::string text_;
};

struct PayloadCase {
    const char* name;
    std::string_view payload;
    Outcome outcome;
    std::string_view text;
};
class CompressedPayload : public DeflateFollowerOf,
                          public testing::WithParamInterface<PayloadCase> {};

TEST_P(CompressedPayload, IsJudgedTheSameWholeAndByteByByte)
{
    const auto& one = GetParam();
    for (const std::size_t pieceBytes : {std::size_t{1}, std::size_t{3}, one.payload.size() + 1}) {
        DeflateFollower follower({}, budget_);
        EXPECT_EQ(follow(follower, one.payload, pieceBytes), one.outcome) << pieceBytes;
        EXPECT_EQ(text_, one.text) << pieceBytes;
        if (one.outcome != Outcome::Good)
            EXPECT_EQ(budget_.freeBytes(), Plenty) << "given back when the content is lost";
    }
    EXPECT_EQ(budget_.freeBytes(), Plenty);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7692, CompressedPayload,
    testing::Values(
        PayloadCase{"OneBlock", "\xf2\x48\xcd\xc9\xc9\x07\x00"sv, Outcome::Good, "Hello"},
        PayloadCase{"Stored", "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv, Outcome::Good,
                    "Hello"},
        PayloadCase{"FinalBlock", "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv, Outcome::Good, "Hello"},
        PayloadCase{"TwoBlocks", "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv,
                    Outcome::Good, "Hello"},
        PayloadCase{"EmptyMessage", "\x00"sv, Outcome::Good, ""},
        PayloadCase{"EmptyFixedBlock", "\x02\x00"sv, Outcome::Good, ""},
        PayloadCase{"EmptyBlocksBehindFinal", "\xf3\x48\xcd\xc9\xc9\x07\x00\x03\x00\x02\x00"sv,
                    Outcome::Good, "Hello"},
        PayloadCase{"NothingAtAll", "", Outcome::Malformed, ""},
        PayloadCase{"FinalBlockWithoutAnother", "\xf3\x48\xcd\xc9\xc9\x07\x00"sv,
                    Outcome::Malformed, "Hello"},
        PayloadCase{"ContentBehindFinal",
                    "\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x48\xcd\xc9\xc9\x07\x00"sv,
                    Outcome::Malformed, "Hello"},
        PayloadCase{"TailNotTakenAway", "\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff"sv,
                    Outcome::Malformed, "Hello"},
        PayloadCase{"ReservedBlockType", "\xff\xff"sv, Outcome::Malformed, ""},
        PayloadCase{"BadStoredLength", "\x00\x05\x00\xfb\xff"sv, Outcome::Malformed, ""},
        PayloadCase{"EndsInStoredBlock", "\x00\x09\x00\xf6\xff\x48\x65"sv, Outcome::Malformed,
                    "He\0\0\xff\xff"sv},
        PayloadCase{"EndsInBlock", "\xf2\x48"sv, Outcome::Malformed, "H`"}),
    [](const auto& info) { return info.param.name; });

TEST_F(DeflateFollowerOf, ASenderThatKeepsItsContextFollowsReferencesToOlderMessages)
{
    Deflater sender({});
    DeflateFollower follower({}, budget_);
    const auto first = sender.message("the same words again and again");
    const auto second = sender.message("the same words again and again");
    EXPECT_LT(second.size(), first.size() / 2);
    EXPECT_EQ(follow(follower, first), Outcome::Good);
    EXPECT_EQ(follow(follower, second), Outcome::Good);
    EXPECT_EQ(text_, "the same words again and again");
}

TEST_F(DeflateFollowerOf, AFinalBlockLeavesTheWindow) // RFC 7692 §7.2.3.4
{
    Deflater sender({});
    static_cast<void>(sender.message("the same words again and again"));
    const auto second = sender.message("the same words again and again");
    DeflateFollower follower({}, budget_);
    EXPECT_EQ(follow(follower, Deflater({}).finalMessage("the same words again and again")),
              Outcome::Good);
    EXPECT_EQ(follow(follower, second), Outcome::Good);
    EXPECT_EQ(text_, "the same words again and again");
}

TEST_F(DeflateFollowerOf, ASenderWithoutContextHoldsNoMemoryBetweenMessages)
{
    const DeflateTerms terms{.windowBits = 15, .contextTakeover = false};
    DeflateFollower follower(terms, budget_);
    const auto payload = Deflater(terms).message("words");
    Content content;
    EXPECT_EQ(follower.read(payload, room_, content), Outcome::Good);
    EXPECT_LT(budget_.freeBytes(), Plenty);
    EXPECT_EQ(follower.endMessage(room_, content), Outcome::Good);
    EXPECT_EQ(budget_.freeBytes(), Plenty);
    EXPECT_EQ(follow(follower, payload), Outcome::Good);
    EXPECT_EQ(text_, "words");
}

TEST_F(DeflateFollowerOf, ASenderWithoutContextMayNotReferToOlderMessages)
{
    Deflater keepsContext({});
    const auto first = keepsContext.message("the same words again and again");
    const auto second = keepsContext.message("the same words again and again");
    DeflateFollower follower({.windowBits = 15, .contextTakeover = false}, budget_);
    EXPECT_EQ(follow(follower, first), Outcome::Good);
    EXPECT_EQ(follow(follower, second), Outcome::Malformed);
}

TEST_F(DeflateFollowerOf, ASenderTakesFromTheBudgetWhatItsWindowNeeds)
{
    for (std::uint8_t bits = 8; bits <= 15; ++bits) {
        DeflateFollower follower({.windowBits = bits, .contextTakeover = true}, budget_);
        EXPECT_EQ(budget_.freeBytes(), Plenty) << "nothing before the first message";
        EXPECT_EQ(follow(follower, "\xf2\x48\xcd\xc9\xc9\x07\x00"sv), Outcome::Good);
        const auto taken = Plenty - budget_.freeBytes();
        EXPECT_GT(taken, std::size_t{1} << bits);
        EXPECT_LT(taken, (std::size_t{1} << std::max<int>(bits, 9)) + 8192);
    }
    EXPECT_EQ(budget_.freeBytes(), Plenty);
}

TEST_F(DeflateFollowerOf, ASenderThatAgreedOn8BitsMayUse9)
{
    const DeflateTerms terms{.windowBits = 8, .contextTakeover = true};
    std::string content;
    std::minstd_rand random(1);
    for (int i = 0; i < 500; ++i)
        content += static_cast<char>(random());
    content += content.substr(100, 100); // 400 bytes back
    const auto payload = Deflater({.windowBits = 10, .contextTakeover = true}).message(content);
    EXPECT_LT(payload.size(), 540U) << "it does refer back";
    DeflateFollower follower(terms, budget_);
    EXPECT_EQ(follow(follower, payload, 1), Outcome::Good);
    EXPECT_EQ(text_, content);
}

TEST_F(DeflateFollowerOf, ASenderIsGivenUpWhenTheBudgetIsSpent)
{
    for (const std::size_t bytes : {0, 1000, 9000}) { // the last one: no room for the window
        InflateBudget small(bytes);
        DeflateFollower follower({}, small);
        EXPECT_EQ(follow(follower, "\xf2\x48\xcd\xc9\xc9\x07\x00"sv), Outcome::NoMemory);
        EXPECT_EQ(text_, "") << "before anything is told, so that the cut does not matter";
        EXPECT_EQ(small.freeBytes(), bytes);
    }
}

TEST_F(DeflateFollowerOf, ABombCostsNoMemory)
{
    const std::string zeros(16 << 20, '\0');
    DeflateFollower follower({}, budget_);
    const auto payload = Deflater({}).message(zeros);
    EXPECT_LT(payload.size(), zeros.size() / 1000);
    EXPECT_EQ(follow(follower, payload), Outcome::Good);
    EXPECT_TRUE(text_ == zeros);
    EXPECT_GT(budget_.freeBytes(), Plenty - 42000);
}

TEST_F(DeflateFollowerOf, FollowsLargeContentInProportion)
{
    DeflateFollower follower({}, budget_);
    Deflater deflater({});
    std::mt19937 random(7);
    std::string content(1 << 20, ' ');
    for (std::size_t at = 0; at < content.size(); at += 64) // about 20 to 1
        content[at] = static_cast<char>('a' + random() % 26);
    std::uint64_t followed = 0;
    while (followed < 3 * DeflateFollower::AllowedBytes) {
        ASSERT_EQ(follow(follower, deflater.message(content)), Outcome::Good) << followed;
        followed += text_.size();
    }
}

struct BombCase {
    const char* name;
    bool contextTakeover;
    std::size_t messageBytes;
};
class Bomb : public DeflateFollowerOf, public testing::WithParamInterface<BombCase> {};

TEST_P(Bomb, IsNotFollowedForLong)
{
    const DeflateTerms terms{.windowBits = 15, .contextTakeover = GetParam().contextTakeover};
    DeflateFollower follower(terms, budget_);
    Deflater deflater(terms);
    const std::string content(GetParam().messageBytes, '\0'); // about 1000 to 1
    auto outcome = Outcome::Good;
    std::uint64_t followed = 0;
    while (outcome == Outcome::Good && followed < 4 * DeflateFollower::AllowedBytes) {
        outcome = follow(follower, deflater.message(content));
        followed += text_.size();
    }
    EXPECT_EQ(outcome, Outcome::TooCompressed);
    EXPECT_LT(followed, 2 * DeflateFollower::AllowedBytes);
    EXPECT_EQ(budget_.freeBytes(), Plenty);
}

INSTANTIATE_TEST_SUITE_P(Forms, Bomb,
                         testing::Values(BombCase{"OneMessage", true, 64 << 20},
                                         BombCase{"ManyMessages", true, 1 << 20},
                                         BombCase{"ManyOnTheirOwn", false, 1 << 20}),
                         [](const auto& info) { return std::string(info.param.name); });

} // namespace
} // namespace sallyport::policy::inspection
