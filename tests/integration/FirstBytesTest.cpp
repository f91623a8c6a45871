// Rules about what a client sends first through its tunnel: server name, protocols, no TLS at all.
#include "support/Exchange.h"
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"
#include "support/TlsHello.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using testing::AnyOf;
using testing::StartsWith;

// Every tunnel waits for its first bytes, because the first row asks for them.
constexpr const char* Rules = R"(
    {"name": "Bad names", "action": "deny", "when": {"sni": ["*.bad.test", "bad.test"]}},
    {"name": "No mail", "action": "deny", "when": {"alpn": ["imap"]}},
    {"name": "TLS only", "action": "deny",
     "when": {"host": ["tls.test"], "not": {"protocol": ["tls"]}}},
    {"name": "One name only", "action": "allow",
     "when": {"host": ["one.test"], "sni": ["one.test"]}},
    {"name": "Nothing else there", "action": "deny", "when": {"host": ["one.test"]}},
)";

class FirstBytes : public SharedProxy<FirstBytes> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"head-timeout", "500ms"}, {"first-bytes-size", "1KiB"}},
                .policy = loopbackPolicy(Rules)};
    }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const char* name : {"tls.test", "one.test"})
            proxy().dns().answer(name, {"127.0.0.1"});
    }

protected:
    struct Ends {
        RawClient client;
        RawConnection upstream;
    };

    static Ends open(TestOrigin& origin, const std::string& name = "127.0.0.1")
    {
        RawClient client = proxy().tunnelTo(origin.named(name));
        return {std::move(client), origin.accept()};
    }

    static AuditRecord event(const TestOrigin& origin, const std::string& which)
    {
        return proxy().awaitRecord({{"event", which}, {"port", std::to_string(origin.port())}});
    }

    /// The client is cut off, and nothing of it has reached the origin.
    static void expectRefused(Ends& ends, const TestOrigin& origin, const std::string& rule,
                              std::size_t sentBytes)
    {
        EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
        EXPECT_EQ(ends.upstream.receiveRemainder().bytes, "");
        const AuditRecord open = event(origin, "open");
        EXPECT_TRUE(
            says(open, {{"verdict", ""}, {"stage", ""}, {"rule_name", ""}, {"status", "200"}}))
            << open.line();
        const AuditRecord close = event(origin, "close");
        EXPECT_TRUE(says(close, {{"verdict", "deny"},
                                 {"stage", "first-bytes"},
                                 {"rule_layer", "access"},
                                 {"rule_name", rule},
                                 {"close_by", "policy"},
                                 {"close_reason", "denied"},
                                 {"status", "200"},
                                 {"bytes_client_to_proxy", std::to_string(sentBytes)},
                                 {"bytes_proxy_to_upstream", "0"}}))
            << close.line();
    }

    static void expectAllowed(Ends& ends, const TestOrigin& origin, const std::string& sent)
    {
        EXPECT_TRUE(ends.upstream.receiveExactly(sent.size()) == sent);
        ends.upstream.send("answer");
        EXPECT_EQ(ends.client.receiveExactly(6), "answer");
        ends.client.send("more");
        EXPECT_EQ(ends.upstream.receiveExactly(4), "more");
        ends.client.close();
        ends.upstream.close();
        const AuditRecord close = event(origin, "close");
        EXPECT_TRUE(says(close, {{"verdict", "allow"},
                                 {"stage", "first-bytes"},
                                 {"close_reason", "done"},
                                 {"bytes_client_to_proxy", std::to_string(sent.size() + 4)},
                                 {"bytes_proxy_to_upstream", std::to_string(sent.size() + 4)}}))
            << close.line();
    }
};

struct NameCase {
    const char* name;
    const char* sni;
};

class BadName : public FirstBytes, public testing::WithParamInterface<NameCase> {};

TEST_P(BadName, IsRefusedBeforeAnythingGoesOn)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string hello = clientHello(GetParam().sni);
    ends.client.send(hello);
    expectRefused(ends, origin, "Bad names", hello.size());
}

INSTANTIATE_TEST_SUITE_P(Spellings, BadName,
                         testing::Values(NameCase{"Plain", "www.bad.test"},
                                         NameCase{"Capitals", "WWW.Bad.TEST"},
                                         NameCase{"TrailingDot", "www.bad.test."},
                                         NameCase{"Itself", "bad.test"}),
                         caseName);

TEST_F(FirstBytes, LetOtherNamesThroughUnchanged)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string hello = clientHello("www.good.test", {"h2"});
    ends.client.send(hello);
    expectAllowed(ends, origin, hello);
}

