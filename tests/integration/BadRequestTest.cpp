// Request heads that are ambiguous, broken or too large: refused, recorded, and the connection
// closed, so that nothing behind them is ever taken for a request.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

struct HeadCase {
    const char* name;
    std::string head; ///< {origin} is an origin that would answer
    int status = 400;
};

class BadRequest : public SharedProxy<BadRequest> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"max-head-size", "8KiB"}, {"max-target-size", "2KiB"}}};
    }
};

class RefusedHead : public BadRequest, public testing::WithParamInterface<HeadCase> {};

TEST_P(RefusedHead, EndsTheConnection)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(replaced(GetParam().head, "{origin}", origin.authority()) +
                getRequest(origin.authority(), "/smuggled"));
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, GetParam().status) << answer.head;
    EXPECT_EQ(answer.field("Connection"), "close") << answer.head;
    EXPECT_EQ(answer.proxyError(), "http_request_error") << answer.head;
    EXPECT_EQ(client.receiveRemainder().bytes, "");
    EXPECT_FALSE(origin.hasConnection());
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"event", "decision"},
                              {"close_reason", "bad-request"},
                              {"status", std::to_string(GetParam().status)},
                              {"client_ip", "127.0.0.1"}}))
        << record.line();
}

std::string get(const std::string& fieldLines)
{
    return "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n" + fieldLines + "\r\n";
}

