// What a record tells beside who and where: how the upstream was reached, who was silent when, what
// TCP measured, which timer fired; and the records of sessions that go on.
#include "support/Exchange.h"
#include "support/SharedProxy.h"
#include "support/WebSocketPeer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using Clock = std::chrono::steady_clock;

AuditRecord recordOf(const ProxyProcess& proxy, std::string_view event, std::uint16_t port)
{
    return proxy.awaitRecord({{"event", std::string(event)}, {"port", std::to_string(port)}});
}

void expectKernelFigures(const AuditRecord& close)
{
    EXPECT_GT(close.number("tcp_client_rtt_us"), 0);
    EXPECT_GT(close.number("tcp_upstream_rtt_us"), 0);
    EXPECT_GE(close.number("tcp_client_retransmits"), 0);
    EXPECT_GE(close.number("tcp_upstream_retransmits"), 0);
}

class RecordFields : public SharedProxy<RecordFields> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"resolve-timeout", "400ms"},
                            {"connect-timeout", "300ms"},
                            {"tunnel-idle", "500ms"},
                            {"happy-eyeballs-delay", "50ms"}}};
    }
};

TEST_F(RecordFields, TellHowANameWasResolvedAndItsAddressReached)
{
    TestOrigin origin;
    proxy().dns().answer("reached.test", DnsAnswer{.addresses = {"127.0.0.1", "127.0.0.2"},
                                                   .delay = std::chrono::milliseconds(30)});
    {
        RawClient client = proxy().tunnelTo(origin.named("reached.test"));
        RawConnection upstream = origin.accept();
    }
    const AuditRecord open = recordOf(proxy(), "open", origin.port());
    EXPECT_THAT(open["dns_answers"], AllOf(HasSubstr("127.0.0.1"), HasSubstr("127.0.0.2")));
    EXPECT_GE(open.number("timing_dns_ms"), 25);
    EXPECT_LT(open.number("timing_dns_ms"), 400);
    EXPECT_GE(open.number("timing_connect_ms"), 0);
    EXPECT_GE(open.number("connect_tries"), 1);
    EXPECT_EQ(open["egress_ip"], "127.0.0.1");
    EXPECT_GT(open.number("egress_port"), 1023);

    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    for (const char* field :
         {"dns_answers", "timing_dns_ms", "timing_connect_ms", "egress_ip", "egress_port"})
        EXPECT_EQ(close[field], open[field]) << field;
}

TEST_F(RecordFields, TellThePortTheUpstreamSaw)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    const AuditRecord open = recordOf(proxy(), "open", origin.port());
    EXPECT_EQ(open["egress_ip"], "127.0.0.1");
    EXPECT_EQ(open["connect_tries"], "1");
    EXPECT_EQ(open["timing_dns_ms"], "") << "no name was asked for";
    EXPECT_THAT(open["dns_answers"], Not(HasSubstr("127")));
    EXPECT_EQ(open["egress_port"], std::to_string(upstream.peerPort()));
}

TEST_F(RecordFields, CountTheAddressesThatWereTried)
{
    TestOrigin origin("127.0.0.3");
    proxy().dns().answer("tries.test", {"127.0.0.2", "127.0.0.3"});
    RawClient client = proxy().tunnelTo(origin.named("tries.test"));
    RawConnection upstream = origin.accept();
    const AuditRecord open = recordOf(proxy(), "open", origin.port());
    EXPECT_THAT(open.number("connect_tries"), AllOf(Ge(1), Le(2))) << open.line();
    EXPECT_EQ(open["destination_ip"], "127.0.0.3");
}

TEST_F(RecordFields, TellANameThatIsKnownAlready)
{
    TestOrigin origin;
    proxy().dns().answer("known.test", {"127.0.0.1"});
    // Each worker has a cache of its own.
    for (int times = 0; times < 8; ++times)
        (void)proxy().tunnelTo(origin.named("known.test"));
    const Wanted wanted{{"event", "open"}, {"port", std::to_string(origin.port())}};
    const auto deadline = Clock::now() + Patience;
    auto opened = proxy().records(wanted);
    for (; opened.size() < 8 && Clock::now() < deadline; opened = proxy().records(wanted))
        continue;
    ASSERT_THAT(opened, SizeIs(8));
    for (const AuditRecord& open : opened)
        EXPECT_THAT(open["dns_answers"], HasSubstr("127.0.0.1")) << open.line();
    EXPECT_TRUE(std::ranges::any_of(
        opened, [](const AuditRecord& open) { return open.number("timing_dns_ms") == 0; }));
}

