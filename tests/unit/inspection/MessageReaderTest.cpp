// MessageReader: messages joined, unmasked, inflated and judged, however the stream is cut (RFC
// 6455 §5, RFC 7692 §6).

#include "policy/inspection/MessageReader.h"

#include "FrameEncoder.h"
#include "MessageTrace.h"
#include "policy/inspection/MessageCounts.h"

#include <gmock/gmock.h>

#include <random>

namespace sallyport::policy::inspection {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;
using test::Deflater;
using test::frame;
using test::MessageTrace;
using test::NoMask;
using test::readInPieces;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using enum Direction;
using Depth = MessageReader::Depth;
using Lines = std::vector<std::string>;

// An idle session has two.
static_assert(sizeof(MessageReader) <= 216);

constexpr std::size_t Plenty = 1 << 20;
constexpr auto Whole = std::string_view::npos;

Lines linesOf(std::string_view wire, const Extensions& extensions = {},
              Depth depth = Depth::Content, Direction direction = ClientToUpstream,
              std::size_t pieceBytes = Whole, std::size_t budgetBytes = Plenty)
{
    InflateBudget budget(budgetBytes);
    MessageTrace trace;
    {
        MessageReader reader(direction, extensions, depth, budget);
        readInPieces(
            reader, wire, [&] { return pieceBytes; }, trace);
    }
    EXPECT_EQ(budget.freeBytes(), budgetBytes);
    return trace.lines;
}

Extensions deflateAgreed(DeflateTerms terms = {})
{
    Extensions extensions;
    extensions.names = {"permessage-deflate"};
    extensions.deflate = true;
    extensions.fromClient = extensions.fromServer = terms;
    return extensions;
}

const std::string Hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;

struct StreamCase {
    const char* name;
    std::string wire;
    Lines told;
    Extensions extensions = {};
    Direction direction = ClientToUpstream;
};
class MessageStream : public testing::TestWithParam<StreamCase> {};

TEST_P(MessageStream, TellsTheSameInPiecesOfEverySize)
{
    const auto& one = GetParam();
    for (std::size_t size = 1; size <= one.wire.size(); ++size)
        EXPECT_EQ(linesOf(one.wire, one.extensions, Depth::Content, one.direction, size), one.told)
            << size;
}

const Extensions None;
const std::string LongPing(125, 'p');
const std::string Split2 = "\xe2\x82";

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, MessageStream,
    testing::Values(
        StreamCase{"Text",
                   frame(0x81, "Hello"),
                   {"begin 1 text at 0", "end 1 at 11, frames 1, payload 5, content 5: Hello"}},
        StreamCase{"BinaryFromServer",
                   frame(0x82, "\xff\x00"sv, NoMask),
                   {"begin 1 binary at 0", "end 1 at 4, frames 1, payload 2, content 2: \xff\x00"s},
                   None,
                   UpstreamToClient},
        StreamCase{"Empty",
                   frame(0x82, "") + frame(0x81, ""),
                   {"begin 1 binary at 0", "end 1 at 6, frames 1, payload 0, content 0: ",
                    "begin 2 text at 6", "end 2 at 12, frames 1, payload 0, content 0: "}},
        StreamCase{
            "FragmentsAroundControl",
            frame(0x01, "Hel") + frame(0x89, "are you there?") + frame(0x00, "") + frame(0x8a, "") +
                frame(0x80, "lo"),
            {"begin 1 text at 0", "control 9 ends at 29: are you there?",
             "control 10 ends at 41: ", "end 1 at 49, frames 3, payload 5, content 5: Hello"}},
        StreamCase{"LongestPing",
                   frame(0x89, LongPing) + frame(0x89, LongPing, "abcd"),
                   {"control 9 ends at 131: " + LongPing, "control 9 ends at 262: " + LongPing}},
        StreamCase{"LongLengths",
                   frame(0x89, "") + frame(0x82, std::string(300, 'x'), NoMask),
                   {"control 9 ends at 6: ", "fault unmasked"}},
        StreamCase{"CloseWithoutBody", frame(0x88, ""), {"control 8 ends at 6: ", "close 1005: "}},
        StreamCase{"CloseWithReason",
                   frame(0x88, "\x03\xe8so long"sv, NoMask),
                   {"control 8 ends at 11: \x03\xe8so long", "close 1000: so long"},
                   None,
                   UpstreamToClient},
        StreamCase{"CloseOfOneByte",
                   frame(0x88, "\x03") + frame(0x81, "on"),
                   {"fault bad-close", "control 8 ends at 7: \x03", "close 1005: ",
                    "begin 1 text at 7", "end 1 at 15, frames 1, payload 2, content 2: on"}},
        StreamCase{"CloseReasonNotUtf8",
                   frame(0x88, "\x03\xe8\xff"),
                   {"fault bad-utf8", "control 8 ends at 9: \x03\xe8\xff", "close 1000: \xff"}},
        StreamCase{
            "CloseReasonCutShort",
            frame(0x88, "\x03\xe8" + Split2),
            {"fault bad-utf8", "control 8 ends at 10: \x03\xe8" + Split2, "close 1000: " + Split2}},
        StreamCase{"BadCloseIsToldOnce",
                   frame(0x88, "\x03") + frame(0x88, "\x03"),
                   {"fault bad-close", "control 8 ends at 7: \x03",
                    "close 1005: ", "control 8 ends at 14: \x03", "close 1005: "}},
        StreamCase{"CharacterOverFragments",
                   frame(0x01, "10 " + Split2) + frame(0x89, "?") + frame(0x80, "\xac"),
                   {"begin 1 text at 0", "control 9 ends at 18: ?",
                    "end 1 at 25, frames 2, payload 6, content 6: 10 \xe2\x82\xac"}},
        StreamCase{"CharacterCutShortAtTheEnd",
                   frame(0x81, Split2) + frame(0x81, Split2),
                   {"begin 1 text at 0", "fault bad-utf8",
                    "end 1 at 8, frames 1, payload 2, content 2: " + Split2, "begin 2 text at 8",
                    "end 2 at 16, frames 1, payload 2, content 2: " + Split2}},
        StreamCase{"NotUtf8IsReadOn",
                   frame(0x01, "a\xff") + frame(0x80, "b"),
                   {"begin 1 text at 0", "fault bad-utf8",
                    "end 1 at 15, frames 2, payload 3, content 3: a\xff"
                    "b"}},
        StreamCase{"BinaryNeedNotBeUtf8",
                   frame(0x82, "\xff"),
                   {"begin 1 binary at 0", "end 1 at 7, frames 1, payload 1, content 1: \xff"}},
        StreamCase{"FaultInMessage",
                   frame(0x01, "Hel") + frame(0x81, "lo"),
                   {"begin 1 text at 0", "fault unfinished-message"}},
        StreamCase{"NothingBehindAFault", "\x83" + frame(0x81, "lo"), {"fault reserved-opcode"}},
        StreamCase{"Compressed",
                   frame(0xc1, Hello) + frame(0x81, "plain") + frame(0xc2, Hello),
                   {"begin 1 text compressed at 0",
                    "end 1 at 13, frames 1, payload 7, content 5: Hello", "begin 2 text at 13",
                    "end 2 at 24, frames 1, payload 5, content 5: plain",
                    "begin 3 binary compressed at 24",
                    "end 3 at 37, frames 1, payload 7, content 5: Hello"},
                   deflateAgreed()},
        StreamCase{"CompressedFragmentsFromServer",
                   frame(0x41, Hello.substr(0, 3), NoMask) + frame(0x89, "?", NoMask) +
                       frame(0x00, Hello.substr(3), NoMask) + frame(0x80, "", NoMask),
                   {"begin 1 text compressed at 0", "control 9 ends at 8: ?",
                    "end 1 at 16, frames 3, payload 7, content 5: Hello"},
                   deflateAgreed(),
                   UpstreamToClient},
        StreamCase{"CompressedNotUtf8",
                   frame(0xc1, "\x00\x01\x00\xfe\xff\xff\x00"sv),
                   {"begin 1 text compressed at 0", "fault bad-utf8",
                    "end 1 at 13, frames 1, payload 7, content 1: \xff"},
                   deflateAgreed()},
        StreamCase{"BadDeflate",
                   frame(0xc1, "\xff\xff") + frame(0xc1, Hello) + frame(0x81, "on") +
                       frame(0x88, "\x03\xe9"),
                   {"begin 1 text compressed at 0", "loss bad-deflate",
                    "end 1 at 8, frames 1, payload 2, content 0: ", "begin 2 text compressed at 8",
                    "end 2 at 21, frames 1, payload 7, content 0: ", "begin 3 text at 21",
                    "end 3 at 29, frames 1, payload 2, content 0: ",
                    "control 8 ends at 37: \x03\xe9", "close 1001: "},
                   deflateAgreed()},
        StreamCase{"DeflateCutShort",
                   frame(0xc1, Hello.substr(0, 2)) + frame(0x81, "on"),
                   {"begin 1 text compressed at 0", "loss bad-deflate",
                    "end 1 at 8, frames 1, payload 2, content 2: H`", "begin 2 text at 8",
                    "end 2 at 16, frames 1, payload 2, content 0: "},
                   deflateAgreed()},
        StreamCase{"CompressedWithoutAgreement", frame(0xc1, Hello), {"fault reserved-bits"}},
        StreamCase{"UnknownExtension",
                   frame(0x89, "?") + frame(0x61, "a") + frame(0xf0, "b") + frame(0xc1, Hello),
                   {"loss unknown-extension", "control 9 ends at 7: ?", "begin 1 text at 7",
                    "end 1 at 21, frames 2, payload 2, content 0: ", "begin 2 text at 21",
                    "end 2 at 34, frames 1, payload 7, content 0: "},
                   parseExtensions("permessage-foo")}),
    [](const auto& info) { return info.param.name; });

