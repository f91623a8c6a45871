// What a worker tells those who ask from outside: its sessions, its counters; and how it ends
// sessions for them.
#include "proxy/Worker.h"

#include "audit/EventCodec.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace sallyport::proxy {
namespace {

using audit::CloseBy;
using audit::CloseReason;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

class Carried final : public Carrier {
public:
    explicit Carried(Worker& worker)
        : session_(std::make_unique<Session>(worker, "127.0.0.1:3128",
                                             *net::Endpoint::parse("10.1.2.3:4711")))
    {}

    void stopCarrying() override
    {
        session_->closed(CloseBy::Proxy, CloseReason::Internal);
        session_.reset();
    }
    [[nodiscard]] audit::ByteCounts carried() const override
    {
        return {.clientToProxy = 10,
                .proxyToUpstream = 10,
                .upstreamToProxy = 200,
                .proxyToClient = 200};
    }
    void open(std::string_view host)
    {
        session_->describe({.form = audit::Form::Connect,
                            .protocol = policy::Protocol::Connect,
                            .method = "CONNECT",
                            .host = host,
                            .port = 443,
                            .path = {}});
        session_->decide(policy::Stage::Request);
        session_->decide(policy::Stage::ResolvedAddress, *net::IpAddress::parse("93.184.216.34"));
        session_->opened(200);
        session_->carriedBy(this);
    }
    [[nodiscard]] Session* session() { return session_.get(); }

private:
    std::unique_ptr<Session> session_;
};

std::vector<std::unique_ptr<audit::Journal>> oneJournal()
{
    std::vector<std::unique_ptr<audit::Journal>> journals;
    journals.push_back(std::make_unique<audit::Journal>(64 << 20));
    return journals;
}

class WorkerFromOutside : public testing::Test {
protected:
    WorkerFromOutside()
        : queue_(audit::AuditMode::BestEffort, oneJournal()),
          worker_({.options = std::make_shared<const ProxyOptions>(),
                   .policy = policy::Policy::compile(policy::PolicyDocument::initial(), 7),
                   .resolver = {},
                   .dial = {},
                   .maxConnections = 100,
                   .audit = &queue_.lane(0)})
    {}

    Carried& carry(std::string_view host)
    {
        auto& carried = *carried_.emplace_back(std::make_unique<Carried>(worker_));
        carried.open(host);
        return carried;
    }
    std::vector<SessionSummary> list()
    {
        std::optional<std::vector<SessionSummary>> listed;
        worker_.listSessions(
            [&listed](std::vector<SessionSummary> sessions) { listed = std::move(sessions); });
        runUntil([&listed] { return listed.has_value(); });
        return std::move(*listed);
    }
    std::size_t terminate(std::vector<audit::SessionId> ids)
    {
        std::ranges::sort(ids);
        std::optional<std::size_t> ended;
        worker_.terminate(std::move(ids), [&ended](std::size_t count) { ended = count; });
        runUntil([&ended] { return ended.has_value(); });
        return *ended;
    }
    WorkerReport report()
    {
        std::optional<WorkerReport> told;
        worker_.report([&told](const WorkerReport& report) { told = report; });
        runUntil([&told] { return told.has_value(); });
        return *told;
    }
    void runUntil(const std::function<bool()>& finished)
    {
        const auto limit = net::Clock::now() + std::chrono::seconds(10);
        worker_.loop().runUntil([&] { return finished() || net::Clock::now() > limit; });
        ASSERT_TRUE(finished());
    }
    /// Who ended which session why, as the log was told.
    std::vector<std::pair<CloseBy, CloseReason>> ends()
    {
        std::vector<std::pair<CloseBy, CloseReason>> found;
        audit::EventDecoder decoder;
        auto& journal = queue_.lane(0).journal();
        std::uint64_t position = journal.released();
        for (auto record = journal.read(position); !record.empty();
             record = journal.read(position)) {
            const auto event = decoder.decode(record);
            if (event && event->kind == audit::EventKind::Close)
                found.emplace_back(event->closeBy, event->closeReason);
        }
        return found;
    }

