// MessageTap: what may go on and when, what a cut lets through, and that it makes no difference in
// which pieces a stream comes.

#include "websocket/MessageTap.h"

#include "tests/unit/inspection/FrameEncoder.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace sallyport::websocket {
namespace {

using namespace policy::inspection;
using policy::inspection::test::frame;
using policy::inspection::test::Mask;
using policy::inspection::test::NoMask;

constexpr unsigned Text = 0x81;
constexpr unsigned Begin = 0x01;
constexpr unsigned End = 0x80;
constexpr unsigned Ping = 0x89;
constexpr unsigned Binary = 0x82;

Check secretCheck(CheckAction action)
{
    Check check;
    check.name = "Secret";
    check.condition = Patterns{.patterns = {"regex:SECRET"}, .inText = true, .inBinary = true};
    check.action = action;
    return check;
}

InspectionProfile profileWith(CheckAction action, std::uint64_t holdBytes)
{
    InspectionProfile profile;
    profile.name = "Test";
    profile.checks = {secretCheck(action)};
    profile.holdBytes = holdBytes;
    profile.closeFrame = true;
    return profile;
}

class Tapped final : MessageTap::Owner {
public:
    explicit Tapped(const CompiledProfile* profile, std::string_view extensions = {})
        : tap("", parseExtensions(extensions), profile,
              TapTools{
                  .inflateBudget = budget_, .scratch = scratch_, .digestKey = key_, .room = room_},
              static_cast<MessageTap::Owner&>(*this))
    {}

    std::uint64_t pass(std::string_view bytes, Direction direction = Direction::ClientToUpstream)
    {
        const auto look = tap.read(direction, bytes, {});
        then = look.then;
        return look.upTo;
    }

private:
    void onFinding(const Finding& finding) override
    {
        found.emplace_back(finding.message, finding.offset);
    }

    InflateBudget budget_{1 << 20};
    ScanScratch scratch_;
    DigestKey key_{};
    std::array<char, 4096> room_{};

public:
    MessageTap tap;
    MessageTap::Then then = MessageTap::Then::GoOn;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
};

TEST(MessageTap, LetsEverythingGoOnWithoutAProfile)
{
    Tapped tapped(nullptr);
    const std::string stream = frame(Text, "hello") + frame(Binary, std::string(300, 'b'));
    for (std::size_t size = 0; size < stream.size(); ++size)
        EXPECT_EQ(tapped.pass(stream.substr(size, 1)), size + 1);
    EXPECT_EQ(tapped.tap.counts()[Direction::ClientToUpstream].text, 1U);
    EXPECT_EQ(tapped.tap.counts()[Direction::ClientToUpstream].binary, 1U);
    EXPECT_EQ(tapped.tap.notInspectable(), "");
}

TEST(MessageTap, HoldsWholeMessagesAndControlFrames)
{
    const CompiledProfile profile(profileWith(CheckAction::Note, 100));
    Tapped tapped(&profile);
    const std::string ping = frame(Ping, "p");
    const std::string first = frame(Begin, "he");
    const std::string between = frame(Ping, "q");
    const std::string last = frame(End, "llo");
    const std::string stream = ping + first + between + last;
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        const std::uint64_t expected =
            size == stream.size() ? size : (size >= ping.size() ? ping.size() : 0);
        EXPECT_EQ(tapped.pass(stream.substr(size - 1, 1)), expected) << size;
    }
}

TEST(MessageTap, HoldsNoMessageThatIsLonger)
{
    const CompiledProfile profile(profileWith(CheckAction::Note, 100));
    Tapped tapped(&profile);
    const std::string message = frame(Text, std::string(500, 'x'));
    EXPECT_EQ(tapped.pass(message.substr(0, 50)), 0U);
    EXPECT_EQ(tapped.pass(message.substr(50, 50)), 0U);
    EXPECT_EQ(tapped.pass(message.substr(100, 50)), 150U);
    EXPECT_EQ(tapped.pass(message.substr(150)), message.size());
    const std::string next = frame(Text, "short");
    EXPECT_EQ(tapped.pass(next.substr(0, 8)), message.size()) << "the next is held again";
}

