// Absolute-form requests (RFC 9112 §3.2.2): what reaches the origin, and what comes back.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view NodeName = "proxy-a.test";

class Forward : public SharedProxy<Forward> {
public:
    static ProxySettings settings() { return {.options = {{"node-name", std::string(NodeName)}}}; }

protected:
    static AuditRecord ending(const TestOrigin& origin)
    {
        return proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    }
};

TEST_F(Forward, SendsOriginFormAndBringsTheAnswerBack)
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin,
                                   "GET http://{origin}/a/b?c=d HTTP/1.1\r\nHost: {origin}\r\n"
                                   "User-Agent: test\r\n\r\n",
                                   okResponse("hello", "Content-Type: text/plain\r\n"));
    EXPECT_THAT(done.forwarded, StartsWith("GET /a/b?c=d HTTP/1.1\r\n"));
    EXPECT_THAT(fieldValues(done.forwarded, "Host"), ElementsAre(origin.authority()));
    EXPECT_THAT(fieldValues(done.forwarded, "User-Agent"), ElementsAre("test"));
    EXPECT_EQ(done.response.status, 200);
    EXPECT_EQ(done.response.body, "hello");
    EXPECT_EQ(done.response.field("Content-Type"), "text/plain");

    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"event", "close"},
                              {"form", "absolute"},
                              {"protocol", "http"},
                              {"method", "GET"},
                              {"host", "127.0.0.1"},
                              {"path", "/a/b"},
                              {"status", "200"},
                              {"verdict", "allow"},
                              {"destination_ip", "127.0.0.1"},
                              {"close_reason", "done"},
                              {"bytes_upstream_to_proxy", "5"},
                              {"bytes_proxy_to_client", "5"},
                              {"bytes_client_to_proxy", "0"}}))
        << record.line();
}

TEST_F(Forward, SendsASlashForAnEmptyPath) // RFC 9112 §3.2.1
{
    TestOrigin origin;
    const Exchange done = exchange(
        proxy(), origin, "GET http://{origin} HTTP/1.1\r\nHost: {origin}\r\n\r\n", okResponse(""));
    EXPECT_THAT(done.forwarded, StartsWith("GET / HTTP/1.1\r\n"));
}

TEST_F(Forward, SendsASlashBeforeAQueryWithoutPath) // RFC 3986 §6.2.3
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, "GET http://{origin}?q=1 HTTP/1.1\r\nHost: {origin}\r\n\r\n",
                 okResponse(""));
    EXPECT_THAT(done.forwarded, StartsWith("GET /?q=1 HTTP/1.1\r\n"));
}

TEST_F(Forward, TakesAHeadThatArrivesByteByByte)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.sendByteByByte(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.sendByteByByte(okResponse("hello"));
    EXPECT_EQ(client.receiveResponse().body, "hello");
}

TEST_F(Forward, ReachesAnIpv6Literal)
{
    if (!hasIpv6Loopback())
        GTEST_SKIP() << "no ::1 here";
    TestOrigin origin("::1");
    const Exchange done = exchange(proxy(), origin, getRequest("{origin}"), okResponse("six"));
    EXPECT_EQ(done.response.body, "six");
    EXPECT_THAT(fieldValues(done.forwarded, "Host"), ElementsAre(origin.authority()));
}

TEST_F(Forward, ReplacesHostByTheTargets) // RFC 9112 §3.2.2
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, "GET http://{origin}/ HTTP/1.1\r\nHost: other.test\r\n\r\n",
                 okResponse(""));
    EXPECT_THAT(fieldValues(done.forwarded, "Host"), ElementsAre(origin.authority()));
}

