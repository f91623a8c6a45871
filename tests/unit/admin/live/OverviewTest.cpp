#include "admin/live/Attention.h"
#include "admin/live/LivePages.h"
#include "unit/admin/live/Proxied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace sallyport::admin::live {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class LivePagesOfTest : public testing::Test {
protected:
    LivePagesOfTest()
    {
        std::filesystem::create_directory(folder_.file("audit"));
        proxied_.workers.resize(2);
        for (auto& worker : proxied_.workers) {
            worker.sessions = 4;
            worker.policyVersion = 3;
            worker.requests.requests = 10;
            worker.requests.outcomes[static_cast<std::size_t>(policy::Protocol::Tls)]
                                    [static_cast<std::size_t>(Outcome::Deny)] = 5;
        }
        proxied_.policy = policy::Policy::compile(policy::PolicyDocument::initial(), 3);
        pages_.addTo(router_);
        jobs_.addTo(router_);
    }

    LiveSources sources()
    {
        LiveSources sources;
        sources.proxy = proxied_.view;
        sources.health.dataDirectory = folder_.path();
        sources.overview.versions = [this] { return versions_; };
        sources.bundle = {.dataDirectory = folder_.path(),
                          .settings =
                              [] {
                                  return std::vector<std::pair<std::string, std::string>>{
                                      {"listen", "127.0.0.1:3128"},
                                      {"webhook-token", "s3cr3t-one"},
                                      {"sink", "https://ann:s3cr3t-two@siem.example/x"}};
                              },
                          .logFile = folder_.file("log")};
        return sources;
    }

    test::TemporaryFolder folder_;
    Proxied proxied_;
    std::vector<db::PolicyStore::VersionEntry> versions_;
    api::Trail trail_{folder_.path()};
    api::Router router_;
    api::Jobs jobs_;
    LivePages pages_{sources(), router_, jobs_, trail_};
};

TEST_F(LivePagesOfTest, ShowAnOverview)
{
    db::PolicyStore::VersionEntry version;
    version.number = 3;
    version.created =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now() - 60s);
    version.who = "ann";
    versions_.assign(4, version);
    pages_.start();
    std::this_thread::sleep_for(2500ms);
    const auto answer = ask(router_, "GET", "/overview", {{"span", "15m"}});
    ASSERT_EQ(answer.status, 200U) << answer.body;
    const auto json = jsonOf(answer);
    EXPECT_EQ(json->getObject("tiles")->getValue<int>("open_sessions"), 8);
    EXPECT_EQ(json->getObject("tiles")->getValue<int>("workers_on_policy"), 2);
    const auto series = json->getObject("series");
    EXPECT_EQ(series->getValue<int>("step_s"), 5);
    for (const auto* column : {"open", "bytes_up_per_s", "bytes_down_per_s", "allow_per_s",
                               "deny_per_s", "inspect_per_s", "error_per_s"})
        EXPECT_EQ(series->getArray(column)->size(), 180U) << column;
    EXPECT_EQ(series->getArray("marks")->size(), 4U);
    EXPECT_EQ(json->getArray("versions")->size(), 3U);
    EXPECT_GT(json->getArray("health")->size(), 5U);
    EXPECT_TRUE(json->getObject("first_visit")->getValue<bool>("session_seen"));
    EXPECT_EQ(
        json->getObject("first_visit")->getArray("proxy_addresses")->getElement<std::string>(0),
        "127.0.0.1:3128");
    for (const auto* span : {"1h", "24h", "7d"})
        EXPECT_EQ(ask(router_, "GET", "/overview", {{"span", span}}).status, 200U) << span;
    EXPECT_EQ(ask(router_, "GET", "/overview", {{"span", "2h"}}).status, 422U);
    EXPECT_EQ(ask(router_, "GET", "/overview", {}, "", api::Role::HelpDesk).status, 200U);
    pages_.stop();
}