TEST(MessageTap, HoldsNoEndlessFrames)
{
    const CompiledProfile profile(profileWith(CheckAction::Note, 100));
    Tapped tapped(&profile);
    std::uint64_t sent = 0;
    std::uint64_t passed = tapped.pass(frame(Begin, ""));
    sent += frame(Begin, "").size();
    const std::string empty = frame(0x00, "");
    while (passed == 0 && sent < 10'000'000) {
        passed = tapped.pass(empty);
        sent += empty.size();
    }
    EXPECT_LT(sent, 100'000U);
}

TEST(MessageTap, LetsAllGoOnAfterAFault)
{
    const CompiledProfile profile(profileWith(CheckAction::Note, 100));
    Tapped tapped(&profile);
    EXPECT_EQ(tapped.pass(frame(Begin, "x")), 0U);
    const std::string bad = frame(0x83, "reserved");
    EXPECT_EQ(tapped.pass(bad), frame(Begin, "x").size() + bad.size());
    EXPECT_EQ(tapped.tap.notInspectable(), "reserved-opcode");
}

TEST(MessageTap, CutsInFrontOfTheMessage)
{
    const CompiledProfile profile(profileWith(CheckAction::Cut, 0));
    Tapped tapped(&profile);
    const std::string fine = frame(Text, "fine");
    EXPECT_EQ(tapped.pass(fine + frame(Text, "a SECRET")), fine.size());
    EXPECT_EQ(tapped.then, MessageTap::Then::Cut);
    const auto words = tapped.tap.lastWords(Direction::ClientToUpstream);
    ASSERT_EQ(words.size(), 8U) << "masked, as a client's must be";
    EXPECT_EQ(words[1], static_cast<char>(0x82));
    EXPECT_EQ(words[6] ^ words[2], 0x03);
    EXPECT_EQ(words[7] ^ words[3], static_cast<char>(0xf0));
    const auto back = tapped.tap.lastWords(Direction::UpstreamToClient);
    EXPECT_EQ(std::string_view(back.data(), back.size()), "\x88\x02\x03\xf0");
}

TEST(MessageTap, SaysNothingInTheMiddleOfAFrame)
{
    const CompiledProfile profile(profileWith(CheckAction::Cut, 0));
    Tapped tapped(&profile);
    const std::string message = frame(Text, "a SECRET");
    EXPECT_EQ(tapped.pass(message.substr(0, 8)), 8U);
    EXPECT_EQ(tapped.pass(message.substr(8)), 8U) << "no more of it";
    EXPECT_EQ(tapped.then, MessageTap::Then::Cut);
    EXPECT_TRUE(tapped.tap.lastWords(Direction::ClientToUpstream).empty());
}

// "hello" begun in one call must be told the same when it comes in any others.
struct Told {
    MessageTap::Counts counts;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
    std::string why;
    std::uint64_t passed = 0;
    bool cut = false;
    friend bool operator==(const Told&, const Told&) = default;
};

Told toldOf(const CompiledProfile* profile, std::string_view stream,
            const std::function<std::size_t()>& nextSize)
{
    Tapped tapped(profile, "permessage-deflate");
    Told told;
    while (!stream.empty() && tapped.then == MessageTap::Then::GoOn) {
        const auto size = std::min(nextSize(), stream.size());
        const auto passed = tapped.pass(stream.substr(0, size));
        EXPECT_GE(passed, told.passed) << "what went on does not come back";
        told.passed = passed;
        stream.remove_prefix(size);
    }
    told.counts = tapped.tap.counts();
    told.found = tapped.found;
    told.why = tapped.tap.notInspectable();
    told.cut = tapped.then == MessageTap::Then::Cut;
    return told;
}

TEST(MessageTap, TellsTheSameInWhateverPiecesItComes)
{
    std::mt19937 random(42);
    policy::inspection::test::Deflater deflater({});
    const auto oneIn = [&random](unsigned many) { return random() % many == 0; };
    std::string stream;
    for (int count = 0; count < 200; ++count) {
        std::string content(random() % 3000, static_cast<char>('a' + random() % 26));
        if (oneIn(3))
            content.insert(random() % (content.size() + 1), "SECRET");
        if (oneIn(4)) {
            stream += frame(Ping, std::string(random() % 100, 'p'));
        } else if (oneIn(2)) {
            stream += frame(Text | 0x40, deflater.message(content));
        } else {
            const auto half = random() % (content.size() + 1);
            stream += frame(Begin, std::string_view(content).substr(0, half)) + frame(Ping, "") +
                      frame(End, std::string_view(content).substr(half));
        }
    }
    stream += frame(0x8b, "an opcode that is reserved") + "and anything after that";
    for (const std::uint64_t hold : {0, 1000}) {
        const CompiledProfile profile(profileWith(CheckAction::Alert, hold));
        const Told whole = toldOf(&profile, stream, [&stream] { return stream.size(); });
        EXPECT_FALSE(whole.found.empty());
        EXPECT_EQ(whole.why, "reserved-opcode");
        EXPECT_EQ(whole.passed, stream.size());
        EXPECT_EQ(toldOf(&profile, stream, [] { return 1; }), whole);
        for (int times = 0; times < 10; ++times)
            EXPECT_EQ(toldOf(&profile, stream, [&] { return 1 + random() % 5000; }), whole);
    }
}

} // namespace
} // namespace sallyport::websocket
