// What a newly published policy does to sessions that an older one let in, and what the file of
// policies may go through without harm to the one in force.
#include "support/AdminClient.h"
#include "support/Exchange.h"
#include "support/SharedProxy.h"
#include "support/TlsHello.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>
#include <gmock/gmock.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

std::string denying(const std::string& host)
{
    return loopbackPolicy(R"({"name": "No longer", "action": "deny", "when": {"host": [")" + host +
                          R"("]}},)");
}

void publish(const ProxyProcess& proxy, const std::string& policy)
{
    const ProgramResult imported = proxy.importPolicy(policy);
    if (imported.exitCode != 0)
        throw Unexpected("the policy was not imported: " + imported.errors);
}

/// Until the running server decides by the version that was published last.
void awaitInForce(const ProxyProcess& proxy, int version)
{
    proxy.awaitLog("policy version " + std::to_string(version) + " is in force");
}

std::string utcText(std::chrono::sys_seconds time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&seconds));
    return text.data();
}

struct Tunnel {
    RawClient client;
    RawConnection upstream;

    Tunnel(const ProxyProcess& proxy, TestOrigin& origin, std::string_view host)
        : client(proxy.tunnelTo(origin.named(host))), upstream(origin.accept())
    {}
    void expectCarries()
    {
        client.send("up");
        EXPECT_EQ(upstream.receiveExactly(2), "up");
        upstream.send("down");
        EXPECT_EQ(client.receiveExactly(4), "down");
    }
};

/// So many tunnels as this process may hold both ends of, but no more than `wanted`.
std::size_t affordable(std::size_t wanted)
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    constexpr std::size_t Others = 600;
    return std::min<std::size_t>(wanted, (limit.rlim_cur - Others) / 2);
}

TEST(Publish, EndsWhatItForbidsWithinASecondAndNothingElse)
{
    const std::size_t half = affordable(Sanitized ? 400 : 5'000) / 2;
    ProxyProcess proxy;
    TestOrigin origin;
    std::vector<Tunnel> forbidden;
    std::vector<Tunnel> others;
    for (std::size_t i = 0; i < half; ++i) {
        forbidden.emplace_back(proxy, origin, "other.test");
        others.emplace_back(proxy, origin, "origin.test");
    }
    publish(proxy, denying("other.test"));
    const auto published = Clock::now();
    for (Tunnel& tunnel : forbidden) {
        EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
        EXPECT_EQ(tunnel.upstream.awaitEnd(), End::Orderly);
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - published);
    RecordProperty("tunnels", static_cast<int>(2 * half));
    RecordProperty("milliseconds_to_the_last_end", static_cast<int>(took.count()));
    EXPECT_LT(took, Sanitized ? 10'000ms : 2'000ms); // half of it is the machine's
    for (Tunnel& tunnel : others)
        tunnel.expectCarries();

    EXPECT_EQ(proxy.awaitEnding({{"host", "other.test"}})["close_reason"], "policy-revoked");
    std::size_t revoked = 0;
    const auto deadline = Clock::now() + Patience;
    while (revoked < half && Clock::now() < deadline)
        revoked = proxy
                      .records({{"event", "close"},
                                {"host", "other.test"},
                                {"close_by", "policy"},
                                {"close_reason", "policy-revoked"},
                                {"verdict", "deny"},
                                {"stage", "running-session"},
                                {"rule_name", "No longer"},
                                {"rule_layer", "access"},
                                {"policy_version", "2"}})
                      .size();
    EXPECT_EQ(revoked, half);
    EXPECT_THAT(proxy.records({{"event", "close"}, {"host", "origin.test"}}), SizeIs(0));
}

TEST(Publish, CountsTheBytesOfWhatItEnds)
{
    ProxyProcess proxy;
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    tunnel.expectCarries();
    publish(proxy, denying("other.test"));
    (void)tunnel.client.awaitEnd();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}, {"host", "other.test"}});
    EXPECT_TRUE(says(close, {{"bytes_client_to_proxy", "2"},
                             {"bytes_proxy_to_upstream", "2"},
                             {"bytes_upstream_to_proxy", "4"},
                             {"bytes_proxy_to_client", "4"},
                             {"close_timer", ""}}))
        << close.line();
}

