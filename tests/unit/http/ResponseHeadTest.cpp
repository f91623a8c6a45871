#include "http/ResponseHead.h"

#include "Pieces.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

using namespace std::string_view_literals;

namespace {

std::string account(const ResponseHead& head)
{
    std::string text = std::to_string(head.statusCode()) + "|" +
                       std::to_string(head.minorVersion()) + "|" + std::string(head.reason()) +
                       "|" + std::to_string(head.headBytes()) + "|";
    for (const Field field : head.fields())
        text.append(field.name).append("=").append(field.value).append("|");
    return text;
}

struct ResponseCase {
    const char* name;
    std::string_view bytes; // None: a whole head
    HeadFault fault = HeadFault::None;
};

class Response : public testing::TestWithParam<ResponseCase> {};

TEST_P(Response, IsAcceptedOrRefused)
{
    ResponseHead head;
    const auto outcome = head.parse(GetParam().bytes, {});
    EXPECT_EQ(head.fault(), GetParam().fault) << describe(head.fault());
    EXPECT_EQ(outcome,
              GetParam().fault == HeadFault::None ? ParseOutcome::Complete : ParseOutcome::Bad);
    if (outcome == ParseOutcome::Complete)
        EXPECT_EQ(head.headBytes(), GetParam().bytes.size());
}

TEST_P(Response, IsTheSameInPieces)
{
    ResponseHead whole;
    const auto outcome = whole.parse(GetParam().bytes, {});
    ResponseHead head;
    const auto answer = parseInPieces(head, GetParam().bytes);
    ASSERT_EQ(answer.outcome, outcome);
    EXPECT_EQ(head.fault(), whole.fault());
    if (outcome == ParseOutcome::Complete) {
        EXPECT_EQ(answer.bytesNeeded, GetParam().bytes.size());
        EXPECT_EQ(account(head), account(whole));
    }
}

const auto caseName = [](const auto& test) { return test.param.name; };

INSTANTIATE_TEST_SUITE_P(
    StatusLine, Response, // RFC 9112 section 4
    testing::Values(
        ResponseCase{"Ok", "HTTP/1.1 200 OK\r\n\r\n"},
        ResponseCase{"EmptyReason", "HTTP/1.1 200 \r\n\r\n"},
        ResponseCase{"NoReason", "HTTP/1.1 200\r\n\r\n"},
        ResponseCase{"ReasonWithSpacesAndObsText", "HTTP/1.1 404 nicht da: \xe4\t!\r\n\r\n"},
        ResponseCase{"Http10", "HTTP/1.0 200 OK\r\n\r\n"},
        ResponseCase{"HigherMinorVersion", "HTTP/1.2 200 OK\r\n\r\n"},
        ResponseCase{"LowestStatus", "HTTP/1.1 100 Continue\r\n\r\n"},
        ResponseCase{"HighestStatus", "HTTP/1.1 599 x\r\n\r\n"},
        ResponseCase{"UnknownStatus", "HTTP/1.1 299 x\r\n\r\n"},
        ResponseCase{"StatusTooLow", "HTTP/1.1 099 x\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"StatusTooHigh", "HTTP/1.1 600 x\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"StatusOfTwoDigits", "HTTP/1.1 20 x\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"StatusOfFourDigits", "HTTP/1.1 2000 x\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"StatusWithSign", "HTTP/1.1 +20 x\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"StatusWithLetter", "HTTP/1.1 20x OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"NoStatus", "HTTP/1.1\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"TwoSpaces", "HTTP/1.1  200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"TabBeforeStatus", "HTTP/1.1\t200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"TabBehindStatus", "HTTP/1.1 200\tOK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"NulInReason", "HTTP/1.1 200 O\0K\r\n\r\n"sv, HeadFault::BadStatusLine},
        ResponseCase{"DeleteInReason", "HTTP/1.1 200 O\x7fK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"BareCrInReason", "HTTP/1.1 200 O\rK\r\n\r\n", HeadFault::BareCrOrLf},
        ResponseCase{"BareLf", "HTTP/1.1 200 OK\n\n", HeadFault::BareCrOrLf},
        ResponseCase{"NotHttp", "<html>", HeadFault::BadStatusLine},
        ResponseCase{"NearlyHttp", "HTTQ", HeadFault::BadStatusLine},
        ResponseCase{"LowerCase", "http/1.1 200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"Shoutcast", "ICY 200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"Http2", "HTTP/2.0 200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"Http2Short", "HTTP/2 200\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"EmptyLineInFront", "\r\nHTTP/1.1 200 OK\r\n\r\n", HeadFault::BadStatusLine},
        ResponseCase{"SpaceInFront", " HTTP/1.1 200 OK\r\n\r\n", HeadFault::BadStatusLine}),
    caseName);

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

INSTANTIATE_TEST_SUITE_P(
    Fields, Response, // RFC 9112 sections 5 and 6
    testing::Values(
        ResponseCase{"Length", OK_HEAD "Content-Length: 5\r\n\r\n"},
        ResponseCase{"Chunked", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"},
        ResponseCase{"ObsFold", OK_HEAD "A: b\r\n c\r\n\r\n", HeadFault::ObsFold},
        ResponseCase{"SpaceBeforeColon", OK_HEAD "A : b\r\n\r\n", HeadFault::BadFieldName},
        ResponseCase{"NoColon", OK_HEAD "abc\r\n\r\n", HeadFault::BadFieldName},
        ResponseCase{"Nul", OK_HEAD "A: \0\r\n\r\n"sv, HeadFault::BadFieldValue},
        ResponseCase{"BareLfInFields", OK_HEAD "A: b\nC: d\r\n\r\n", HeadFault::BareCrOrLf},
        ResponseCase{"BareCrInFields", OK_HEAD "A: b\rC: d\r\n\r\n", HeadFault::BareCrOrLf},
        ResponseCase{"BothFramings",
                     OK_HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                     HeadFault::BothFramings},
        ResponseCase{"EqualLengths", OK_HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
                     HeadFault::BadContentLength},
        ResponseCase{"DifferentLengths", OK_HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                     HeadFault::BadContentLength},
        ResponseCase{"LengthList", OK_HEAD "Content-Length: 5, 5\r\n\r\n",
                     HeadFault::BadContentLength},
        ResponseCase{"EmptyLength", OK_HEAD "Content-Length: \r\n\r\n",
                     HeadFault::BadContentLength},
        ResponseCase{"VerticalTabInLength", OK_HEAD "Content-Length: \v3\r\n\r\n",
                     HeadFault::BadFieldValue},
        ResponseCase{"XChunked", OK_HEAD "Transfer-Encoding: xchunked\r\n\r\n",
                     HeadFault::BadTransferEncoding},
        ResponseCase{"ChunkedTwice", OK_HEAD "Transfer-Encoding: chunked, chunked\r\n\r\n",
                     HeadFault::BadTransferEncoding},
        ResponseCase{"Gzip", OK_HEAD "Transfer-Encoding: gzip\r\n\r\n",
                     HeadFault::BadTransferEncoding},
        ResponseCase{"ChunkedInHttp10", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                     HeadFault::BadTransferEncoding},
        ResponseCase{"BothFramingsWithoutBody",
                     "HTTP/1.1 304 x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                     HeadFault::BothFramings}),
    caseName);

struct Parsed {
    explicit Parsed(std::string text) : bytes(std::move(text))
    {
        EXPECT_EQ(head.parse(bytes, {}), ParseOutcome::Complete) << describe(head.fault());
    }
    std::string bytes;
    ResponseHead head;
};

struct BodyCase {
    const char* name;
    std::string_view method;
    std::string_view head;
    BodyFraming framing;
};

class ResponseBody : public testing::TestWithParam<BodyCase> {};

TEST_P(ResponseBody, EndsWhereTheRfcSays) // RFC 9112 section 6.3
{
    const Parsed parsed("HTTP/1.1 " + std::string(GetParam().head) + "\r\n");
    EXPECT_EQ(parsed.head.bodyFraming(GetParam().method), GetParam().framing);
}

constexpr BodyFraming NoBody{};
constexpr BodyFraming FiveBytes{BodyFraming::Kind::Length, 5};
constexpr BodyFraming Chunks{BodyFraming::Kind::Chunked, 0};
constexpr BodyFraming UntilClose{BodyFraming::Kind::UntilClose, 0};

INSTANTIATE_TEST_SUITE_P(
    Framing, ResponseBody,
    testing::Values(
        BodyCase{"Length", "GET", "200 OK\r\nContent-Length: 5\r\n", FiveBytes},
        BodyCase{"Zero", "GET", "200 OK\r\nContent-Length: 0\r\n", NoBody},
        BodyCase{"Chunked", "GET", "200 OK\r\nTransfer-Encoding: chunked\r\n", Chunks},
        BodyCase{"UntilClose", "GET", "200 OK\r\n", UntilClose},
        BodyCase{"ErrorUntilClose", "GET", "500 x\r\n", UntilClose},
        BodyCase{"Head", "HEAD", "200 OK\r\nContent-Length: 5\r\n", NoBody},
        BodyCase{"HeadChunked", "HEAD", "200 OK\r\nTransfer-Encoding: chunked\r\n", NoBody},
        BodyCase{"HeadInLowerCaseIsAnotherMethod", "head", "200 OK\r\nContent-Length: 5\r\n",
                 FiveBytes},
        BodyCase{"Continue", "POST", "100 Continue\r\nContent-Length: 5\r\n", NoBody},
        BodyCase{"Switching", "GET", "101 x\r\n", NoBody},
        BodyCase{"NoContent", "GET", "204 x\r\nContent-Length: 5\r\n", NoBody},
        BodyCase{"NotModified", "GET", "304 x\r\nContent-Length: 5\r\n", NoBody},
        BodyCase{"Connected", "CONNECT", "200 OK\r\nContent-Length: 5\r\n", NoBody},
        BodyCase{"ConnectRefused", "CONNECT", "403 x\r\nContent-Length: 5\r\n", FiveBytes}),
    caseName);

TEST(ResponseHead, GivesStatusReasonAndFields)
{
    const Parsed parsed("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\nbody");
    EXPECT_EQ(parsed.head.statusCode(), 404);
    EXPECT_EQ(parsed.head.reason(), "Not Found");
    EXPECT_EQ(parsed.head.minorVersion(), 0);
    EXPECT_EQ(parsed.head.fields().find("a"), "b");
    EXPECT_EQ(parsed.bytes.substr(parsed.head.headBytes()), "body");
}

TEST(ResponseHead, TellsInterimAnswersFromOthers) // RFC 9110 section 15.2
{
    EXPECT_TRUE(Parsed("HTTP/1.1 100 Continue\r\n\r\n").head.interim());
    EXPECT_TRUE(Parsed("HTTP/1.1 103 Early Hints\r\n\r\n").head.interim());
    EXPECT_FALSE(Parsed("HTTP/1.1 101 Switching Protocols\r\n\r\n").head.interim());
    EXPECT_FALSE(Parsed("HTTP/1.1 200 OK\r\n\r\n").head.interim());
}

TEST(ResponseHead, KnowsWhetherTheUpstreamKeepsTheConnection) // RFC 9112 section 9.3
{
    EXPECT_TRUE(Parsed("HTTP/1.1 200 OK\r\n\r\n").head.persistent());
    EXPECT_FALSE(Parsed("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").head.persistent());
    EXPECT_FALSE(Parsed("HTTP/1.0 200 OK\r\n\r\n").head.persistent());
    EXPECT_TRUE(Parsed("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").head.persistent());
    EXPECT_FALSE(
        Parsed("HTTP/1.0 200 OK\r\nProxy-Connection: keep-alive\r\n\r\n").head.persistent());
}

TEST(ResponseHead, IsReusableAfterReset)
{
    Parsed parsed("HTTP/1.0 404 Not Found\r\nContent-Length: 5\r\nConnection: x\r\n\r\n");
    parsed.head.reset();
    const std::string_view next = "HTTP/1.1 200\r\nA: b\r\n\r\n";
    ResponseHead fresh;
    ASSERT_EQ(fresh.parse(next, {}), ParseOutcome::Complete);
    ASSERT_EQ(parsed.head.parse(next, {}), ParseOutcome::Complete);
    EXPECT_EQ(account(parsed.head), account(fresh));
    EXPECT_EQ(parsed.head.bodyFraming("GET"), UntilClose);
    EXPECT_FALSE(parsed.head.connection().namesFields);
}

TEST(ResponseHead, IsLimited)
{
    const HeadLimits limits{.headBytes = 40, .fieldCount = 2};
    const auto faultOf = [&limits](std::string_view text) {
        ResponseHead head;
        (void)head.parse(text, limits);
        return head.fault();
    };
    EXPECT_EQ(faultOf("HTTP/1.1 200 OK\r\nA: bbbbbbbbbbbbbbbb\r\n\r\n"),
              HeadFault::None); // 40 bytes
    EXPECT_EQ(faultOf("HTTP/1.1 200 OK\r\nA: bbbbbbbbbbbbbbbbb\r\n\r\n"), HeadFault::HeadTooLarge);
    EXPECT_EQ(faultOf("HTTP/1.1 200 an answer without any line end at all"),
              HeadFault::HeadTooLarge);
    EXPECT_EQ(faultOf("HTTP/1.1 200\r\nA:b\r\nA:b\r\nA:b\r\n\r\n"), HeadFault::TooManyFields);
}

} // namespace
} // namespace sallyport::http
