// FrameReader: what frames say and what breaks them (RFC 6455 §5).

#include "policy/inspection/FrameReader.h"

#include "FrameEncoder.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace sallyport::policy::inspection {
namespace {

using std::string_view_literals::operator""sv;
using test::frame;
using test::Mask;
using test::masked;
using test::NoMask;
using testing::ElementsAre;
using testing::IsEmpty;
using enum FrameFault;
using Deflate = FrameReader::Deflate;

static_assert(sizeof(FrameReader) <= 48);

class FrameTrace final : public FrameReader::Listener {
public:
    explicit FrameTrace(const FrameReader& reader) : reader_(reader) {}

    std::vector<std::string> lines;
    std::array<std::uint8_t, 4> mask{}; ///< of the last frame

    void onFrame(const FrameHead& head) override
    {
        payload_.clear();
        lines.push_back(std::to_string(static_cast<int>(head.opcode)) +
                        (head.final ? " final" : "") + (head.compressed ? " compressed" : "") +
                        (head.masked ? " masked " : " ") + std::to_string(head.payloadBytes) +
                        " from " + std::to_string(reader_.offset()));
        mask = head.mask;
    }
    void onPayload(std::span<const char> wire) override
    {
        EXPECT_FALSE(wire.empty());
        payload_.append(wire.data(), wire.size());
    }
    void onFrameEnd() override
    {
        lines.push_back("to " + std::to_string(reader_.offset()) + ": " + payload_);
    }

private:
    const FrameReader& reader_;
    std::string payload_;
};

void readBytewise(FrameReader& reader, std::string_view wire, FrameReader::Listener& listener)
{
    for (const char c : wire)
        reader.read({&c, 1}, listener);
}

struct FaultCase {
    const char* name;
    std::string_view wire;
    FrameFault fault;
    std::size_t certainAfter; ///< bytes
    Direction direction = Direction::ClientToUpstream;
    Deflate deflate = Deflate::NotAgreed;
};
class FrameFaultForm : public testing::TestWithParam<FaultCase> {};

TEST_P(FrameFaultForm, IsFoundAtTheByteThatMakesItCertain)
{
    const auto& one = GetParam();
    FrameReader reader(one.direction, one.deflate);
    FrameTrace trace(reader);
    readBytewise(reader, one.wire.substr(0, one.certainAfter - 1), trace);
    EXPECT_EQ(reader.fault(), None);
    const auto told = trace.lines;
    readBytewise(reader, one.wire.substr(one.certainAfter - 1), trace);
    EXPECT_EQ(reader.fault(), one.fault);
    EXPECT_EQ(reader.offset(), one.certainAfter);
    EXPECT_FALSE(reader.atBoundary());
    reader.read(frame(0x82, "more"), trace);
    EXPECT_EQ(trace.lines, told) << "nothing is told after a fault";
}

TEST_P(FrameFaultForm, IsTheSameInOnePiece)
{
    const auto& one = GetParam();
    FrameReader reader(one.direction, one.deflate);
    FrameTrace trace(reader);
    reader.read(one.wire, trace);
    EXPECT_EQ(reader.fault(), one.fault);
    EXPECT_EQ(reader.offset(), one.certainAfter);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, FrameFaultForm,
    testing::Values(
        FaultCase{"ReservedDataOpcode", "\x83\x80", ReservedOpcode, 1},
        FaultCase{"LastReservedDataOpcode", "\x87\x80", ReservedOpcode, 1},
        FaultCase{"ReservedControlOpcode", "\x8b\x80", ReservedOpcode, 1},
        FaultCase{"LastReservedControlOpcode", "\x8f\x80", ReservedOpcode, 1},
        FaultCase{"Rsv1", "\xc1\x80", ReservedBits, 1},
        FaultCase{"Rsv2", "\xa1\x80", ReservedBits, 1},
        FaultCase{"Rsv3", "\x91\x80", ReservedBits, 1},
        FaultCase{"Rsv1AndRsv2WithDeflate", "\xe1\x80", ReservedBits, 1,
                  Direction::ClientToUpstream, Deflate::Agreed},
        FaultCase{"Rsv3WithDeflate", "\x91\x80", ReservedBits, 1, Direction::ClientToUpstream,
                  Deflate::Agreed},
        FaultCase{"Rsv1InContinuationWithDeflate", "\x41\x80\0\0\0\0\xc0\x80"sv, ReservedBits, 7,
                  Direction::ClientToUpstream, Deflate::Agreed},
        FaultCase{"Rsv1InControlWithDeflate", "\xc9\x80", ReservedBits, 1,
                  Direction::ClientToUpstream, Deflate::Agreed},
        FaultCase{"ReservedOpcodeWithUnknownExtension", "\xf3\x80", ReservedOpcode, 1,
                  Direction::ClientToUpstream, Deflate::Unknown},
        FaultCase{"UnmaskedFromClient", "\x81\x05Hello", Unmasked, 2},
        FaultCase{"MaskedFromServer", "\x81\x85\0\0\0\0Hello"sv, Masked, 2,
                  Direction::UpstreamToClient},
        FaultCase{"OversizedPing", "\x89\xfe\0\x7e"sv, OversizedControl, 2},
        FaultCase{"OversizedClose64", "\x88\xff", OversizedControl, 2},
        FaultCase{"FragmentedPing", "\x09\x80", FragmentedControl, 1},
        FaultCase{"FragmentedPongInMessage", "\x01\x80\0\0\0\0\x0a\x80"sv, FragmentedControl, 7},
        FaultCase{"ContinuationFirst", "\x80\x80", UnexpectedContinuation, 1},
        FaultCase{"ContinuationBehindFin", "\x81\x80\0\0\0\0\0\x80"sv, UnexpectedContinuation, 7},
        FaultCase{"TextInMessage", "\x02\x80\0\0\0\0\x81\x80"sv, UnfinishedMessage, 7},
        FaultCase{"BinaryInMessageBehindPing", "\x01\x80\0\0\0\0\x89\x80\0\0\0\0\x02"sv,
                  UnfinishedMessage, 13},
        FaultCase{"Length125In16Bits", "\x82\xfe\0\x7d"sv, LengthNotMinimal, 4},
        FaultCase{"Length0In16Bits", "\x82\x7e\0\0"sv, LengthNotMinimal, 4,
                  Direction::UpstreamToClient},
        FaultCase{"Length65535In64Bits", "\x82\xff\0\0\0\0\0\0\xff\xff"sv, LengthNotMinimal, 8},
        FaultCase{"LengthWithHighestBit", "\x82\xff\x80\0\0\0\0\1\0\0"sv, LengthTooLarge, 3}),
    [](const auto& info) { return info.param.name; });

struct HeadCase {
    const char* name;
    std::string wire;
    std::vector<std::string> told;
    Direction direction = Direction::ClientToUpstream;
    Deflate deflate = Deflate::NotAgreed;
};
class FrameForm : public testing::TestWithParam<HeadCase> {};

TEST_P(FrameForm, IsReadInOnePieceAndByteByByte)
{
    const auto& one = GetParam();
    for (const bool whole : {true, false}) {
        FrameReader reader(one.direction, one.deflate);
        FrameTrace trace(reader);
        if (whole)
            reader.read(one.wire, trace);
        else
            readBytewise(reader, one.wire, trace);
        EXPECT_EQ(trace.lines, one.told);
        EXPECT_EQ(reader.fault(), None);
        EXPECT_EQ(reader.offset(), one.wire.size());
        EXPECT_TRUE(reader.atBoundary());
    }
}

const std::string Longest7(125, 'a');
const std::string Shortest16(126, 'b');
const std::string Longest16(65535, 'c');
const std::string Shortest64(65536, 'd');

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, FrameForm,
    testing::Values(
        HeadCase{"UnmaskedText",
                 "\x81\x05Hello",
                 {"1 final 5 from 2", "to 7: Hello"},
                 Direction::UpstreamToClient},
        HeadCase{"MaskedText",
                 "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
                 {"1 final masked 5 from 6", "to 11: \x7f\x9f\x4d\x51\x58"}},
        HeadCase{"Empty", frame(0x82, ""), {"2 final masked 0 from 6", "to 6: "}},
        HeadCase{"Fragments",
                 frame(0x01, "Hel", NoMask) + frame(0x89, "?", NoMask) + frame(0x80, "lo", NoMask),
                 {"1 3 from 2", "to 5: Hel", "9 final 1 from 7", "to 8: ?", "0 final 2 from 10",
                  "to 12: lo"},
                 Direction::UpstreamToClient},
        HeadCase{"Length125",
                 frame(0x82, Longest7, NoMask),
                 {"2 final 125 from 2", "to 127: " + Longest7},
                 Direction::UpstreamToClient},
        HeadCase{"Length126",
                 frame(0x82, Shortest16, NoMask),
                 {"2 final 126 from 4", "to 130: " + Shortest16},
                 Direction::UpstreamToClient},
        HeadCase{"Length65535",
                 frame(0x82, Longest16),
                 {"2 final masked 65535 from 8", "to 65543: " + masked(Longest16, Mask)}},
        HeadCase{"Length65536",
                 frame(0x82, Shortest64),
                 {"2 final masked 65536 from 14", "to 65550: " + masked(Shortest64, Mask)}},
        HeadCase{"LongestControl",
                 frame(0x8a, Longest7, NoMask),
                 {"10 final 125 from 2", "to 127: " + Longest7},
                 Direction::UpstreamToClient},
        HeadCase{"Compressed",
                 frame(0x41, "x", NoMask) + frame(0x80, "", NoMask) + frame(0x81, "y", NoMask),
                 {"1 compressed 1 from 2", "to 3: x", "0 final 0 from 5",
                  "to 5: ", "1 final 1 from 7", "to 8: y"},
                 Direction::UpstreamToClient,
                 Deflate::Agreed},
        HeadCase{
            "AnyReservedBitsOfAnUnknownExtension",
            frame(0x71, "x", NoMask) + frame(0xd9, "", NoMask) + frame(0xc0, "", NoMask),
            {"1 1 from 2", "to 3: x", "9 final 0 from 5", "to 5: ", "0 final 0 from 7", "to 7: "},
            Direction::UpstreamToClient,
            Deflate::Unknown}),
    [](const auto& info) { return info.param.name; });

