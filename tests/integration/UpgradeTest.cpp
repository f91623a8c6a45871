// Plain Upgrade to WebSocket (RFC 6455 §4, RFC 9110 §7.8): which handshakes become tunnels.
#include "support/Exchange.h"
#include "support/SharedProxy.h"
#include "support/WebSocketPeer.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// {target} and {origin} are replaced; the key is RFC 6455's sample.
constexpr const char* Handshake = "GET {target} HTTP/1.1\r\n"
                                  "Host: {origin}\r\n"
                                  "Upgrade: websocket\r\n"
                                  "Connection: Upgrade\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                  "Sec-WebSocket-Version: 13\r\n\r\n";

constexpr const char* RightAnswer = "HTTP/1.1 101 Switching Protocols\r\n"
                                    "Upgrade: websocket\r\n"
                                    "Connection: Upgrade\r\n"
                                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

class Upgrade : public SharedProxy<Upgrade> {
public:
    // HTTP timers are short: none of them may touch an upgraded connection.
    static ProxySettings settings()
    {
        return {.options = {{"head-timeout", "400ms"},
                            {"keep-alive-timeout", "400ms"},
                            {"body-timeout", "400ms"},
                            {"response-timeout", "400ms"}},
                .policy = loopbackPolicy(R"({"name": "Denied host", "action": "deny",
                                             "when": {"host": ["denied.test"]}},)")};
    }

protected:
    static std::string handshake(const TestOrigin& origin, const std::string& target)
    {
        return replaced(replaced(Handshake, "{target}", target), "{origin}", origin.authority());
    }

    static std::string handshake(const TestOrigin& origin)
    {
        return handshake(origin, "http://{origin}/chat?room=1");
    }

    static AuditRecord ending(const TestOrigin& origin)
    {
        return proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    }
};

TEST_F(Upgrade, CarriesFramesBothWays)
{
    ServingOrigin origin(serveWebSocketEcho);
    RawClient client = proxy().client();
    client.send(replaced(replaced(Handshake, "{target}", "http://{origin}/chat?room=1"), "{origin}",
                         origin.authority()));
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, 101) << answer.head;
    EXPECT_EQ(answer.field("Sec-WebSocket-Accept"), SampleAccept);
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (const std::size_t size : {0, 1, 125, 126, 4096, 65535, 65536, 300'000}) {
        const std::string payload(size, static_cast<char>('a' + size % 26));
        const std::string frame = clientFrame(Opcode::Binary, payload);
        client.send(frame);
        EXPECT_TRUE(receiveFrame(client).payload == payload) << size;
        sent += frame.size();
        received += serverFrame(Opcode::Binary, payload).size();
    }
    client.send(clientFrame(Opcode::Close, "\x03\xe8"));
    EXPECT_EQ(receiveFrame(client).opcode, Opcode::Close);
    EXPECT_EQ(client.receiveToEnd(), "");
    client.close();

    const std::string port = std::to_string(origin.port());
    const AuditRecord open = proxy().awaitRecord({{"event", "open"}, {"port", port}});
    EXPECT_TRUE(says(open, {{"protocol", "websocket"},
                            {"form", "upgrade"},
                            {"method", "GET"},
                            {"path", "/chat"},
                            {"verdict", "allow"}}))
        << open.line();
    const AuditRecord close = proxy().awaitRecord({{"event", "close"}, {"port", port}});
    EXPECT_TRUE(says(close, {{"status", "101"}, {"close_reason", "done"}})) << close.line();
    EXPECT_EQ(close.number("bytes_client_to_proxy"), static_cast<double>(sent + 8));
    EXPECT_EQ(close.number("bytes_upstream_to_proxy"), static_cast<double>(received + 4));
    EXPECT_EQ(close["bytes_client_to_proxy"], close["bytes_proxy_to_upstream"]);
    EXPECT_EQ(close["bytes_upstream_to_proxy"], close["bytes_proxy_to_client"]);
}

struct HandshakeCase {
    const char* name;
    const char* fieldLines;
};