TEST_F(RecordFields, TellTheSilenceInATunnel)
{
    TestOrigin origin;
    {
        RawClient client = proxy().tunnelTo(origin.authority());
        RawConnection upstream = origin.accept();
        client.send("question");
        (void)upstream.receiveExactly(8);
        EXPECT_TRUE(client.staysSilent(150ms));
        upstream.send("answer");
        (void)client.receiveExactly(6);
    }
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["silent_first"], "client") << close.line();
    EXPECT_LT(close["last_byte_from_client"], close["last_byte_from_upstream"]);
    EXPECT_THAT(close["last_byte_from_client"], MatchesRegex("[-0-9]{10}T[:0-9]{8}\\.[0-9]{6}Z"));
    EXPECT_LE(close["last_byte_from_upstream"], close["time"]);
    EXPECT_GE(close.number("idle_max_ms"), 140);
    EXPECT_LE(close.number("idle_max_ms"), close.number("duration_ms"));
    EXPECT_GE(close.number("timing_first_byte_ms"), 140);
    EXPECT_LE(close.number("timing_first_byte_ms"), close.number("duration_ms"));
    expectKernelFigures(close);
}

TEST_F(RecordFields, TellASilentUpstream)
{
    TestOrigin origin;
    {
        RawClient client = proxy().tunnelTo(origin.authority());
        RawConnection upstream = origin.accept();
        client.send("question");
        (void)upstream.receiveExactly(8);
    }
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_NE(close["last_byte_from_client"], "");
    EXPECT_EQ(close["last_byte_from_upstream"], "");
    EXPECT_EQ(close["timing_first_byte_ms"], "");
}

TEST_F(RecordFields, TellTheKernelsFiguresOfAReset)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.send("question");
    (void)upstream.receiveExactly(8);
    client.reset();
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["close_reason"], "client-reset");
    expectKernelFigures(close);
}

TEST_F(RecordFields, TellThoseOfAWebSocket)
{
    ServingOrigin origin(serveWebSocketEcho);
    {
        RawClient client = proxy().client();
        client.send("GET ws://" + origin.authority() +
                    "/chat HTTP/1.1\r\nHost: " + origin.authority() +
                    "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nUser-Agent: chatter/1\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                    std::string(SampleKey) + "\r\n\r\n");
        ASSERT_EQ(client.receiveResponse().status, 101);
        client.send(clientFrame(Opcode::Text, "hello"));
        EXPECT_EQ(receiveFrame(client).payload, "hello");
    }
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["user_agent"], "chatter/1");
    EXPECT_EQ(close["silent_first"], "client") << close.line();
    EXPECT_GE(close.number("timing_first_byte_ms"), 0);
    expectKernelFigures(close);
}

TEST_F(RecordFields, TellOfAnExchangeWhatThereIs)
{
    TestOrigin origin;
    Exchange one = exchange(proxy(), origin, getRequest("{origin}", "/1", "User-Agent: a/1\r\n"),
                            okResponse("body"));
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["user_agent"], "a/1");
    EXPECT_GE(close.number("timing_first_byte_ms"), 0);
    EXPECT_LE(close.number("timing_first_byte_ms"), close.number("duration_ms"));
    EXPECT_EQ(close["egress_port"], std::to_string(one.upstream.peerPort()));
    EXPECT_FALSE(close.has("idle_max_ms")) << "of tunnels and WebSockets";

    // The next request goes over the same connection: nothing was dialled for it.
    one.client.send(getRequest(origin.authority(), "/2"));
    (void)one.upstream.receiveHead();
    one.upstream.send(okResponse("b"));
    (void)one.client.receiveResponse();
    const AuditRecord second = proxy().awaitRecord(
        {{"event", "close"}, {"port", std::to_string(origin.port())}, {"path", "/2"}});
    EXPECT_EQ(second["egress_port"], close["egress_port"]);
    EXPECT_EQ(second["user_agent"], "");
    for (const char* field : {"connect_tries", "timing_connect_ms", "timing_dns_ms"})
        EXPECT_EQ(second[field], "") << field;
    EXPECT_GE(second.number("timing_first_byte_ms"), 0);
}

TEST_F(RecordFields, TellTheFirstBytesOfAUserAgent)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\nUser-Agent: " + std::string(300, 'u') + "\r\n\r\n");
    ASSERT_EQ(client.receiveResponse("CONNECT").status, 200);
    EXPECT_EQ(recordOf(proxy(), "open", origin.port())["user_agent"], std::string(256, 'u'));
}

