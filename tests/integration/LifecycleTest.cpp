// The life of the process: how it starts or says why not, what stopping does to what is running,
// what a reload changes, and what happens when it runs out of descriptors.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

#include <csignal>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;
using Clock = std::chrono::steady_clock;

TEST(Stop, LetsARunningRequestFinish)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "30s"}}});
    TestOrigin origin;
    RawClient client = proxy.client();
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
    EXPECT_NE(client.receiveUntil("half"), "");
    proxy.signal(SIGTERM);
    awaitRefusal(proxy.port());
    upstream.send("more");
    EXPECT_EQ(client.receiveToEnd(), "more");
    EXPECT_EQ(proxy.awaitExit(), 0);
    const auto records = proxy.records({{"port", std::to_string(origin.port())}});
    ASSERT_THAT(records, SizeIs(2));
    EXPECT_EQ(records[1]["close_reason"], "done") << records[1].line();
}

TEST(Stop, EndsIdleConnectionsAtOnce)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "30s"}, {"keep-alive-timeout", "30s"}}});
    TestOrigin origin;
    Exchange done = exchange(proxy, origin, getRequest("{origin}"), okResponse("one"));
    RawClient silent = proxy.client();
    const auto start = Clock::now();
    proxy.signal(SIGTERM);
    EXPECT_EQ(done.client.receiveToEnd(), "");
    EXPECT_EQ(proxy.awaitExit(), 0);
    EXPECT_LT(Clock::now() - start, 10s);
}

TEST(Stop, WaitsForATunnelUntilTheDrainLimit)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "600ms"}}});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    proxy.signal(SIGTERM);
    awaitRefusal(proxy.port());
    client.send("still here");
    EXPECT_EQ(upstream.receiveExactly(10), "still here");
    (void)client.awaitEnd();
    EXPECT_EQ(proxy.awaitExit(), 0);
    const auto records =
        proxy.records({{"event", "close"}, {"port", std::to_string(origin.port())}});
    ASSERT_THAT(records, SizeIs(1));
    EXPECT_TRUE(
        says(records[0],
             {{"close_reason", "drained"}, {"close_by", "proxy"}, {"bytes_client_to_proxy", "10"}}))
        << records[0].line();
}

TEST(Stop, EndsWithTheLastTunnel)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "60s"}}});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    proxy.signal(SIGTERM);
    awaitRefusal(proxy.port());
    client.close();
    upstream.close();
    EXPECT_EQ(proxy.awaitExit(), 0);
    const auto records =
        proxy.records({{"event", "close"}, {"port", std::to_string(origin.port())}});
    ASSERT_THAT(records, SizeIs(1));
    EXPECT_EQ(records[0]["close_reason"], "done") << records[0].line();
}

TEST(Stop, TakesSigintAsSigterm)
{
    ProxyProcess proxy;
    proxy.signal(SIGINT);
    EXPECT_EQ(proxy.awaitExit(), 0);
}

TEST(Stop, EndsAtOnceOnASecondSignal)
{
    ProxyProcess proxy({.options = {{"drain-timeout", "60s"}}});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    proxy.signal(SIGTERM);
    awaitRefusal(proxy.port());
    proxy.signal(SIGTERM);
    EXPECT_EQ(proxy.awaitExit(), 0);
    EXPECT_THAT(proxy.records({{"event", "close"}, {"port", std::to_string(origin.port())}}),
                SizeIs(1));
}

TEST(Reload, TakesNewSettingsForNewTunnels)
{
    ProxyProcess proxy({.configFile = "# as started\ntunnel-idle = 24h\n"});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    proxy.folder().write("sallyport.conf", "tunnel-idle = 300ms\n");
    proxy.signal(SIGHUP);
    proxy.awaitLog("tunnel-idle");
    RawClient next = proxy.tunnelTo(origin.authority());
    RawConnection nextUpstream = origin.accept();
    (void)next.awaitEnd();
    (void)proxy.awaitRecord({{"event", "close"},
                             {"port", std::to_string(origin.port())},
                             {"close_reason", "idle-timeout"}});
    client.send("old one lives");
    EXPECT_EQ(upstream.receiveExactly(13), "old one lives");
}

