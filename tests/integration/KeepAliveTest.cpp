// Connections that carry several requests, on both sides: order, reuse, and nobody else's bytes.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::StartsWith;

class KeepAlive : public SharedProxy<KeepAlive> {
public:
    // One worker, so that all clients share one pool of origin connections.
    static ProxySettings settings() { return {.options = {{"workers", "1"}}}; }
};

TEST_F(KeepAlive, ReusesTheOriginsConnection)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("one"));
    EXPECT_EQ(first.response.body, "one");
    first.client.send(getRequest(origin.authority(), "/2"));
    EXPECT_THAT(first.upstream.receiveHead(), StartsWith("GET /2 "));
    first.upstream.send(okResponse("two"));
    EXPECT_EQ(first.client.receiveResponse().body, "two");
    EXPECT_FALSE(origin.hasConnection());

    const Wanted ofOrigin{{"event", "close"}, {"port", std::to_string(origin.port())}};
    (void)proxy().awaitRecord(
        {{"event", "close"}, {"port", std::to_string(origin.port())}, {"path", "/2"}});
    EXPECT_EQ(proxy().records(ofOrigin).size(), 2u);
}

TEST_F(KeepAlive, GivesAnotherClientTheIdleConnection)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("one"));
    RawClient other = proxy().client();
    other.send(getRequest(origin.authority(), "/2"));
    EXPECT_THAT(first.upstream.receiveHead(), StartsWith("GET /2 "));
    first.upstream.send(okResponse("two"));
    EXPECT_EQ(other.receiveResponse().body, "two");
}

TEST_F(KeepAlive, GoesToADifferentOriginOnTheSameClientConnection)
{
    TestOrigin one;
    TestOrigin two;
    Exchange first = exchange(proxy(), one, getRequest("{origin}"), okResponse("one"));
    first.client.send(getRequest(two.authority()));
    RawConnection upstream = two.accept();
    (void)upstream.receiveHead();
    upstream.send(okResponse("two"));
    EXPECT_EQ(first.client.receiveResponse().body, "two");
}

TEST_F(KeepAlive, DoesNotMixNamesOfOneAddress)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.named("origin.test")));
    RawConnection first = origin.accept();
    (void)first.receiveHead();
    first.send(okResponse("one"));
    EXPECT_EQ(client.receiveResponse().body, "one");
    client.send(getRequest(origin.named("other.test")));
    RawConnection second = origin.accept();
    EXPECT_THAT(fieldValues(second.receiveHead(), "Host"),
                testing::ElementsAre(origin.named("other.test")));
    second.send(okResponse("two"));
    EXPECT_EQ(client.receiveResponse().body, "two");
}

TEST_F(KeepAlive, AnswersPipelinedRequestsInOrder)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    const std::string authority = origin.authority();
    client.send(getRequest(authority, "/1") + "POST http://" + authority +
                "/2 HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\n\r\nbody" +
                getRequest(authority, "/3"));
    RawConnection upstream = origin.accept();
    EXPECT_THAT(upstream.receiveHead(), StartsWith("GET /1 "));
    upstream.send(okResponse("one"));
    EXPECT_EQ(client.receiveResponse().body, "one");
    EXPECT_THAT(upstream.receiveHead(), StartsWith("POST /2 "));
    EXPECT_EQ(upstream.receiveExactly(4), "body");
    upstream.send(okResponse("two"));
    EXPECT_EQ(client.receiveResponse().body, "two");
    EXPECT_THAT(upstream.receiveHead(), StartsWith("GET /3 "));
    upstream.send(okResponse("three"));
    EXPECT_EQ(client.receiveResponse().body, "three");
}

TEST_F(KeepAlive, EndsWhenTheClientAsksForIt)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}", "/", "Connection: close\r\n"),
                             okResponse("last"));
    EXPECT_EQ(done.response.body, "last");
    EXPECT_EQ(done.response.field("Connection"), "close");
    EXPECT_EQ(done.client.receiveToEnd(), "");
}

TEST_F(KeepAlive, SurvivesAnOriginThatCloses)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"),
                              okResponse("one", "Connection: close\r\n"));
    first.upstream.close();
    EXPECT_EQ(first.response.body, "one");
    first.client.send("POST http://" + origin.authority() +
                      "/2 HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\n\r\nbody");
    RawConnection second = origin.accept();
    EXPECT_THAT(second.receiveHead(), StartsWith("POST /2 "));
    second.send(okResponse("two"));
    EXPECT_EQ(first.client.receiveResponse().body, "two");
}

