// CONNECT (RFC 9110 §9.3.6): which targets open a tunnel, which are refused, and with what answer.
#include "support/Exchange.h"
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;
using std::chrono_literals::operator""ms;

class Connect : public SharedProxy<Connect> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"connect-timeout", "600ms"}, {"resolve-timeout", "400ms"}}};
    }

protected:
    // A tunnel that carries a line each way and ends in order, and its two records.
    static void expectTunnel(TestOrigin& origin, const std::string& host,
                             const std::string& address)
    {
        RawClient client = proxy().tunnelTo(origin.named(host));
        RawConnection upstream = origin.accept();
        client.send("ping\n");
        EXPECT_EQ(upstream.receiveUntil("\n"), "ping\n");
        upstream.send("hello\n");
        EXPECT_EQ(client.receiveUntil("\n"), "hello\n");
        client.halfClose();
        EXPECT_EQ(upstream.receiveToEnd(), "");
        upstream.close();
        EXPECT_EQ(client.receiveToEnd(), "");

        const std::string port = std::to_string(origin.port());
        const AuditRecord open = proxy().awaitRecord({{"event", "open"}, {"port", port}});
        EXPECT_TRUE(says(open, {{"form", "connect"},
                                {"protocol", "connect"},
                                {"method", "CONNECT"},
                                {"destination_ip", address},
                                {"verdict", "allow"},
                                {"rule_name", "Clients on loopback"},
                                {"client_ip", "127.0.0.1"}}))
            << open.line();
        const AuditRecord close = proxy().awaitRecord({{"event", "close"}, {"port", port}});
        EXPECT_EQ(close["session_id"], open["session_id"]);
        EXPECT_EQ(close["close_reason"], "done") << close.line();
        EXPECT_EQ(close["status"], "200") << close.line();
        EXPECT_EQ(close.number("bytes_client_to_proxy"), 5);
        EXPECT_EQ(close.number("bytes_proxy_to_upstream"), 5);
        EXPECT_EQ(close.number("bytes_upstream_to_proxy"), 6);
        EXPECT_EQ(close.number("bytes_proxy_to_client"), 6);
    }

    static void expectRefusal(const Response& answer, int status, const std::string& error)
    {
        EXPECT_EQ(answer.status, status) << answer.head;
        EXPECT_EQ(answer.proxyError(), error) << answer.head;
        EXPECT_THAT(answer.field("Proxy-Status"), StartsWith("sallyport")) << answer.head;
        EXPECT_EQ(answer.field("Cache-Control"), "no-store") << answer.head;
        ASSERT_NE(answer.session(), "") << answer.head;
        EXPECT_THAT(answer.body, HasSubstr(answer.session()));
    }
};

TEST_F(Connect, OpensATunnelToANameOfTheHostsFile)
{
    TestOrigin origin;
    expectTunnel(origin, "origin.test", "127.0.0.1");
}

TEST_F(Connect, OpensATunnelToANameOfTheNameServer)
{
    proxy().dns().answer("resolved.test", {"127.0.0.1"});
    TestOrigin origin;
    expectTunnel(origin, "resolved.test", "127.0.0.1");
}

TEST_F(Connect, OpensATunnelToAnIpv4Address)
{
    TestOrigin origin;
    expectTunnel(origin, "127.0.0.1", "127.0.0.1");
}

TEST_F(Connect, OpensATunnelToAnIpv6Literal)
{
    if (!hasIpv6Loopback())
        GTEST_SKIP() << "no ::1 here";
    TestOrigin origin("::1");
    expectTunnel(origin, "::1", "::1");
}

TEST_F(Connect, OpensATunnelToANameWithAnIpv6AddressOnly)
{
    if (!hasIpv6Loopback())
        GTEST_SKIP() << "no ::1 here";
    proxy().dns().answer("six-only.test", {"::1"});
    TestOrigin origin("::1");
    expectTunnel(origin, "six-only.test", "::1");
}

TEST_F(Connect, TakesAHeadThatArrivesByteByByte)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.sendByteByByte(connectRequest(origin.authority()));
    EXPECT_EQ(client.receiveResponse("CONNECT").status, 200);
    RawConnection upstream = origin.accept();
    upstream.send("x");
    EXPECT_EQ(client.receiveExactly(1), "x");
}

