// The policy on the wire: who is refused, with what explanation, and how a new policy takes effect.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

constexpr const char* Rules = R"(
    {"name": "No <b>denied</b> hosts", "action": "deny", "ticket": "NET-1",
     "when": {"host": ["denied.test", "*.denied.test"]}},
    {"name": "Not at work", "action": "deny", "when": {"host": ["games.test"]},
     "blockText": "<script>alert('x')</script>\nAsk the \"help desk\" & caf\u00e9"},
    {"name": "Switched off", "action": "deny", "enabled": false, "when": {"host": ["off.test"]}},
    {"name": "No deleting", "action": "deny", "when": {"method": ["DELETE"]}},
    {"name": "No WebSockets there", "action": "deny",
     "when": {"host": ["nows.test"], "protocol": ["websocket"]}},
    {"name": "No tunnels there", "action": "deny",
     "when": {"host": ["notunnel.test"], "protocol": ["connect"]}},
    {"name": "Low ports only from elsewhere", "action": "deny",
     "when": {"port": ["1-1023"], "not": {"client": ["10.0.0.0/8"]}}},
    {"name": "Not this address", "action": "deny", "when": {"address": ["127.0.0.77/32"]}},
)";

class PolicyDecision : public SharedProxy<PolicyDecision> {
public:
    static ProxySettings settings() { return {.policy = loopbackPolicy(Rules)}; }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const char* name : {"off.test", "nows.test", "notunnel.test", "free.test",
                                 "sub.denied.test", "notdenied.test"})
            proxy().dns().answer(name, {"127.0.0.1"});
        proxy().dns().answer("elsewhere.test", {"127.0.0.77"});
    }
};

TEST_F(PolicyDecision, ExplainsARefusal)
{
    const Response answer = proxy().ask(connectRequest("denied.test:443"));
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.proxyError(), "http_request_denied");
    EXPECT_THAT(answer.field("Proxy-Status"),
                AllOf(StartsWith("sallyport"), HasSubstr("details=")));
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    EXPECT_THAT(answer.body, HasSubstr("No <b>denied</b> hosts")) << "plain text is not escaped";
    EXPECT_THAT(answer.body, HasSubstr(answer.session()));
    EXPECT_THAT(answer.body, HasSubstr("denied.test"));

    const AuditRecord record = proxy().awaitRecord({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"event", "decision"},
                              {"verdict", "deny"},
                              {"rule_name", "No <b>denied</b> hosts"},
                              {"rule_layer", "access"},
                              {"stage", "request"},
                              {"host", "denied.test"},
                              {"port", "443"},
                              {"status", "403"},
                              {"close_reason", "denied"},
                              {"close_by", "policy"}}))
        << record.line();
    EXPECT_NE(record["rule_id"], "");
    EXPECT_EQ(proxy().records({{"session_id", answer.session()}}).size(), 1u);
}

TEST_F(PolicyDecision, GivesTheRulesOwnTextWithARefusal)
{
    for (const std::string& request :
         {connectRequest("games.test:443"), getRequest("games.test")}) {
        const Response answer = proxy().ask(request);
        EXPECT_EQ(answer.status, 403) << answer.head;
        EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8");
        EXPECT_THAT(answer.body, HasSubstr("\n\n<script>alert('x')</script>\n"
                                           "Ask the \"help desk\" & caf\xc3\xa9\n\n"))
            << "plain text is not escaped";
        EXPECT_THAT(answer.field("Proxy-Status"), Not(HasSubstr("script")));
        EXPECT_EQ(answer.field("Content-Length"), std::to_string(answer.body.size()));
    }
}

TEST_F(PolicyDecision, LeavesTheRulesOwnTextATextInHtml)
{
    const std::string accept = "Accept: text/html\r\n\r\n";
    for (std::string request : {connectRequest("games.test:443"), getRequest("games.test")}) {
        request.replace(request.size() - 2, 2, accept);
        const Response answer = proxy().ask(request);
        EXPECT_EQ(answer.status, 403) << answer.head;
        EXPECT_EQ(answer.field("Content-Type"), "text/html; charset=utf-8");
        EXPECT_THAT(answer.body, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;<br>\n"
                                           "Ask the &quot;help desk&quot; &amp; caf\xc3\xa9</p>"));
        EXPECT_THAT(answer.body, Not(HasSubstr("<script")));
    }
}

struct SpellingCase {
    const char* name;
    const char* host;
};

class Spelling : public PolicyDecision, public testing::WithParamInterface<SpellingCase> {};

TEST_P(Spelling, DoesNotGetAroundARule)
{
    const std::string host = GetParam().host;
    for (const std::string& request :
         {connectRequest(host + ":443"), getRequest(host), getRequest(host + ":8080")}) {
        const Response answer = proxy().ask(request);
        EXPECT_EQ(answer.status, 403) << request << answer.head;
        EXPECT_THAT(answer.body, HasSubstr("denied")) << request;
    }
}