class GoodHandshake : public Upgrade, public testing::WithParamInterface<HandshakeCase> {};

TEST_P(GoodHandshake, BecomesATunnel)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin,
                             "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n" +
                                 std::string(GetParam().fieldLines) + "\r\n",
                             RightAnswer);
    EXPECT_EQ(done.response.status, 101) << done.response.head;
    EXPECT_THAT(fieldValues(done.forwarded, "Connection"), ElementsAre("Upgrade"));
    EXPECT_THAT(fieldValues(done.forwarded, "Upgrade"), ElementsAre("websocket"));
    done.client.send("up");
    EXPECT_EQ(done.upstream.receiveExactly(2), "up");
    done.upstream.send("down");
    EXPECT_EQ(done.client.receiveExactly(4), "down");
}

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
INSTANTIATE_TEST_SUITE_P(
    Rfc9110, GoodHandshake, // RFC 9110 §7.8: tokens are compared without case
    testing::Values(HandshakeCase{"Usual", "Upgrade: websocket\r\nConnection: Upgrade\r\n" KEY},
                    HandshakeCase{"MixedCase", "Upgrade: WebSocket\r\nConnection: upgrade\r\n" KEY},
                    HandshakeCase{"Capitals", "UPGRADE: WEBSOCKET\r\nCONNECTION: UPGRADE\r\n" KEY},
                    HandshakeCase{"AmongOptions",
                                  "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" KEY},
                    HandshakeCase{"InTwoFields", "Upgrade: websocket\r\nConnection: keep-alive\r\n"
                                                 "Connection: Upgrade\r\n" KEY},
                    HandshakeCase{"BesidesH2c",
                                  "Upgrade: h2c, websocket\r\nConnection: Upgrade, "
                                  "HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n" KEY}),
    caseName);

TEST_F(Upgrade, TakesTheWsScheme) // as Python's aiohttp sends it
{
    TestOrigin origin;
    Exchange done =
        exchange(proxy(), origin, handshake(origin, "ws://{origin}/chat?room=1"), RightAnswer);
    EXPECT_EQ(done.response.status, 101) << done.response.head;
    EXPECT_THAT(done.forwarded, StartsWith("GET /chat?room=1 HTTP/1.1\r\n"));
    done.client.send("up");
    EXPECT_EQ(done.upstream.receiveExactly(2), "up");
}

TEST_F(Upgrade, ForwardsEverySecWebSocketFieldAsItCame)
{
    TestOrigin origin;
    Exchange done = exchange(
        proxy(), origin,
        "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n" KEY "Sec-WebSocket-Protocol: chat,  superchat\r\n"
        "Sec-WebSocket-Protocol: third\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate;client_max_window_bits , x-odd\r\n"
        "Sec-WebSocket-Future: as it came\r\nOrigin: http://page.test\r\nCookie: a=1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: superchat\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate;  server_no_context_takeover\r\n"
        "X-Other: kept\r\n\r\n");
    EXPECT_THAT(fieldValues(done.forwarded, "Sec-WebSocket-Key"), ElementsAre(SampleKey));
    EXPECT_THAT(fieldValues(done.forwarded, "Sec-WebSocket-Version"), ElementsAre("13"));
    EXPECT_THAT(fieldValues(done.forwarded, "Sec-WebSocket-Protocol"),
                ElementsAre("chat,  superchat", "third"));
    EXPECT_THAT(fieldValues(done.forwarded, "Sec-WebSocket-Extensions"),
                ElementsAre("permessage-deflate;client_max_window_bits , x-odd"));
    EXPECT_THAT(fieldValues(done.forwarded, "Sec-WebSocket-Future"), ElementsAre("as it came"));
    EXPECT_THAT(fieldValues(done.forwarded, "Origin"), ElementsAre("http://page.test"));
    EXPECT_THAT(fieldValues(done.forwarded, "Cookie"), ElementsAre("a=1"));
    EXPECT_EQ(done.response.status, 101);
    EXPECT_EQ(done.response.field("Sec-WebSocket-Protocol"), "superchat");
    EXPECT_EQ(done.response.field("Sec-WebSocket-Extensions"),
              "permessage-deflate;  server_no_context_takeover");
    EXPECT_EQ(done.response.field("Upgrade"), "websocket");
    EXPECT_EQ(done.response.field("Connection"), "Upgrade");
    EXPECT_EQ(done.response.field("X-Other"), "kept");
}