TEST_F(Connect, TakesAnHttp10Request)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("CONNECT " + origin.authority() + " HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.receiveResponse("CONNECT").status, 200);
    RawConnection upstream = origin.accept();
    upstream.send("x");
    EXPECT_EQ(client.receiveExactly(1), "x");
}

TEST_F(Connect, DeliversBytesSentWithTheHead)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(connectRequest(origin.authority()) + "early bytes");
    EXPECT_EQ(client.receiveResponse("CONNECT").status, 200);
    RawConnection upstream = origin.accept();
    EXPECT_EQ(upstream.receiveExactly(11), "early bytes");
    client.close();
    upstream.close();
    const AuditRecord close =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    EXPECT_EQ(close.number("bytes_client_to_proxy"), 11);
    EXPECT_EQ(close.number("bytes_proxy_to_upstream"), 11);
}

TEST_F(Connect, AnswersWithoutContentFields)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(connectRequest(origin.authority()));
    const Response answer = client.receiveResponse("CONNECT");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.count("Content-Length"), 0u) << answer.head;
    EXPECT_EQ(answer.count("Transfer-Encoding"), 0u) << answer.head;
}

TEST_F(Connect, AnswersARefusedConnectionWith502)
{
    const std::string port = std::to_string(deadPort());
    const Response answer = proxy().ask(connectRequest("127.0.0.1:" + port));
    expectRefusal(answer, 502, "connection_refused");
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"close_reason", "connect-refused"},
                              {"status", "502"},
                              {"verdict", "allow"},
                              {"port", port},
                              {"destination_ip", "127.0.0.1"}}))
        << record.line();
}

TEST_F(Connect, AnswersAConnectTimeoutWith504AndNever200Before)
{
    const FullBacklog silent;
    RawClient client = proxy().client();
    client.send(connectRequest(silent.authority()));
    const Response answer = client.receiveResponse();
    expectRefusal(answer, 504, "connection_timeout");
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"close_reason", "connect-timeout"},
                              {"close_timer", "connect-timeout"},
                              {"status", "504"}}))
        << record.line();
}

struct DnsCase {
    const char* name;
    DnsAnswer::Kind kind;
    int status;
    const char* error;
};

class NameFailure : public Connect, public testing::WithParamInterface<DnsCase> {};

TEST_P(NameFailure, IsAnsweredAndRecorded)
{
    const std::string name = std::string("failing-") + GetParam().error + "-" +
                             std::to_string(static_cast<int>(GetParam().kind)) + ".test";
    proxy().dns().answer(name, DnsAnswer{.kind = GetParam().kind});
    const Response answer = proxy().ask(connectRequest(name + ":443"));
    expectRefusal(answer, GetParam().status, GetParam().error);
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"close_reason", "dns-failure"}, {"host", name}, {"port", "443"}}))
        << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9209, NameFailure,
    testing::Values(DnsCase{"NoSuchName", DnsAnswer::Kind::NoSuchName, 502, "dns_error"},
                    DnsCase{"ServerFailure", DnsAnswer::Kind::ServerFailure, 502, "dns_error"},
                    DnsCase{"NoAddress", DnsAnswer::Kind::Addresses, 502, "dns_error"},
                    DnsCase{"Silence", DnsAnswer::Kind::Silence, 504, "dns_timeout"}),
    caseName);

struct AuthorityCase {
    const char* name;
    const char* requestLine; ///< {port} is that of an origin that would answer
};

class BadAuthority : public Connect, public testing::WithParamInterface<AuthorityCase> {};