TEST(Publish, EndsARunningDownload)
{
    ProxyProcess proxy;
    TestOrigin origin;
    RawClient client = proxy.client();
    client.send(getRequest(origin.named("other.test")));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    (void)client.receiveUntil("half");
    publish(proxy, denying("other.test"));
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    (void)upstream.awaitEnd();
    const AuditRecord close = proxy.awaitEnding({{"host", "other.test"}});
    EXPECT_TRUE(says(close, {{"event", "close"},
                             {"status", "200"},
                             {"close_by", "policy"},
                             {"close_reason", "policy-revoked"},
                             {"bytes_proxy_to_client", "4"}}))
        << close.line();
}

TEST(Publish, EndsADownloadThatNobodyReads)
{
    ProxyProcess proxy;
    TestOrigin origin;
    RawClient client = proxy.client();
    client.narrowReceiveBuffer();
    client.send(getRequest(origin.named("other.test")));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000000\r\n");
    (void)upstream.sendUntilBlocked(64 * 1024 * 1024, 200ms);
    publish(proxy, denying("other.test"));
    const AuditRecord close = proxy.awaitEnding({{"host", "other.test"}});
    EXPECT_EQ(close["close_reason"], "policy-revoked") << close.line();
}

struct WaitingCase {
    const char* name;
    std::string request; ///< up to where the client waits for its answer
};

class WaitingRequest : public testing::TestWithParam<WaitingCase> {};

TEST_P(WaitingRequest, IsToldWhyItEnds)
{
    ProxyProcess proxy;
    TestOrigin origin;
    RawClient client = proxy.client();
    client.send(withPort(GetParam().request, origin.port()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    publish(proxy, denying("other.test"));
    const Response answer = client.receiveResponse();
    EXPECT_EQ(answer.status, 403) << answer.head;
    EXPECT_THAT(answer.body, HasSubstr("No longer"));
    (void)upstream.awaitEnd();
    const AuditRecord record = proxy.awaitRecord({{"session_id", answer.session()}});
    EXPECT_TRUE(says(record, {{"event", "decision"},
                              {"status", "403"},
                              {"verdict", "deny"},
                              {"rule_name", "No longer"},
                              {"rule_layer", "access"},
                              {"policy_version", "2"},
                              {"close_by", "policy"},
                              {"close_reason", "policy-revoked"}}))
        << record.line();
}

INSTANTIATE_TEST_SUITE_P(
    Requests, WaitingRequest,
    testing::Values(
        WaitingCase{"Get",
                    "GET http://other.test:{port}/ HTTP/1.1\r\nHost: other.test:{port}\r\n\r\n"},
        WaitingCase{"WholeBody",
                    "POST http://other.test:{port}/ HTTP/1.1\r\nHost: other.test:{port}\r\n"
                    "Content-Length: 4\r\n\r\nbody"},
        WaitingCase{"HalfABody",
                    "POST http://other.test:{port}/ HTTP/1.1\r\nHost: other.test:{port}\r\n"
                    "Content-Length: 1000\r\n\r\nhalf"},
        WaitingCase{"Handshake",
                    "GET http://other.test:{port}/ HTTP/1.1\r\nHost: other.test:{port}\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}),
    caseName);

TEST(Publish, LetsAConnectionGoOnAfterARequestThatItEnded)
{
    ProxyProcess proxy;
    TestOrigin origin;
    RawClient client = proxy.client();
    client.send(getRequest(origin.named("other.test")));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    publish(proxy, denying("other.test"));
    EXPECT_EQ(client.receiveResponse().status, 403);
    client.send(getRequest(origin.named("origin.test")));
    RawConnection next = origin.accept();
    (void)next.receiveHead();
    next.send(okResponse("fine"));
    EXPECT_EQ(client.receiveResponse().body, "fine");
}

TEST(Publish, DecidesTheNextRequestOverAKeptConnection)
{
    ProxyProcess proxy;
    TestOrigin origin;
    Exchange first =
        exchange(proxy, origin, getRequest(origin.named("other.test")), okResponse("1"));
    publish(proxy, denying("other.test"));
    awaitInForce(proxy, 2);
    first.client.send(getRequest(origin.named("other.test")));
    EXPECT_EQ(first.client.receiveResponse().status, 403);
}

TEST(Publish, EndsATunnelThatWaitsForItsFirstBytes)
{
    const std::string byName = R"({"name": "By name", "action": "deny",
                                   "when": {"sni": ["bad.test"]}},)";
    ProxyProcess proxy({.policy = loopbackPolicy(byName)});
    TestOrigin origin;
    Tunnel waiting(proxy, origin, "other.test");
    Tunnel other(proxy, origin, "origin.test");
    publish(proxy, loopbackPolicy(byName + R"({"name": "No longer", "action": "deny",
                                                "when": {"host": ["other.test"]}},)"));
    EXPECT_EQ(waiting.client.awaitEnd(), End::Orderly);
    const AuditRecord close = proxy.awaitEnding({{"host", "other.test"}});
    EXPECT_TRUE(says(
        close,
        {{"close_reason", "policy-revoked"}, {"rule_name", "No longer"}, {"policy_version", "2"}}))
        << close.line();
    other.client.send(clientHello("good.test"));
    EXPECT_NE(other.upstream.receiveSome(), "");
}

TEST(Publish, AsksAboutTheServerNameOfARunningTunnel)
{
    ProxyProcess proxy({.policy = loopbackPolicy(R"({"name": "By name", "action": "deny",
                                                     "when": {"sni": ["other.test"]}},)")});
    TestOrigin origin;
    const std::string hello = clientHello("bad.test");
    Tunnel tunnel(proxy, origin, "origin.test");
    tunnel.client.send(hello);
    EXPECT_EQ(tunnel.upstream.receiveExactly(hello.size()), hello);
    publish(proxy, loopbackPolicy(R"({"name": "No longer", "action": "deny",
                                      "when": {"sni": ["bad.test"]}},)"));
    EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
    EXPECT_EQ(proxy.awaitEnding({{"host", "origin.test"}})["rule_name"], "No longer");
}

TEST(Publish, PutsNewLimitsOnRunningTunnels)
{
    ProxyProcess proxy;
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "origin.test");
    tunnel.expectCarries();
    std::string limited = loopbackPolicy();
    limited.insert(limited.rfind('}'), R"(, "limits": [{"name": "Not so much", "action": "limit",
                                                         "limits": {"bytes": 6}}])");
    publish(proxy, limited);
    EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
    EXPECT_EQ(proxy.awaitEnding({{"host", "origin.test"}})["close_reason"], "byte-limit");
}