TEST_F(RecordFields, NeverHaveCredentialsOrCookies)
{
    TestOrigin origin;
    Exchange one = exchange(proxy(), origin,
                            getRequest("{origin}", "/?password=hidden-one",
                                       "Proxy-Authorization: Basic hidden-two\r\n"
                                       "Authorization: Basic hidden-three\r\n"
                                       "Cookie: c=hidden-four\r\n"),
                            okResponse("hidden-five", "Set-Cookie: s=hidden-six\r\n"));
    (void)recordOf(proxy(), "close", origin.port());
    for (const AuditRecord& record : proxy().records({}))
        EXPECT_THAT(record.line(), Not(HasSubstr("hidden")));
}

TEST_F(RecordFields, TellTheTimerThatEndedATunnelAndWhatItWasSetTo)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    (void)client.awaitEnd();
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["close_timer"], "tunnel-idle");
    EXPECT_EQ(close.number("close_timer_s"), 0.5);
    EXPECT_GE(close.number("idle_max_ms"), 490);
}

TEST_F(RecordFields, TellHowFarARefusedRequestCame)
{
    proxy().dns().answer("silent.test", DnsAnswer{.kind = DnsAnswer::Kind::Silence});
    const Response late = proxy().ask("CONNECT silent.test:443 HTTP/1.1\r\nHost: silent.test\r\n"
                                      "User-Agent: asker\r\n\r\n");
    EXPECT_EQ(late.status, 504);
    const AuditRecord unresolved = proxy().awaitRecord({{"session_id", late.session()}});
    EXPECT_EQ(unresolved["event"], "decision");
    EXPECT_EQ(unresolved["user_agent"], "asker");
    EXPECT_EQ(unresolved["close_timer"], "resolve-timeout");
    EXPECT_EQ(unresolved.number("close_timer_s"), 0.4);
    EXPECT_GE(unresolved.number("timing_dns_ms"), 390);
    EXPECT_EQ(unresolved["connect_tries"], "");

    const FullBacklog full;
    const Response unanswered = proxy().ask(getRequest(full.authority()));
    EXPECT_EQ(unanswered.status, 504);
    const AuditRecord unconnected = proxy().awaitRecord({{"session_id", unanswered.session()}});
    EXPECT_EQ(unconnected["close_timer"], "connect-timeout");
    EXPECT_EQ(unconnected.number("close_timer_s"), 0.3);
    EXPECT_EQ(unconnected["connect_tries"], "1");
    EXPECT_GE(unconnected.number("timing_connect_ms"), 290);
    EXPECT_EQ(unconnected["egress_port"], "");

    const Response refused = proxy().ask(getRequest("127.0.0.1:" + std::to_string(deadPort())));
    EXPECT_EQ(refused.status, 502);
    const AuditRecord dead = proxy().awaitRecord({{"session_id", refused.session()}});
    EXPECT_EQ(dead["connect_tries"], "1");
    EXPECT_EQ(dead["close_timer"], "");
    EXPECT_EQ(dead["close_timer_s"], "");
}

TEST(RecordedQueries, AreLeftOutUnlessWantedAndNeverTellSecrets)
{
    ProxyProcess proxy(ProxySettings{.configFile = "audit-query = on\n"});
    TestOrigin origin;
    (void)exchange(proxy, origin, getRequest("{origin}", "/find?q=a%20b&Access_Token=hidden&x=1"),
                   okResponse(""));
    AuditRecord close = recordOf(proxy, "close", origin.port());
    EXPECT_EQ(close["path"], "/find");
    EXPECT_EQ(close["query"], "q=a%20b&Access_Token=***&x=1");

    proxy.folder().write("sallyport.conf", "audit-query = off\n");
    proxy.signal(SIGHUP);
    proxy.awaitLog("audit-query");
    TestOrigin another;
    (void)exchange(proxy, another, getRequest("{origin}", "/find?q=1"), okResponse(""));
    close = recordOf(proxy, "close", another.port());
    EXPECT_EQ(close["query"], "");
}

class Updates : public SharedProxy<Updates> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"audit-update", "200ms"}}, .policy = R"({"format": 1,
                    "guard": [{"name": "Loopback", "action": "allow",
                               "when": {"address": ["127.0.0.0/8"]}}],
                    "access": [{"name": "All", "action": "allow"}],
                    "inspection": [{"name": "Count", "action": "observe"}]})"};
    }