TEST_F(KeepAlive, RetriesAGetWhenThePooledConnectionDies) // RFC 9112 §9.3.1
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("one"));
    first.client.send(getRequest(origin.authority(), "/2"));
    EXPECT_THAT(first.upstream.receiveHead(), StartsWith("GET /2 "));
    first.upstream.close();
    RawConnection second = origin.accept();
    EXPECT_THAT(second.receiveHead(), StartsWith("GET /2 "));
    second.send(okResponse("two"));
    EXPECT_EQ(first.client.receiveResponse().body, "two");
}

TEST_F(KeepAlive, DoesNotRetryAPostWhenThePooledConnectionDies)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("one"));
    first.client.send("POST http://" + origin.authority() +
                      "/2 HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_THAT(first.upstream.receiveHead(), StartsWith("POST /2 "));
    EXPECT_EQ(first.upstream.receiveExactly(4), "body");
    first.upstream.close();
    const Response answer = first.client.receiveResponse();
    EXPECT_EQ(answer.status, 502) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["status"], "502");
}

TEST_F(KeepAlive, GivesUpAfterOneRetry)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("one"));
    first.client.send(getRequest(origin.authority(), "/2"));
    (void)first.upstream.receiveHead();
    first.upstream.close();
    RawConnection second = origin.accept();
    (void)second.receiveHead();
    second.close();
    EXPECT_EQ(first.client.receiveResponse().status, 502);
    EXPECT_FALSE(origin.hasConnection());
}

struct StrayCase {
    const char* name;
    const char* method;
    const char* answer; ///< with bytes behind its end that belong to nobody
};

class StrayBytes : public KeepAlive, public testing::WithParamInterface<StrayCase> {};

TEST_P(StrayBytes, NeverReachTheNextRequest)
{
    TestOrigin origin;
    const std::string request =
        std::string(GetParam().method) + " http://{origin}/1 HTTP/1.1\r\nHost: x.test\r\n\r\n";
    Exchange first = exchange(proxy(), origin, request, GetParam().answer);
    EXPECT_EQ(first.response.status, std::atoi(GetParam().answer + 9));
    RawClient other = proxy().client();
    other.send(getRequest(origin.authority(), "/2"));
    RawConnection second = origin.accept();
    EXPECT_THAT(second.receiveHead(), StartsWith("GET /2 "));
    second.send(okResponse("clean"));
    EXPECT_EQ(other.receiveResponse().body, "clean");
}

#define STRAY "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
INSTANTIATE_TEST_SUITE_P(
    Rfc9112, StrayBytes,
    testing::Values(
        StrayCase{"BehindNoContent", "GET", "HTTP/1.1 204 No Content\r\n\r\n" STRAY},
        StrayCase{"BehindNotModified", "GET",
                  "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n" STRAY},
        StrayCase{"BehindHead", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" STRAY},
        StrayCase{"BehindLength", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" STRAY},
        StrayCase{
            "BehindChunks", "GET",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" STRAY}),
    caseName);
#undef STRAY

TEST_F(KeepAlive, EndsWhenTheClientDoes)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}"), okResponse("one"));
    done.client.halfClose();
    EXPECT_EQ(done.client.receiveToEnd(), "");
}

TEST_F(KeepAlive, AnswersAClientThatHalfClosesAfterItsRequest)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    client.halfClose();
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(okResponse("still answered"));
    EXPECT_EQ(client.receiveResponse().body, "still answered");
    EXPECT_EQ(client.receiveToEnd(), "");
}

TEST_F(KeepAlive, KeepsTheConnectionAfterARefusalWhoseRequestIsComplete)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest("127.0.0.1:" + std::to_string(deadPort())));
    EXPECT_EQ(client.receiveResponse().status, 502);
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(okResponse("and on"));
    EXPECT_EQ(client.receiveResponse().body, "and on");
}

TEST_F(KeepAlive, KeepsAnHttp10ConnectionOnRequest)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "GET http://{origin}/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                             okResponse("one"));
    EXPECT_EQ(done.response.body, "one");
    EXPECT_EQ(done.response.field("Connection"), "keep-alive");
    done.client.send("GET http://" + origin.authority() + "/2 HTTP/1.0\r\n\r\n");
    EXPECT_THAT(done.upstream.receiveHead(), StartsWith("GET /2 "));
    done.upstream.send(okResponse("two"));
    EXPECT_EQ(done.client.receiveResponse().body, "two");
    EXPECT_EQ(done.client.receiveToEnd(), "");
}

TEST_F(KeepAlive, GivesAHalfReadAnswersConnectionToNobody)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority(), "/1"));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
    (void)client.receiveUntil("part");
    client.reset();
    (void)upstream.awaitEnd();
    const AuditRecord record =
        proxy().awaitEnding({{"port", std::to_string(origin.port())}, {"path", "/1"}});
    EXPECT_THAT(record["close_reason"], AnyOf("client-reset", "client-ended")) << record.line();
    EXPECT_EQ(record["close_by"], "client");
}

} // namespace
} // namespace sallyport::test
