// Where clients connect, changed while the proxy runs: by its settings file, in the browser, in
// set-up. Who is connected stays.
#include "support/Exchange.h"
#include "support/FirstAdministrator.h"
#include "support/ProxyProcess.h"
#include "support/TestOrigin.h"

#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr const char* Here = "127.0.0.1";
constexpr const char* There = "127.0.0.2";

// A port of another program, which shares it with nobody.
class TakenPort {
public:
    TakenPort()
    {
        socket_.bind(Poco::Net::SocketAddress(There, 0), false, false);
        socket_.listen(1);
    }
    [[nodiscard]] std::string text() const { return std::to_string(socket_.address().port()); }

private:
    Poco::Net::ServerSocket socket_;
};

// One that nobody has, just now.
std::uint16_t freePort()
{
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(Here, 0));
    return socket.address().port();
}

class Listeners : public testing::Test {
protected:
    explicit Listeners(const std::string& configFile = "listen = 127.0.0.1:0\n")
        : proxy_({.configFile = configFile}), tunnel_(proxy_.tunnelTo(origin_.authority())),
          upstream_(origin_.accept())
    {}

    void reload(const std::string& configFile)
    {
        proxy_.folder().write("sallyport.conf", configFile);
        proxy_.signal(SIGHUP);
    }
    // The port of that address, when the log says that clients connect there.
    [[nodiscard]] std::uint16_t awaitPortAt(const std::string& address) const
    {
        const std::string before = "clients connect at";
        proxy_.awaitLog(before);
        const auto endpoint = " proxy=" + address + ':';
        proxy_.awaitLog(endpoint);
        const auto log = proxy_.log();
        return static_cast<std::uint16_t>(
            std::stoi(log.substr(log.find(endpoint, log.find(before)) + endpoint.size())));
    }
    void expectTunnelToLive()
    {
        tunnel_.send("still here");
        EXPECT_EQ(upstream_.receiveExactly(10), "still here");
        upstream_.send("and here");
        EXPECT_EQ(tunnel_.receiveExactly(8), "and here");
    }
    [[nodiscard]] int connectVia(std::uint16_t port, const std::string& address,
                                 const std::string& target) const
    {
        RawClient client(port, address);
        client.send(connectRequest(target));
        return client.receiveResponse("CONNECT").status;
    }

    TestOrigin origin_;
    ProxyProcess proxy_;
    RawClient tunnel_;
    RawConnection upstream_;
};

TEST_F(Listeners, MoveWithoutEndingWhatIsCarried)
{
    reload("listen = 127.0.0.2:0\n");
    const auto port = awaitPortAt(There);
    awaitRefusal(proxy_.port());
    EXPECT_EQ(connectVia(port, There, origin_.authority()), 200);
    (void)proxy_.awaitRecord(
        {{"event", "open"}, {"listener", There + (":" + std::to_string(port))}});
    expectTunnelToLive();
    tunnel_.close();
    upstream_.close();
    (void)proxy_.awaitRecord({{"event", "close"}, {"close_reason", "done"}});
    EXPECT_THAT(proxy_.records({{"event", "open"},
                                {"listener", Here + (":" + std::to_string(proxy_.port()))}}),
                testing::SizeIs(1));
}

TEST_F(Listeners, AreNeverDialledWhereverTheyAre)
{
    reload("listen = 127.0.0.1:0\nlisten = 127.0.0.2:0\n");
    const auto port = awaitPortAt(There);
    const auto loop = There + (":" + std::to_string(port));
    EXPECT_EQ(connectVia(port, There, loop), 508);
    EXPECT_EQ(connectVia(proxy_.port(), Here, loop), 508);
}

TEST_F(Listeners, ComeBackWhereTheyWere)
{
    const auto first = "listen = 127.0.0.1:" + std::to_string(proxy_.port()) + '\n';
    reload("listen = 127.0.0.2:0\n");
    const auto port = awaitPortAt(There);
    awaitRefusal(proxy_.port());
    reload(first);
    awaitRefusal(port, There);
    EXPECT_EQ(connectVia(proxy_.port(), Here, origin_.authority()), 200);
    expectTunnelToLive();
}

TEST_F(Listeners, StayWhenOneOfTheNewCannotBeHad)
{
    const TakenPort taken;
    const auto other = "127.0.0.2:" + taken.text();
    reload("log-level = debug\nlisten = 127.0.0.2:0\nlisten = " + other + '\n');
    proxy_.awaitLog("cannot listen on " + other);
    EXPECT_EQ(connectVia(proxy_.port(), Here, origin_.authority()), 200);
    expectTunnelToLive();
}

TEST_F(Listeners, AreChangedInTheSettings)
{
    const auto admin = firstAdministrator(proxy_);
    const auto change = [&](const std::string& values) {
        const auto tab = admin.get("/api/v1/settings/listeners");
        return admin.ask("PATCH", "/api/v1/settings/listeners",
                         R"({"values": {"listen": [)" + values + "]}}",
                         {{"If-Match", tab.field("ETag")}});
    };
    const TakenPort taken;
    const auto refused = change("\"127.0.0.2:" + taken.text() + "\"");
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("/values/listen"));
    EXPECT_THAT(refused.body, HasSubstr("cannot listen there"));

    const auto changed = change(R"("127.0.0.1:0", "127.0.0.2:0")");
    EXPECT_EQ(changed.status, 200) << changed.body;
    const auto port = awaitPortAt(There);
    EXPECT_EQ(connectVia(port, There, origin_.authority()), 200);
    EXPECT_EQ(connectVia(proxy_.port(), Here, origin_.authority()), 200);
    EXPECT_THAT(admin.get("/api/v1/overview").body, HasSubstr("127.0.0.2:" + std::to_string(port)));
    expectTunnelToLive();
}

TEST_F(Listeners, AreChosenInSetUp)
{
    const TakenPort taken;
    const auto wanting = [&](const std::string& port) {
        return finishSetUp(proxy_, R"({"kind": "keep"})",
                           R"(, "listener": {"address": "127.0.0.2", "port": )" + port + '}');
    };
    const auto refused = wanting(taken.text());
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("\"/listener\""));
    const auto port = freePort();
    const auto done = wanting(std::to_string(port));
    ASSERT_EQ(done.status, 201) << done.body;
    EXPECT_EQ(awaitPortAt(There), port);
    awaitRefusal(proxy_.port());
    EXPECT_EQ(connectVia(port, There, origin_.authority()), 200);
    expectTunnelToLive();
    std::ifstream file(proxy_.configPath());
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(file), {}),
                HasSubstr("listen = 127.0.0.2:" + std::to_string(port)));
    AdminClient admin(proxy_.adminPort());
    signInBy(admin, done);
    const auto deadline = Clock::now() + Patience;
    const auto events = [&] { return admin.get("/api/v1/audit/admin").body; };
    while (!events().contains("settings.change"))
        ASSERT_LT(Clock::now(), deadline) << events();
}

TEST(FixedListener, IsNotChangedInSetUp)
{
    const ProxyProcess proxy({.configFile = "log-level = debug\n"}); // --listen counts before it
    const auto refused = finishSetUp(proxy, R"({"kind": "keep"})",
                                     R"(, "listener": {"address": "127.0.0.2", "port": 3128})");
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("cannot be changed from here"));
}

} // namespace
} // namespace sallyport::test