TEST(Publish, ReplacesThePacFile)
{
    ProxyProcess proxy({.options = {{"pac-proxy", "settings.test:1"}}});
    const auto pac = [&] {
        RawClient client = proxy.client();
        client.send("GET /proxy.pac HTTP/1.1\r\nHost: proxy.test\r\nConnection: close\r\n\r\n");
        return client.receiveResponse().body;
    };
    EXPECT_THAT(pac(), HasSubstr("settings.test:1"));
    std::string policy = loopbackPolicy();
    policy.insert(policy.rfind('}'), R"(, "pac": {"proxy": "policy.test:2"})");
    publish(proxy, policy);
    awaitInForce(proxy, 2);
    EXPECT_THAT(pac(), HasSubstr("policy.test:2"));
    EXPECT_THAT(AdminClient(proxy.adminPort()).get("/proxy.pac").body, HasSubstr("policy.test:2"));
    publish(proxy, loopbackPolicy());
    awaitInForce(proxy, 3);
    EXPECT_THAT(pac(), HasSubstr("settings.test:1"));
    EXPECT_THAT(AdminClient(proxy.adminPort()).get("/proxy.pac").body,
                HasSubstr("settings.test:1"));
}

class HitCounters : public testing::Test {
protected:
    ServingOrigin origin_ = ServingOrigin::answering(okResponse("fine"));

    /// `further` rows, then those counted.
    static std::string policy(const std::string& further = {})
    {
        return loopbackPolicy(further + R"(
            {"id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11", "name": "Reported", "action": "deny",
             "mode": "report", "when": {"host": ["origin.test"]}},
            {"id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d12", "name": "Allowed", "action": "allow",
             "when": {"host": ["origin.test"]}},
            {"id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d13", "name": "Denied", "action": "deny",
             "when": {"host": ["denied.test"]}},)");
    }
    void ask(const ProxyProcess& proxy, std::string_view host) const
    {
        (void)proxy.ask(getRequest(origin_.named(host)));
    }
    /// "hits/would-hits/bytes"
    static std::string countsOf(const ProxyProcess& proxy, const std::string& row)
    {
        const std::string all = proxy.run({"policy", "hits", "--json"}).output;
        const auto begin = all.find(R"("rule_name":")" + row + '"');
        const auto number = [&](std::string_view name) {
            const std::string key = "\"" + std::string(name) + "\":";
            const auto at = all.find(key, begin) + key.size();
            return all.substr(at, all.find_first_of(",}", at) - at);
        };
        return number("hits") + '/' + number("would_hits") + '/' + number("bytes");
    }
    static void expectSoon(const ProxyProcess& proxy, const std::string& row,
                           const std::string& counts)
    {
        const auto deadline = Clock::now() + 2 * Patience;
        while (countsOf(proxy, row) != counts)
            ASSERT_LT(Clock::now(), deadline) << row << ' ' << countsOf(proxy, row);
    }
};

