// Resolver against a name server on loopback: answers, failures, the cache, shared queries, silent
// servers, leaving.

#include "net/Resolver.h"

#include "AllocationCount.h"
#include "LoopTest.h"
#include "Samples.h"
#include "net/DnsChannel.h"
#include "support/DnsServer.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace sallyport::net {
namespace {

using test::DnsAnswer;
using test::DnsServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

using Slot = std::optional<Result<Addresses>>;

Task<void> resolveInto(Resolver& resolver, std::string host, TimePoint deadline, Slot& slot)
{
    auto answer = co_await resolver.resolve(host, deadline);
    slot = std::move(answer);
}

Endpoint endpointOf(const DnsServer& server)
{
    return Endpoint::parse(server.endpoint()).value();
}

class ResolverOnLoop : public LoopTest {
protected:
    [[nodiscard]] ResolverOptions asking(const std::vector<Endpoint>& servers) const
    {
        return {.servers = servers, .hostsFile = hosts, .resolvConf = resolvConf};
    }

    [[nodiscard]] Result<Addresses> resolve(Resolver& resolver, const std::string& host,
                                            Duration patience = seconds(20))
    {
        Slot slot;
        Job job;
        job.start(resolveInto(resolver, host, in(patience), slot));
        EXPECT_TRUE(until([&] { return job.done(); }));
        return slot.value_or(std::unexpected(Error{}));
    }

