// Inspection profiles on live WebSockets, in a plain Upgrade and inside CONNECT: what is counted,
// noted, alerted, slowed, cut and held, and what the record says.
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"
#include "support/WebSocketPeer.h"

#include <gmock/gmock.h>

#include <chrono>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr const char* Policy = R"({"format": 1,
"guard": [{"name": "Loopback", "action": "allow", "when": {"address": ["127.0.0.0/8"]}}],
"access": [
  {"name": "No admin", "action": "deny", "when": {"path": ["/admin/"]}},
  {"name": "No foreign pages", "action": "deny", "when": {"origin": ["evil.test"]}},
  {"name": "No mqtt", "action": "deny", "when": {"host": ["mqtt.test"], "subprotocol": ["mqtt"]}},
  {"name": "No WebSockets there", "action": "deny", "when": {"host": ["nows.test"], "protocol": ["websocket"]}},
  {"name": "All", "action": "allow"}],
"inspection": [
  {"name": "Count", "action": "observe", "when": {"host": ["count.test"]}},
  {"name": "Look", "action": "observe", "profile": "Look", "when": {"host": ["look.test"]}},
  {"name": "Slow", "action": "observe", "profile": "Slow", "when": {"host": ["slow.test"]}},
  {"name": "Strict", "action": "observe", "profile": "Strict", "when": {"host": ["strict.test"]}},
  {"name": "Polite", "action": "observe", "profile": "Polite", "when": {"host": ["polite.test"]}},
  {"name": "Hold", "action": "observe", "profile": "Hold", "when": {"host": ["hold.test"]}},
  {"name": "Known", "action": "observe", "profile": "Known", "when": {"host": ["known.test"]}}],
"profiles": [
  {"name": "Look", "checks": [
    {"name": "Cards", "patterns": ["card-number"], "action": "alert"},
    {"name": "Large", "largerThan": "1KiB", "action": "note"},
    {"name": "Bad text", "broken": ["bad-utf8"], "action": "note"}]},
  {"name": "Slow", "checks": [{"name": "Throttle", "messages": 1, "action": "slow", "rate": "20KiB"}]},
  {"name": "Strict", "checks": [
    {"name": "Secret", "patterns": ["regex:TOP-SECRET"], "action": "cut"},
    {"name": "Unreadable", "notInspectable": true, "action": "cut"}]},
  {"name": "Polite", "closeFrame": true, "checks": [
    {"name": "Secret", "patterns": ["regex:TOP-SECRET"], "action": "cut"}]},
  {"name": "Hold", "hold": "64KiB", "digests": true, "closeFrame": true, "checks": [
    {"name": "Secret", "patterns": ["regex:TOP-SECRET"], "action": "cut"}]},
  {"name": "Known", "checks": [
    {"name": "Only chat", "subprotocolNotIn": ["chat"], "action": "cut"}]}]})";

enum class Form : std::uint8_t { PlainUpgrade, InTunnel };

class Inspection : public SharedProxy<Inspection>, public testing::WithParamInterface<Form> {
public:
    static ProxySettings settings() { return {.policy = Policy}; }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const char* name :
             {"blind.test", "count.test", "look.test", "slow.test", "strict.test", "polite.test",
              "hold.test", "known.test", "mqtt.test", "nows.test"})
            proxy().dns().answer(name, {"127.0.0.1"});
    }

