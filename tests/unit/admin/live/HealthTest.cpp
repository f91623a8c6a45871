#include "admin/live/FeedSources.h"
#include "admin/live/HealthResource.h"
#include "unit/admin/live/Proxied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::live {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;

HealthFacts well()
{
    HealthFacts facts;
    facts.now = WallTime(1'800'000'000s);
    facts.audit.journalCapacity = 100;
    facts.disk = DiskSpace{.freeBytes = 50, .allBytes = 100};
    facts.certificateExpiry = facts.now + 90 * 24h;
    facts.process = {.openFiles = 10, .mostFiles = 100};
    facts.policyVersion = 3;
    facts.figures.answer = FigureWatch::Answer::InTime;
    facts.figures.workers.resize(2);
    for (auto& worker : facts.figures.workers)
        worker.policyVersion = 3;
    FigureChange minute;
    minute.sums.namesAsked = 10;
    facts.figures.lastMinute = minute;
    facts.audit.sinks.emplace_back().name = "siem";
    return facts;
}

TEST(HealthChecks, AreAllWellWhenNothingIsWrong)
{
    for (const auto& check : healthChecks(well())) {
        EXPECT_EQ(check.state, HealthState::Ok) << check.id << ": " << check.text;
        EXPECT_FALSE(check.text.empty()) << check.id;
        EXPECT_FALSE(check.threshold.empty()) << check.id;
    }
}

struct HealthCase {
    const char* name;
    std::function<void(HealthFacts&)> spoil;
    const char* id;
    HealthState state;
};

class SpoiltHealth : public testing::TestWithParam<HealthCase> {};

TEST_P(SpoiltHealth, IsNoticedByItsCheckAlone)
{
    auto facts = well();
    GetParam().spoil(facts);
    for (const auto& check : healthChecks(facts))
        EXPECT_EQ(check.state, check.id == GetParam().id ? GetParam().state : HealthState::Ok)
            << check.id << ": " << check.text;
    EXPECT_EQ(worstOf(healthChecks(facts)), GetParam().state);
}

constexpr auto Warn = HealthState::Warn;
constexpr auto Bad = HealthState::Bad;

INSTANTIATE_TEST_SUITE_P(
    All, SpoiltHealth,
    testing::Values(
        HealthCase{"Store", [](HealthFacts& f) { f.audit.writerError = "disk full"; },
                   "audit-writer", Bad},
        HealthCase{"Lost", [](HealthFacts& f) { f.audit.lost = 1; }, "audit-writer", Warn},
        HealthCase{"JournalsFill", [](HealthFacts& f) { f.audit.journalUsed = 50; },
                   "audit-journals", Warn},
        HealthCase{"JournalsFull", [](HealthFacts& f) { f.audit.journalUsed = 90; },
                   "audit-journals", Bad},
        HealthCase{"JournalError", [](HealthFacts& f) { f.audit.journalError = "EIO"; },
                   "audit-journals", Bad},
        HealthCase{"Chain",
                   [](HealthFacts& f) {
                       f.chain = ChainState{ChainState::Result::Broken, f.now, "record 7"};
                   },
                   "record-chain", Bad},
        HealthCase{"SinkFails", [](HealthFacts& f) { f.audit.sinks[0].error = "refused"; },
                   "sink:siem", Warn},
        HealthCase{"SinkLags", [](HealthFacts& f) { f.audit.sinks[0].lag = 600s; }, "sink:siem",
                   Bad},
        HealthCase{"SinkLost", [](HealthFacts& f) { f.audit.sinks[0].lostByRetention = 1; },
                   "sink:siem", Bad},
        HealthCase{"Resolver", [](HealthFacts& f) { f.figures.lastMinute->sums.namesFailed = 3; },
                   "resolver", Warn},
        HealthCase{"DiskLow", [](HealthFacts& f) { f.disk->freeBytes = 9; }, "disk", Warn},
        HealthCase{"DiskFull", [](HealthFacts& f) { f.disk->freeBytes = 2; }, "disk", Bad},
        HealthCase{"DiskFillsUp", [](HealthFacts& f) { f.daysUntilFull = 13.0; }, "disk", Warn},
        HealthCase{"DiskUnreadable", [](HealthFacts& f) { f.disk.reset(); }, "disk", Warn},
        HealthCase{"CertificateEnds",
                   [](HealthFacts& f) { f.certificateExpiry = f.now + 29 * 24h; }, "certificate",
                   Warn},
        HealthCase{"CertificateEnded", [](HealthFacts& f) { f.certificateExpiry = f.now - 1s; },
                   "certificate", Bad},
        HealthCase{"Handles", [](HealthFacts& f) { f.process.openFiles = 80; }, "file-handles",
                   Warn},
        HealthCase{"Lag", [](HealthFacts& f) { f.figures.longestLag = 150ms; }, "loop-lag", Warn},
        HealthCase{"Hangs", [](HealthFacts& f) { f.figures.answer = FigureWatch::Answer::Late; },
                   "loop-lag", Bad},
        HealthCase{"OldPolicy", [](HealthFacts& f) { f.figures.workers[1].policyVersion = 2; },
                   "policy", Warn},
        HealthCase{"BadPolicy", [](HealthFacts& f) { f.policyProblem = "no list"; }, "policy", Bad},
        HealthCase{"Clock", [](HealthFacts& f) { f.clockJump = -5s; }, "clock", Warn},
        HealthCase{"Feeds",
                   [](HealthFacts& f) {
                       f.staleFeeds = {{"ads", "2 days old"}};
                   },
                   "feeds", Warn}),
    [](const auto& info) { return info.param.name; });

TEST(HealthChecks, SayWhatIsWrongWithTheChain)
{
    auto facts = well();
    facts.chain = ChainState{ChainState::Result::Broken, facts.now, "record 7 in f was changed"};
    const auto checks = healthChecks(facts);
    const auto check = std::ranges::find(checks, "record-chain", &HealthCheck::id);
    EXPECT_EQ(check->title + ": " + check->text,
              "Record chain: It is broken: record 7 in f was changed.");
}

class Health : public testing::Test {
protected:
    Health()
    {
        proxied_.policy = policy::Policy::compile(policy::PolicyDocument::initial(), 0);
        proxied_.workers.resize(1);
        resource_.addTo(router_);
    }

    test::TemporaryFolder folder_;
    Proxied proxied_;
    FigureWatch watch_{proxied_.view};
    HealthWatch health_{
        proxied_.view,
        watch_,
        {.dataDirectory = folder_.path(), .chain = {}, .certificateExpiry = {}, .staleFeeds = {}}};
    HealthResource resource_{proxied_.view, health_, folder_.path()};
    api::Router router_;
};

TEST_F(Health, ShowsTheWorstFirstAndSinceWhen)
{
    watch_.lookOnce(FigureSample::Time(1'800'000'000s));
    const auto before = jsonOf(ask(router_, "GET", "/health"));
    EXPECT_TRUE(before->getArray("checks")->getObject(0)->isNull("since"));
    EXPECT_EQ(before->getArray("workers")->size(), 1U);
    EXPECT_GT(std::stoull(before->getObject("database")->getValue<std::string>("free_bytes")), 0U);
    proxied_.policyProblem = "broken";
    const auto json = jsonOf(ask(router_, "GET", "/health"));
    EXPECT_EQ(json->getValue<std::string>("state"), "bad");
    const auto first = json->getArray("checks")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("id"), "policy");
    EXPECT_FALSE(first->isNull("since"));
}

TEST_F(Health, IsToldWhenAStateChanges)
{
    HealthSource source(health_);
    EXPECT_FALSE(source.ask());
    proxied_.audit.lost = 1;
    health_.tick();
    const auto told = source.ask();
    ASSERT_TRUE(told);
    EXPECT_THAT(*told, testing::HasSubstr(R"("id":"audit-writer")"));
    EXPECT_FALSE(source.ask());
}

struct ReadyCase {
    const char* name;
    std::function<void(Proxied&)> spoil;
    unsigned status;
};

class Readiness : public Health, public testing::WithParamInterface<ReadyCase> {};

TEST_P(Readiness, SaysWhetherClientsMayCome)
{
    GetParam().spoil(proxied_);
    EXPECT_EQ(resource_.ready().status, GetParam().status);
    EXPECT_EQ(HealthResource::alive().status, 200U);
}

INSTANTIATE_TEST_SUITE_P(
    All, Readiness,
    testing::Values(ReadyCase{"Serving", [](Proxied&) {}, 200},
                    ReadyCase{"Starting", [](Proxied& p) { p.stage = ServerStage::Starting; }, 503},
                    ReadyCase{"Draining", [](Proxied& p) { p.stage = ServerStage::Draining; }, 503},
                    ReadyCase{"NoPolicy", [](Proxied& p) { p.policy.reset(); }, 503},
                    ReadyCase{"StoreFailsInSpool",
                              [](Proxied& p) {
                                  p.audit.mode = "spool";
                                  p.audit.writerError = "full";
                              },
                              200},
                    ReadyCase{"StoreFailsInStrict",
                              [](Proxied& p) {
                                  p.audit.mode = "strict";
                                  p.audit.journalError = "full";
                              },
                              503}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::live
