// The admin server's view of real workers with real connections.
#include "app/ProxyView.h"

#include "app/Listening.h"
#include "app/ProxyPieces.h"
#include "support/RawConnection.h"
#include "support/TestOrigin.h"

#include <gmock/gmock.h>

#include <thread>

namespace sallyport::app {
namespace {

using std::chrono_literals::operator""s;
using test::RawClient;
using test::RawConnection;
using test::TestOrigin;
using testing::AnyOf;
using testing::Gt;
using testing::HasSubstr;
using testing::SizeIs;
using Clock = std::chrono::steady_clock;

std::shared_ptr<const policy::Policy> allowAll()
{
    policy::PolicyDocument document;
    policy::Rule loopback;
    loopback.id = "loopback";
    loopback.name = "Loopback";
    loopback.action = policy::Action::Allow;
    loopback.when.address.push_back(policy::parseNetwork("127.0.0.0/8").value());
    document.rows(policy::Layer::Guard).push_back(std::move(loopback));
    document.defaults.access = policy::Action::Allow;
    return policy::Policy::compile(std::move(document), 5);
}

std::vector<std::unique_ptr<audit::Journal>> journals(std::size_t count)
{
    std::vector<std::unique_ptr<audit::Journal>> all;
    while (all.size() < count)
        all.push_back(std::make_unique<audit::Journal>(1 << 20));
    return all;
}

class RunningWorkers : public testing::Test {
protected:
    static constexpr std::size_t Count = 2;

    RunningWorkers() : queue_(audit::AuditMode::BestEffort, journals(Count))
    {
        const auto settings = readSettings({});
        const auto options = std::make_shared<const proxy::ProxyOptions>(proxyOptions(settings));
        for (std::size_t i = 0; i < Count; ++i) {
            auto worker = std::make_unique<proxy::Worker>(
                proxy::WorkerParts{.options = options,
                                   .policy = allowAll(),
                                   .resolver = resolverOptions(settings),
                                   .dial = dialOptions(settings),
                                   .maxConnections = 100,
                                   .audit = &queue_.lane(i)});
            workers_.push_back(std::move(worker));
        }
        Listening listening({workers_[0].get(), workers_[1].get()}, std::nullopt);
        listening.change(std::vector{*net::Endpoint::parse("127.0.0.1:0")});
        port_ = listening.endpoints().front().port;
        for (auto& worker : workers_)
            threads_.emplace_back([&entry = *worker] { entry.run(); });
        view_ = proxyView({workers_[0].get(), workers_[1].get()});
    }
    ~RunningWorkers() override
    {
        for (auto& worker : workers_)
            worker->stop();
        for (auto& thread : threads_)
            thread.join();
    }

    RawClient tunnelTo(const TestOrigin& origin)
    {
        RawClient client(port_);
        client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: " + origin.authority() +
                    "\r\n\r\n");
        EXPECT_THAT(client.receiveHead(), HasSubstr("200"));
        return client;
    }
    std::vector<admin::live::LiveSession> awaitSessions(std::size_t count)
    {
        const auto limit = Clock::now() + 10s;
        while (Clock::now() < limit) {
            auto sessions = view_.sessions();
            if (sessions && sessions->size() == count)
                return std::move(*sessions);
            std::this_thread::yield();
        }
        ADD_FAILURE() << "never were there " << count << " sessions";
        return {};
    }