    audit::AuditQueue queue_;
    Worker worker_;
    std::vector<std::unique_ptr<Carried>> carried_;
};

TEST_F(WorkerFromOutside, ListsWhatIsCarried)
{
    carry("one.example");
    auto& other = carry("two.example");
    Session notYet(worker_, "127.0.0.1:3128", {});
    const auto sessions = list();
    ASSERT_THAT(sessions, SizeIs(2));
    const auto& two = sessions[1];
    EXPECT_EQ(two.id, other.session()->id());
    EXPECT_EQ(two.host, "two.example");
    EXPECT_EQ(two.port, 443);
    EXPECT_EQ(two.listener, "127.0.0.1:3128");
    EXPECT_EQ(two.client.toString(), "10.1.2.3:4711");
    EXPECT_EQ(two.protocol, policy::Protocol::Connect);
    EXPECT_EQ(two.form, audit::Form::Connect);
    EXPECT_EQ(two.policyVersion, 7U);
    EXPECT_EQ(two.destination->toString(), "93.184.216.34");
    EXPECT_EQ(two.bytes.upstreamToProxy, 200U);
    EXPECT_EQ(two.layer, policy::Layer::Access);
}

TEST_F(WorkerFromOutside, GivesEachSessionOnceHoweverManyThereAre)
{
    constexpr std::size_t Many = 3000;
    for (std::size_t i = 0; i < Many; ++i)
        carry("h" + std::to_string(i) + ".example");
    auto sessions = list();
    ASSERT_THAT(sessions, SizeIs(Many));
    std::ranges::sort(sessions, {}, &SessionSummary::id);
    EXPECT_EQ(std::ranges::adjacent_find(sessions, {}, &SessionSummary::id), sessions.end());
    EXPECT_THAT(list(), SizeIs(Many));
}

TEST_F(WorkerFromOutside, LeavesOutWhatEndsWhileItLists)
{
    for (int i = 0; i < 600; ++i)
        carry("h.example");
    std::optional<std::size_t> listed;
    worker_.listSessions(
        [&listed](const std::vector<SessionSummary>& sessions) { listed = sessions.size(); });
    // Behind the list's first slice, before its second.
    worker_.loop().post([this] { carried_.back()->stopCarrying(); });
    runUntil([&listed] { return listed.has_value(); });
    EXPECT_EQ(listed, 599U);
}

TEST_F(WorkerFromOutside, AnswersSeveralAtOnce)
{
    carry("one.example");
    int answers = 0;
    for (int i = 0; i < 3; ++i)
        worker_.listSessions([&answers](const std::vector<SessionSummary>& sessions) {
            answers += static_cast<int>(sessions.size());
        });
    runUntil([&answers] { return answers == 3; });
}

TEST_F(WorkerFromOutside, SaysHowManySessionsAPolicyWouldEnd)
{
    carry("one.example");
    carry("two.example");
    const auto policy =
        policy::Policy::compile(policy::PolicyDocument::parse(R"({"format": 1, "access": [
            {"name": "No two", "action": "deny", "when": {"host": ["two.example"]}},
            {"name": "Rest", "action": "allow"}]})"),
                                9);
    std::optional<Worker::Reviewed> reviewed;
    worker_.tryPolicy(policy, [&reviewed](Worker::Reviewed found) { reviewed = found; });
    runUntil([&reviewed] { return reviewed.has_value(); });
    EXPECT_EQ(reviewed->carried, 2U);
    EXPECT_EQ(reviewed->forbidden, 1U);
    EXPECT_THAT(list(), SizeIs(2)); // they live on
}

TEST_F(WorkerFromOutside, EndsTheSessionsItIsToldInTheNameOfAnAdmin)
{
    auto& first = carry("one.example");
    auto& second = carry("two.example");
    auto& third = carry("three.example");
    EXPECT_EQ(terminate({first.session()->id(), third.session()->id(), audit::SessionId{9}}), 2U);
    EXPECT_EQ(first.session(), nullptr);
    EXPECT_NE(second.session(), nullptr);
    EXPECT_EQ(third.session(), nullptr);
    EXPECT_THAT(ends(), ElementsAre(std::pair(CloseBy::Admin, CloseReason::Terminated),
                                    std::pair(CloseBy::Admin, CloseReason::Terminated)));
    EXPECT_THAT(list(), SizeIs(1));
    EXPECT_EQ(report().counters.carried, 1U);
}

TEST_F(WorkerFromOutside, EndsEachSessionOnce)
{
    const auto id = carry("one.example").session()->id();
    EXPECT_EQ(terminate({id}), 1U);
    EXPECT_EQ(terminate({id}), 0U);
    EXPECT_THAT(ends(), SizeIs(1));
}

