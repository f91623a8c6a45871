#include "http/ChunkedDecoder.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

using namespace std::string_view_literals;

namespace {

using Kind = ChunkedDecoder::Step::Kind;

struct Decoded {
    std::string data;
    std::string passedOn; // data and framing, as it came
    std::string trailers;
    std::size_t consumed = 0;
    Kind end = Kind::NeedMore;
    HeadFault fault = HeadFault::None;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

// Gives the bytes in pieces that end at the positions of `cuts`.
Decoded decode(ChunkedDecoder& decoder, std::string_view bytes,
               std::initializer_list<std::size_t> cuts)
{
    Decoded decoded;
    const auto give = [&](std::string_view piece) {
        for (;;) {
            const auto step = decoder.next(piece);
            decoded.end = step.kind;
            decoded.consumed += step.consumed;
            decoded.data.append(step.data);
            if (step.kind == Kind::Data || step.kind == Kind::Framing)
                decoded.passedOn.append(piece.substr(0, step.consumed));
            if (step.kind == Kind::NeedMore || step.kind == Kind::Done || step.kind == Kind::Bad)
                return step.kind == Kind::NeedMore;
            piece.remove_prefix(step.consumed);
        }
    };
    std::size_t begin = 0;
    bool goesOn = true;
    for (const auto cut : cuts)
        if (goesOn) {
            goesOn = give(bytes.substr(begin, cut - begin));
            begin = cut;
        }
    if (goesOn)
        give(bytes.substr(begin));
    decoded.fault = decoder.fault();
    if (decoded.end == Kind::Done)
        writeTrailers(decoder.trailers(), decoded.trailers);
    return decoded;
}

Decoded decodeWhole(std::string_view bytes)
{
    ChunkedDecoder decoder;
    return decode(decoder, bytes, {});
}

struct ChunkedCase {
    const char* name;
    std::string_view bytes;
    std::string_view data;
    HeadFault fault = HeadFault::None;
};

class ChunkedBody : public testing::TestWithParam<ChunkedCase> {};

TEST_P(ChunkedBody, IsDecodedOrRefused)
{
    const auto decoded = decodeWhole(GetParam().bytes);
    EXPECT_EQ(decoded.fault, GetParam().fault) << describe(decoded.fault);
    EXPECT_EQ(decoded.end, GetParam().fault == HeadFault::None ? Kind::Done : Kind::Bad);
    EXPECT_EQ(decoded.data, GetParam().data);
    if (decoded.end == Kind::Done)
        EXPECT_EQ(decoded.consumed, GetParam().bytes.size());
}

TEST_P(ChunkedBody, IsTheSameWhereverItIsCut)
{
    const auto whole = decodeWhole(GetParam().bytes);
    for (std::size_t first = 0; first <= GetParam().bytes.size(); ++first) {
        for (std::size_t second = first; second <= GetParam().bytes.size(); ++second) {
            ChunkedDecoder decoder;
            auto cut = decode(decoder, GetParam().bytes, {first, second});
            // How much was taken before a fault depends on the cuts; only the fault counts then.
            if (whole.end == Kind::Bad) {
                EXPECT_EQ(cut.end, Kind::Bad);
                EXPECT_EQ(cut.fault, whole.fault);
                EXPECT_EQ(cut.data, whole.data);
            } else {
                EXPECT_EQ(cut, whole) << first << " " << second;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112Section71, ChunkedBody,
    testing::Values(
        ChunkedCase{"Empty", "0\r\n\r\n", ""},
        ChunkedCase{"OneChunk", "5\r\nhello\r\n0\r\n\r\n", "hello"},
        ChunkedCase{"ThreeChunks", "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef"},
        ChunkedCase{"HexDigits", "A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n",
                    "01234567890123456789a"},
        ChunkedCase{"LeadingZeros", "0005\r\nhello\r\n000\r\n\r\n", "hello"},
        ChunkedCase{"LineEndsInData", "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r"},
        ChunkedCase{"Extension", "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n", "hello"},
        ChunkedCase{"ExtensionWithSpace", "5 \t; a = b\r\nhello\r\n0\r\n\r\n", "hello"},
        ChunkedCase{"Trailers", "0\r\nA: b\r\nC: d\r\n\r\n", ""},
        ChunkedCase{"NoSize", "\r\n\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"NotHex", "g\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"HexPrefix", "0x5\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"Plus", "+5\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"Minus", "-5\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"SpaceInFront", " 5\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"SpaceBehind", "5 \r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"TwoNumbers", "5 5\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"BareLfBehindSize", "5\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"BareCrBehindSize", "5\rhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"BareLfInExtension", "5;a\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"BareCrInExtension", "5;a\rb\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"NulInExtension", "5;a\0\r\nhello\r\n"sv, "", HeadFault::BadChunkSize},
        ChunkedCase{"LargestSizeIsNotWrong", "7fffffffffffffff;\x01\r\n", "",
                    HeadFault::BadChunkSize},
        ChunkedCase{"SizeTooLarge", "8000000000000000\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"SizeWraps", "10000000000000005\r\nhello\r\n", "", HeadFault::BadChunkSize},
        ChunkedCase{"DataTooLong", "5\r\nhello!\r\n", "hello", HeadFault::BadChunkEnd},
        ChunkedCase{"BareLfBehindData", "5\r\nhello\n0\r\n\r\n", "hello", HeadFault::BadChunkEnd},
        ChunkedCase{"BareCrBehindData", "5\r\nhello\r0\r\n\r\n", "hello", HeadFault::BadChunkEnd},
        ChunkedCase{"BareLfAtTheEnd", "0\r\n\n", "", HeadFault::BareCrOrLf},
        ChunkedCase{"BareLfBehindTrailer", "0\r\nA: b\n\r\n", "", HeadFault::BareCrOrLf},
        ChunkedCase{"BareCrInTrailer", "0\r\nA: b\rc\r\n\r\n", "", HeadFault::BareCrOrLf},
        ChunkedCase{"FoldedTrailer", "0\r\nA: b\r\n c\r\n\r\n", "", HeadFault::ObsFold},
        ChunkedCase{"TrailerWithoutColon", "0\r\nabc\r\n\r\n", "", HeadFault::BadFieldName},
        ChunkedCase{"SpaceBeforeColonInTrailer", "0\r\nA : b\r\n\r\n", "", HeadFault::BadFieldName},
        ChunkedCase{"NulInTrailer", "0\r\nA: \0\r\n\r\n"sv, "", HeadFault::BadFieldValue}),
    [](const auto& test) { return test.param.name; });

TEST(ChunkedDecoder, PassesOnDataAndFramingButNotTheTrailerSection)
{
    const auto decoded = decodeWhole("5;x\r\nhello\r\n0\r\nA: b\r\nContent-Length: 5\r\n\r\nnext");
    EXPECT_EQ(decoded.passedOn, "5;x\r\nhello\r\n0\r\n");
    EXPECT_EQ(decoded.trailers, "A: b\r\n\r\n");
    EXPECT_EQ(decoded.consumed, "5;x\r\nhello\r\n0\r\nA: b\r\nContent-Length: 5\r\n\r\n"sv.size());
}

TEST(ChunkedDecoder, StaysDoneAndStaysBad)
{
    ChunkedDecoder decoder;
    decode(decoder, "0\r\n\r\n", {});
    EXPECT_EQ(decoder.next("5\r\n").kind, Kind::Done);
    decoder.reset();
    EXPECT_EQ(decode(decoder, "x", {}).end, Kind::Bad);
    EXPECT_EQ(decoder.next("0\r\n\r\n").kind, Kind::Bad);
}

TEST(ChunkedDecoder, IsReusableAfterReset)
{
    ChunkedDecoder decoder;
    decode(decoder, "5\r\nhello\r\n0\r\nA: b\r\n\r\n", {});
    decoder.reset();
    const auto again = decode(decoder, "3\r\nabc\r\n0\r\nC: d\r\n\r\n", {});
    EXPECT_EQ(again.data, "abc");
    EXPECT_EQ(again.trailers, "C: d\r\n\r\n");
}

TEST(ChunkedDecoder, LimitsTheSizeLine)
{
    const auto withExtension = [](std::size_t bytes) {
        return "0;" + std::string(bytes - "0;\r\n"sv.size(), 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(decodeWhole(withExtension(ChunkedDecoder::MaxSizeLineBytes)).end, Kind::Done);
    EXPECT_EQ(decodeWhole(withExtension(ChunkedDecoder::MaxSizeLineBytes + 1)).fault,
              HeadFault::ChunkLineTooLong);
    EXPECT_EQ(decodeWhole(std::string(5000, '0')).fault, HeadFault::ChunkLineTooLong);
}

TEST(ChunkedDecoder, LimitsTheTrailerSection)
{
    const HeadLimits limits{.headBytes = 20, .fieldCount = 3};
    const auto faultOf = [&limits](std::string_view bytes) {
        ChunkedDecoder decoder(limits);
        return decode(decoder, bytes, {}).fault;
    };
    EXPECT_EQ(faultOf("0\r\nA: bbbbbbbbbbbbb\r\n\r\n"), HeadFault::None); // 20 bytes
    EXPECT_EQ(faultOf("0\r\nA: bbbbbbbbbbbbbb\r\n\r\n"), HeadFault::HeadTooLarge);
    EXPECT_EQ(faultOf("0\r\n" + std::string(100000, 'a')), HeadFault::HeadTooLarge);
    EXPECT_EQ(faultOf("0\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n"), HeadFault::TooManyFields);
}

struct TrailerCase {
    const char* name;
    std::string_view field;
    bool allowed;
};

class TrailerField : public testing::TestWithParam<TrailerCase> {};

TEST_P(TrailerField, IsAllowedOrNot)
{
    EXPECT_EQ(allowedInTrailer(GetParam().field), GetParam().allowed);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110Section651, TrailerField,
    testing::Values(
        TrailerCase{"GrpcStatus", "grpc-status", true},
        TrailerCase{"ServerTiming", "Server-Timing", true},
        TrailerCase{"ContentDigest", "Content-Digest", true}, TrailerCase{"ETag", "ETag", true},
        TrailerCase{"ProxyStatus", "Proxy-Status", true},
        TrailerCase{"ContentLength", "content-length", false},
        TrailerCase{"TransferEncoding", "Transfer-Encoding", false},
        TrailerCase{"Trailer", "Trailer", false}, TrailerCase{"Host", "HOST", false},
        TrailerCase{"Connection", "Connection", false}, TrailerCase{"Upgrade", "Upgrade", false},
        TrailerCase{"Authorization", "Authorization", false},
        TrailerCase{"ProxyAuthorization", "Proxy-Authorization", false},
        TrailerCase{"SetCookie", "Set-Cookie", false}, TrailerCase{"Cookie", "Cookie", false},
        TrailerCase{"CacheControl", "Cache-Control", false},
        TrailerCase{"MaxForwards", "Max-Forwards", false},
        TrailerCase{"ContentEncoding", "Content-Encoding", false},
        TrailerCase{"ContentType", "Content-Type", false},
        TrailerCase{"ContentRange", "Content-Range", false},
        TrailerCase{"UnknownContent", "Content-Disposition", false},
        TrailerCase{"Conditional", "If-None-Match", false},
        TrailerCase{"Forwarded", "X-Forwarded-Proto", false}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace sallyport::http