TEST_F(LivePagesOfTest, MakeASupportBundleWithoutSecrets)
{
    std::ofstream(folder_.file("log"))
        << "one\nAuthorization: Bearer s3cr3t-three\nsink https://bob:s3cr3t-four@x.example down\n"
        << "{\"password\":\"s3cr3t-five\"}\nlast\n";
    EXPECT_EQ(ask(router_, "POST", "/health/bundle", {}, "", api::Role::Editor).status, 403U);
    const auto started = ask(router_, "POST", "/health/bundle");
    ASSERT_EQ(started.status, 202U);
    const auto job = jsonOf(started)->getValue<std::string>("job");
    Poco::JSON::Object::Ptr state;
    const auto limit = std::chrono::steady_clock::now() + 10s;
    do {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        state = jsonOf(ask(router_, "GET", "/jobs/" + job));
    } while (state->getValue<std::string>("state") == "running" &&
             std::chrono::steady_clock::now() < limit);
    ASSERT_EQ(state->getValue<std::string>("state"), "done");
    const auto path = state->getObject("result")->getValue<std::string>("file");
    EXPECT_EQ(ask(router_, "GET", path, {}, "", api::Role::Editor).status, 403U);
    const auto file = ask(router_, "GET", path);
    ASSERT_EQ(file.status, 200U);
    EXPECT_THAT(file.body, Not(HasSubstr("s3cr3t")));
    const auto bundle = jsonOf(file);
    EXPECT_EQ(bundle->getArray("log")->size(), 5U);
    EXPECT_EQ(bundle->getObject("settings")->getValue<std::string>("listen"), "127.0.0.1:3128");
    EXPECT_THAT(bundle->getValue<std::string>("metrics"), HasSubstr("sallyport_build_info"));
    EXPECT_EQ(bundle->getObject("policy")->getObject("rules")->getValue<int>("access"), 2);
    const auto written = folder_.file("bundles") + "/" +
                         state->getObject("result")->getValue<std::string>("id") + ".json";
    EXPECT_EQ(std::filesystem::status(written).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(ask(router_, "GET", "/health/bundle/..%2F..%2Flog/file").status, 404U);
}

AttentionFacts quiet()
{
    AttentionFacts facts;
    facts.now = WallTime(1'800'000'000s);
    return facts;
}

TEST(Attention, IsNotWantedWhenNothingIsWrong)
{
    auto facts = quiet();
    facts.checks = {{.id = "disk", .title = "Disk"}};
    EXPECT_THAT(attentionFor(facts), IsEmpty());
}

TEST(Attention, IsDrawnToChecksWorstFirst)
{
    auto facts = quiet();
    facts.checks = {{.id = "disk", .title = "Disk", .state = HealthState::Warn},
                    {.id = "clock", .title = "Clock", .state = HealthState::Warn},
                    {.id = "record-chain", .title = "Chain", .state = HealthState::Bad}};
    const auto found = attentionFor(facts);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].kind, "chain-broken");
    EXPECT_EQ(found[0].link, "/audit");
    EXPECT_EQ(found[1].kind, "disk-filling");
}

TEST(Attention, IsDrawnToRulesThatExpireSoon)
{
    auto document = policy::PolicyDocument::initial();
    auto& rules = document.rows(policy::Layer::Access);
    const auto facts = [&document] {
        auto given = quiet();
        given.policy = &document;
        return given;
    }();
    const auto now = std::chrono::floor<std::chrono::seconds>(facts.now);
    rules[1].expires = now + 6 * 24h;
    ASSERT_THAT(attentionFor(facts), SizeIs(1));
    EXPECT_EQ(attentionFor(facts)[0].kind, "rule-expiring");
    EXPECT_THAT(attentionFor(facts)[0].text, HasSubstr("6 days"));
    EXPECT_EQ(attentionFor(facts)[0].link, "/rules/" + rules[1].id);
    rules[1].expires = now + 8 * 24h;
    EXPECT_THAT(attentionFor(facts), IsEmpty());
    rules[1].expires = now - 1s;
    EXPECT_THAT(attentionFor(facts), IsEmpty());
    rules[1].expires = now + 24h;
    rules[1].enabled = false;
    EXPECT_THAT(attentionFor(facts), IsEmpty());
}

TEST(Attention, IsDrawnToDenialsAfterAPublish)
{
    auto facts = quiet();
    facts.newVersion = 7;
    facts.lastHour.sums = {60, 40, 0, 0};
    facts.sameHourLastWeek.sums = {80, 20, 0, 0};
    ASSERT_THAT(attentionFor(facts), SizeIs(1));
    EXPECT_EQ(attentionFor(facts)[0].kind, "denial-rate");
    EXPECT_THAT(attentionFor(facts)[0].text, HasSubstr("v7"));
    facts.sameHourLastWeek.sums = {79, 21, 0, 0};
    EXPECT_THAT(attentionFor(facts), IsEmpty());
    facts.sameHourLastWeek.sums = {80, 20, 0, 0};
    facts.newVersion.reset();
    EXPECT_THAT(attentionFor(facts), IsEmpty());
}

} // namespace
} // namespace sallyport::admin::live