TEST_F(HitCounters, AreStoredWhileTheServerRuns)
{
    ProxyProcess proxy({.policy = policy()});
    ask(proxy, "origin.test");
    ask(proxy, "denied.test");
    // The two requests may be stored by two writes.
    expectSoon(proxy, "Allowed", "1/0/4");
    expectSoon(proxy, "Reported", "0/1/0");
    expectSoon(proxy, "Denied", "1/0/0");
    EXPECT_EQ(countsOf(proxy, "Clients on loopback"), "0/0/0");
}

TEST_F(HitCounters, SurviveRestartAndPublish)
{
    ProxyProcess proxy({.policy = policy()});
    ask(proxy, "origin.test");
    publish(proxy, policy(R"({"name": "First", "action": "deny", "when": {"host": ["x.test"]}},)"));
    awaitInForce(proxy, 2);
    ask(proxy, "origin.test");
    proxy.stop();
    EXPECT_EQ(countsOf(proxy, "Allowed"), "2/0/8");
    EXPECT_EQ(countsOf(proxy, "Reported"), "0/2/0");
    proxy.start();
    ask(proxy, "origin.test");
    proxy.stop();
    EXPECT_EQ(countsOf(proxy, "Allowed"), "3/0/12");
    proxy.start();
}

TEST_F(HitCounters, CountATunnelOnceAndItsBytesAtItsEnd)
{
    ProxyProcess proxy({.policy = policy()});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "origin.test");
    tunnel.expectCarries();
    expectSoon(proxy, "Allowed", "1/0/0");
    publish(proxy, policy(R"({"name": "First", "action": "deny", "when": {"host": ["x.test"]}},)"));
    awaitInForce(proxy, 2);
    tunnel.client.close();
    tunnel.upstream.close();
    (void)proxy.awaitEnding({{"host", "origin.test"}});
    expectSoon(proxy, "Allowed", "1/0/6");
}

TEST(RevokeAfter, LetsForbiddenSessionsLiveSoLong)
{
    ProxyProcess proxy({.options = {{"revoke-after", "1500ms"}}});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    const auto before = Clock::now();
    publish(proxy, denying("other.test"));
    awaitInForce(proxy, 2);
    tunnel.expectCarries();
    EXPECT_EQ(proxy.ask(getRequest(origin.named("other.test"))).status, 403);
    EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
    EXPECT_GE(Clock::now() - before, 1500ms);
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}, {"host", "other.test"}});
    EXPECT_EQ(close["close_reason"], "policy-revoked") << close.line();
}

TEST(RevokeAfter, IsForgottenWhenANewerPolicyAllowsThem)
{
    ProxyProcess proxy({.options = {{"revoke-after", "1500ms"}}});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    publish(proxy, denying("other.test"));
    awaitInForce(proxy, 2);
    publish(proxy, loopbackPolicy());
    awaitInForce(proxy, 3);
    EXPECT_TRUE(tunnel.client.staysSilent(2s));
    tunnel.expectCarries();
}

TEST(RevokeAfter, NeverLeavesThemToTheirOwnEnd)
{
    ProxyProcess proxy({.options = {{"revoke-after", "never"}}});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    publish(proxy, denying("other.test"));
    awaitInForce(proxy, 2);
    EXPECT_EQ(proxy.ask(getRequest(origin.named("other.test"))).status, 403);
    EXPECT_TRUE(tunnel.client.staysSilent(500ms));
    tunnel.expectCarries();
    tunnel.client.close();
    tunnel.upstream.close();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}, {"host", "other.test"}});
    EXPECT_EQ(close["close_reason"], "done") << close.line();
}

TEST(RevokeAfter, CountsForThoseForbiddenAlreadyWhenItIsShortened)
{
    ProxyProcess proxy({.configFile = "revoke-after = never\n"});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    publish(proxy, denying("other.test"));
    awaitInForce(proxy, 2);
    proxy.folder().write("sallyport.conf", "revoke-after = 0s\n");
    proxy.signal(SIGHUP);
    EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
}