TEST_F(Forward, RemovesHopByHopFields) // RFC 9110 §7.6.1
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin,
                                   "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n"
                                   "Connection: keep-alive, X-Named\r\nConnection: x-second\r\n"
                                   "X-Named: secret\r\nX-Second: secret\r\nX-Kept: yes\r\n"
                                   "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n"
                                   "TE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
                                   "Proxy-Authorization: Basic c2VjcmV0OnNlY3JldA==\r\n\r\n",
                                   okResponse("", "Connection: X-Answer\r\nX-Answer: hop\r\n"
                                                  "Keep-Alive: timeout=9\r\n"
                                                  "Proxy-Authenticate: Basic\r\nX-Kept: too\r\n"));
    for (const char* name : {"X-Named", "X-Second", "Keep-Alive", "Proxy-Connection", "TE",
                             "Upgrade", "HTTP2-Settings", "Proxy-Authorization"})
        EXPECT_THAT(fieldValues(done.forwarded, name), IsEmpty()) << name;
    EXPECT_THAT(fieldValues(done.forwarded, "X-Kept"), ElementsAre("yes"));
    for (const char* name : {"X-Answer", "Keep-Alive", "Proxy-Authenticate"})
        EXPECT_EQ(done.response.count(name), 0u) << name;
    EXPECT_EQ(done.response.field("X-Kept"), "too");
}

TEST_F(Forward, KeepsEndToEndFieldsThatConnectionNames)
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin,
                 "POST http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\nContent-Length: 2\r\n"
                 "Connection: Host, Content-Length, Via\r\n\r\nab",
                 okResponse(""));
    EXPECT_THAT(fieldValues(done.forwarded, "Host"), ElementsAre(origin.authority()));
    EXPECT_THAT(fieldValues(done.forwarded, "Content-Length"), ElementsAre("2"));
    EXPECT_THAT(fieldValues(done.forwarded, "Via"), Not(IsEmpty()));
}

TEST_F(Forward, KeepsFieldsOfTheSameNameInOrder)
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin,
                 getRequest("{origin}", "/", "X-One: a\r\nX-Two: b\r\nX-One: c\r\nx-one: \r\n"),
                 okResponse("", "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Raw: \xc3\xa4\r\n"));
    EXPECT_THAT(fieldValues(done.forwarded, "X-One"), ElementsAre("a", "c", ""));
    EXPECT_THAT(fieldValues(done.response.head, "Set-Cookie"), ElementsAre("a=1", "b=2"));
    EXPECT_EQ(done.response.field("X-Raw"), "\xc3\xa4");
}

TEST_F(Forward, AddsViaBothWays) // RFC 9110 §7.6.3
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, getRequest("{origin}", "/", "Via: 1.0 earlier.test (x)\r\n"),
                 okResponse("", "Via: 1.1 later.test\r\n"));
    const std::string own = "1.1 " + std::string(NodeName);
    EXPECT_THAT(fieldValues(done.forwarded, "Via"), ElementsAre("1.0 earlier.test (x)", own));
    EXPECT_THAT(fieldValues(done.response.head, "Via"), ElementsAre("1.1 later.test", own));
}

TEST_F(Forward, DetectsALoopByVia) // RFC 9110 §7.6.3
{
    TestOrigin origin;
    const std::string via = "Via: 1.1 other.test, 1.1 " + std::string(NodeName) + " (again)\r\n";
    const Response answer = proxy().ask(getRequest(origin.authority(), "/", via));
    EXPECT_EQ(answer.status, 508) << answer.head;
    EXPECT_EQ(answer.proxyError(), "proxy_loop_detected");
    EXPECT_FALSE(origin.hasConnection());
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["close_reason"],
              "loop-detected");
}

TEST_F(Forward, IsNotMisledByItsNameInAViaComment)
{
    TestOrigin origin;
    const std::string via = "Via: 1.1 other.test (1.1 " + std::string(NodeName) + ")\r\n";
    const Exchange done =
        exchange(proxy(), origin, getRequest("{origin}", "/", via), okResponse(""));
    EXPECT_EQ(done.response.status, 200);
}

TEST_F(Forward, NeverDialsItself)
{
    const Response answer =
        proxy().ask(getRequest("127.0.0.1:" + std::to_string(proxy().port()), "/proxy.pac"));
    EXPECT_EQ(answer.status, 508) << answer.head;
    EXPECT_EQ(answer.proxyError(), "proxy_loop_detected");
}

TEST_F(Forward, CarriesABodyOfKnownLength)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "POST http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n"
                             "Content-Length: 10\r\n\r\n0123456789",
                             okResponse("done"));
    EXPECT_EQ(done.upstream.receiveExactly(10), "0123456789");
    EXPECT_THAT(fieldValues(done.forwarded, "Content-Length"), ElementsAre("10"));
    const AuditRecord record = ending(origin);
    EXPECT_EQ(record.number("bytes_client_to_proxy"), 10) << record.line();
    EXPECT_EQ(record.number("bytes_proxy_to_upstream"), 10) << record.line();
}