TEST_F(FirstBytes, MayNameNobody)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string hello = clientHello("");
    ends.client.send(hello);
    expectAllowed(ends, origin, hello);
}

TEST_F(FirstBytes, AreRefusedForAProtocolTheyOffer)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string hello = clientHello("www.good.test", {"h2", "imap"});
    ends.client.send(hello);
    expectRefused(ends, origin, "No mail", hello.size());
}

TEST_F(FirstBytes, MayBeAllThatAllows)
{
    TestOrigin origin;
    Ends right = open(origin, "one.test");
    const std::string rightHello = clientHello("one.test");
    right.client.send(rightHello);
    expectAllowed(right, origin, rightHello);

    TestOrigin other;
    Ends wrong = open(other, "one.test");
    const std::string wrongHello = clientHello("two.test");
    wrong.client.send(wrongHello);
    expectRefused(wrong, other, "Nothing else there", wrongHello.size());
}

TEST_F(FirstBytes, MayComeByteByByte)
{
    TestOrigin origin;
    Ends refused = open(origin);
    const std::string bad = clientHello("www.bad.test");
    refused.client.sendByteByByte(bad);
    expectRefused(refused, origin, "Bad names", bad.size());

    TestOrigin other;
    Ends allowed = open(other);
    const std::string good = clientHello("www.good.test");
    allowed.client.sendByteByByte(good);
    expectAllowed(allowed, other, good);
}

TEST_F(FirstBytes, MayComeInSmallRecords)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string hello = inRecordsOf(40, clientHello("www.bad.test"));
    ends.client.send(hello);
    expectRefused(ends, origin, "Bad names", hello.size());
}

TEST_F(FirstBytes, MayComeWithTheRequest)
{
    TestOrigin origin;
    const std::string bad = clientHello("www.bad.test");
    RawClient refused = proxy().client();
    refused.send(connectRequest(origin.authority()) + bad);
    Ends refusedEnds{std::move(refused), origin.accept()};
    expectRefused(refusedEnds, origin, "Bad names", bad.size());

    TestOrigin other;
    const std::string good = clientHello("www.good.test");
    RawClient allowed = proxy().client();
    allowed.send(connectRequest(other.authority()) + good);
    EXPECT_THAT(allowed.receiveHead(), StartsWith("HTTP/1.1 200"));
    Ends allowedEnds{std::move(allowed), other.accept()};
    expectAllowed(allowedEnds, other, good);
}

TEST_F(FirstBytes, MayBeginWithTheRequest)
{
    TestOrigin origin;
    const std::string hello = clientHello("www.bad.test");
    RawClient client = proxy().client();
    client.send(connectRequest(origin.authority()) + hello.substr(0, 100));
    EXPECT_THAT(client.receiveHead(), StartsWith("HTTP/1.1 200"));
    Ends ends{std::move(client), origin.accept()};
    EXPECT_TRUE(ends.upstream.staysSilent(50ms));
    ends.client.send(hello.substr(100));
    expectRefused(ends, origin, "Bad names", hello.size());
}

TEST_F(FirstBytes, AreFollowedByWhateverCameBehindThem)
{
    TestOrigin origin;
    Ends ends = open(origin);
    const std::string sent = clientHello("www.good.test") + std::string(200'000, 'e');
    ends.client.send(sent);
    expectAllowed(ends, origin, sent);
}

TEST_F(FirstBytes, DoNotDelayAServerThatSpeaksFirst)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.upstream.send("220 mail.test ready\r\n");
    EXPECT_EQ(ends.client.receiveUntil("\n"), "220 mail.test ready\r\n");
    // However long the client thinks about it.
    EXPECT_TRUE(ends.client.staysSilent(800ms));
    ends.client.send("EHLO me\r\n");
    EXPECT_EQ(ends.upstream.receiveUntil("\n"), "EHLO me\r\n");
    ends.upstream.close();
    ends.client.close();
    const AuditRecord close = event(origin, "close");
    EXPECT_TRUE(says(close, {{"verdict", "allow"}, {"stage", "first-bytes"}})) << close.line();
}

TEST_F(FirstBytes, ThatAreNoTlsAreRefusedWhereOnlyTlsMayBe)
{
    TestOrigin origin;
    Ends refused = open(origin, "tls.test");
    refused.client.send("SSH-2.0-OpenSSH_9.2\r\n");
    expectRefused(refused, origin, "TLS only", 21);

    TestOrigin other;
    Ends allowed = open(other, "tls.test");
    const std::string hello = clientHello("tls.test");
    allowed.client.send(hello);
    expectAllowed(allowed, other, hello);
}