protected:
    struct Ends {
        RawClient client;
        RawConnection upstream;
    };

    /// A request as a client sends it in this form; `{origin}` is replaced.
    static std::string request(const TestOrigin& origin, const std::string& host,
                               const std::string& path, const std::string& fields)
    {
        const std::string scheme =
            GetParam() == Form::PlainUpgrade ? "http://" + origin.named(host) : "";
        return "GET " + scheme + path + " HTTP/1.1\r\nHost: " + origin.named(host) +
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               fields + "\r\n";
    }

    static std::string answer(const std::string& fields)
    {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
               fields + "\r\n";
    }

    static RawClient connect(const TestOrigin& origin, const std::string& host)
    {
        if (GetParam() == Form::InTunnel)
            return proxy().tunnelTo(origin.named(host));
        return proxy().client();
    }

    struct Fields {
        std::string asked{};
        std::string answered{};
        std::string withAnswer{}; ///< bytes that come in the same packet
    };
    static Ends open(TestOrigin& origin, const std::string& host, const Fields& fields)
    {
        RawClient client = connect(origin, host);
        client.send(request(origin, host, "/chat?room=1", fields.asked));
        RawConnection upstream = origin.accept();
        (void)upstream.receiveHead();
        upstream.send(answer(fields.answered) + fields.withAnswer);
        EXPECT_THAT(client.receiveHead(), testing::StartsWith("HTTP/1.1 101 "));
        return {std::move(client), std::move(upstream)};
    }
    static Ends open(TestOrigin& origin, const std::string& host)
    {
        return open(origin, host, Fields{});
    }

    static AuditRecord close(const TestOrigin& origin)
    {
        return proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    }
    static AuditRecord finish(Ends& ends, const TestOrigin& origin)
    {
        ends.client.close();
        ends.upstream.close();
        return close(origin);
    }

    static void pass(RawConnection& from, RawConnection& to, const std::string& bytes)
    {
        from.send(bytes);
        EXPECT_EQ(to.receiveExactly(bytes.size()), bytes);
    }

    static void expectEqualCounts(const AuditRecord& record)
    {
        EXPECT_EQ(record["bytes_client_to_proxy"], record["bytes_proxy_to_upstream"]);
        EXPECT_EQ(record["bytes_upstream_to_proxy"], record["bytes_proxy_to_client"]);
    }
};

constexpr auto formName = [](const auto& info) {
    return info.param == Form::PlainUpgrade ? "PlainUpgrade" : "InTunnel";
};
INSTANTIATE_TEST_SUITE_P(Forms, Inspection, testing::Values(Form::PlainUpgrade, Form::InTunnel),
                         formName);

TEST_P(Inspection, CountsMessagesByKindAndDirection)
{
    TestOrigin origin;
    Ends ends = open(origin, "count.test",
                     {.asked = "Origin: https://app.test\r\nSec-WebSocket-Protocol: chat, mqtt\r\n",
                      .answered = "Sec-WebSocket-Protocol: chat\r\n",
                      .withAnswer = serverFrame(Opcode::Text, "welcome")});
    EXPECT_EQ(receiveFrame(ends.client).payload, "welcome");
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "hello"));
    pass(ends.client, ends.upstream, clientFrame(Opcode::Binary, std::string(3000, 'b')));
    pass(ends.client, ends.upstream, clientFrame(Opcode::Ping, "p"));
    pass(ends.upstream, ends.client, serverFrame(Opcode::Pong, "p"));
    // One message in two frames, with a ping between them.
    pass(ends.upstream, ends.client,
         std::string("\x01\x02he", 4) + serverFrame(Opcode::Ping, "") +
             std::string("\x80\x03llo", 5));
    pass(ends.client, ends.upstream, clientFrame(Opcode::Close, "\x03\xe8 bye"));
    const AuditRecord record = finish(ends, origin);
    EXPECT_TRUE(says(record, {{"inspection", "observe"},
                              {"inspection_sight", "plain"},
                              {"ws_path", "/chat"},
                              {"ws_origin", "app.test"},
                              {"ws_subprotocol", "chat"},
                              {"ws_status", "101"},
                              {"ws_messages_text_client_to_upstream", "1"},
                              {"ws_messages_binary_client_to_upstream", "1"},
                              {"ws_pings_client_to_upstream", "1"},
                              {"ws_content_bytes_client_to_upstream", "3005"},
                              {"ws_max_message_bytes_client_to_upstream", "3000"},
                              {"ws_messages_text_upstream_to_client", "2"},
                              {"ws_frames_upstream_to_client", "3"},
                              {"ws_pings_upstream_to_client", "1"},
                              {"ws_pongs_upstream_to_client", "1"},
                              {"ws_close_code", "1000"},
                              {"ws_close_reason", " bye"},
                              {"ws_close_by", "client"},
                              {"ws_inspectable", "true"},
                              {"close_reason", "done"}}))
        << record.line();
    expectEqualCounts(record);
    if (GetParam() == Form::InTunnel) {
        EXPECT_EQ(record["tunnel_protocol"], "websocket");
    }
}