TEST(Expiry, EndsWhatTheRuleLetInWhenItIsLookedAtAgain)
{
    const auto until = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now() +
                                                               std::chrono::seconds(2));
    ProxyProcess proxy(
        {.policy = loopbackPolicy(R"({"name": "For now", "action": "allow", "expires": ")" +
                                  utcText(until) +
                                  R"(", "when": {"host": ["other.test"]}},
                               {"name": "Otherwise not", "action": "deny",
                                "when": {"host": ["other.test"]}},)"),
         .configFile = "revoke-after = 0s\n"});
    TestOrigin origin;
    Tunnel tunnel(proxy, origin, "other.test");
    tunnel.expectCarries();
    while (std::chrono::system_clock::now() < until)
        (void)tunnel.upstream.staysSilent(100ms);
    proxy.signal(SIGHUP); // with the next minute it would be looked at anyway
    EXPECT_EQ(tunnel.client.awaitEnd(), End::Orderly);
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}, {"host", "other.test"}});
    EXPECT_TRUE(says(close, {{"close_reason", "policy-revoked"}, {"rule_name", "Otherwise not"}}))
        << close.line();
}

TEST(ReportMode, IsRecordedAndNothingElse)
{
    const std::string id = "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11";
    ProxyProcess proxy({.policy = loopbackPolicy(R"({"id": ")" + id +
                                                 R"(", "name": "Soon no longer", "action": "deny",
                                                    "mode": "report",
                                                    "when": {"host": ["other.test"]}},)")});
    TestOrigin origin;
    EXPECT_EQ(exchange(proxy, origin, getRequest(origin.named("other.test")), okResponse("1"))
                  .response.status,
              200);
    EXPECT_EQ(exchange(proxy, origin, getRequest(origin.named("origin.test")), okResponse("1"))
                  .response.status,
              200);
    const AuditRecord reported = proxy.awaitEnding({{"host", "other.test"}});
    EXPECT_THAT(reported.line(), HasSubstr(R"("rule_would":[")" + id + R"("])"));
    EXPECT_EQ(reported["rule_name"], "Clients on loopback");
    EXPECT_THAT(proxy.awaitEnding({{"host", "origin.test"}}).line(),
                HasSubstr(R"("rule_would":[])"));
}

class PolicyFile : public testing::Test {
protected:
    ProxyProcess proxy_{{.policy = denying("denied.test")}};
    ServingOrigin origin_ = ServingOrigin::answering(okResponse("fine"));

    [[nodiscard]] std::filesystem::path file() const { return proxy_.dataDir() + "/policy.db"; }
    void removeAll() const
    {
        for (const char* end : {"", "-wal", "-shm"})
            std::filesystem::remove(file().string() + end);
    }
    void expectTheLastPolicyInForce() const
    {
        EXPECT_EQ(proxy_.ask(getRequest(origin_.named("denied.test"))).status, 403);
        EXPECT_EQ(proxy_.ask(getRequest(origin_.named("origin.test"))).status, 200);
    }
    [[nodiscard]] std::size_t complaints() const
    {
        const std::string log = proxy_.log();
        std::size_t count = 0;
        for (auto at = log.find("stays in force"); at != std::string::npos;
             at = log.find("stays in force", at + 1))
            ++count;
        return count;
    }
};

TEST_F(PolicyFile, MayBeDamaged)
{
    std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary)
        << std::string(64 * 1024, 'Z');
    EXPECT_EQ(proxy_.importPolicy(loopbackPolicy()).exitCode, 1);
    expectTheLastPolicyInForce();
}

TEST_F(PolicyFile, MayBeReplacedByGarbageWhichIsSaidOnce)
{
    const std::string garbage = proxy_.folder().write("garbage", std::string(64 * 1024, 'Z'));
    std::filesystem::rename(garbage, file());
    proxy_.awaitLog("the last policy stays in force");
    expectTheLastPolicyInForce();
    RawClient client = proxy_.client();
    EXPECT_TRUE(client.staysSilent(1s)); // it looks again meanwhile
    EXPECT_EQ(complaints(), 1u) << proxy_.log();
}

TEST_F(PolicyFile, MayBeGone)
{
    removeAll();
    proxy_.awaitLog("the last policy stays in force");
    expectTheLastPolicyInForce();
}

TEST_F(PolicyFile, IsTakenUpAgainWhenItIsMadeAnew)
{
    removeAll();
    proxy_.awaitLog("the last policy stays in force");
    publish(proxy_, denying("origin.test"));
    awaitInForce(proxy_, 1);
    EXPECT_EQ(proxy_.ask(getRequest(origin_.named("denied.test"))).status, 200);
    EXPECT_EQ(proxy_.ask(getRequest(origin_.named("origin.test"))).status, 403);
}

} // namespace
} // namespace sallyport::test