std::uint64_t outcomes(const WorkerCounters& counters, policy::Protocol protocol, Outcome outcome)
{
    return counters.outcomes[static_cast<std::size_t>(protocol)][static_cast<std::size_t>(outcome)];
}

TEST_F(WorkerFromOutside, CountsWhatBecameOfRequests)
{
    auto& carried = carry("one.example");
    // What is in the tunnel decides the rest.
    carried.session()->decide(policy::Stage::RunningSession);
    carried.stopCarrying();
    {
        Session bad(worker_, "l", {});
        bad.describe({.method = {}, .host = {}, .path = {}});
        bad.refused(badRequest(std::string_view("no")));
    }
    {
        Session denied(worker_, "l", *net::Endpoint::parse("10.1.2.3:1"));
        denied.describe({.method = "GET", .host = "x.example", .port = 25, .path = "/"});
        const auto& verdict = denied.decide(policy::Stage::Request);
        ASSERT_EQ(verdict.answer, policy::Answer::Deny);
        denied.refused(proxy::denied(verdict, "x.example", nullptr));
    }
    {
        Session failed(worker_, "l", *net::Endpoint::parse("10.1.2.3:1"));
        failed.describe({.method = "GET", .host = "x.example", .port = 80, .path = "/"});
        failed.decide(policy::Stage::Request);
        failed.refused(connectFailed(net::Error{net::Error::Kind::Refused, net::Side::Upstream, {}},
                                     "x.example", std::chrono::seconds(1)));
    }
    const auto counters = report().counters;
    EXPECT_EQ(counters.requests, 4U);
    EXPECT_EQ(outcomes(counters, policy::Protocol::Connect, Outcome::Allow), 1U);
    EXPECT_EQ(outcomes(counters, policy::Protocol::Http, Outcome::Unread), 1U);
    EXPECT_EQ(outcomes(counters, policy::Protocol::Http, Outcome::Deny), 1U);
    EXPECT_EQ(outcomes(counters, policy::Protocol::Http, Outcome::Error), 1U);
    const auto ended = [&counters](CloseReason reason) {
        return counters.ends[static_cast<std::size_t>(reason)];
    };
    EXPECT_EQ(ended(CloseReason::Internal), 1U);
    EXPECT_EQ(ended(CloseReason::BadRequest), 1U);
    EXPECT_EQ(ended(CloseReason::Denied), 1U);
    EXPECT_EQ(ended(CloseReason::ConnectRefused), 1U);
    EXPECT_EQ(counters.carried, 0U);
}

TEST_F(WorkerFromOutside, MeasuresOneDecisionOfMany)
{
    auto& carried = carry("one.example");
    for (std::uint64_t i = 0; i < 4 * WorkerCounters::DecisionsPerMeasure; ++i)
        carried.session()->decide(policy::Stage::Request);
    const auto counters = report().counters;
    std::uint64_t measured = 0;
    for (const auto count : counters.decisions.counts())
        measured += count;
    EXPECT_THAT(measured, testing::AllOf(testing::Ge(4U), testing::Le(5U)));
    EXPECT_GT(counters.decisions.sum().count(), 0);
}

TEST_F(WorkerFromOutside, SaysHowLongAQuestionWaited)
{
    std::optional<std::chrono::nanoseconds> waited;
    worker_.loop().post([] {
        const auto until = net::Clock::now() + std::chrono::milliseconds(20);
        while (net::Clock::now() < until)
            ;
    });
    worker_.report([&waited](const WorkerReport& told) { waited = told.waited; });
    runUntil([&waited] { return waited.has_value(); });
    EXPECT_GE(*waited, std::chrono::milliseconds(20));
}

TEST(Distribution, PutsATimeIntoTheFirstClassThatHoldsIt)
{
    Distribution times;
    times.add(std::chrono::nanoseconds(0));
    times.add(std::chrono::nanoseconds(500));
    times.add(std::chrono::nanoseconds(501));
    times.add(std::chrono::hours(1));
    EXPECT_EQ(times.counts().front(), 2U);
    EXPECT_EQ(times.counts()[1], 1U);
    EXPECT_EQ(times.counts().back(), 1U);
    EXPECT_EQ(times.sum(), std::chrono::hours(1) + std::chrono::nanoseconds(1001));
}

} // namespace
} // namespace sallyport::proxy