std::string post(const std::string& fieldLines, const std::string& body = "")
{
    return "POST http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n" + fieldLines + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RefusedHead, // RFC 9112 §3
    testing::Values(
        HeadCase{"Http09", "GET http://{origin}/\r\n\r\n"},
        HeadCase{"TwoSpaces", "GET  http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"Tab", "GET\thttp://{origin}/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"TrailingSpace", "GET http://{origin}/ HTTP/1.1 \r\nHost: x.test\r\n\r\n"},
        HeadCase{"SpaceInTarget", "GET http://{origin}/a b HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"BareLf", "GET http://{origin}/ HTTP/1.1\nHost: x.test\n\n"},
        HeadCase{"BareCr", "GET http://{origin}/ HTTP/1.1\rHost: x.test\r\n\r\n"},
        HeadCase{"LowerCaseVersion", "GET http://{origin}/ http/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"OddVersion", "GET http://{origin}/ HTTP/1.1x\r\nHost: x.test\r\n\r\n"},
        HeadCase{"Nul", "GET http://{origin}/\0 HTTP/1.1\r\nHost: x.test\r\n\r\n"s},
        HeadCase{"MethodNoToken", "GE(T http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"Userinfo", "GET http://user@{origin}/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"Fragment", "GET http://{origin}/#f HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"PortWraps", "GET http://127.0.0.1:65616/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"NoHost", "GET http:///path HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"BackslashInHost", "GET http://a\\b.test/ HTTP/1.1\r\nHost: x.test\r\n\r\n"},
        HeadCase{"AsteriskForGet", "GET * HTTP/1.1\r\nHost: {origin}\r\n\r\n"},
        HeadCase{"OriginFormRoutedByHost", "GET /path HTTP/1.1\r\nHost: {origin}\r\n\r\n"},
        HeadCase{"Garbage", "\x16\x03\x01\x02\r\n\r\n"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedHead, // RFC 9112 §5, RFC 9110 §5.5
    testing::Values(HeadCase{"SpaceBeforeColon", get("X-Odd : 1\r\n")},
                    HeadCase{"TabBeforeColon", get("X-Odd\t: 1\r\n")},
                    HeadCase{"ObsFold", get("X-Odd: 1\r\n folded\r\n")},
                    HeadCase{"FoldedFirstLine",
                             "GET http://{origin}/ HTTP/1.1\r\n Host: x.test\r\n\r\n"},
                    HeadCase{"NoColon", get("X-Odd\r\n")}, HeadCase{"EmptyName", get(": 1\r\n")},
                    HeadCase{"NulInValue", get("X-Odd: a\0b\r\n"s)},
                    HeadCase{"NulInName", get("X-\0dd: a\r\n"s)},
                    HeadCase{"BareCrInValue", get("X-Odd: a\rb\r\n")},
                    HeadCase{"BareLfInValue", get("X-Odd: a\nX-Hidden: b\r\n")},
                    HeadCase{"DelInValue", get("X-Odd: a\x7f\r\n")},
                    HeadCase{"VerticalTabInValue", get("X-Odd: a\vb\r\n")},
                    HeadCase{"NonAsciiName", get("X-\xc3\xa4: a\r\n")}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Host, RefusedHead, // RFC 9112 §3.2
    testing::Values(
        HeadCase{"Missing", "GET http://{origin}/ HTTP/1.1\r\n\r\n"},
        HeadCase{"Second", get("Host: {origin}\r\n")},
        HeadCase{"SecondDifferent", get("Host: other.test\r\n")},
        HeadCase{"WithPath", "GET http://{origin}/ HTTP/1.1\r\nHost: x.test/path\r\n\r\n"},
        HeadCase{"WithUserinfo", "GET http://{origin}/ HTTP/1.1\r\nHost: a@x.test\r\n\r\n"},
        HeadCase{"WithBadPort", "GET http://{origin}/ HTTP/1.1\r\nHost: x.test:99999\r\n\r\n"},
        HeadCase{"WithSpace", "GET http://{origin}/ HTTP/1.1\r\nHost: x test\r\n\r\n"},
        HeadCase{"TwoInOne", "GET http://{origin}/ HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedHead, // RFC 9112 §6
    testing::Values(
        HeadCase{"LengthAndChunked",
                 post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedInHttp10", "POST http://{origin}/ HTTP/1.0\r\nHost: x.test\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        HeadCase{"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
        HeadCase{"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
        HeadCase{"LengthList", post("Content-Length: 5, 5\r\n", "hello")},
        HeadCase{"LengthWithPlus", post("Content-Length: +5\r\n", "hello")},
        HeadCase{"LengthNegative", post("Content-Length: -5\r\n", "hello")},
        HeadCase{"LengthEmpty", post("Content-Length:\r\n")},
        HeadCase{"LengthComma", post("Content-Length: ,\r\n")},
        HeadCase{"LengthHexadecimal", post("Content-Length: 0x5\r\n", "hello")},
        HeadCase{"LengthVerticalTab", post("Content-Length: \v5\r\n", "hello")},
        HeadCase{"LengthOverflows", post("Content-Length: 18446744073709551621\r\n", "hello")},
        HeadCase{"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedInTwoFields",
                 post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedThenIdentity",
                 post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedVerticalTab", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedFormFeed", post("Transfer-Encoding: chunked\f\r\n", "0\r\n\r\n")},
        HeadCase{"ChunkedMisspelt", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
        HeadCase{"EmptyEncoding", post("Transfer-Encoding:\r\n", "0\r\n\r\n")},
        HeadCase{"Gzip", post("Transfer-Encoding: gzip\r\n"), 400}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedHead,
    testing::Values(
        HeadCase{"TargetTooLong",
                 "GET http://{origin}/" + std::string(3000, 'a') +
                     " HTTP/1.1\r\nHost: x.test\r\n\r\n",
                 414},
        HeadCase{"TargetWithoutEnd", "GET http://{origin}/" + std::string(6000, 'a'), 414},
        HeadCase{"FieldTooLarge", get("X-Large: " + std::string(9000, 'a') + "\r\n"), 431},
        HeadCase{"TooManyFields", get([] {
                     std::string lines;
                     for (int i = 0; i < 300; ++i)
                         lines += "X-" + std::to_string(i) + ": 1\r\n";
                     return lines;
                 }()),
                 431}),
    caseName);

TEST_F(BadRequest, ExplainsWhatWasWrong)
{
    const Response answer =
        proxy().ask("GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\nX-Odd : 1\r\n\r\n");
    EXPECT_THAT(answer.body, HasSubstr(answer.session()));
    EXPECT_THAT(answer.field("Proxy-Status"), HasSubstr("details="));
}

TEST_F(BadRequest, EndsAHeadThatNeverEndsAtTheLimit)
{
    RawClient client = proxy().client();
    client.send("GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\n");
    const std::string line = "X-More: " + std::string(100, 'a') + "\r\n";
    try {
        for (int i = 0; i < 4000; ++i)
            client.send(line);
    } catch (const Unexpected&) {
        // The proxy has answered and closed; what it said is read below.
    }
    const Remainder rest = client.receiveRemainder();
    EXPECT_TRUE(rest.bytes.empty() || rest.bytes.starts_with("HTTP/1.1 431")) << rest.bytes;
}

TEST_F(BadRequest, RefusesBrokenChunksWithoutPassingThemOn)
{
    for (const std::string chunk :
         {"zz\r\n", "-1\r\n", "5\nhello\r\n", "5;\nhello\r\n", "5\r\nhelloXX0\r\n\r\n",
          "0x5\r\nhello\r\n", " 5\r\nhello\r\n", "11111111111111111\r\n"}) {
        TestOrigin origin;
        RawClient client = proxy().client();
        client.send(replaced(post("Transfer-Encoding: chunked\r\n", chunk), "{origin}",
                             origin.authority()));
        client.send(getRequest(origin.authority(), "/smuggled"));
        const Remainder rest = client.receiveRemainder();
        EXPECT_THAT(rest.bytes, testing::AnyOf("", testing::StartsWith("HTTP/1.1 400"))) << chunk;
        if (origin.hasConnection()) {
            RawConnection upstream = origin.accept();
            const Remainder body = upstream.receiveRemainder();
            EXPECT_THAT(body.bytes, testing::Not(HasSubstr("0\r\n\r\n"))) << chunk;
            EXPECT_THAT(body.bytes, testing::Not(HasSubstr("smuggled"))) << chunk;
        }
        EXPECT_EQ(proxy().awaitEnding({{"port", std::to_string(origin.port())}})["close_reason"],
                  "bad-request")
            << chunk;
    }
}

TEST_F(BadRequest, IgnoresAnEmptyLineBeforeTheRequest) // RFC 9112 §2.2
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, "\r\n" + getRequest("{origin}"), okResponse("fine"));
    EXPECT_EQ(done.response.body, "fine");
}

TEST_F(BadRequest, RecordsNothingForAConnectionWithoutARequest)
{
    ProxyProcess own;
    {
        RawClient client = own.client();
        client.halfClose();
        EXPECT_EQ(client.receiveRemainder().bytes, "");
    }
    own.stop();
    for (const AuditRecord& record : own.records())
        EXPECT_FALSE(record.has("session_id")) << record.line();
}

} // namespace
} // namespace sallyport::test