TEST(FrameReader, TellsNothingOfAHeadThatIsNotComplete)
{
    const auto wire = frame(0x82, Shortest16);
    FrameReader reader(Direction::ClientToUpstream, Deflate::NotAgreed);
    FrameTrace trace(reader);
    EXPECT_TRUE(reader.atBoundary());
    reader.read(std::string_view(wire).substr(0, 7), trace);
    EXPECT_THAT(trace.lines, IsEmpty());
    EXPECT_FALSE(reader.atBoundary());
    reader.read(std::string_view(wire).substr(7, 1), trace);
    EXPECT_THAT(trace.lines, ElementsAre("2 final masked 126 from 8"));
    EXPECT_FALSE(reader.atBoundary());
}

TEST(FrameReader, TellsTheMask)
{
    for (const auto size : {0U, 126U, 65536U}) {
        FrameReader reader(Direction::ClientToUpstream, Deflate::NotAgreed);
        FrameTrace trace(reader);
        reader.read(frame(0x82, std::string(size, 'a')), trace);
        EXPECT_THAT(trace.mask, ElementsAre(0x37, 0xfa, 0x21, 0x3d));
    }
}

TEST(FrameReader, CountsPastTheLargestLengthOfAFrame)
{
    FrameReader reader(Direction::UpstreamToClient, Deflate::NotAgreed);
    FrameTrace trace(reader);
    reader.read("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff..."sv, trace);
    EXPECT_THAT(trace.lines, ElementsAre("2 final 9223372036854775807 from 10"));
    EXPECT_EQ(reader.offset(), 13U);
    EXPECT_EQ(reader.fault(), None);
}

TEST(FrameFault, HasANameOfItsOwn)
{
    std::vector<std::string_view> names;
    for (int number = 0; number <= static_cast<int>(BadUtf8); ++number)
        names.push_back(frameFaultName(static_cast<FrameFault>(number)));
    EXPECT_THAT(names,
                ElementsAre("", "reserved-opcode", "reserved-bits", "unmasked", "masked",
                            "oversized-control", "fragmented-control", "unexpected-continuation",
                            "unfinished-message", "length-not-minimal", "length-too-large",
                            "bad-close", "bad-utf8"));
}

} // namespace
} // namespace sallyport::policy::inspection