    audit::AuditQueue queue_;
    std::vector<std::unique_ptr<proxy::Worker>> workers_;
    std::vector<std::thread> threads_;
    std::uint16_t port_ = 0;
    admin::live::ProxyView view_;
};

TEST_F(RunningWorkers, ShowTheSessionsOfAllOfThem)
{
    TestOrigin origin;
    std::vector<RawClient> clients;
    std::vector<RawConnection> upstreams;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(tunnelTo(origin));
        upstreams.push_back(origin.accept());
    }
    clients[0].send("SSH-2.0-x\r\n");
    EXPECT_NE(upstreams[0].receiveExactly(11), "");
    const auto sessions = awaitSessions(8);
    const auto& one = sessions.front();
    EXPECT_EQ(one.host, "127.0.0.1");
    EXPECT_EQ(one.port, origin.port());
    EXPECT_EQ(one.policyVersion, 5U);
    EXPECT_EQ(one.listener, "127.0.0.1:" + std::to_string(port_));
    EXPECT_TRUE(one.destination.has_value());
    std::uint64_t moved = 0;
    for (const auto& session : sessions)
        moved += session.bytesUp;
    EXPECT_EQ(moved, 11U);
    const auto figures = view_.workers();
    ASSERT_TRUE(figures);
    ASSERT_THAT(*figures, SizeIs(Count));
    EXPECT_EQ((*figures)[0].sessions + (*figures)[1].sessions, 8U);
    auto sum = (*figures)[0].requests;
    sum += (*figures)[1].requests;
    EXPECT_EQ(sum.requests, 8U);
    EXPECT_EQ(sum.bytesFromClients, 11U);
    EXPECT_EQ(sum.dials.total(), 8U);
    EXPECT_THAT(sum.decisions.total(), Gt(0U));
    EXPECT_EQ(sum.dials.counts.size(), view_.timeBounds.size() + 1);
}

TEST_F(RunningWorkers, SayTogetherWhoFetchedThePacFile)
{
    const std::vector workers{workers_[0].get(), workers_[1].get()};
    EXPECT_THAT(pacFetches(workers).value(), testing::IsEmpty());
    for (int i = 0; i < 6; ++i) {
        RawClient client(port_);
        client.send("GET /proxy.pac HTTP/1.1\r\nHost: proxy.example\r\n\r\n");
        EXPECT_THAT(client.receiveHead(), HasSubstr("200"));
    }
    const auto fetches = pacFetches(workers).value();
    ASSERT_THAT(fetches, SizeIs(1));
    EXPECT_EQ(policy::networkText(fetches[0].network), "127.0.0.0/24");
    EXPECT_EQ(fetches[0].count, 6U);
}

TEST_F(RunningWorkers, EndATunnelWithinASecond)
{
    TestOrigin origin;
    RawClient ended = tunnelTo(origin);
    RawConnection endedUpstream = origin.accept();
    const auto id = awaitSessions(1).front().id;
    RawClient kept = tunnelTo(origin);
    RawConnection keptUpstream = origin.accept();
    const auto begun = Clock::now();
    EXPECT_EQ(view_.terminate({id}), 1U);
    (void)ended.awaitEnd();
    (void)endedUpstream.awaitEnd();
    EXPECT_LT(Clock::now() - begun, 1s);
    (void)awaitSessions(1);
    kept.send("still");
    EXPECT_EQ(keptUpstream.receiveExactly(5), "still");
    EXPECT_EQ(view_.terminate({id}), 0U);
}

TEST_F(RunningWorkers, TellAClientThatWaitsForAnAnswerWhoEndedItsRequest)
{
    TestOrigin origin;
    RawClient client(port_);
    client.send("GET http://" + origin.authority() + "/ HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\n\r\n");
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    EXPECT_EQ(view_.terminate({awaitSessions(1).front().id}), 1U);
    const auto answer = client.receiveHead();
    EXPECT_THAT(answer, HasSubstr(" 403 "));
}

TEST_F(RunningWorkers, AreNotWaitedForWhenTheyHaveEnded)
{
    workers_[0]->stop();
    threads_[0].join();
    const auto begun = Clock::now();
    EXPECT_EQ(view_.workers(), std::nullopt);
    EXPECT_EQ(view_.sessions(), std::nullopt);
    EXPECT_EQ(view_.terminate({}), std::nullopt);
    EXPECT_LT(Clock::now() - begun, 1s);
    threads_.erase(threads_.begin());
}

TEST(ProxyView, DoesNotWaitForEverForAWorker)
{
    audit::AuditQueue queue(audit::AuditMode::BestEffort, journals(1));
    proxy::Worker asleep({.options = std::make_shared<const proxy::ProxyOptions>(),
                          .policy = allowAll(),
                          .resolver = {},
                          .dial = {},
                          .audit = &queue.lane(0)});
    const auto view = proxyView({&asleep});
    EXPECT_EQ(view.workers(), std::nullopt);
}

} // namespace
} // namespace sallyport::app
