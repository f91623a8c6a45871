// The timers of an HTTP exchange: what ends a client or an origin that is silent, slow or stuck.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AnyOf;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

class TimeLimit : public SharedProxy<TimeLimit> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"head-timeout", "500ms"},
                            {"keep-alive-timeout", "300ms"},
                            {"body-timeout", "400ms"},
                            {"response-timeout", "500ms"}}};
    }

protected:
    static AuditRecord ending(const TestOrigin& origin)
    {
        return proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    }
};

TEST_F(TimeLimit, AnswersASlowHeadWith408)
{
    RawClient client = proxy().client();
    client.send("GET http://origin.test/ HTTP/1.1\r\nHost:");
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, 408) << answer.head;
    EXPECT_EQ(client.receiveRemainder().bytes, "");
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(
        record,
        {{"close_reason", "head-timeout"}, {"close_timer", "head-timeout"}, {"status", "408"}}))
        << record.line();
}

TEST_F(TimeLimit, EndsATricklingHeadAtTheSameTime)
{
    RawClient client = proxy().client();
    const auto start = Clock::now();
    client.send("GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\n");
    for (int i = 0; client.staysSilent(50ms); ++i) {
        ASSERT_LT(Clock::now() - start, Patience);
        client.send("X-" + std::to_string(i) + ": 1\r\n");
    }
    const Remainder rest = client.receiveRemainder();
    EXPECT_THAT(rest.bytes, StartsWith("HTTP/1.1 408"));
    EXPECT_LT(Clock::now() - start, Sanitized ? 10s : 2s);
}

TEST_F(TimeLimit, EndsAClientThatSaysNothing)
{
    RawClient client = proxy().client();
    const Remainder rest = client.receiveRemainder();
    EXPECT_TRUE(rest.bytes.empty() || rest.bytes.starts_with("HTTP/1.1 408")) << rest.bytes;
}

TEST_F(TimeLimit, EndsAnIdleClientConnectionWithoutAnAnswer)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}"), okResponse("one"));
    EXPECT_EQ(done.response.body, "one");
    EXPECT_EQ(done.client.receiveToEnd(), "");
}

TEST_F(TimeLimit, LimitsASecondHeadAsWell)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, getRequest("{origin}"), okResponse("one"));
    done.client.send("GET http://origin.test/ HTTP/1.1\r\n");
    EXPECT_EQ(done.client.receiveResponse().status, 408);
}

TEST_F(TimeLimit, EndsARequestBodyThatStandsStill)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\nContent-Length: 100\r\n\r\npart");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    EXPECT_EQ(upstream.receiveExactly(4), "part");
    const Remainder rest = client.receiveRemainder();
    EXPECT_TRUE(rest.bytes.empty() || rest.bytes.starts_with("HTTP/1.1 408")) << rest.bytes;
    (void)upstream.awaitEnd();
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"close_reason", "body-timeout"}, {"close_timer", "body-timeout"}}))
        << record.line();
}

TEST_F(TimeLimit, LetsASlowButMovingBodyThrough)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("POST http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\nContent-Length: 5\r\n\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(client.staysSilent(150ms));
        client.send("x");
        ASSERT_EQ(upstream.receiveExactly(1), "x");
    }
    upstream.send(okResponse("taken"));
    EXPECT_EQ(client.receiveResponse().body, "taken");
}

TEST_F(TimeLimit, EndsAnAnswerBodyThatStandsStill)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
    (void)client.receiveUntil("part");
    (void)client.awaitEnd();
    (void)upstream.awaitEnd();
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"close_reason", "body-timeout"}, {"close_timer", "body-timeout"}}))
        << record.line();
}

TEST_F(TimeLimit, EndsAClientThatNeverReads)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.narrowReceiveBuffer();
    const std::size_t before = proxy().residentKilobytes();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    try {
        EXPECT_LT(upstream.sendUntilBlocked(1'000'000'000, 5s), 1'000'000'000u);
    } catch (const Unexpected&) {
        // The proxy gave the exchange up while the origin was still sending.
    }
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"close_reason", "body-timeout"}})) << record.line();
    if (!Sanitized) {
        EXPECT_LT(proxy().residentKilobytes(), before + 8 * 1024);
    }
}

TEST_F(TimeLimit, AnswersASilentOriginWith504)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, 504) << answer.head;
    EXPECT_EQ(answer.proxyError(), "http_response_timeout");
    (void)upstream.awaitEnd();
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"close_reason", "response-timeout"},
                              {"close_timer", "response-timeout"},
                              {"status", "504"}}))
        << record.line();
}

TEST_F(TimeLimit, EndsAnAnswerHeadThatTrickles)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    const auto start = Clock::now();
    upstream.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; client.staysSilent(50ms); ++i) {
        ASSERT_LT(Clock::now() - start, Patience);
        upstream.send("X-" + std::to_string(i) + ": 1\r\n");
    }
    EXPECT_EQ(client.receiveResponse().status, 504);
}

TEST_F(TimeLimit, EndsAWebSocketHandshakeThatIsNotAnswered)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("GET http://" + origin.authority() +
                "/ HTTP/1.1\r\nHost: x.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    EXPECT_EQ(client.receiveResponse().status, 504);
}

TEST(TimeLimitManyClients, SilentOnesDoNotDelayAnother)
{
    constexpr int SilentClients = 2000;
    ProxyProcess proxy({.options = {{"head-timeout", "30s"}, {"drain-timeout", "100ms"}}});
    ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    std::vector<RawClient> silent;
    for (int i = 0; i < SilentClients; ++i) {
        silent.push_back(proxy.client());
        if (i % 2 == 0)
            silent.back().send("GET http://origin.test/ HT");
    }
    const auto start = Clock::now();
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(proxy.ask(getRequest(origin.authority())).body, "fine");
    EXPECT_LT(Clock::now() - start, Sanitized ? 10s : 2s);
}

} // namespace
} // namespace sallyport::test