TEST_F(Upgrade, DeliversWhatTheClientSentWithTheHandshake)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, handshake(origin) + "early", RightAnswer);
    EXPECT_EQ(done.response.status, 101);
    EXPECT_EQ(done.upstream.receiveExactly(5), "early");
}

TEST_F(Upgrade, DeliversWhatTheOriginSentWithTheAnswer)
{
    TestOrigin origin;
    Exchange done =
        exchange(proxy(), origin, handshake(origin), std::string(RightAnswer) + "early");
    EXPECT_EQ(done.response.status, 101);
    EXPECT_EQ(done.client.receiveExactly(5), "early");
    done.upstream.close();
    done.client.close();
    const AuditRecord close = ending(origin);
    EXPECT_EQ(close.number("bytes_upstream_to_proxy"), 5) << close.line();
    EXPECT_EQ(close.number("bytes_proxy_to_client"), 5) << close.line();
}

TEST_F(Upgrade, TakesAnAnswerThatArrivesByteByByte)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.sendByteByByte(handshake(origin));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.sendByteByByte(std::string(RightAnswer) + "early");
    EXPECT_EQ(client.receiveResponse().status, 101);
    EXPECT_EQ(client.receiveExactly(5), "early");
}

TEST_F(Upgrade, OutlivesEveryHttpTimer)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, handshake(origin), RightAnswer);
    ASSERT_EQ(done.response.status, 101);
    EXPECT_TRUE(done.client.staysSilent(900ms));
    done.client.send("up");
    EXPECT_EQ(done.upstream.receiveExactly(2), "up");
}

TEST_F(Upgrade, KeepsHalfCloseAndPassesResetsOn)
{
    TestOrigin origin;
    Exchange half = exchange(proxy(), origin, handshake(origin), RightAnswer);
    half.client.halfClose();
    EXPECT_EQ(half.upstream.receiveToEnd(), "");
    half.upstream.send("late");
    EXPECT_EQ(half.client.receiveExactly(4), "late");
    half.upstream.reset();
    EXPECT_EQ(half.client.awaitEnd(), End::Reset);
    EXPECT_EQ(ending(origin)["close_reason"], "upstream-reset");
}

struct AnswerCase {
    const char* name;
    const char* answer;
};

class WrongAnswer : public Upgrade, public testing::WithParamInterface<AnswerCase> {};

TEST_P(WrongAnswer, Becomes502)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, handshake(origin), GetParam().answer);
    EXPECT_EQ(done.response.status, 502) << done.response.head;
    EXPECT_NE(done.response.proxyError(), "") << done.response.head;
    (void)done.upstream.awaitEnd();
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"status", "502"},
                              {"close_reason", "bad-response"},
                              {"protocol", "websocket"},
                              {"form", "upgrade"}}))
        << record.line();
}

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define UP "Upgrade: websocket\r\nConnection: Upgrade\r\n"
INSTANTIATE_TEST_SUITE_P(
    Rfc6455, WrongAnswer, // RFC 6455 §4.1
    testing::Values(AnswerCase{"WrongAccept", SWITCH UP
                               "Sec-WebSocket-Accept: AAAALMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"},
                    AnswerCase{"NoAccept", SWITCH UP "\r\n"},
                    AnswerCase{"TwoAccepts", SWITCH UP ACCEPT ACCEPT "\r\n"},
                    AnswerCase{"OtherProtocol",
                               SWITCH "Upgrade: h2c\r\nConnection: Upgrade\r\n" ACCEPT "\r\n"},
                    AnswerCase{"NoUpgrade", SWITCH "Connection: Upgrade\r\n" ACCEPT "\r\n"},
                    AnswerCase{"NoConnection", SWITCH "Upgrade: websocket\r\n" ACCEPT "\r\n"},
                    AnswerCase{"SubprotocolNotOffered",
                               SWITCH UP ACCEPT "Sec-WebSocket-Protocol: chat\r\n\r\n"}),
    caseName);