TEST(Reload, SaysWhatNeedsARestart)
{
    ProxyProcess proxy({.configFile = "audit-sync = 30ms\n"});
    proxy.folder().write("sallyport.conf", "audit-sync = 40ms\n");
    proxy.signal(SIGHUP);
    proxy.awaitLog("audit-sync");
}

TEST(Reload, KeepsTheSettingsWhenTheFileIsWrong)
{
    ProxyProcess proxy({.configFile = "tunnel-idle = 24h\n"});
    proxy.folder().write("sallyport.conf", "tunnel-idle = 24h\ntunel-idle = 5s\n");
    proxy.signal(SIGHUP);
    proxy.awaitLog("line 2");
    TestOrigin origin;
    EXPECT_EQ(exchange(proxy, origin, getRequest("{origin}"), okResponse("fine")).response.body,
              "fine");
}

struct UsageCase {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<std::string> named;
};

class BadUsage : public testing::TestWithParam<UsageCase> {};

TEST_P(BadUsage, EndsWith2AndNamesWhatIsWrong)
{
    const ProgramResult result = runSallyport(GetParam().arguments);
    EXPECT_EQ(result.exitCode, 2) << result.errors;
    for (const std::string& word : GetParam().named)
        EXPECT_THAT(result.errors, HasSubstr(word));
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, BadUsage,
    testing::Values(
        UsageCase{"UnknownOption", {"serve", "--tunel-idle", "5s"}, {"tunel-idle", "tunnel-idle"}},
        UsageCase{"BadDuration", {"serve", "--tunnel-idle", "soon"}, {"tunnel-idle", "soon"}},
        UsageCase{"BadListen", {"serve", "--listen", "127.0.0.1:99999"}, {"listen", "99999"}},
        UsageCase{"UnknownCommand", {"sevre"}, {"sevre", "serve"}},
        UsageCase{"UnknownPolicyCommand", {"policy", "imprt"}, {"imprt"}},
        UsageCase{"UnknownAuditOption", {"audit", "export", "--formt", "csv"}, {"formt"}}),
    caseName);

TEST(Start, ShowsHelp)
{
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"serve", "--help"},
                                                      {"policy", "import", "--help"},
                                                      {"audit", "export", "--help"},
                                                      {"version"}}) {
        const ProgramResult result = runSallyport(arguments);
        EXPECT_EQ(result.exitCode, 0) << result.errors;
        EXPECT_NE(result.output, "");
    }
    EXPECT_THAT(runSallyport({"serve", "--help"}).output, HasSubstr("--tunnel-idle"));
}

TEST(Start, NamesTheLineOfABadSettingInTheFile)
{
    const TemporaryFolder folder;
    const std::string file = folder.write("bad.conf", "# comment\n\nworkers = many\n");
    const ProgramResult result =
        runSallyport({"serve", "--config", file, "--data-dir", folder.file("data")});
    EXPECT_EQ(result.exitCode, 2) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("bad.conf line 3"));
    EXPECT_THAT(result.errors, HasSubstr("many"));
}

TEST(Start, NamesAPortThatIsTaken)
{
    const TemporaryFolder folder;
    const TestOrigin taken;
    const ProgramResult result =
        runSallyport({"serve", "--listen", taken.authority(), "--admin-listen", "off", "--data-dir",
                      folder.file("data")});
    EXPECT_EQ(result.exitCode, 1) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(std::to_string(taken.port())));
}

TEST(Start, ListensOnEveryAddressGiven)
{
    if (!hasIpv6Loopback())
        GTEST_SKIP() << "no ::1 here";
    ProxyProcess proxy({.options = {{"listen", "127.0.0.1:0"}, {"listen", "[::1]:0"}}});
    ASSERT_THAT(proxy.ports(), SizeIs(2));
    ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    RawClient client(proxy.ports()[1], "::1");
    client.send(getRequest(origin.authority()));
    EXPECT_EQ(client.receiveResponse().body, "fine");
    EXPECT_EQ(proxy.ask(getRequest(origin.authority())).body, "fine");
    const AuditRecord record = proxy.awaitRecord({{"event", "close"}, {"client_ip", "::1"}});
    EXPECT_THAT(record["listener"], HasSubstr(std::to_string(proxy.ports()[1]))) << record.line();
}