    test::TemporaryFolder folder;
    std::string hosts = folder.write("hosts", "192.0.2.200 listed.test\n");
    std::string resolvConf = folder.write("resolv.conf", "search corp.test\n");
    DnsServer server;
};

TEST_F(ResolverOnLoop, GivesTheAddressesOfBothFamilies)
{
    server.answer("both.test", {"192.0.2.1", "192.0.2.2", "2001:db8::1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    const auto answer = resolve(resolver, "both.test");
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_THAT(*answer, UnorderedElementsAre(address("192.0.2.1"), address("192.0.2.2"),
                                              address("2001:db8::1")));
    EXPECT_LT(std::ranges::find(*answer, address("192.0.2.1")),
              std::ranges::find(*answer, address("192.0.2.2")));
}

TEST_F(ResolverOnLoop, GivesOneFamilyWhenTheNameHasOne)
{
    server.answer("six.test", {"2001:db8::1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    const auto answer = resolve(resolver, "six.test");
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_THAT(*answer, ElementsAre(address("2001:db8::1")));
}

TEST_F(ResolverOnLoop, AnswersFromTheHostsTableWithoutAsking)
{
    server.answer("listed.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    EXPECT_THAT(resolver.cached("listed.test"),
                testing::Pointee(ElementsAre(address("192.0.2.200"))));
    const auto answer = resolve(resolver, "listed.test");
    ASSERT_TRUE(answer);
    EXPECT_THAT(*answer, ElementsAre(address("192.0.2.200")));
    EXPECT_THAT(server.questions(), testing::IsEmpty());
}

TEST_F(ResolverOnLoop, KeepsAnAnswerInTheCache)
{
    server.answer("name.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    EXPECT_EQ(resolver.cached("name.test"), nullptr);
    ASSERT_TRUE(resolve(resolver, "name.test"));
    EXPECT_THAT(resolver.cached("name.test"), testing::Pointee(ElementsAre(address("192.0.2.1"))));
    ASSERT_TRUE(resolve(resolver, "name.test"));
    EXPECT_EQ(server.timesAsked("A name.test"), 1U);
}

TEST_F(ResolverOnLoop, DoesNotAllocateForWhatItKnows)
{
    server.answer("a-name-too-long-for-the-small-string.example.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    ASSERT_TRUE(resolve(resolver, "a-name-too-long-for-the-small-string.example.test"));
    if (!test::AllocationsCounted)
        GTEST_SKIP() << "a sanitizer has its own operator new";
    const auto before = test::allocations();
    const auto* found = resolver.cached("a-name-too-long-for-the-small-string.example.test");
    const auto* listed = resolver.cached("listed.test");
    EXPECT_EQ(test::allocations(), before);
    EXPECT_NE(found, nullptr);
    EXPECT_NE(listed, nullptr);
}

TEST_F(ResolverOnLoop, AsksAgainForAnAnswerThatMayNotBeKept)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .ttl = seconds(0)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    ASSERT_TRUE(resolve(resolver, "name.test"));
    EXPECT_EQ(resolver.cached("name.test"), nullptr);
    ASSERT_TRUE(resolve(resolver, "name.test"));
    EXPECT_EQ(server.timesAsked("A name.test"), 2U);
}

TEST_F(ResolverOnLoop, KeepsNoAnswerLongerThanItsOwnLimit)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .ttl = seconds(86'400)});
    auto options = asking({endpointOf(server)});
    options.cacheMax = seconds(0);
    Resolver resolver(loop, options);
    ASSERT_TRUE(resolve(resolver, "name.test"));
    EXPECT_EQ(resolver.cached("name.test"), nullptr);
}

TEST_F(ResolverOnLoop, RemembersThatANameDoesNotExist)
{
    Resolver resolver(loop, asking({endpointOf(server)}));
    for (int times = 0; times < 2; ++times) {
        const auto answer = resolve(resolver, "missing.test");
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, Error::Kind::NotFound);
    }
    EXPECT_EQ(resolver.cached("missing.test"), nullptr);
    EXPECT_EQ(server.timesAsked("A missing.test"), 1U);
}

TEST_F(ResolverOnLoop, DoesNotRememberAFailureOfTheServer)
{
    server.answer("name.test", DnsAnswer{.kind = DnsAnswer::Kind::ServerFailure});
    Resolver resolver(loop, asking({endpointOf(server)}));
    ASSERT_FALSE(resolve(resolver, "name.test"));
    server.answer("name.test", {"192.0.2.1"});
    EXPECT_TRUE(resolve(resolver, "name.test"));
}

struct FailureCase {
    const char* name;
    const char* host;
    DnsAnswer answer;
    Error::Kind kind;
};

class ResolverFailure : public ResolverOnLoop, public testing::WithParamInterface<FailureCase> {};

TEST_P(ResolverFailure, IsToldByItsKindAndInWords)
{
    server.answer(GetParam().host, GetParam().answer);
    Resolver resolver(loop, asking({endpointOf(server)}));
    const auto answer = resolve(resolver, GetParam().host);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, GetParam().kind);
    EXPECT_EQ(answer.error().side, Side::Upstream);
    EXPECT_THAT(answer.error().detail, HasSubstr(GetParam().host));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc1035, ResolverFailure,
    testing::Values(
        FailureCase{"NoSuchName",
                    "gone.test",
                    {.kind = DnsAnswer::Kind::NoSuchName},
                    Error::Kind::NotFound},
        FailureCase{"NoAddress", "empty.test", {}, Error::Kind::NotFound},
        FailureCase{"LabelTooLong",
                    "0123456789012345678901234567890123456789012345678901234567890123.test",
                    {},
                    Error::Kind::NotFound},
        FailureCase{"ServerFailure",
                    "broken.test",
                    {.kind = DnsAnswer::Kind::ServerFailure},
                    Error::Kind::DnsFailed},
        FailureCase{
            "Silence", "silent.test", {.kind = DnsAnswer::Kind::Silence}, Error::Kind::TimedOut}),
    [](const auto& info) { return info.param.name; });

TEST_F(ResolverOnLoop, SaysThatNoServerIsThere)
{
    auto gone = std::make_unique<DnsServer>();
    const auto endpoint = endpointOf(*gone);
    gone.reset();
    Resolver resolver(loop, asking({endpoint}));
    const auto answer = resolve(resolver, "name.test");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Error::Kind::DnsFailed);
    EXPECT_THAT(answer.error().detail, HasSubstr("name.test"));
}

TEST_F(ResolverOnLoop, SharesOneQueryBetweenAllWhoWait)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .delay = milliseconds(50)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    std::array<Job, 20> jobs;
    std::array<Slot, 20> slots;
    for (std::size_t i = 0; i < jobs.size(); ++i)
        jobs[i].start(resolveInto(resolver, "name.test", in(seconds(20)), slots[i]));
    ASSERT_TRUE(until([&] { return std::ranges::all_of(jobs, &Job::done); }));
    for (const auto& slot : slots) {
        ASSERT_TRUE(slot.has_value() && slot->has_value());
        EXPECT_THAT(**slot, ElementsAre(address("192.0.2.1")));
    }
    EXPECT_EQ(server.timesAsked("A name.test"), 1U);
}

TEST_F(ResolverOnLoop, LetsOneWaiterLeaveAtItsDeadlineAndGoesOnForTheOthers)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .delay = milliseconds(300)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    Slot hurried;
    Slot patient;
    Job first;
    Job second;
    first.start(resolveInto(resolver, "name.test", in(milliseconds(20)), hurried));
    second.start(resolveInto(resolver, "name.test", in(seconds(20)), patient));
    ASSERT_TRUE(until([&] { return first.done(); }));
    ASSERT_TRUE(hurried.has_value());
    ASSERT_FALSE(*hurried);
    EXPECT_EQ(hurried->error().kind, Error::Kind::TimedOut);
    EXPECT_EQ(hurried->error().side, Side::Upstream);
    EXPECT_THAT(hurried->error().detail, HasSubstr("name.test"));
    EXPECT_FALSE(second.done());
    ASSERT_TRUE(until([&] { return second.done(); }));
    EXPECT_TRUE(*patient);
    EXPECT_EQ(server.timesAsked("A name.test"), 1U);
}

TEST_F(ResolverOnLoop, FillsTheCacheAlsoWhenNobodyWaitsAnyMore)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .delay = milliseconds(100)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    ASSERT_FALSE(resolve(resolver, "name.test", milliseconds(10)));
    EXPECT_TRUE(until([&] { return resolver.cached("name.test") != nullptr; }));
}

