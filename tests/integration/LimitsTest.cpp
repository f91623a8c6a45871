// What the limits layer lets a session take: silence, time, bytes, bytes a second.
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"
#include "support/TlsHello.h"
#include "support/WebSocketPeer.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Clock = std::chrono::steady_clock;

constexpr const char* Names[] = {"silent.test", "patient.test", "brief.test",  "small.test",
                                 "slow.test",   "sni.test",     "tunnel.test", "both.test"};

std::string policyWith(const std::string& limits, const std::string& defaults)
{
    std::string policy = loopbackPolicy();
    policy.replace(policy.find(R"("defaults")"), std::string::npos,
                   R"("limits": [)" + limits + R"(], "defaults": {"access": "deny")" + defaults +
                       "}}");
    return policy;
}

constexpr const char* Rows = R"(
    {"name": "Silent", "action": "limit", "when": {"host": ["silent.test"]},
     "limits": {"idle": "300ms"}},
    {"name": "Patient", "action": "limit", "when": {"host": ["patient.test"]},
     "limits": {"idle": "1h"}},
    {"name": "Brief", "action": "limit", "when": {"host": ["brief.test"]},
     "limits": {"duration": "600ms"}},
    {"name": "Small", "action": "limit", "when": {"host": ["small.test"]},
     "limits": {"bytes": "64KiB"}},
    {"name": "Slow", "action": "limit", "when": {"host": ["slow.test"]},
     "limits": {"rate": "64KiB"}},
    {"name": "By name", "action": "limit", "when": {"sni": ["www.sni.test"]},
     "limits": {"idle": "300ms"}}
)";

class Limits : public SharedProxy<Limits> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"tunnel-idle", "1s"}}, .policy = policyWith(Rows, "")};
    }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const char* name : Names)
            proxy().dns().answer(name, {"127.0.0.1"});
    }

protected:
    struct Ends {
        RawClient client;
        RawConnection upstream;
    };

    static Ends open(TestOrigin& origin, const std::string& name)
    {
        RawClient client = proxy().tunnelTo(origin.named(name));
        return {std::move(client), origin.accept()};
    }

    static AuditRecord closing(const TestOrigin& origin)
    {
        return proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    }
};

// A row on the server name makes every tunnel wait for its first bytes; those here are no TLS.
void begin(RawConnection& client, RawConnection& upstream)
{
    client.send("hello");
    ASSERT_EQ(upstream.receiveExactly(5), "hello");
}

TEST_F(Limits, EndASilentTunnel)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "silent.test");
    begin(client, upstream);
    (void)client.awaitEnd();
    (void)upstream.awaitEnd();
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(
        close,
        {{"close_reason", "idle-timeout"}, {"close_timer", "limits.idle"}, {"close_by", "policy"}}))
        << close.line();
}

TEST_F(Limits, ReplaceTheSetting)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "patient.test");
    begin(client, upstream);
    EXPECT_TRUE(client.staysSilent(1500ms));
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
}

TEST_F(Limits, LeaveWhatTheyDoNotSetToTheSetting)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "small.test");
    begin(client, upstream);
    (void)client.awaitEnd();
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(
        close,
        {{"close_reason", "idle-timeout"}, {"close_timer", "tunnel-idle"}, {"close_by", "proxy"}}))
        << close.line();
}

TEST_F(Limits, EndABusyTunnelWhenItsTimeIsUp)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "brief.test");
    begin(client, upstream);
    const auto start = Clock::now();
    while (client.staysSilent(20ms)) {
        ASSERT_LT(Clock::now() - start, Patience);
        client.send("x");
    }
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(close, {{"close_reason", "duration-limit"},
                             {"close_timer", "limits.duration"},
                             {"close_by", "policy"}}))
        << close.line();
    EXPECT_GE(close.number("duration_ms"), 590);
}

TEST_F(Limits, EndATunnelThatHasMovedItsBytes)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "small.test");
    begin(client, upstream);
    upstream.send("answer");
    EXPECT_EQ(client.receiveExactly(6), "answer");
    client.sendUntilBlocked(1024 * 1024, 100ms);
    const Remainder rest = upstream.receiveRemainder();
    EXPECT_EQ(rest.bytes.size(), 64 * 1024 - 11u);
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(close, {{"close_reason", "byte-limit"},
                             {"close_timer", ""},
                             {"close_by", "policy"},
                             {"bytes_proxy_to_upstream", std::to_string(64 * 1024 - 6)},
                             {"bytes_proxy_to_client", "6"}}))
        << close.line();
}

TEST_F(Limits, SlowATunnelDown)
{
    constexpr std::size_t Bytes = 96 * 1024; // a fifth of a second's worth at once, then 1.3 s
    TestOrigin origin;
    auto [client, upstream] = open(origin, "slow.test");
    begin(client, upstream);
    const auto start = Clock::now();
    client.send(std::string(Bytes, 'u'));
    EXPECT_EQ(upstream.receiveExactly(Bytes), std::string(Bytes, 'u'));
    EXPECT_GE(Clock::now() - start, 1200ms);
    // The other direction has a rate of its own.
    upstream.send(std::string(8 * 1024, 'd'));
    EXPECT_EQ(client.receiveExactly(8 * 1024), std::string(8 * 1024, 'd'));
}

TEST_F(Limits, MayDependOnTheFirstBytes)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin, "sni.test");
    const std::string hello = clientHello("www.sni.test");
    client.send(hello);
    EXPECT_TRUE(upstream.receiveExactly(hello.size()) == hello);
    (void)client.awaitEnd();
    EXPECT_EQ(closing(origin)["close_timer"], "limits.idle");
}

TEST_F(Limits, BindWebSocketsToo)
{
    ServingOrigin origin(serveWebSocketEcho);
    RawClient client = proxy().client();
    const std::string authority = origin.named("brief.test");
    client.send("GET http://" + authority + "/ HTTP/1.1\r\nHost: " + authority +
                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: " +
                std::string(SampleKey) + "\r\n\r\n");
    EXPECT_EQ(client.receiveResponse().status, 101);
    client.send(clientFrame(Opcode::Text, "still here"));
    EXPECT_EQ(receiveFrame(client).payload, "still here");
    (void)client.awaitEnd();
    const AuditRecord close =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(close, {{"close_reason", "duration-limit"}, {"protocol", "websocket"}}))
        << close.line();
}

TEST(LimitsByDefault, BindWhatNoRowNames)
{
    ProxyProcess proxy({.policy = policyWith("", R"(, "limits": {"idle": "300ms"})")});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    (void)client.awaitEnd();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}});
    EXPECT_TRUE(says(close, {{"close_reason", "idle-timeout"},
                             {"close_timer", "limits.idle"},
                             {"stage", "resolved-address"}}))
        << close.line();
}

} // namespace
} // namespace sallyport::test