class BadHandshake : public Upgrade, public testing::WithParamInterface<HandshakeCase> {};

TEST_P(BadHandshake, IsAnswered400)
{
    TestOrigin origin;
    const Response answer =
        proxy().ask("GET http://" + origin.authority() +
                    "/ HTTP/1.1\r\nHost: x.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
                    GetParam().fieldLines + "\r\n");
    EXPECT_EQ(answer.status, 400) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["close_reason"],
              "bad-request");
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, BadHandshake, // RFC 6455 §4.2.1
    testing::Values(
        HandshakeCase{"NoKey", "Sec-WebSocket-Version: 13\r\n"},
        HandshakeCase{"ShortKey", "Sec-WebSocket-Key: c2hvcnQ=\r\nSec-WebSocket-Version: 13\r\n"},
        HandshakeCase{
            "KeyNotBase64",
            "Sec-WebSocket-Key: ????????????????????????\r\nSec-WebSocket-Version: 13\r\n"},
        HandshakeCase{"TwoKeys", KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"},
        HandshakeCase{"NoVersion", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}),
    caseName);

class NoHandshake : public Upgrade, public testing::WithParamInterface<HandshakeCase> {};

TEST_P(NoHandshake, IsAnOrdinaryRequestWithoutUpgrade)
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin,
                                   "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n" +
                                       std::string(GetParam().fieldLines) + "\r\n",
                                   okResponse("ordinary"));
    EXPECT_EQ(done.response.body, "ordinary");
    EXPECT_THAT(fieldValues(done.forwarded, "Upgrade"), IsEmpty());
    EXPECT_THAT(fieldValues(done.forwarded, "HTTP2-Settings"), IsEmpty());
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"protocol", "http"}, {"form", "absolute"}})) << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110, NoHandshake, // RFC 9110 §7.8
    testing::Values(HandshakeCase{"NoConnection", "Upgrade: websocket\r\n" KEY},
                    HandshakeCase{"ConnectionWithoutUpgrade",
                                  "Upgrade: websocket\r\nConnection: keep-alive\r\n" KEY},
                    HandshakeCase{"H2c", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                                         "HTTP2-Settings: AAMAAABk\r\n"},
                    HandshakeCase{"OtherToken", "Upgrade: irc/6.9\r\nConnection: Upgrade\r\n"},
                    HandshakeCase{"LongerToken",
                                  "Upgrade: websocket2\r\nConnection: Upgrade\r\n" KEY}),
    caseName);

TEST_F(Upgrade, IsNotForHttp10) // RFC 9110 §7.8
{
    TestOrigin origin;
    const Exchange done = exchange(proxy(), origin,
                                   "GET http://{origin}/ HTTP/1.0\r\nUpgrade: websocket\r\n"
                                   "Connection: Upgrade\r\n" KEY "\r\n",
                                   okResponse("ordinary"));
    EXPECT_EQ(done.response.body, "ordinary");
    EXPECT_THAT(fieldValues(done.forwarded, "Upgrade"), IsEmpty());
}

TEST_F(Upgrade, StaysHttpAfterAnyOtherAnswer)
{
    TestOrigin origin;
    Exchange done = exchange(proxy(), origin, handshake(origin),
                             "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13, 8\r\n"
                             "Content-Length: 3\r\n\r\nold");
    EXPECT_EQ(done.response.status, 426);
    EXPECT_EQ(done.response.field("Sec-WebSocket-Version"), "13, 8");
    EXPECT_EQ(done.response.body, "old");
    done.client.send(getRequest("denied.test"));
    EXPECT_EQ(done.client.receiveResponse().status, 403) << "the next request is policed";
    done.client.send(getRequest(origin.authority(), "/next"));
    EXPECT_THAT(done.upstream.receiveHead(), StartsWith("GET /next "));
    done.upstream.send(okResponse("and served"));
    EXPECT_EQ(done.client.receiveResponse().body, "and served");

    // Asked last: it takes longer than the client's connection waits for its next request.
    const AuditRecord record = ending(origin);
    EXPECT_TRUE(says(record, {{"status", "426"}, {"close_reason", "done"}})) << record.line();
}

