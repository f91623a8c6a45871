// Answers of origins that are ambiguous, broken or cut: 502 while nothing was passed on, otherwise
// a cut that the client can see, and never a byte that belongs to another answer.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::EndsWith;
using testing::Not;
using namespace std::string_literals;

struct AnswerCase {
    const char* name;
    std::string answer;
};

class BadResponse : public SharedProxy<BadResponse> {};

class RefusedAnswer : public BadResponse, public testing::WithParamInterface<AnswerCase> {};

TEST_P(RefusedAnswer, Becomes502)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}"), GetParam().answer);
    EXPECT_EQ(done.response.status, 502) << done.response.head;
    EXPECT_NE(done.response.proxyError(), "") << done.response.head;
    (void)done.upstream.awaitEnd();
    const AuditRecord record = proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(record, {{"status", "502"}, {"close_reason", "bad-response"}}))
        << record.line();
}

std::string ok(const std::string& fieldLines, const std::string& body = "")
{
    return "HTTP/1.1 200 OK\r\n" + fieldLines + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    StatusLine, RefusedAnswer, // RFC 9112 §4
    testing::Values(AnswerCase{"Http09Body", "<html>hello</html>\r\n\r\n"},
                    AnswerCase{"OtherProtocol", "ICY 200 OK\r\n\r\n"},
                    AnswerCase{"TwoDigits", "HTTP/1.1 20 OK\r\n\r\n"},
                    AnswerCase{"FourDigits", "HTTP/1.1 2000 OK\r\n\r\n"},
                    AnswerCase{"StatusOutOfRange", "HTTP/1.1 099 OK\r\n\r\n"},
                    AnswerCase{"StatusNoNumber", "HTTP/1.1 2x0 OK\r\n\r\n"},
                    AnswerCase{"TwoSpaces", "HTTP/1.1  200 OK\r\n\r\n"},
                    AnswerCase{"LowerCase", "http/1.1 200 OK\r\n\r\n"},
                    AnswerCase{"Http2", "HTTP/2.0 200 OK\r\n\r\n"},
                    AnswerCase{"BareLf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
                    AnswerCase{"BareCr", "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"},
                    AnswerCase{"Nul", "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"s}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedAnswer, // RFC 9112 §5
    testing::Values(AnswerCase{"SpaceBeforeColon", ok("X-Odd : 1\r\nContent-Length: 0\r\n")},
                    AnswerCase{"ObsFold", ok("X-Odd: 1\r\n folded\r\nContent-Length: 0\r\n")},
                    AnswerCase{"NulInValue", ok("X-Odd: a\0b\r\nContent-Length: 0\r\n"s)},
                    AnswerCase{"BareCrInValue", ok("X-Odd: a\rb\r\nContent-Length: 0\r\n")},
                    AnswerCase{"NoColon", ok("X-Odd\r\nContent-Length: 0\r\n")},
                    AnswerCase{"HeadTooLarge",
                               ok("X-Large: " + std::string(100'000, 'a') + "\r\n")}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedAnswer, // RFC 9112 §6
    testing::Values(
        AnswerCase{"LengthAndChunked",
                   ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        AnswerCase{"TwoLengths", ok("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")},
        AnswerCase{"LengthList", ok("Content-Length: 5, 6\r\n", "hello!")},
        AnswerCase{"LengthWithPlus", ok("Content-Length: +5\r\n", "hello")},
        AnswerCase{"LengthVerticalTab", ok("Content-Length: \v3\r\n", "abc")},
        AnswerCase{"LengthComma", ok("Content-Length: ,\r\n")},
        AnswerCase{"ChunkedVerticalTab", ok("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
        AnswerCase{"ChunkedFormFeed", ok("Transfer-Encoding: chunked\f\r\n", "0\r\n\r\n")},
        AnswerCase{"ChunkedNotLast", ok("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
        AnswerCase{"ChunkedInHttp10",
                   "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        AnswerCase{"UnaskedSwitch", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\n\r\n"}),
    caseName);

struct CutCase {
    const char* name;
    const char* answer; ///< what the origin says before it goes
    End end;
    const char* reason;
};

class CutHead : public BadResponse, public testing::WithParamInterface<CutCase> {};

TEST_P(CutHead, Becomes502)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(GetParam().answer);
    if (GetParam().end == End::Reset)
        upstream.reset();
    else
        upstream.close();
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, 502) << answer.head;
    const AuditRecord record = proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(record, {{"status", "502"}, {"close_reason", GetParam().reason}}))
        << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Origin, CutHead,
    testing::Values(CutCase{"ClosesUnanswered", "", End::Orderly, "upstream-ended"},
                    CutCase{"ResetsUnanswered", "", End::Reset, "upstream-reset"},
                    CutCase{"ClosesInTheHead", "HTTP/1.1 200 OK\r\nX: ", End::Orderly,
                            "upstream-ended"},
                    CutCase{"ClosesAfterAnInterimHead", "HTTP/1.1 103 Early\r\n", End::Orderly,
                            "upstream-ended"}),
    caseName);

class CutBody : public BadResponse, public testing::WithParamInterface<CutCase> {};

TEST_P(CutBody, IsVisibleToTheClient)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(GetParam().answer);
    std::string seen = client.receiveUntil("part");
    if (GetParam().end == End::Reset)
        upstream.reset();
    else
        upstream.close();
    const Remainder rest = client.receiveRemainder();
    seen += rest.bytes;
    EXPECT_THAT(seen, Not(EndsWith("0\r\n\r\n"))) << seen;
    if (seen.find("Content-Length") == std::string::npos &&
        seen.find("chunked") == std::string::npos) {
        EXPECT_EQ(rest.end, End::Reset) << "an orderly end would look complete:\n" << seen;
    }
    const AuditRecord record = proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(record, {{"close_reason", GetParam().reason}, {"close_by", "upstream"}}))
        << record.line();
    EXPECT_EQ(record["status"], "200") << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Origin, CutBody,
    testing::Values(
        CutCase{"ClosesBeforeItsLength", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
                End::Orderly, "upstream-ended"},
        CutCase{"ResetsBeforeItsLength", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
                End::Reset, "upstream-reset"},
        CutCase{"ClosesInAChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\npart",
                End::Orderly, "upstream-ended"},
        CutCase{"ClosesBetweenChunks",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", End::Orderly,
                "upstream-ended"},
        CutCase{"ResetsAnAnswerWithoutLength", "HTTP/1.1 200 OK\r\n\r\npart", End::Reset,
                "upstream-reset"}),
    caseName);

TEST_F(BadResponse, CutsAnAnswerWhoseChunksBreak)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n"
                  "0\r\n\r\n");
    const Remainder seen = client.receiveRemainder();
    EXPECT_THAT(seen.bytes, Not(EndsWith("0\r\n\r\n"))) << seen.bytes;
    (void)upstream.awaitEnd();
    EXPECT_EQ(proxy().awaitEnding({{"port", std::to_string(origin.port())}})["close_reason"],
              "bad-response");
}

TEST_F(BadResponse, TakesAReasonThatIsEmpty) // RFC 9112 §4
{
    for (const std::string line : {"HTTP/1.1 200 \r\n", "HTTP/1.1 200\r\n"}) {
        TestOrigin origin;
        const Exchange done =
            exchange(proxy(), origin, getRequest("{origin}"), line + "Content-Length: 2\r\n\r\nok");
        EXPECT_EQ(done.response.status, 200) << line;
        EXPECT_EQ(done.response.body, "ok");
    }
}

} // namespace
} // namespace sallyport::test