protected:
    static std::vector<AuditRecord> awaitUpdates(const std::string& port, std::size_t least)
    {
        const auto deadline = Clock::now() + Patience;
        while (Clock::now() < deadline) {
            auto updates = proxy().records({{"event", "update"}, {"port", port}});
            if (updates.size() >= least)
                return updates;
        }
        throw Unexpected("no " + std::to_string(least) + " updates");
    }
};

TEST_F(Updates, TellTheCountersOfATunnelThatMovesBytesAndOfNoOther)
{
    TestOrigin moving;
    TestOrigin idle;
    const std::string port = std::to_string(moving.port());
    RawClient silent = proxy().tunnelTo(idle.authority());
    RawConnection silentUpstream = idle.accept();
    {
        RawClient client = proxy().tunnelTo(moving.authority());
        RawConnection upstream = moving.accept();
        const auto end = Clock::now() + 1500ms;
        while (Clock::now() < end) {
            client.send("12345");
            (void)upstream.receiveExactly(5);
            upstream.send("123");
            (void)client.receiveExactly(3);
            EXPECT_TRUE(client.staysSilent(20ms));
        }
    }
    const AuditRecord close = recordOf(proxy(), "close", moving.port());
    const auto all = proxy().records({{"session_id", close["session_id"]}});
    ASSERT_GE(all.size(), 5U);
    EXPECT_LE(all.size(), 14U);
    EXPECT_EQ(all.front()["event"], "open");
    EXPECT_EQ(all.back()["event"], "close");
    double before = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (i + 1 < all.size()) {
            EXPECT_EQ(all[i]["event"], "update") << all[i].line();
            EXPECT_GT(all[i].number("bytes_client_to_proxy"), before);
        }
        EXPECT_GE(all[i].number("bytes_client_to_proxy"), before);
        before = all[i].number("bytes_client_to_proxy");
        EXPECT_EQ(all[i]["bytes_client_to_proxy"], all[i]["bytes_proxy_to_upstream"]);
        EXPECT_GT(all[i].number("duration_ms"), 0);
        EXPECT_TRUE(all[i].has("idle_max_ms")) << all[i].line();
        EXPECT_NE(all[i]["last_byte_from_client"], "");
    }
    EXPECT_THAT(proxy().records({{"event", "update"}, {"port", std::to_string(idle.port())}}),
                SizeIs(0));
}

TEST_F(Updates, TellALongDownload)
{
    TestOrigin origin;
    const std::string port = std::to_string(origin.port());
    RawClient client = proxy().client();
    client.send(getRequest(origin.authority(), "/large"));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
    (void)client.receiveHead();
    upstream.send(std::string(100'000, 'a'));
    (void)client.receiveExactly(100'000);
    const auto updates = awaitUpdates(port, 1);
    EXPECT_THAT(updates.back().number("bytes_proxy_to_client"), AllOf(Ge(1), Le(100'000)));
    upstream.send(std::string(200'000, 'a'));
    (void)client.receiveExactly(200'000);
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["bytes_proxy_to_client"], "300000");
}

TEST_F(Updates, TellTheMessagesOfAWebSocketSoFar)
{
    ServingOrigin origin(serveWebSocketEcho);
    RawClient client = proxy().client();
    client.send("GET ws://" + origin.authority() + "/chat HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                std::string(SampleKey) + "\r\n\r\n");
    ASSERT_EQ(client.receiveResponse().status, 101);
    client.send(clientFrame(Opcode::Text, "one"));
    EXPECT_EQ(receiveFrame(client).payload, "one");
    const auto updates = awaitUpdates(std::to_string(origin.port()), 1);
    EXPECT_EQ(updates.back()["ws_path"], "/chat") << updates.back().line();
    EXPECT_EQ(updates.back()["ws_messages_text_client_to_upstream"], "1");
    client.send(clientFrame(Opcode::Text, "two"));
    EXPECT_EQ(receiveFrame(client).payload, "two");
    client.close();
    const AuditRecord close = recordOf(proxy(), "close", origin.port());
    EXPECT_EQ(close["ws_path"], "/chat");
    EXPECT_EQ(close["ws_messages_text_client_to_upstream"], "2");
}

TEST(UpdatesOnReload, BeginAndEnd)
{
    ProxyProcess proxy(ProxySettings{.configFile = "audit-update = never\n"});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.send("one");
    (void)upstream.receiveExactly(3);
    proxy.folder().write("sallyport.conf", "audit-update = 50ms\n");
    proxy.signal(SIGHUP);
    proxy.awaitLog("audit-update");
    const AuditRecord update = recordOf(proxy, "update", origin.port());
    EXPECT_EQ(update["bytes_client_to_proxy"], "3");
}

} // namespace
} // namespace sallyport::test