TEST_P(Inspection, TellsOnlyTheHandshakeOfABlindSession)
{
    TestOrigin origin;
    Ends ends = open(origin, "blind.test");
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "4111 1111 1111 1111"));
    const AuditRecord record = finish(ends, origin);
    EXPECT_TRUE(says(record, {{"inspection", "blind"},
                              {"inspection_sight", "blind"},
                              {"ws_path", "/chat"},
                              {"ws_status", "101"},
                              {"ws_inspectable", ""},
                              {"ws_messages_text_client_to_upstream", ""}}))
        << record.line();
}

TEST_P(Inspection, AlertsWithoutTellingTheText)
{
    TestOrigin origin;
    Ends ends = open(origin, "look.test");
    const std::string port = std::to_string(origin.port());
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "nothing here"));
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "my card is 4111 1111 1111 1111."));
    const AuditRecord alert = proxy().awaitRecord({{"event", "alert"}, {"port", port}});
    EXPECT_TRUE(says(alert, {{"inspection_check", "Cards"},
                             {"inspection_profile", "Look"},
                             {"inspection_kind", "card-number"},
                             {"inspection_direction", "client-to-upstream"},
                             {"inspection_message", "2"},
                             {"inspection_offset", "30"},
                             {"rule_name", "Look"},
                             {"rule_layer", "inspection"}}))
        << alert.line();
    EXPECT_THAT(alert["inspection_digest"], MatchesRegex("[0-9a-f]{64}"));
    pass(ends.upstream, ends.client, serverFrame(Opcode::Text, "4111111111111111"));
    pass(ends.upstream, ends.client, serverFrame(Opcode::Binary, std::string(2000, 'x')));
    const AuditRecord record = finish(ends, origin);
    EXPECT_EQ(record["inspection_alerts"], "2") << record.line();
    EXPECT_THAT(record["inspection_notes"], HasSubstr("Large"));
    expectEqualCounts(record);
    const auto alerts = proxy().records({{"event", "alert"}, {"port", port}});
    ASSERT_EQ(alerts.size(), 2U);
    EXPECT_EQ(alerts[0]["inspection_digest"], alerts[1]["inspection_digest"])
        << "the same card, however it is written";
    for (const auto& each : proxy().records({{"port", port}}))
        EXPECT_THAT(each.line(), Not(HasSubstr("1111 1111")));
}

TEST_P(Inspection, SlowsASessionDown)
{
    TestOrigin origin;
    Ends ends = open(origin, "slow.test");
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "one"));
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "two"));
    const auto begun = std::chrono::steady_clock::now();
    pass(ends.client, ends.upstream, clientFrame(Opcode::Binary, std::string(30'000, 'b')));
    EXPECT_GT(std::chrono::steady_clock::now() - begun, 700ms);
    const AuditRecord record = finish(ends, origin);
    EXPECT_EQ(record["inspection_slowed_by"], "Throttle") << record.line();
    expectEqualCounts(record);
}

TEST_P(Inspection, CutsBothLegsBeforeTheMessageGoesOn)
{
    TestOrigin origin;
    Ends ends = open(origin, "strict.test");
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "fine"));
    ends.client.send(clientFrame(Opcode::Text, "this is TOP-SECRET"));
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    EXPECT_EQ(ends.upstream.receiveRemainder().bytes, "");
    const AuditRecord record = close(origin);
    EXPECT_TRUE(says(record, {{"close_by", "policy"},
                              {"close_reason", "cut"},
                              {"verdict", "allow"},
                              {"stage", "running-session"},
                              {"rule_layer", "inspection"},
                              {"rule_name", "Strict"},
                              {"inspection_cut_by", "Secret"},
                              {"inspection_injected", "false"}}))
        << record.line();
}

TEST_P(Inspection, SaysWhyWithACloseFrameWhereItMay)
{
    TestOrigin origin;
    Ends ends = open(origin, "polite.test");
    pass(ends.upstream, ends.client, serverFrame(Opcode::Text, "welcome"));
    ends.client.send(clientFrame(Opcode::Text, "TOP-SECRET"));
    const Frame atUpstream = receiveFrame(ends.upstream);
    EXPECT_EQ(atUpstream.opcode, Opcode::Close);
    EXPECT_EQ(atUpstream.payload, "\x03\xf0");
    const Frame atClient = receiveFrame(ends.client);
    EXPECT_EQ(atClient.opcode, Opcode::Close);
    EXPECT_EQ(atClient.payload, "\x03\xf0");
    const AuditRecord record = close(origin);
    EXPECT_TRUE(says(record, {{"close_reason", "cut"}, {"inspection_injected", "true"}}))
        << record.line();
    EXPECT_EQ(record["bytes_upstream_to_proxy"], record["bytes_proxy_to_client"])
        << "a Close frame of ours is not counted";
}