TEST_F(Upgrade, IsPoliced)
{
    TestOrigin origin;
    const Response answer = proxy().ask(
        replaced(handshake(origin, "http://{target}/"), "{target}", origin.named("denied.test")));
    EXPECT_EQ(answer.status, 403) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
    const AuditRecord record = proxy().awaitEnding({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"protocol", "websocket"},
                              {"form", "upgrade"},
                              {"rule_name", "Denied host"},
                              {"verdict", "deny"}}))
        << record.line();
}

// As Java's HttpClient does on a connection that fetched pages of the same origin before.
TEST_F(Upgrade, TakesOriginFormAfterRequestsForTheSameAuthority)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}"),
                              okResponse("page", "Connection: close\r\n"));
    EXPECT_EQ(first.response.body, "page");
    first.client.send(handshake(origin, "/chat"));
    RawConnection upstream = origin.accept();
    EXPECT_THAT(upstream.receiveHead(), StartsWith("GET /chat HTTP/1.1\r\n"));
    upstream.send(RightAnswer);
    EXPECT_EQ(first.client.receiveResponse().status, 101);
    first.client.send("up");
    EXPECT_EQ(upstream.receiveExactly(2), "up");
    const AuditRecord open = proxy().awaitRecord(
        {{"event", "open"}, {"port", std::to_string(origin.port())}, {"form", "upgrade"}});
    EXPECT_TRUE(says(open, {{"protocol", "websocket"}, {"path", "/chat"}})) << open.line();
}

TEST_F(Upgrade, RefusesOriginFormForAnotherAuthority)
{
    TestOrigin origin;
    TestOrigin other;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}"), okResponse("page"));
    first.client.send(handshake(other, "/chat"));
    EXPECT_EQ(first.client.receiveResponse().status, 400);
    EXPECT_FALSE(other.hasConnection());
}

TEST_F(Upgrade, RefusesOriginFormWithoutARequestBefore)
{
    TestOrigin origin;
    const Response answer = proxy().ask(handshake(origin, "/chat"));
    EXPECT_EQ(answer.status, 400) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
}

TEST_F(Upgrade, RefusesAnOriginFormRequestThatIsNoHandshake)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}"), okResponse("page"));
    first.client.send("GET /more HTTP/1.1\r\nHost: " + origin.authority() + "\r\n\r\n");
    EXPECT_EQ(first.client.receiveResponse().status, 400);
}

TEST_F(Upgrade, RefusesAHandshakeWithABody)
{
    TestOrigin origin;
    const Response answer = proxy().ask(
        "GET http://" + origin.authority() +
        "/ HTTP/1.1\r\nHost: x.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY
        "Content-Length: 5\r\n\r\nhello");
    EXPECT_EQ(answer.status, 400) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
}