TEST_F(Forward, CarriesAChunkedBodyWithTrailersUp) // RFC 9112 §7.1
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\n"
                "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                "5;ext=\"v\"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n");
    RawConnection upstream = origin.accept();
    const std::string head = upstream.receiveHead();
    EXPECT_THAT(fieldValues(head, "Transfer-Encoding"), ElementsAre("chunked"));
    EXPECT_THAT(fieldValues(head, "Content-Length"), IsEmpty());
    const std::string body = upstream.receiveUntil("\r\n\r\n");
    EXPECT_THAT(body, HasSubstr("hello"));
    EXPECT_THAT(body, HasSubstr(" world"));
    EXPECT_THAT(body, HasSubstr("0\r\nX-Sum: 11\r\n"));
    upstream.send(okResponse("done"));
    EXPECT_EQ(client.receiveResponse().body, "done");
}

TEST_F(Forward, CarriesAChunkedBodyWithTrailersDown)
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin, getRequest("{origin}", "/", "TE: trailers\r\n"),
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                                   "Trailer: X-Sum\r\n\r\n"
                                   "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n");
    EXPECT_EQ(done.response.body, "hello world");
    EXPECT_EQ(done.response.trailers, "X-Sum: 11\r\n");
    EXPECT_THAT(fieldValues(done.forwarded, "TE"), ElementsAre("trailers"));
}

TEST_F(Forward, DropsFramingFieldsFromTrailers) // RFC 9110 §6.5.1
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin, getRequest("{origin}"),
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "2\r\nok\r\n0\r\nContent-Length: 99\r\nX-Fine: 1\r\n\r\n");
    EXPECT_EQ(done.response.body, "ok");
    EXPECT_THAT(done.response.trailers, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(done.response.trailers, HasSubstr("X-Fine: 1"));
}

TEST_F(Forward, DoesNotHoldBackSmallChunks)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\n"
                "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    EXPECT_THAT(upstream.receiveUntil("first"), HasSubstr("first"));
    client.send("6\r\nsecond\r\n");
    EXPECT_THAT(upstream.receiveUntil("second"), HasSubstr("second"));
    client.send("0\r\n\r\n");
    (void)upstream.receiveUntil("0\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    EXPECT_THAT(client.receiveUntil("one"), HasSubstr("one"));
    upstream.send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_THAT(client.receiveUntil("0\r\n\r\n"), HasSubstr("two"));
}

struct BodilessCase {
    const char* name;
    const char* method;
    const char* answer;
};

class WithoutBody : public Forward, public testing::WithParamInterface<BodilessCase> {};

TEST_P(WithoutBody, IsCompleteWithItsHead) // RFC 9112 §6.3
{
    TestOrigin origin;
    const std::string request =
        std::string(GetParam().method) + " http://{origin}/1 HTTP/1.1\r\nHost: x.test\r\n\r\n";
    Exchange done = exchange(proxy(), origin, request, GetParam().answer);
    EXPECT_EQ(done.response.status, std::atoi(GetParam().answer + 9));
    EXPECT_TRUE(done.response.body.empty());
    done.client.send(getRequest(origin.authority(), "/2"));
    EXPECT_THAT(done.upstream.receiveHead(), StartsWith("GET /2 "));
    done.upstream.send(okResponse("second"));
    EXPECT_EQ(done.client.receiveResponse().body, "second");
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112, WithoutBody,
    testing::Values(BodilessCase{"Head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"},
                    BodilessCase{"HeadChunked", "HEAD",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
                    BodilessCase{"NoContent", "GET", "HTTP/1.1 204 No Content\r\n\r\n"},
                    BodilessCase{"NotModified", "GET",
                                 "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"}),
    caseName);

TEST_F(Forward, DechunksForAnHttp10Client)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, "GET http://{origin}/ HTTP/1.0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
    EXPECT_EQ(done.response.count("Transfer-Encoding"), 0u);
    EXPECT_EQ(done.response.body, "hello world");
    EXPECT_THAT(done.forwarded, StartsWith("GET / HTTP/1.1\r\n"));
    EXPECT_THAT(fieldValues(done.forwarded, "Host"), ElementsAre(origin.authority()));
}