INSTANTIATE_TEST_SUITE_P(Names, Spelling,
                         testing::Values(SpellingCase{"Exact", "denied.test"},
                                         SpellingCase{"TrailingDot", "denied.test."},
                                         SpellingCase{"UpperCase", "DENIED.TEST"},
                                         SpellingCase{"Both", "Denied.Test."},
                                         SpellingCase{"Below", "sub.denied.test"},
                                         SpellingCase{"FarBelow", "a.b.c.denied.test."}),
                         caseName);

struct DecisionCase {
    const char* name;
    const char* request;
    const char* rule; ///< whose name the refusal carries; null: it is not refused
};

class Decision : public PolicyDecision, public testing::WithParamInterface<DecisionCase> {};

TEST_P(Decision, FollowsTheFirstRuleThatMatches)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send(withPort(GetParam().request, origin.port()));
    if (GetParam().rule != nullptr) {
        const Response answer = client.receiveResponse();
        EXPECT_EQ(answer.status, 403) << answer.head;
        EXPECT_THAT(answer.body, HasSubstr(GetParam().rule));
        EXPECT_FALSE(origin.hasConnection());
        EXPECT_EQ(proxy().awaitRecord({{"session_id", answer.session()}})["rule_name"],
                  GetParam().rule);
        return;
    }
    RawConnection upstream = origin.accept();
    const AuditRecord open =
        proxy().awaitRecord({{"event", "open"}, {"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(open, {{"rule_name", "Clients on loopback"}, {"verdict", "allow"}}))
        << open.line();
}

#define UPGRADE                                                                                    \
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"                   \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
INSTANTIATE_TEST_SUITE_P(
    Conditions, Decision,
    testing::Values(
        DecisionCase{"DisabledRule", "CONNECT off.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     nullptr},
        DecisionCase{"OtherMethod", "CONNECT free.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     nullptr},
        DecisionCase{"LongerName", "CONNECT notdenied.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     nullptr},
        DecisionCase{"Method", "DELETE http://free.test:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
                     "No deleting"},
        DecisionCase{"WebSocket", "GET http://nows.test:{port}/ HTTP/1.1\r\nHost: x\r\n" UPGRADE,
                     "No WebSockets there"},
        DecisionCase{"Tunnel", "CONNECT notunnel.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     "No tunnels there"},
        DecisionCase{"Port", "CONNECT free.test:25 HTTP/1.1\r\nHost: x\r\n\r\n",
                     "Low ports only from elsewhere"},
        DecisionCase{"Address", "CONNECT 127.0.0.77:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     "Not this address"},
        DecisionCase{"MappedAddress",
                     "CONNECT [::ffff:127.0.0.77]:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     "Not this address"},
        DecisionCase{"ResolvedAddress", "CONNECT elsewhere.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
                     "Not this address"}),
    caseName);

TEST_F(PolicyDecision, IsMadeForEachRequestOfAConnection)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}"), okResponse("one"));
    EXPECT_EQ(first.response.body, "one");
    first.client.send(getRequest("denied.test"));
    const Response refused = first.client.receiveResponse();
    EXPECT_EQ(refused.status, 403);
    first.client.send(getRequest(origin.authority(), "/2"));
    EXPECT_THAT(first.upstream.receiveHead(), StartsWith("GET /2 "));
    first.upstream.send(okResponse("two"));
    EXPECT_EQ(first.client.receiveResponse().body, "two");
}

TEST_F(PolicyDecision, TakesNoBodyOfARefusedRequestForARequest)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    const std::string body = getRequest(origin.authority(), "/smuggled");
    client.send("POST http://denied.test/ HTTP/1.1\r\nHost: denied.test\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_EQ(client.receiveResponse().status, 403);
    client.halfClose();
    EXPECT_THAT(client.receiveRemainder().bytes, Not(HasSubstr("HTTP/1.1")));
    EXPECT_FALSE(origin.hasConnection());
}

TEST_F(PolicyDecision, AnswersHeadWithoutABody)
{
    RawClient client = proxy().client();
    client.send("HEAD http://denied.test/ HTTP/1.1\r\nHost: denied.test\r\n\r\n"
                "HEAD http://denied.test/ HTTP/1.1\r\nHost: denied.test\r\n\r\n");
    EXPECT_EQ(client.receiveResponse("HEAD").status, 403);
    EXPECT_EQ(client.receiveResponse("HEAD").status, 403);
}

struct AcceptCase {
    const char* name;
    const char* fieldLine;
    const char* contentType;
};

class RefusalBody : public PolicyDecision, public testing::WithParamInterface<AcceptCase> {};

TEST_P(RefusalBody, IsWhatTheClientAccepts) // RFC 9110 §12.5.1
{
    const Response answer = proxy().ask(getRequest("denied.test", "/", GetParam().fieldLine));
    EXPECT_THAT(answer.field("Content-Type"), StartsWith(GetParam().contentType));
    EXPECT_THAT(answer.body, HasSubstr(answer.session()));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110, RefusalBody,
    testing::Values(AcceptCase{"Nothing", "", "text/plain"},
                    AcceptCase{"Browser", "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n",
                               "text/html"},
                    AcceptCase{"Plain", "Accept: text/plain\r\n", "text/plain"},
                    AcceptCase{"HtmlUnwanted", "Accept: text/html;q=0, */*\r\n", "text/plain"},
                    AcceptCase{"Curl", "Accept: */*\r\n", "text/plain"}),
    caseName);

TEST_F(PolicyDecision, EscapesWhatItQuotesInHtml)
{
    const Response answer = proxy().ask(getRequest("denied.test", "/", "Accept: text/html\r\n"));
    EXPECT_THAT(answer.body, HasSubstr("No &lt;b&gt;denied&lt;/b&gt; hosts"));
    EXPECT_THAT(answer.body, Not(HasSubstr("<b>denied")));
}

TEST_F(PolicyDecision, NeverAsksForCredentials)
{
    for (const std::string& request :
         {getRequest("denied.test", "/", "Proxy-Authorization: Basic eDp5\r\n"),
          connectRequest("denied.test:443"), getRequest("denied.test")}) {
        const Response answer = proxy().ask(request);
        EXPECT_EQ(answer.status, 403);
        EXPECT_EQ(answer.count("Proxy-Authenticate"), 0u);
    }
}

// What the first start writes: loopback and private clients to public destinations on 80 and 443.
class InitialPolicy : public SharedProxy<InitialPolicy> {
public:
    static ProxySettings settings() { return {.policy = ""}; }
};

TEST_F(InitialPolicy, DeniesOtherPortsWithoutALookUp)
{
    const Response answer = proxy().ask(connectRequest("somewhere.test:22"));
    EXPECT_EQ(answer.status, 403) << answer.head;
    EXPECT_EQ(answer.proxyError(), "http_request_denied");
    EXPECT_EQ(proxy().dns().timesAsked("A somewhere.test"), 0u);
    const AuditRecord record = proxy().awaitRecord({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"rule_name", "default"}, {"rule_layer", "access"}}))
        << record.line();
}

struct ProhibitedCase {
    const char* name;
    const char* host;
    std::vector<std::string> addresses{}; ///< what the name resolves to
};

class Prohibited : public InitialPolicy, public testing::WithParamInterface<ProhibitedCase> {};

TEST_P(Prohibited, IsNeverReached)
{
    const std::string host = GetParam().host;
    proxy().dns().answer(host, GetParam().addresses);
    for (const std::string& request : {connectRequest(host + ":443"), getRequest(host)}) {
        const Response answer = proxy().ask(request);
        EXPECT_EQ(answer.status, 403) << request << answer.head;
        EXPECT_EQ(answer.proxyError(), "destination_ip_prohibited") << request;
        const AuditRecord record = proxy().awaitRecord({{"session_id", answer.session()}});
        EXPECT_TRUE(says(record, {{"event", "decision"},
                                  {"verdict", "deny"},
                                  {"rule_layer", "guard"},
                                  {"rule_name", "default"},
                                  {"close_reason", "denied"}}))
            << record.line();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6890, Prohibited,
    testing::Values(
        ProhibitedCase{"Loopback", "127.0.0.1"}, ProhibitedCase{"LoopbackOther", "127.255.0.3"},
        ProhibitedCase{"LoopbackIpv6", "[::1]"},
        ProhibitedCase{"LoopbackMapped", "[::ffff:127.0.0.1]"},
        ProhibitedCase{"LoopbackMappedHexadecimal", "[::ffff:7f00:1]"},
        ProhibitedCase{"LoopbackBehindNat64", "[64:ff9b::7f00:1]"},
        ProhibitedCase{"LoopbackIn6to4", "[2002:7f00:1::1]"},
        ProhibitedCase{"LoopbackByHostsFile", "origin.test"},
        ProhibitedCase{"LoopbackByName", "inside.test", {"127.0.0.1"}},
        ProhibitedCase{"LoopbackByIpv6Name", "inside6.test", {"::1"}},
        ProhibitedCase{"AllAddressesInside", "inside7.test", {"10.0.0.1", "fd00::1"}},
        ProhibitedCase{"Unspecified", "0.0.0.0"}, ProhibitedCase{"UnspecifiedIpv6", "[::]"},
        ProhibitedCase{"MetadataService", "169.254.169.254"},
        ProhibitedCase{"PrivateTen", "10.1.2.3"}, ProhibitedCase{"Private172", "172.31.255.255"},
        ProhibitedCase{"Private192", "192.168.1.1"}, ProhibitedCase{"CarrierNat", "100.64.0.1"},
        ProhibitedCase{"Multicast", "224.0.0.1"}, ProhibitedCase{"Broadcast", "255.255.255.255"},
        ProhibitedCase{"LinkLocalIpv6", "[fe80::1]"},
        ProhibitedCase{"UniqueLocalIpv6", "[fd12::1]"},
        ProhibitedCase{"MulticastIpv6", "[ff02::1]"}),
    caseName);

class PolicyImport : public testing::Test {
protected:
    ProxyProcess proxy_;

    static std::string denying(const std::string& host)
    {
        return loopbackPolicy(R"({"name": "Fresh rule", "action": "deny", "when": {"host": [")" +
                              host + R"("]}},)");
    }

    // How long it takes until requests for origin.test are answered so.
    std::chrono::milliseconds timeUntil(const ServingOrigin& origin, int status)
    {
        const auto start = Clock::now();
        while (proxy_.ask(getRequest(origin.named("origin.test"))).status != status) {
            if (Clock::now() > start + Patience)
                throw Unexpected("the new policy does not take effect");
        }
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    }
};

TEST_F(PolicyImport, TakesEffectWithinASecondOnARunningServer)
{
    const ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    EXPECT_EQ(proxy_.ask(getRequest(origin.named("origin.test"))).status, 200);
    const AuditRecord before = proxy_.awaitEnding({{"host", "origin.test"}});
    ASSERT_EQ(proxy_.importPolicy(denying("origin.test")).exitCode, 0);
    EXPECT_LE(timeUntil(origin, 403), Sanitized ? 5000ms : 1000ms);
    const AuditRecord after = proxy_.awaitRecord({{"host", "origin.test"}, {"status", "403"}});
    EXPECT_GT(after.number("policy_version"), before.number("policy_version"));
    ASSERT_EQ(proxy_.importPolicy(loopbackPolicy()).exitCode, 0);
    EXPECT_LE(timeUntil(origin, 200), Sanitized ? 5000ms : 1000ms);
}

TEST_F(PolicyImport, IsKeptOverARestart)
{
    ASSERT_EQ(proxy_.importPolicy(denying("origin.test")).exitCode, 0);
    proxy_.stop();
    proxy_.start();
    EXPECT_EQ(proxy_.ask(getRequest("origin.test")).status, 403);
}

TEST_F(PolicyImport, GivesBackWhatExportWrote)
{
    const ProgramResult exported = proxy_.run({"policy", "export"});
    ASSERT_EQ(exported.exitCode, 0) << exported.errors;
    EXPECT_THAT(exported.output, HasSubstr("Clients on loopback"));
    ASSERT_EQ(proxy_.importPolicy(exported.output).exitCode, 0);
    EXPECT_EQ(proxy_.run({"policy", "export"}).output, exported.output);
}

struct DocumentCase {
    const char* name;
    const char* row;                ///< the second access row
    std::vector<std::string> named; ///< what the complaint names
};

class WrongDocument : public PolicyImport, public testing::WithParamInterface<DocumentCase> {};

TEST_P(WrongDocument, ChangesNothingAndIsExplained)
{
    const std::string before = proxy_.run({"policy", "export"}).output;
    const std::string document =
        R"({"format": 1, "access": [{"name": "Fine", "action": "deny"}, )" +
        std::string(GetParam().row) + "]}";
    const ProgramResult result = proxy_.importPolicy(document);
    EXPECT_EQ(result.exitCode, 1) << result.output << result.errors;
    for (const std::string& word : GetParam().named)
        EXPECT_THAT(result.errors, HasSubstr(word));
    EXPECT_EQ(proxy_.run({"policy", "export"}).output, before);
    const ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    EXPECT_EQ(proxy_.ask(getRequest(origin.authority())).status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongDocument,
    testing::Values(
        DocumentCase{
            "UnknownKey", R"({"name": "Chat", "action": "deny", "whne": {}})", {"Chat", "whne"}},
        DocumentCase{
            "UnknownAction", R"({"name": "Chat", "action": "block"})", {"Chat", "action", "block"}},
        DocumentCase{"BadPort",
                     R"({"name": "Chat", "action": "deny", "when": {"port": ["80-x"]}})",
                     {"Chat", "port", "80-x"}},
        DocumentCase{"BadNetwork",
                     R"({"name": "Chat", "action": "deny", "when": {"client": ["10.0.0.1/8"]}})",
                     {"Chat", "client", "10.0.0.1/8"}},
        DocumentCase{"NoName", R"({"action": "deny"})", {"name"}},
        DocumentCase{"NotJson", R"({"name": )", {}}),
    caseName);

} // namespace
} // namespace sallyport::test