TEST_F(ResolverOnLoop, ForgetsAWaiterThatIsDestroyed)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .delay = milliseconds(50)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    Slot leftSlot;
    Slot slot;
    auto left = std::make_unique<Job>();
    Job stays;
    left->start(resolveInto(resolver, "name.test", in(seconds(20)), leftSlot));
    stays.start(resolveInto(resolver, "name.test", in(seconds(20)), slot));
    left.reset();
    ASSERT_TRUE(until([&] { return stays.done(); }));
    EXPECT_TRUE(*slot);
    EXPECT_FALSE(leftSlot.has_value());
}

/// Destroys others' waits from inside its own resumption, when their answers are already on the way
/// to them.
Task<void> resolveAndDestroy(Resolver& resolver, std::string host, TimePoint deadline,
                             std::vector<std::unique_ptr<Job>>& others)
{
    auto answer = co_await resolver.resolve(host, deadline);
    EXPECT_TRUE(answer);
    others.clear();
}

TEST_F(ResolverOnLoop, ForgetsAWaiterThatIsDestroyedWhenItsAnswerHasCome)
{
    server.answer("name.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    std::vector<std::unique_ptr<Job>> others;
    Slot slot;
    Job destroyer;
    destroyer.start(resolveAndDestroy(resolver, "name.test", in(seconds(20)), others));
    for (int i = 0; i < 3; ++i)
        others.emplace_back(std::make_unique<Job>())
            ->start(resolveInto(resolver, "name.test", in(seconds(20)), slot));
    ASSERT_TRUE(until([&] { return destroyer.done(); }));
    settle();
    EXPECT_FALSE(slot.has_value());
}

TEST_F(ResolverOnLoop, ResumesNobodyWhenItIsDestroyed)
{
    server.answer("name.test", DnsAnswer{.addresses = {"192.0.2.1"}, .delay = milliseconds(50)});
    auto resolver = std::make_unique<Resolver>(loop, asking({endpointOf(server)}));
    Slot slot;
    Job job;
    job.start(resolveInto(*resolver, "name.test", in(milliseconds(100)), slot));
    ASSERT_TRUE(until([&] { return server.timesAsked("A name.test") == 1; }));
    resolver.reset();
    pass(milliseconds(200));
    EXPECT_FALSE(job.done());
}

/// Takes the resolver away when its own answer has come and that of others is on the way to them.
Task<void> resolveAndTakeAway(std::unique_ptr<Resolver>& resolver, std::string host,
                              TimePoint deadline)
{
    auto answer = co_await resolver->resolve(host, deadline);
    EXPECT_TRUE(answer);
    resolver.reset();
}

TEST_F(ResolverOnLoop, ResumesNobodyWhoseAnswerHadComeWhenItIsDestroyed)
{
    server.answer("name.test", {"192.0.2.1"});
    auto resolver = std::make_unique<Resolver>(loop, asking({endpointOf(server)}));
    Slot slot;
    Job first;
    Job second;
    first.start(resolveAndTakeAway(resolver, "name.test", in(seconds(20))));
    second.start(resolveInto(*resolver, "name.test", in(seconds(20)), slot));
    ASSERT_TRUE(until([&] { return first.done(); }));
    settle();
    EXPECT_FALSE(second.done());
}

TEST_F(ResolverOnLoop, PaysTheTimeOutOfASilentServerOnce)
{
    DnsServer silent;
    for (const auto* name : {"first.test", "second.test", "third.test"}) {
        silent.answer(name, DnsAnswer{.kind = DnsAnswer::Kind::Silence});
        server.answer(name, {"192.0.2.1"});
    }
    Resolver resolver(loop, asking({endpointOf(silent), endpointOf(server)}));
    ASSERT_TRUE(resolve(resolver, "first.test"));
    EXPECT_EQ(silent.timesAsked("A first.test"), 1U);
    ASSERT_TRUE(resolve(resolver, "second.test"));
    ASSERT_TRUE(resolve(resolver, "third.test"));
    EXPECT_EQ(silent.timesAsked("A second.test"), 0U);
    EXPECT_EQ(silent.timesAsked("A third.test"), 0U);
}

TEST_F(ResolverOnLoop, LetsAQueryInFlightFinishWhenTheOrderOfServersChanges)
{
    DnsServer silent;
    silent.answer("early.test", DnsAnswer{.kind = DnsAnswer::Kind::Silence});
    silent.answer("late.test", DnsAnswer{.addresses = {"192.0.2.2"}, .delay = milliseconds(900)});
    for (const auto* name : {"early.test", "after.test"})
        server.answer(name, {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(silent), endpointOf(server)}));
    Slot early;
    Slot late;
    Job first;
    Job second;
    first.start(resolveInto(resolver, "early.test", in(seconds(20)), early));
    // Asked of the same server while its silence about the first is not yet known.
    ASSERT_TRUE(until([&] { return silent.timesAsked("AAAA early.test") == 1; }));
    pass(milliseconds(500));
    second.start(resolveInto(resolver, "late.test", in(seconds(20)), late));
    ASSERT_TRUE(until([&] { return first.done(); }));
    ASSERT_FALSE(second.done());
    ASSERT_TRUE(resolve(resolver, "after.test"));
    EXPECT_EQ(silent.timesAsked("A after.test"), 0U);
    ASSERT_TRUE(until([&] { return second.done(); }));
    ASSERT_TRUE(*late);
    EXPECT_THAT(**late, ElementsAre(address("192.0.2.2")));
}