TEST(MessageReader, TellsNoContentWithoutBeingAsked)
{
    const auto wire = frame(0x01, "not \xff") + frame(0x80, " looked at") + frame(0xc1, Hello) +
                      frame(0x88, "\x03\xe8\xff");
    EXPECT_THAT(linesOf(wire, deflateAgreed(), Depth::Sizes),
                ElementsAre("begin 1 text at 0", "end 1 at 27, frames 2, payload 15, content 15: ",
                            "begin 2 text compressed at 27",
                            "end 2 at 40, frames 1, payload 7, content 5: ", "fault bad-utf8",
                            "control 8 ends at 49: \x03\xe8\xff", "close 1000: \xff"));
}

TEST(MessageReader, JudgesCloseCodes) // RFC 6455 §7.4
{
    const auto isBad = [](unsigned code) {
        const std::string body{static_cast<char>(code >> 8), static_cast<char>(code)};
        const auto lines = linesOf(frame(0x88, body));
        EXPECT_EQ(lines.back(), "close " + std::to_string(code) + ": ");
        return lines.front() == "fault bad-close";
    };
    for (const unsigned good : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                                1014, 3000, 3999, 4000, 4999})
        EXPECT_FALSE(isBad(good)) << good;
    for (const unsigned bad :
         {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        EXPECT_TRUE(isBad(bad)) << bad;
}

TEST(MessageReader, LosesContentWhenTheBudgetIsSpentAndReadsOn)
{
    const auto wire = frame(0x81, "a") + frame(0xc1, Hello) + frame(0x81, "b");
    EXPECT_THAT(linesOf(wire, deflateAgreed(), Depth::Content, ClientToUpstream, Whole, 1000),
                ElementsAre("begin 1 text at 0", "end 1 at 7, frames 1, payload 1, content 1: a",
                            "begin 2 text compressed at 7", "loss memory-budget",
                            "end 2 at 20, frames 1, payload 7, content 0: ", "begin 3 text at 20",
                            "end 3 at 27, frames 1, payload 1, content 0: "));
}

TEST(MessageReader, GivesItsMemoryBackAtAFault)
{
    InflateBudget budget(Plenty);
    MessageReader reader(ClientToUpstream, deflateAgreed(), Depth::Content, budget);
    MessageTrace trace;
    readInPieces(
        reader, frame(0xc1, Hello), [] { return Whole; }, trace);
    EXPECT_LT(budget.freeBytes(), Plenty);
    readInPieces(
        reader, "\x83", [] { return Whole; }, trace);
    EXPECT_EQ(budget.freeBytes(), Plenty);
}

TEST(MessageReader, TakesTheTermsOfItsDirection)
{
    auto extensions = deflateAgreed();
    extensions.fromServer.contextTakeover = false;
    Deflater sender({});
    std::string fromClient;
    std::string fromServer;
    for (int i = 0; i < 2; ++i) {
        const auto payload = sender.message("the same words again and again");
        fromClient += frame(0xc1, payload);
        fromServer += frame(0xc1, payload, NoMask);
    }
    EXPECT_THAT(linesOf(fromClient, extensions), Not(Contains("loss bad-deflate")));
    EXPECT_THAT(linesOf(fromServer, extensions, Depth::Content, UpstreamToClient),
                Contains("loss bad-deflate"));
}

TEST(MessageReader, KnowsWhetherItIsInAMessageAndAtABoundary)
{
    InflateBudget budget(Plenty);
    MessageReader reader(ClientToUpstream, None, Depth::Content, budget);
    MessageTrace trace;
    const auto read = [&](std::string_view wire) {
        readInPieces(
            reader, wire, [] { return Whole; }, trace);
        return std::pair(reader.inMessage(), reader.atFrameBoundary());
    };
    EXPECT_EQ(std::pair(reader.inMessage(), reader.atFrameBoundary()), std::pair(false, true));
    EXPECT_EQ(read(frame(0x01, "a")), std::pair(true, true));
    EXPECT_EQ(read("\x89"), std::pair(true, false));
    EXPECT_EQ(read(frame(0x89, "?").substr(1)), std::pair(true, true));
    EXPECT_EQ(read(frame(0x80, "bc").substr(0, 7)), std::pair(true, false));
    EXPECT_EQ(read(frame(0x80, "bc").substr(7)), std::pair(false, true));
    EXPECT_EQ(read("\x83"), std::pair(false, false));
    EXPECT_EQ(reader.offset(), 7U + 7U + 8U + 1U);
}

TEST(MessageReader, ReadsAMessageOf16Megabytes)
{
    std::string content(16 << 20, '\0');
    std::minstd_rand random(16);
    for (char& c : content)
        c = static_cast<char>(random() % 26 + 'a');
    const auto line = [&](std::size_t wire, std::size_t payload) {
        return "end 1 at " + std::to_string(wire) + ", frames 1, payload " +
               std::to_string(payload) + ", content 16777216: ";
    };
    const auto plain = frame(0x82, content);
    const auto packed = frame(0xc1, Deflater({}, 1).message(content));
    for (const std::size_t pieceBytes : {std::size_t{65536}, std::size_t{1021}, Whole}) {
        const auto told = linesOf(plain, None, Depth::Content, ClientToUpstream, pieceBytes);
        EXPECT_TRUE(told.back() == line(plain.size(), content.size()) + content) << pieceBytes;
        const auto inflated =
            linesOf(packed, deflateAgreed(), Depth::Content, ClientToUpstream, pieceBytes);
        EXPECT_TRUE(inflated.back() == line(packed.size(), packed.size() - 14) + content)
            << pieceBytes;
    }
    EXPECT_EQ(linesOf(packed, deflateAgreed(), Depth::Sizes).back(),
              line(packed.size(), packed.size() - 14));
}

// What a sender might send, and what is to be told of it.
class RandomSender {
public:
    RandomSender(unsigned seed, Direction direction, bool deflates)
        : random_(seed), direction_(direction),
          deflates_(deflates), terms_{.windowBits = static_cast<std::uint8_t>(pick(9, 15)),
                                      .contextTakeover = yes()},
          deflater_(terms_, static_cast<int>(pick(0, 9)))
    {}

    std::string wire;
    Lines told;
    MessageCounts counts;

    [[nodiscard]] Extensions extensions() const
    {
        return deflates_ ? deflateAgreed(terms_) : Extensions{};
    }

    void sendMessage()
    {
        const bool text = yes();
        const bool compressed = deflates_ && pick(0, 3) > 0;
        const auto content = text ? words() : bytes(pick(0, 9) == 0 ? 70000 : 300);
        const auto payload = compressed ? deflater_.message(content) : content;
        const auto number = std::to_string(++messages_);
        told.push_back("begin " + number + (text ? " text" : " binary") +
                       (compressed ? " compressed" : "") + " at " + std::to_string(wire.size()));
        const auto frames = sendFragments(payload, (text ? 1U : 2U) | (compressed ? 0x40U : 0U));
        told.push_back("end " + number + " at " + std::to_string(wire.size()) + ", frames " +
                       std::to_string(frames) + ", payload " + std::to_string(payload.size()) +
                       ", content " + std::to_string(content.size()) + ": " + content);
        ++(text ? counts.text : counts.binary);
        counts.frames += frames;
        counts.payloadBytes += payload.size();
        counts.contentBytes += content.size();
        counts.maxContentBytes = std::max<std::uint64_t>(counts.maxContentBytes, content.size());
    }
    void sendControl()
    {
        const bool ping = yes();
        const auto payload = bytes(125);
        wire += frame(ping ? 0x89 : 0x8a, payload, mask());
        ++(ping ? counts.pings : counts.pongs);
        told.push_back((ping ? "control 9 ends at " : "control 10 ends at ") +
                       std::to_string(wire.size()) + ": " + payload);
    }
    std::size_t pick(std::size_t least, std::size_t most)
    {
        return std::uniform_int_distribution(least, most)(random_);
    }

private:
    bool yes() { return pick(0, 1) == 1; }
    std::string bytes(std::size_t most)
    {
        std::string text(pick(0, most), '\0');
        for (char& c : text)
            c = static_cast<char>(random_());
        return text;
    }
    std::string words()
    {
        static constexpr std::array<std::string_view, 5> Words{"over ", "and ", "\xe2\x82\xac",
                                                               "\xf0\x9f\x98\x80 ", "\xc3\xa4"};
        std::string text;
        for (auto left = pick(0, 1000); left > 0; --left)
            text += Words[pick(0, Words.size() - 1)];
        return text;
    }
    std::string mask() { return direction_ == ClientToUpstream ? bytes4() : std::string(NoMask); }
    std::string bytes4()
    {
        std::string four;
        for (int i = 0; i < 4; ++i)
            four += static_cast<char>(random_());
        return four;
    }
    std::size_t sendFragments(std::string_view payload, unsigned first)
    {
        std::size_t frames = 1;
        for (; pick(0, 2) == 0; ++frames) {
            const auto part = payload.substr(0, pick(0, payload.size()));
            wire += frame(first, part, mask());
            payload.remove_prefix(part.size());
            first = 0;
            if (yes())
                sendControl();
        }
        wire += frame(first | 0x80, payload, mask());
        return frames;
    }

    std::mt19937 random_;
    Direction direction_;
    bool deflates_;
    DeflateTerms terms_;
    Deflater deflater_;
    std::size_t messages_ = 0;
};

class CountingTrace final : public MessageListener {
public:
    MessageCounts counts;

    void onMessageBegin(Direction, const Message&) override {}
    void onContent(Direction, const Message&, std::span<const char>) override {}
    void onMessageEnd(Direction, const Message& message) override { counts.add(message); }
    void onControl(Direction, const ControlFrame& control) override { counts.add(control); }
    void onFault(Direction, FrameFault) override {}
    void onContentLoss(Direction, ContentLoss) override {}
};

class RandomStream : public testing::TestWithParam<unsigned> {};

TEST_P(RandomStream, IsReadAsItWasSent)
{
    const auto seed = GetParam();
    const auto direction = BothDirections[seed % 2];
    RandomSender sender(seed, direction, seed % 4 > 1);
    for (int left = 20; left > 0; --left)
        sender.pick(0, 4) == 0 ? sender.sendControl() : sender.sendMessage();
    const auto extensions = sender.extensions();

    EXPECT_TRUE(linesOf(sender.wire, extensions, Depth::Content, direction) == sender.told);
    EXPECT_TRUE(linesOf(sender.wire, extensions, Depth::Content, direction, 1) == sender.told);
    InflateBudget budget(Plenty);
    for (const auto depth : {Depth::Content, Depth::Sizes}) {
        MessageReader reader(direction, extensions, depth, budget);
        MessageTrace trace;
        readInPieces(
            reader, sender.wire, [&] { return sender.pick(1, 3000); }, trace);
        EXPECT_EQ(trace.lines.size(), sender.told.size());
        if (depth == Depth::Content)
            EXPECT_TRUE(trace.lines == sender.told);

        MessageReader again(direction, extensions, depth, budget);
        CountingTrace counting;
        readInPieces(
            again, sender.wire, [] { return Whole; }, counting);
        EXPECT_EQ(counting.counts, sender.counts);
    }
    EXPECT_EQ(budget.freeBytes(), Plenty);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomStream, testing::Range(0U, 64U));

TEST(ContentLoss, HasANameOfItsOwn)
{
    EXPECT_EQ(contentLossName(ContentLoss::None), "");
    EXPECT_EQ(contentLossName(ContentLoss::UnknownExtension), "unknown-extension");
    EXPECT_EQ(contentLossName(ContentLoss::MemoryBudget), "memory-budget");
    EXPECT_EQ(contentLossName(ContentLoss::BadDeflate), "bad-deflate");
    EXPECT_EQ(contentLossName(ContentLoss::TooCompressed), "too-compressed");
}

} // namespace
} // namespace sallyport::policy::inspection