TEST_F(Forward, ClosesAfterAnHttp10Request)
{
    TestOrigin origin;
    Exchange done =
        exchange(proxy(), origin, "GET http://{origin}/ HTTP/1.0\r\n\r\n", okResponse("hello"));
    EXPECT_EQ(done.response.body, "hello");
    EXPECT_EQ(done.client.receiveToEnd(), "");
}

TEST_F(Forward, CarriesAnHttp10AnswerThatEndsByClose)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it");
    upstream.close();
    EXPECT_EQ(client.receiveResponse().body, "all of it");
    EXPECT_EQ(ending(origin)["close_reason"], "done");
}

TEST_F(Forward, PassesInterimAnswersOn) // RFC 9110 §15.2
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}"),
                             "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                             "HTTP/1.1 102 Processing\r\n\r\n" +
                                 okResponse("final"));
    EXPECT_EQ(done.response.status, 103);
    EXPECT_EQ(done.response.field("Link"), "</a.css>");
    EXPECT_EQ(done.client.receiveResponse().status, 102);
    EXPECT_EQ(done.client.receiveResponse().body, "final");
    EXPECT_EQ(ending(origin)["status"], "200");
}

TEST_F(Forward, KeepsInterimAnswersFromHttp10Clients)
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin, "GET http://{origin}/ HTTP/1.0\r\n\r\n",
                                   "HTTP/1.1 103 Early Hints\r\n\r\n" + okResponse("final"));
    EXPECT_EQ(done.response.status, 200);
    EXPECT_EQ(done.response.body, "final");
}

TEST_F(Forward, WaitsForTheOriginsContinue) // RFC 9110 §10.1.1
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "PUT http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n"
                             "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                             "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_THAT(fieldValues(done.forwarded, "Expect"), ElementsAre("100-continue"));
    EXPECT_EQ(done.response.status, 100);
    done.client.send("body");
    EXPECT_EQ(done.upstream.receiveExactly(4), "body");
    done.upstream.send(okResponse("taken"));
    EXPECT_EQ(done.client.receiveResponse().body, "taken");
}

TEST_F(Forward, PassesOnARefusalInsteadOfContinue)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "PUT http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n"
                             "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                             "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
    EXPECT_EQ(done.response.status, 417);
    EXPECT_EQ(done.response.body, "no");
}

TEST_F(Forward, PassesOnAnAnswerThatComesBeforeTheBodyIsSent)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "POST http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n"
                             "Content-Length: 1000000\r\n\r\nbeginning",
                             "HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n"
                             "Connection: close\r\n\r\nstop");
    EXPECT_EQ(done.response.status, 413);
    EXPECT_EQ(done.response.body, "stop");
}

TEST_F(Forward, CarriesBodyAndAnswerAtTheSameTime)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    (void)upstream.receiveUntil("one");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nONE");
    EXPECT_THAT(client.receiveUntil("ONE"), StartsWith("HTTP/1.1 200"));
    client.send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_THAT(upstream.receiveUntil("0\r\n\r\n"), HasSubstr("two"));
    upstream.send("TWO");
    EXPECT_EQ(client.receiveExactly(3), "TWO");
}

TEST_F(Forward, SendsAsteriskForOptionsWithoutPath) // RFC 9112 §3.2.4
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, "OPTIONS http://{origin} HTTP/1.1\r\nHost: x.test\r\n\r\n",
                 okResponse(""));
    EXPECT_THAT(done.forwarded, StartsWith("OPTIONS * HTTP/1.1\r\n"));
}

TEST_F(Forward, CountsMaxForwardsDown) // RFC 9110 §7.6.2
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin,
                                   "OPTIONS http://{origin}/ HTTP/1.1\r\nHost: x.test\r\n"
                                   "Max-Forwards: 3\r\n\r\n",
                                   okResponse(""));
    EXPECT_THAT(fieldValues(done.forwarded, "Max-Forwards"), ElementsAre("2"));
}