TEST_P(BadAuthority, IsRefusedAndClosed) // RFC 9112 §3.2.3
{
    TestOrigin origin;
    const std::uint64_t port = origin.port();
    std::string line = withPort(GetParam().requestLine, origin.port());
    line = replaced(line, "{port+2^16}", std::to_string(port + 65536));
    line = replaced(line, "{port+2^32}", std::to_string(port + (1ULL << 32)));
    RawClient client = proxy().client();
    client.send(line + "\r\nHost: origin.test\r\n\r\n");
    const Response answer = client.receiveResponse();
    expectRefusal(answer, 400, "http_request_error");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_EQ(client.receiveToEnd(), "");
    EXPECT_FALSE(origin.hasConnection());
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"close_reason", "bad-request"}, {"status", "400"}}))
        << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112, BadAuthority,
    testing::Values(AuthorityCase{"PortWrapsAt16Bits", "CONNECT 127.0.0.1:{port+2^16} HTTP/1.1"},
                    AuthorityCase{"PortWrapsAt32Bits", "CONNECT 127.0.0.1:{port+2^32} HTTP/1.1"},
                    AuthorityCase{"PortWithPlus", "CONNECT 127.0.0.1:+{port} HTTP/1.1"},
                    AuthorityCase{"PortWithMinus", "CONNECT 127.0.0.1:-{port} HTTP/1.1"},
                    AuthorityCase{"PortWithLetter", "CONNECT 127.0.0.1:{port}x HTTP/1.1"},
                    AuthorityCase{"PortWithPath", "CONNECT 127.0.0.1:{port}/path HTTP/1.1"},
                    AuthorityCase{"PortWithQuery", "CONNECT 127.0.0.1:{port}?q HTTP/1.1"},
                    AuthorityCase{"PortWithFragment", "CONNECT 127.0.0.1:{port}#f HTTP/1.1"},
                    AuthorityCase{"PortMissing", "CONNECT 127.0.0.1 HTTP/1.1"},
                    AuthorityCase{"PortEmpty", "CONNECT 127.0.0.1: HTTP/1.1"},
                    AuthorityCase{"PortZero", "CONNECT 127.0.0.1:0 HTTP/1.1"},
                    AuthorityCase{"HostMissing", "CONNECT :{port} HTTP/1.1"},
                    AuthorityCase{"Userinfo", "CONNECT user@127.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"Scheme", "CONNECT http://127.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"LeadingTab", "CONNECT \t127.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"TabForSpace", "CONNECT\t127.0.0.1:{port}\tHTTP/1.1"},
                    AuthorityCase{"TwoSpaces", "CONNECT  127.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"BareCr", "CONNECT 127.0.0.1:{port}\r HTTP/1.1"},
                    AuthorityCase{"LowerCaseMethod", "connect 127.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"GarbageIpv6", "CONNECT [::g]:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv6WithoutBracket", "CONNECT ::1:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv6Unclosed", "CONNECT [::1:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv6Zone", "CONNECT [::1%25lo]:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv4InBrackets", "CONNECT [127.0.0.1]:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv4TwoParts", "CONNECT 127.1:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv4Hexadecimal", "CONNECT 0x7f.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv4Octal", "CONNECT 0177.0.0.1:{port} HTTP/1.1"},
                    AuthorityCase{"Ipv4OneNumber", "CONNECT 2130706433:{port} HTTP/1.1"},
                    AuthorityCase{"PercentEncoded", "CONNECT 127.0.0%2e1:{port} HTTP/1.1"},
                    AuthorityCase{"EmptyLabel", "CONNECT origin..test:{port} HTTP/1.1"},
                    AuthorityCase{"NoVersion", "CONNECT 127.0.0.1:{port}"}),
    caseName);

TEST_F(Connect, RefusesABodyInTheRequest) // RFC 9110 §9.3.6
{
    for (const std::string framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
        TestOrigin origin;
        RawClient client = proxy().client();
        client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: x.test\r\n" + framing +
                    "\r\n\r\n");
        EXPECT_EQ(client.receiveResponse().status, 400) << framing;
        EXPECT_FALSE(origin.hasConnection()) << framing;
    }
}

struct LoopCase {
    const char* name;
    const char* host;
};

class OwnListener : public Connect, public testing::WithParamInterface<LoopCase> {};

TEST_P(OwnListener, IsNeverDialled) // tunnels to oneself would nest without end
{
    const std::string target = GetParam().host + (":" + std::to_string(proxy().port()));
    const Response answer = proxy().ask(connectRequest(target));
    expectRefusal(answer, 508, "proxy_loop_detected");
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_EQ(record["close_reason"], "loop-detected") << record.line();
}

INSTANTIATE_TEST_SUITE_P(Spellings, OwnListener,
                         testing::Values(LoopCase{"Address", "127.0.0.1"},
                                         LoopCase{"Name", "loop.test"},
                                         LoopCase{"MappedAddress", "[::ffff:127.0.0.1]"}),
                         caseName);

TEST_F(Connect, NeverReachesTheAdminListener)
{
    const std::string target = "127.0.0.1:" + std::to_string(proxy().adminPort());
    const Response answer = proxy().ask(connectRequest(target));
    EXPECT_THAT(answer.status, AnyOf(403, 508)) << answer.head;
}

TEST_F(Connect, TriesTheNextAddressWhenTheFirstRefuses) // RFC 8305 §5
{
    TestOrigin origin("127.0.0.3");
    proxy().dns().answer("second-works.test", {"127.0.0.2", "127.0.0.3"});
    RawClient client = proxy().tunnelTo(origin.named("second-works.test"));
    RawConnection upstream = origin.accept();
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
    const AuditRecord open =
        proxy().awaitRecord({{"event", "open"}, {"port", std::to_string(origin.port())}});
    EXPECT_EQ(open["destination_ip"], "127.0.0.3") << open.line();
}

TEST_F(Connect, TriesTheNextAddressWhenTheFirstIsSilent) // RFC 8305 §5
{
    TestOrigin origin("127.0.0.5");
    const FullBacklog silent("127.0.0.4", origin.port());
    proxy().dns().answer("first-silent.test", {"127.0.0.4", "127.0.0.5"});
    RawClient client = proxy().tunnelTo(origin.named("first-silent.test"));
    RawConnection upstream = origin.accept();
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
}

TEST_F(Connect, ReachesIpv4WhenIpv6Refuses)
{
    TestOrigin origin("127.0.0.1");
    proxy().dns().answer("both.test", {"::1", "127.0.0.1"});
    RawClient client = proxy().tunnelTo(origin.named("both.test"));
    RawConnection upstream = origin.accept();
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
}

TEST_F(Connect, ReportsARefusalWhenEveryAddressRefuses)
{
    proxy().dns().answer("none-works.test", {"127.0.0.2", "127.0.0.3"});
    const std::string port = std::to_string(deadPort());
    expectRefusal(proxy().ask(connectRequest("none-works.test:" + port)), 502,
                  "connection_refused");
}

TEST_F(Connect, AsksTheNameServerOncePerTimeToLive)
{
    TestOrigin origin;
    const std::string name = "cached.test";
    proxy().dns().answer(name, {"127.0.0.1"});
    for (int i = 0; i < 6; ++i) {
        RawClient client = proxy().tunnelTo(origin.named(name));
        RawConnection upstream = origin.accept();
    }
    EXPECT_LE(proxy().dns().timesAsked("A " + name), 2u); // one for each worker
}

TEST_F(Connect, LooksUpNoClientsName)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    for (const std::string& question : proxy().dns().questions())
        EXPECT_THAT(question, testing::Not(StartsWith("PTR"))) << question;
}

TEST(ConnectGuard, DialsOnlyThePermittedAddresses)
{
    ProxyProcess proxy({.policy = loopbackPolicy("", R"({"name": "Not this one", "action": "deny",
                                    "when": {"address": ["127.0.0.9/32"]}},)")});
    TestOrigin permitted("127.0.0.1");
    TestOrigin forbidden("127.0.0.9", permitted.port());
    proxy.dns().answer("mixed.test", {"127.0.0.9", "127.0.0.1"});
    RawClient client = proxy.tunnelTo(permitted.named("mixed.test"));
    RawConnection upstream = permitted.accept();
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
    EXPECT_FALSE(forbidden.hasConnection());

    proxy.dns().answer("forbidden.test", {"127.0.0.9"});
    const Response answer = proxy.ask(connectRequest(forbidden.named("forbidden.test")));
    EXPECT_EQ(answer.status, 403) << answer.head;
    EXPECT_EQ(answer.proxyError(), "destination_ip_prohibited");
    EXPECT_THAT(answer.body, HasSubstr("Not this one"));
    EXPECT_FALSE(forbidden.hasConnection());
}

TEST_F(Connect, SurvivesAClientThatLeavesWhileItDials)
{
    const FullBacklog silent;
    RawClient client = proxy().client();
    client.send(connectRequest(silent.authority()));
    client.reset();
    const AuditRecord record =
        proxy().awaitEnding({{"port", std::to_string(silent.port())}, {"form", "connect"}});
    EXPECT_THAT(record["close_reason"], AnyOf("client-reset", "client-ended", "connect-timeout"));
}

} // namespace
} // namespace sallyport::test