TEST_F(ResolverOnLoop, AppliesTheSearchListToNamesWithoutADot)
{
    server.answer("wiki.corp.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    EXPECT_TRUE(resolve(resolver, "wiki"));
    ASSERT_FALSE(resolve(resolver, "wiki.example"));
    EXPECT_EQ(server.timesAsked("A wiki.example.corp.test"), 0U);
}

TEST_F(ResolverOnLoop, ReadsResolvConfAgainWhenItChanges)
{
    server.answer("new.later.test", {"192.0.2.1"});
    Resolver resolver(loop, asking({endpointOf(server)}));
    ASSERT_FALSE(resolve(resolver, "old"));
    folder.write("resolv.conf", "search somewhat later.test\n");
    // It looks once a second; each question is asked of a name of its own, for the last one is
    // remembered.
    bool changed = false;
    for (int times = 0; !changed; ++times) {
        ASSERT_LT(times, 2000);
        pass(milliseconds(5));
        const auto name = "old" + std::to_string(times);
        ASSERT_FALSE(resolve(resolver, name));
        changed = server.timesAsked("A " + name + ".later.test") == 1;
    }
    EXPECT_TRUE(resolve(resolver, "new"));
}

TEST_F(ResolverOnLoop, TakesTheServersOfResolvConf)
{
    folder.write("resolv.conf", "nameserver 192.0.2.53\nnameserver 2001:db8::53\noptions rotate\n");
    const DnsChannel channel(loop, resolvConf, {});
    EXPECT_THAT(channel.servers(), ElementsAre(Endpoint{address("192.0.2.53"), 53},
                                               Endpoint{address("2001:db8::53"), 53}));
}

TEST_F(ResolverOnLoop, KeepsAHundredQueriesApart)
{
    constexpr std::size_t Count = 100;
    for (std::size_t i = 0; i < Count; ++i)
        server.answer("n" + std::to_string(i) + ".test", {"10.0.0." + std::to_string(i)});
    Resolver resolver(loop, asking({endpointOf(server)}));
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<Slot> slots(Count);
    for (std::size_t i = 0; i < Count; ++i)
        jobs.emplace_back(std::make_unique<Job>())
            ->start(resolveInto(resolver, "n" + std::to_string(i) + ".test", in(seconds(30)),
                                slots[i]));
    ASSERT_TRUE(until(
        [&] { return std::ranges::all_of(jobs, [](const auto& job) { return job->done(); }); }));
    for (std::size_t i = 0; i < Count; ++i) {
        ASSERT_TRUE(slots[i].has_value() && slots[i]->has_value())
            << i << ": " << slots[i]->error().detail;
        const auto expected = "10.0.0." + std::to_string(i);
        EXPECT_THAT(**slots[i], ElementsAre(address(expected)));
    }
}

} // namespace
} // namespace sallyport::net