TEST_F(Forward, AnswersMaxForwardsZeroItself) // RFC 9110 §7.6.2
{
    TestOrigin origin;
    for (const std::string method : {"OPTIONS", "TRACE"}) {
        const Response answer =
            proxy().ask(method + " http://" + origin.authority() +
                            "/ HTTP/1.1\r\nHost: x.test\r\nMax-Forwards: 0\r\n\r\n",
                        method);
        EXPECT_EQ(answer.status, 200) << method << "\n" << answer.head;
        EXPECT_FALSE(origin.hasConnection()) << method;
        const AuditRecord record = proxy().awaitRecord(
            {{"event", "close"}, {"method", method}, {"port", std::to_string(origin.port())}});
        EXPECT_TRUE(
            says(record, {{"close_by", "proxy"}, {"close_reason", "done"}, {"status", "200"}}))
            << record.line();
    }
}

TEST_F(Forward, LeavesMaxForwardsOfOtherMethodsAlone)
{
    TestOrigin origin;
    const Exchange done = exchange(
        proxy(), origin, getRequest("{origin}", "/", "Max-Forwards: 0\r\n"), okResponse(""));
    EXPECT_THAT(fieldValues(done.forwarded, "Max-Forwards"), ElementsAre("0"));
}

struct SchemeCase {
    const char* name;
    const char* target;
};

class OtherScheme : public Forward, public testing::WithParamInterface<SchemeCase> {};

TEST_P(OtherScheme, IsRefusedWithAnExplanation)
{
    TestOrigin origin;
    const Response answer = proxy().ask("GET " + withPort(GetParam().target, origin.port()) +
                                        " HTTP/1.1\r\nHost: x.test\r\n\r\n");
    EXPECT_THAT(answer.status, AnyOf(400, 501)) << answer.head;
    EXPECT_NE(answer.proxyError(), "");
    EXPECT_FALSE(origin.hasConnection());
    EXPECT_THAT(proxy().awaitEnding({{"session_id", answer.session()}})["close_reason"],
                AnyOf("not-supported", "bad-request"));
}

INSTANTIATE_TEST_SUITE_P(Rfc9110, OtherScheme,
                         testing::Values(SchemeCase{"Https", "https://127.0.0.1:{port}/"},
                                         SchemeCase{"Wss", "wss://127.0.0.1:{port}/"},
                                         SchemeCase{"Ftp", "ftp://127.0.0.1:{port}/"},
                                         SchemeCase{"Unknown", "gopher://127.0.0.1:{port}/"}),
                         caseName);

TEST_F(Forward, ExplainsThatHttpsNeedsConnect)
{
    const Response answer =
        proxy().ask("GET https://origin.test/ HTTP/1.1\r\nHost: origin.test\r\n\r\n");
    EXPECT_THAT(answer.body, HasSubstr("CONNECT"));
}

TEST_F(Forward, PassesCookiesAndAuthorizationOn)
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin,
                 getRequest("{origin}", "/", "Cookie: a=1; b=2\r\nAuthorization: Basic x\r\n"),
                 okResponse(""));
    EXPECT_THAT(fieldValues(done.forwarded, "Cookie"), ElementsAre("a=1; b=2"));
    EXPECT_THAT(fieldValues(done.forwarded, "Authorization"), ElementsAre("Basic x"));
}

TEST_F(Forward, AnswersARefusedOriginWith502)
{
    const Response answer = proxy().ask(getRequest("127.0.0.1:" + std::to_string(deadPort())));
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.proxyError(), "connection_refused");
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["close_reason"],
              "connect-refused");
}

TEST_F(Forward, CarriesALargeBodyBothWaysUnchanged)
{
    std::string body;
    for (int i = 0; body.size() < 4 * 1024 * 1024; ++i)
        body += std::to_string(i) + ",";
    ServingOrigin origin([&body](RawConnection& connection) {
        (void)connection.receiveHead();
        const std::string got = connection.receiveExactly(body.size());
        connection.send(okResponse(got));
    });
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\n"
                "Content-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
    client.send(body);
    EXPECT_TRUE(client.receiveResponse().body == body);
}

} // namespace
} // namespace sallyport::test