TEST_F(FirstBytes, LargerThanTheBoundCountAsNoTls)
{
    const std::string large =
        clientHello("www.bad.test", std::vector<std::string>(8, std::string(200, 'p')));
    TestOrigin origin;
    Ends refused = open(origin, "tls.test");
    refused.client.send(large);
    EXPECT_EQ(refused.client.awaitEnd(), End::Reset);
    EXPECT_EQ(refused.upstream.receiveRemainder().bytes, "");
    EXPECT_EQ(event(origin, "close")["rule_name"], "TLS only");

    TestOrigin other;
    Ends allowed = open(other);
    allowed.client.send(large);
    expectAllowed(allowed, other, large);
}

TEST_F(FirstBytes, ThatDoNotBecomeCompleteEndAtTheHeadTimeout)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.client.send(clientHello("www.good.test").substr(0, 80));
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    EXPECT_EQ(ends.upstream.receiveRemainder().bytes, "");
    const AuditRecord close = event(origin, "close");
    EXPECT_TRUE(says(close, {{"close_by", "proxy"},
                             {"close_reason", "head-timeout"},
                             {"close_timer", "head-timeout"},
                             {"verdict", ""},
                             {"bytes_client_to_proxy", "80"},
                             {"bytes_proxy_to_upstream", "0"}}))
        << close.line();
}

TEST_F(FirstBytes, MayBeNoneBeforeTheClientsEnd)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.client.halfClose();
    EXPECT_EQ(ends.upstream.receiveToEnd(), "");
    ends.upstream.send("all there is");
    ends.upstream.close();
    EXPECT_EQ(ends.client.receiveToEnd(), "all there is");
    ends.client.close();
    const AuditRecord close = event(origin, "close");
    EXPECT_TRUE(says(close, {{"close_reason", "done"}, {"verdict", "allow"}})) << close.line();
}

TEST_F(FirstBytes, CutShortByTheClientsEndAreNoTls)
{
    TestOrigin origin;
    Ends ends = open(origin, "tls.test");
    ends.client.send(clientHello("www.good.test").substr(0, 80));
    ends.client.halfClose();
    expectRefused(ends, origin, "TLS only", 80);
}

TEST_F(FirstBytes, AreNotAwaitedFromAClientThatIsGone)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.client.send(clientHello("www.good.test").substr(0, 80));
    EXPECT_TRUE(ends.upstream.staysSilent(50ms));
    ends.client.reset();
    EXPECT_EQ(ends.upstream.awaitEnd(), End::Reset);
    const AuditRecord close = event(origin, "close");
    EXPECT_TRUE(
        says(close, {{"close_by", "client"}, {"close_reason", "client-reset"}, {"verdict", ""}}))
        << close.line();
}

TEST_F(FirstBytes, AreNotAwaitedForAnOriginThatIsGone)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.upstream.reset();
    EXPECT_EQ(ends.client.awaitEnd(), End::Reset);
    EXPECT_EQ(event(origin, "close")["close_reason"], "upstream-reset");
}

TEST_F(FirstBytes, MayComeAfterTheOriginsEnd)
{
    TestOrigin origin;
    Ends ends = open(origin);
    ends.upstream.send("done talking");
    ends.upstream.halfClose();
    EXPECT_EQ(ends.client.receiveToEnd(), "done talking");
    ends.client.send("my turn");
    ends.client.close();
    EXPECT_EQ(ends.upstream.receiveToEnd(), "my turn");
}

TEST_F(FirstBytes, AreNotAskedOfARequestThatIsDeniedAnyway)
{
    const Response answer = proxy().ask(connectRequest("[::ffff:192.168.7.7]:443"));
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["stage"], "resolved-address");
}

TEST_F(FirstBytes, DoNotMatterToPlainRequests)
{
    ServingOrigin origin =
        ServingOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const Response answer = proxy().ask("GET http://" + origin.authority() +
                                        "/ HTTP/1.1\r\nHost: " + origin.authority() + "\r\n\r\n");
    EXPECT_EQ(answer.body, "ok");
    const AuditRecord open =
        proxy().awaitRecord({{"event", "open"}, {"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(open, {{"verdict", "allow"}, {"rule_name", "Clients on loopback"}}))
        << open.line();
}

TEST(FirstBytesAtTheEnd, OfTheProcessAreNoObstacle)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "100ms"}}, .policy = loopbackPolicy(Rules)});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.send(clientHello("www.good.test").substr(0, 80));
    EXPECT_TRUE(upstream.staysSilent(50ms));
    proxy.stop();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}});
    EXPECT_TRUE(says(close, {{"close_reason", "drained"}, {"bytes_client_to_proxy", "80"}}))
        << close.line();
}

} // namespace
} // namespace sallyport::test
