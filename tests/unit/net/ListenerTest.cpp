// Listener: accepting, closing, sharing a port, and being out of descriptors.

#include "net/Listener.h"

#include "DescriptorLimit.h"
#include "LoopTest.h"
#include "net/SocketAddress.h"

#include <gmock/gmock.h>

#include <system_error>
#include <vector>

namespace sallyport::net {
namespace {

class Accepted final : public Listener::Acceptor {
public:
    void onAccepted(Listener&, TcpStream client) override { clients.push_back(std::move(client)); }
    std::vector<TcpStream> clients;
};

const Endpoint AnyPort = Endpoint::parse("127.0.0.1:0").value();

class ListenerOnLoop : public LoopTest {
protected:
    [[nodiscard]] static FarEnd connectTo(const Endpoint& endpoint)
    {
        sockaddr_storage storage{};
        const auto size = toSockaddr(endpoint, storage);
        FarEnd client(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::connect(client.descriptor(), reinterpret_cast<sockaddr*>(&storage), size) != 0)
            client.close();
        return client;
    }

    Accepted accepted;
};

TEST_F(ListenerOnLoop, HandsOverEveryClientWithItsAddress)
{
    Listener listener(loop, AnyPort, seconds(60), accepted);
    listener.start();
    EXPECT_NE(listener.local().port, 0);
    std::vector<FarEnd> clients;
    for (int i = 0; i < 100; ++i)
        clients.push_back(connectTo(listener.local()));
    ASSERT_TRUE(until([&] { return accepted.clients.size() == clients.size(); }));
    for (std::size_t i = 0; i < clients.size(); ++i)
        EXPECT_EQ(accepted.clients[i].peer(), localEndpoint(clients[i].descriptor()));
    EXPECT_EQ(accepted.clients[0].channel().side(), Side::Client);
}

TEST_F(ListenerOnLoop, LetsInWhoWaitsBeforeItCloses)
{
    Listener listener(loop, AnyPort, seconds(60), accepted);
    listener.start();
    std::vector<FarEnd> clients;
    for (int i = 0; i < 200; ++i)
        clients.push_back(connectTo(listener.local()));
    listener.acceptTheLast();
    EXPECT_EQ(accepted.clients.size(), clients.size());
    EXPECT_EQ(connectTo(listener.local()).descriptor(), -1);
    listener.acceptTheLast(); // nothing more
    EXPECT_EQ(accepted.clients.size(), clients.size());
}

TEST_F(ListenerOnLoop, ListensOnIpv6)
{
    const auto endpoint = Endpoint::parse("[::1]:0").value();
    std::unique_ptr<Listener> listener;
    try {
        listener = std::make_unique<Listener>(loop, endpoint, seconds(60), accepted);
    } catch (const std::system_error&) {
        GTEST_SKIP() << "no IPv6 on this machine";
    }
    listener->start();
    const auto client = connectTo(listener->local());
    ASSERT_TRUE(until([&] { return accepted.clients.size() == 1; }));
    EXPECT_EQ(accepted.clients[0].peer().address, endpoint.address);
}

TEST_F(ListenerOnLoop, SharesItsPortWithAnotherWorkersListener)
{
    Listener first(loop, AnyPort, seconds(60), accepted);
    EXPECT_NO_THROW(Listener(loop, first.local(), seconds(60), accepted));
}

TEST_F(ListenerOnLoop, NamesTheEndpointItCannotHave)
{
    FarEnd other(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage storage{};
    const auto size = toSockaddr(AnyPort, storage);
    ASSERT_EQ(::bind(other.descriptor(), reinterpret_cast<sockaddr*>(&storage), size), 0);
    ASSERT_EQ(::listen(other.descriptor(), 1), 0);
    const auto taken = localEndpoint(other.descriptor());
    try {
        const Listener listener(loop, taken, seconds(60), accepted);
        FAIL() << "listens on a port that is taken";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(taken.toString()));
        EXPECT_EQ(error.code().value(), EADDRINUSE);
    }
}

TEST_F(ListenerOnLoop, AcceptsNobodyAfterItWasClosed)
{
    Listener listener(loop, AnyPort, seconds(60), accepted);
    listener.start();
    const auto endpoint = listener.local();
    listener.close();
    EXPECT_LT(connectTo(endpoint).descriptor(), 0);
    settle();
    EXPECT_TRUE(accepted.clients.empty());
}

TEST_F(ListenerOnLoop, WaitsWithoutSpinningWhileThereIsNoDescriptor)
{
    if (!test::DescriptorsMayRunOut)
        GTEST_SKIP() << "the sanitizer needs descriptors itself";
    Listener listener(loop, AnyPort, seconds(60), accepted);
    listener.start();
    const auto waiting = connectTo(listener.local());
    ASSERT_GE(waiting.descriptor(), 0);
    {
        const test::DescriptorLimit none;
        int turns = 0;
        const auto end = in(milliseconds(300));
        struct Tick final : Timer {
            void onTimer() override {}
        } tick;
        loop.start(tick, end);
        loop.runUntil([&] {
            ++turns;
            return Clock::now() >= end;
        });
        EXPECT_LT(turns, 50);
        EXPECT_TRUE(accepted.clients.empty());
    }
    EXPECT_TRUE(until([&] { return accepted.clients.size() == 1; }));
}

TEST_F(ListenerOnLoop, WritesToAClientWithoutWaitingForAnEvent)
{
    Listener listener(loop, AnyPort, seconds(60), accepted);
    listener.start();
    const auto client = connectTo(listener.local());
    ASSERT_TRUE(until([&] { return accepted.clients.size() == 1; }));
    EXPECT_TRUE(accepted.clients[0].channel().mayWrite());
}

} // namespace
} // namespace sallyport::net