TEST(Start, MakesTheDataDirectory)
{
    const TemporaryFolder folder;
    const std::string dataDir = folder.file("made/by/sallyport");
    ProxyProcess proxy({.options = {{"data-dir", dataDir}}});
    proxy.stop();
    EXPECT_EQ(runSallyport({"policy", "export", "--data-dir", dataDir}).exitCode, 0);
}

TEST(Descriptors, RunningOutHarmsOnlyNewClients)
{
    constexpr std::uint32_t Limit = 96;
    ProxyProcess proxy(
        {.options = {{"workers", "1"}, {"head-timeout", "30s"}}, .descriptorLimit = Limit});
    TestOrigin origin;
    RawClient tunnel = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();

    // More clients than there are descriptors: what does not fit is answered 503 or closed.
    std::vector<RawClient> crowd;
    for (std::uint32_t i = 0; i < Limit + 40; ++i) {
        try {
            crowd.push_back(proxy.client());
            crowd.back().send("GET http://origin.test/ HT");
        } catch (const Unexpected&) {
            // Turned away before it had said anything.
        }
    }
    for (RawClient& client : crowd) {
        if (client.staysSilent(0ms))
            continue;
        const Remainder rest = client.receiveRemainder();
        EXPECT_TRUE(rest.bytes.empty() || rest.bytes.starts_with("HTTP/1.1 503")) << rest.bytes;
    }
    tunnel.send("still carried");
    EXPECT_EQ(upstream.receiveExactly(13), "still carried");

    crowd.clear();
    const auto deadline = Clock::now() + Patience;
    for (;;) {
        try {
            RawClient again = proxy.tunnelTo(origin.authority());
            break;
        } catch (const Unexpected& problem) {
            ASSERT_LT(Clock::now(), deadline) << problem.what();
        }
    }
    tunnel.send("and on");
    EXPECT_EQ(upstream.receiveExactly(6), "and on");
}

TEST(Descriptors, AreGivenBack)
{
    ProxyProcess proxy({.options = {{"origin-connections-per-host", "0"}}});
    ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    (void)proxy.ask(getRequest(origin.authority()));
    const std::size_t before = proxy.openDescriptors();
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(proxy.ask(getRequest(origin.authority(), "/", "Connection: close\r\n")).status,
                  200);
    const auto deadline = Clock::now() + Patience;
    while (proxy.openDescriptors() > before + 2)
        ASSERT_LT(Clock::now(), deadline) << proxy.openDescriptors() << " after " << before;
}

TEST(MaxConnections, TurnsAwayWhatIsTooMuch)
{
    ProxyProcess proxy(
        {.options = {{"max-connections", "5"}, {"workers", "1"}, {"head-timeout", "30s"}}});
    TestOrigin origin;
    std::vector<RawClient> tunnels;
    std::vector<RawConnection> upstreams;
    for (int i = 0; i < 5; ++i) {
        tunnels.push_back(proxy.tunnelTo(origin.authority()));
        upstreams.push_back(origin.accept());
    }
    RawClient sixth = proxy.client();
    sixth.send(getRequest(origin.authority()));
    const Remainder rest = sixth.receiveRemainder();
    EXPECT_TRUE(rest.bytes.empty() || rest.bytes.starts_with("HTTP/1.1 503")) << rest.bytes;
    tunnels.front().send("x");
    EXPECT_EQ(upstreams.front().receiveExactly(1), "x");
    tunnels.pop_back();
    upstreams.pop_back();
    const auto deadline = Clock::now() + Patience;
    for (;;) {
        try {
            RawClient again = proxy.tunnelTo(origin.authority());
            break;
        } catch (const Unexpected& problem) {
            ASSERT_LT(Clock::now(), deadline) << problem.what();
        }
    }
}

} // namespace
} // namespace sallyport::test