class UpgradeSubprotocol : public SharedProxy<UpgradeSubprotocol> {
public:
    static ProxySettings settings()
    {
        return {.policy = loopbackPolicy(R"(
            {"name": "No telemetry", "action": "deny", "when": {"subprotocol": ["mqtt"]}},
            {"name": "Chat", "action": "allow",
             "when": {"host": ["other.test"], "subprotocol": ["chat"]}},
            {"name": "Only chat there", "action": "deny", "when": {"host": ["other.test"]}},)")};
    }

protected:
    /// Offers these, lets the origin answer, and gives what came of it.
    static Exchange handshake(TestOrigin& origin, const std::string& host, const char* offered,
                              const std::string& answer)
    {
        return exchange(proxy(), origin,
                        "GET http://" + origin.named(host) + "/ HTTP/1.1\r\nHost: " + host +
                            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY
                            "Sec-WebSocket-Protocol: " +
                            offered + "\r\n\r\n",
                        answer);
    }

    static std::string switching(const std::string& chosen)
    {
        const std::string line = chosen.empty() ? "" : "Sec-WebSocket-Protocol: " + chosen + "\r\n";
        return std::string(RightAnswer).insert(std::string_view(RightAnswer).size() - 2, line);
    }

    static void expectRefused(Exchange& done, const std::string& rule)
    {
        EXPECT_EQ(done.response.status, 403) << done.response.head;
        EXPECT_EQ(done.response.proxyError(), "http_request_denied");
        EXPECT_EQ(done.upstream.receiveRemainder().bytes, "") << "nothing of the client's";
        const std::string session = done.response.session();
        const AuditRecord record = proxy().awaitRecord({{"session_id", session}});
        EXPECT_TRUE(says(record, {{"event", "decision"},
                                  {"verdict", "deny"},
                                  {"stage", "upstream-answer"},
                                  {"rule_name", rule},
                                  {"close_reason", "denied"},
                                  {"close_by", "policy"},
                                  {"status", "403"}}))
            << record.line();
        EXPECT_EQ(proxy().records({{"session_id", session}}).size(), 1u);
    }
};

TEST_F(UpgradeSubprotocol, IsRefusedInThePlaceOfThe101)
{
    TestOrigin origin;
    Exchange done = handshake(origin, "origin.test", "chat, mqtt",
                              switching("mqtt") + serverFrame(Opcode::Text, "eager"));
    expectRefused(done, "No telemetry");
}

TEST_F(UpgradeSubprotocol, LetsAnotherChoiceThrough)
{
    TestOrigin origin;
    for (const char* chosen : {"chat", ""}) {
        Exchange done = handshake(origin, "origin.test", "chat, mqtt", switching(chosen));
        EXPECT_EQ(done.response.status, 101) << done.response.head;
        done.client.send("up");
        EXPECT_EQ(done.upstream.receiveExactly(2), "up");
        const AuditRecord open = proxy().awaitRecord(
            {{"event", "open"}, {"client_port", std::to_string(done.client.localPort())}});
        EXPECT_TRUE(says(open, {{"verdict", "allow"},
                                {"stage", "upstream-answer"},
                                {"rule_name", "Clients on loopback"}}))
            << open.line();
    }
}

TEST_F(UpgradeSubprotocol, MayBeAllThatAllows)
{
    TestOrigin origin;
    EXPECT_EQ(handshake(origin, "other.test", "chat, v2", switching("chat")).response.status, 101);
    Exchange other = handshake(origin, "other.test", "chat, v2", switching("v2"));
    expectRefused(other, "Only chat there");
    Exchange none = handshake(origin, "other.test", "chat, v2", switching(""));
    expectRefused(none, "Only chat there");
}

TEST_F(UpgradeSubprotocol, IsNoneInAnyOtherAnswer)
{
    TestOrigin origin;
    const std::string unauthorized = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";
    EXPECT_EQ(handshake(origin, "origin.test", "chat, mqtt", unauthorized).response.status, 401);
    Exchange refused = handshake(origin, "other.test", "chat", unauthorized);
    expectRefused(refused, "Only chat there");
}

TEST_F(UpgradeSubprotocol, IsRefusedAtOnceWhereNothingOfferedWouldBeAllowed)
{
    TestOrigin origin;
    const Response answer = proxy().ask(
        "GET http://" + origin.named("other.test") +
        "/ HTTP/1.1\r\nHost: other.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY
        "Sec-WebSocket-Protocol: v2\r\n\r\n");
    EXPECT_EQ(answer.status, 403) << answer.head;
    EXPECT_FALSE(origin.hasConnection());
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["stage"], "request");
}

} // namespace
} // namespace sallyport::test