TEST_P(Inspection, PutsNoCloseFrameIntoTheMiddleOfAnother)
{
    TestOrigin origin;
    Ends ends = open(origin, "polite.test");
    const std::string large = serverFrame(Opcode::Binary, std::string(50'000, 'x'));
    pass(ends.upstream, ends.client, large.substr(0, 20'000));
    const std::string begin = clientFrame(Opcode::Text, std::string(200, '.') + "TOP-SECRET");
    pass(ends.client, ends.upstream, begin.substr(0, 100)); // the frame has begun to go on
    ends.client.send(begin.substr(100));
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    EXPECT_EQ(ends.upstream.receiveRemainder().bytes, "");
    EXPECT_EQ(close(origin)["inspection_injected"], "false");
}

TEST_P(Inspection, HoldsAMessageUntilAllOfItWasLookedAt)
{
    TestOrigin origin;
    Ends ends = open(origin, "hold.test");
    const std::string message = clientFrame(Opcode::Text, std::string(5'000, 'a'));
    ends.client.send(message.substr(0, 4'000));
    EXPECT_TRUE(ends.upstream.staysSilent(100ms));
    ends.client.send(message.substr(4'000));
    EXPECT_EQ(ends.upstream.receiveExactly(message.size()), message);
    const std::string large = clientFrame(Opcode::Binary, std::string(200'000, 'b'));
    ends.client.send(large.substr(0, 100'000));
    EXPECT_EQ(ends.upstream.receiveExactly(100'000), large.substr(0, 100'000))
        << "longer than what is held";
    pass(ends.client, ends.upstream, large.substr(100'000));
    pass(ends.upstream, ends.client, serverFrame(Opcode::Text, "answer"));
    const AuditRecord record = finish(ends, origin);
    EXPECT_THAT(record["sha256_client_to_proxy"], MatchesRegex("[0-9a-f]{64}"));
    EXPECT_EQ(record["sha256_client_to_proxy"], record["sha256_proxy_to_upstream"]);
    EXPECT_EQ(record["sha256_upstream_to_proxy"], record["sha256_proxy_to_client"]);
    EXPECT_EQ(record["close_reason"], "done") << record.line();
    expectEqualCounts(record);
}

TEST_P(Inspection, LetsNothingOfAHeldMessageThroughThatItCuts)
{
    TestOrigin origin;
    Ends ends = open(origin, "hold.test");
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "fine"));
    ends.client.send(std::string("\x01\x84\0\0\0\0TOP-", 10));
    EXPECT_TRUE(ends.upstream.staysSilent(50ms));
    ends.client.send(std::string("\x80\x86\0\0\0\0SECRET", 12));
    const Frame atUpstream = receiveFrame(ends.upstream);
    EXPECT_EQ(atUpstream.opcode, Opcode::Close) << "the first it gets is ours";
    EXPECT_EQ(receiveFrame(ends.client).opcode, Opcode::Close);
    EXPECT_EQ(close(origin)["inspection_cut_by"], "Secret");
}

TEST_P(Inspection, LetsFlowWhatItCannotReadAndSaysWhy)
{
    TestOrigin origin;
    Ends ends = open(origin, "count.test",
                     {.asked = "Sec-WebSocket-Extensions: x-own\r\n",
                      .answered = "Sec-WebSocket-Extensions: x-own\r\n"});
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "whatever"));
    pass(ends.upstream, ends.client, "\xff\xff garbage, not a frame");
    pass(ends.upstream, ends.client, "and more");
    const AuditRecord record = finish(ends, origin);
    EXPECT_TRUE(says(record, {{"ws_inspectable", "false"},
                              {"ws_extensions", "x-own"},
                              {"ws_not_inspectable_why", "unknown-extension"},
                              {"close_reason", "done"}}))
        << record.line();
    expectEqualCounts(record);
}

TEST_P(Inspection, CutsWhatItCannotReadWhereARuleSaysSo)
{
    TestOrigin origin;
    Ends ends = open(origin, "strict.test");
    ends.upstream.send("\xff\xff garbage");
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    EXPECT_EQ(close(origin)["inspection_cut_by"], "Unreadable");
}

TEST_P(Inspection, LooksAtFramesThatDoNotWaitForThe101)
{
    TestOrigin origin;
    RawClient client = connect(origin, "strict.test");
    const std::string fine = clientFrame(Opcode::Text, "fine");
    const std::string asked = request(origin, "strict.test", "/", "");
    client.send(asked + fine + clientFrame(Opcode::Text, "TOP-SECRET"));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    EXPECT_TRUE(upstream.staysSilent(50ms)) << "they wait for it here";
    upstream.send(answer(""));
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    const std::string came = upstream.receiveRemainder().bytes;
    EXPECT_TRUE(came.empty() || came == fine) << came;
    EXPECT_EQ(close(origin)["inspection_cut_by"], "Secret");
}

TEST_P(Inspection, PassesOnFramesThatDidNotWait)
{
    TestOrigin origin;
    RawClient client = connect(origin, "count.test");
    const std::string early = clientFrame(Opcode::Text, "early") + clientFrame(Opcode::Ping, "p");
    client.send(request(origin, "count.test", "/", "") + early.substr(0, 3));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    client.send(early.substr(3));
    upstream.send(answer(""));
    EXPECT_EQ(upstream.receiveExactly(early.size()), early);
    (void)client.receiveHead();
    client.close();
    upstream.close();
    const AuditRecord record = close(origin);
    EXPECT_TRUE(says(record, {{"ws_messages_text_client_to_upstream", "1"},
                              {"ws_pings_client_to_upstream", "1"},
                              {"ws_inspectable", "true"},
                              {"close_reason", "done"}}))
        << record.line();
    expectEqualCounts(record);
}

TEST_P(Inspection, PassesOnWhatDidNotWaitForARefusal)
{
    TestOrigin origin;
    RawClient client = connect(origin, "count.test");
    client.send(request(origin, "count.test", "/", ""));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    if (GetParam() == Form::InTunnel)
        client.send("GET /next HTTP/1.1\r\n");
    upstream.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(client.receiveHead(), testing::StartsWith("HTTP/1.1 404 "));
    if (GetParam() == Form::InTunnel) {
        EXPECT_EQ(upstream.receiveExactly(20), "GET /next HTTP/1.1\r\n");
    }
}

TEST_P(Inspection, TakesTooManyOfThemForUnreadable)
{
    if (GetParam() == Form::PlainUpgrade)
        GTEST_SKIP() << "there they wait in the socket";
    TestOrigin origin;
    RawClient client = connect(origin, "strict.test");
    const std::string asked = request(origin, "strict.test", "/", "");
    const std::string early = clientFrame(Opcode::Binary, std::string(200'000, 'b'));
    client.send(asked);
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    client.send(early);
    EXPECT_TRUE(upstream.receiveExactly(early.size()) == early) << "it flows on";
    upstream.send(answer(""));
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    const AuditRecord record = close(origin);
    EXPECT_TRUE(says(
        record, {{"inspection_cut_by", "Unreadable"}, {"ws_not_inspectable_why", "early-data"}}))
        << record.line();
}

TEST_P(Inspection, CutsASubprotocolThatIsNotAllowed)
{
    TestOrigin origin;
    RawClient client = connect(origin, "known.test");
    client.send(request(origin, "known.test", "/", ""));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(answer(""));
    EXPECT_EQ(upstream.awaitEnd(), End::Reset);
    EXPECT_TRUE(says(close(origin), {{"close_reason", "cut"}, {"inspection_cut_by", "Only chat"}}));
}

struct ForbiddenCase {
    const char* host;
    const char* path;
    const char* fields;
    const char* rule;
};

TEST_P(Inspection, ForbidsAHandshakeBeforeAnythingGoesOn)
{
    for (const ForbiddenCase& each :
         {ForbiddenCase{"blind.test", "/admin/feed", "", "No admin"},
          ForbiddenCase{"blind.test", "/%61dmin/feed", "", "No admin"},
          ForbiddenCase{"blind.test", "/", "Origin: https://evil.test\r\n", "No foreign pages"},
          ForbiddenCase{"nows.test", "/", "", "No WebSockets there"}}) {
        SCOPED_TRACE(each.rule);
        TestOrigin origin;
        RawClient client = connect(origin, each.host);
        client.send(request(origin, each.host, each.path, each.fields));
        if (GetParam() == Form::PlainUpgrade) {
            EXPECT_EQ(client.receiveResponse().status, 403);
            EXPECT_FALSE(origin.hasConnection());
        } else {
            EXPECT_EQ(client.awaitEnd(), End::Reset);
            EXPECT_EQ(origin.accept().receiveRemainder().bytes, "");
        }
        const AuditRecord record = proxy().awaitEnding({{"port", std::to_string(origin.port())}});
        EXPECT_TRUE(says(record, {{"verdict", "deny"}, {"rule_name", each.rule}})) << record.line();
    }
}

TEST_P(Inspection, ForbidsTheSubprotocolThatTheServerChose)
{
    TestOrigin origin;
    RawClient client = connect(origin, "mqtt.test");
    client.send(request(origin, "mqtt.test", "/", "Sec-WebSocket-Protocol: chat, mqtt\r\n"));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(answer("Sec-WebSocket-Protocol: mqtt\r\n"));
    if (GetParam() == Form::PlainUpgrade) {
        EXPECT_EQ(client.receiveResponse().status, 403);
    } else {
        const Remainder rest = client.receiveRemainder();
        EXPECT_EQ(rest.bytes, "") << "nothing of the 101 went on";
        EXPECT_EQ(rest.end, End::Reset);
    }
    const AuditRecord record = proxy().awaitEnding({{"port", std::to_string(origin.port())}});
    EXPECT_TRUE(
        says(record, {{"verdict", "deny"}, {"rule_name", "No mqtt"}, {"close_reason", "denied"}}))
        << record.line();
}

TEST_P(Inspection, LetsAnotherSubprotocolBeChosen)
{
    TestOrigin origin;
    Ends ends = open(origin, "mqtt.test",
                     {.asked = "Sec-WebSocket-Protocol: chat, mqtt\r\n",
                      .answered = "Sec-WebSocket-Protocol: chat\r\n"});
    pass(ends.client, ends.upstream, clientFrame(Opcode::Text, "hello"));
    const AuditRecord record = finish(ends, origin);
    EXPECT_TRUE(says(record, {{"verdict", "allow"}, {"ws_subprotocol", "chat"}})) << record.line();
}

TEST_P(Inspection, IsShownToAPerson)
{
    TestOrigin origin;
    Ends ends = open(origin, "strict.test");
    ends.client.send(clientFrame(Opcode::Text, "TOP-SECRET"));
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    const ProgramResult shown = proxy().run({"audit", "show", close(origin)["session_id"]});
    EXPECT_EQ(shown.exitCode, 0) << shown.errors;
    EXPECT_THAT(shown.output, HasSubstr("\"Secret\"")) << shown.output;
    EXPECT_THAT(shown.output, HasSubstr("strict.test"));
}

TEST(InspectionRow, IsTheOneThatTheSessionBeganWith)
{
    const std::string begun = Policy;
    ProxyProcess proxy({.policy = begun});
    proxy.dns().answer("strict.test", {"127.0.0.1"});
    TestOrigin origin;
    RawClient client = proxy.client();
    client.send("GET http://" + origin.named("strict.test") + "/ HTTP/1.1\r\nHost: x\r\n" +
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    (void)client.receiveHead();
    const ProgramResult imported = proxy.importPolicy(
        replaced(begun, R"({"name": "Strict", "action": "observe", "profile": "Strict")",
                 R"({"name": "Renamed", "action": "observe", "profile": "Look")"));
    ASSERT_EQ(imported.exitCode, 0) << imported.errors;
    proxy.awaitLog("policy version 2 is in force");
    client.send(clientFrame(Opcode::Text, "TOP-SECRET"));
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    const AuditRecord record = proxy.awaitRecord({{"event", "close"}});
    EXPECT_TRUE(says(record, {{"rule_name", "Strict"},
                              {"inspection_profile", "Strict"},
                              {"policy_version", "1"},
                              {"inspection_cut_by", "Secret"}}))
        << record.line();
}

class NoInflating : public SharedProxy<NoInflating> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"inflate-memory", "0"}}, .policy = R"({"format": 1,
                    "guard": [{"name": "Loopback", "action": "allow"}],
                    "access": [{"name": "All", "action": "allow"}],
                    "defaults": {"inspection": "observe"}})"};
    }
};

TEST_F(NoInflating, LeavesCompressedMessagesUnreadAndUnchanged)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("GET http://" + origin.authority() + "/ HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                  "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    (void)client.receiveHead();
    const std::string hello("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", 9); // RFC 7692 §7.2.3.1
    upstream.send(hello);
    EXPECT_EQ(client.receiveExactly(hello.size()), hello);
    client.close();
    upstream.close();
    const AuditRecord record =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(record, {{"ws_inspectable", "false"},
                              {"ws_not_inspectable_why", "memory-budget"},
                              {"ws_messages_text_upstream_to_client", "1"},
                              {"ws_payload_bytes_upstream_to_client", "7"},
                              {"close_reason", "done"}}))
        << record.line();
}

class CheckCounters : public testing::Test {
protected:
    CheckCounters() { proxy_.dns().answer("look.test", {"127.0.0.1"}); }

    /// One session in which a client sends these, from its handshake to its record.
    void chat(const std::vector<std::string>& frames) const
    {
        TestOrigin origin;
        RawClient client = proxy_.client();
        client.send("GET http://" + origin.named("look.test") +
                    "/ HTTP/1.1\r\nHost: " + origin.named("look.test") +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                    std::string(SampleKey) + "\r\n\r\n");
        RawConnection upstream = origin.accept();
        (void)upstream.receiveHead();
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                      std::string(SampleAccept) + "\r\n\r\n");
        (void)client.receiveHead();
        for (const auto& frame : frames) {
            client.send(frame);
            EXPECT_EQ(upstream.receiveExactly(frame.size()), frame);
        }
        client.close();
        upstream.close();
        (void)proxy_.awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    }
    [[nodiscard]] std::string foundBy(const std::string& check) const
    {
        const std::string all = proxy_.run({"policy", "hits", "--json"}).output;
        const std::string key = R"({"profile":"Look","check":")" + check + R"(","hits":)";
        const auto at = all.find(key);
        EXPECT_NE(at, std::string::npos) << all;
        return at == std::string::npos
                   ? ""
                   : all.substr(at + key.size(), all.find(',', at + key.size()) - at - key.size());
    }
    void expectSoon(const std::string& check, const std::string& count) const
    {
        const auto deadline = std::chrono::steady_clock::now() + 2 * Patience;
        while (foundBy(check) != count)
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << foundBy(check);
    }

    const std::string card_ = clientFrame(Opcode::Text, "4111 1111 1111 1111");
    const std::string large_ = clientFrame(Opcode::Text, std::string(2000, 'x'));
    ProxyProcess proxy_{{.policy = Policy}};
};

TEST_F(CheckCounters, SayHowOftenEachCheckFoundSomething)
{
    chat({card_, large_, card_, clientFrame(Opcode::Text, "nothing")});
    chat({card_});
    expectSoon("Cards", "3");
    EXPECT_EQ(foundBy("Large"), "1");
    EXPECT_EQ(foundBy("Bad text"), "0");
}

TEST_F(CheckCounters, SurviveARestartAndCountOn)
{
    chat({card_, card_, large_});
    proxy_.stop();
    EXPECT_EQ(foundBy("Cards"), "2");
    EXPECT_EQ(foundBy("Large"), "1");
    proxy_.start();
    chat({card_});
    proxy_.stop();
    EXPECT_EQ(foundBy("Cards"), "3");
    EXPECT_EQ(foundBy("Large"), "1");
    proxy_.start();
}

TEST_F(CheckCounters, CountNoMoreOfASessionThanTheLogIsTold)
{
    chat(std::vector<std::string>(120, card_));
    expectSoon("Cards", "100");
}

} // namespace
} // namespace sallyport::test
