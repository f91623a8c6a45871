// The PAC file of the API: as the server's settings, the policy or a person says, and its tests.

#include "ApiCalls.h"
#include "admin/pac/PacResource.h"
#include "admin/pac/PacTestsResource.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace sallyport::admin::pac {
namespace {

using testing::HasSubstr;

class PacApi : public ApiCalls {
protected:
    PacApi()
    {
        pac_.addTo(router_);
        tests_.addTo(router_);
    }

    Asked save(const std::string& body) { return askWithMatch("PUT", "/pac/draft", tag(), body); }
    std::string tag() { return ask("GET", "/pac").tag; }
    Poco::JSON::Object::Ptr file(const char* which)
    {
        return ask("GET", "/pac").json()->getObject(which);
    }

    std::optional<std::vector<PacFetch>> fetches_;
    PacResource pac_{
        policyFile_,
        {.serverSettings =
             [] {
                 return policy::PacSettings{
                     .proxy = "", .directSuffixes = {".corp.example"}, .script = {}};
             },
         .proxyAddress = [] { return "127.0.0.1:3128"; },
         .urls = [] { return std::vector<std::string>{"http://127.0.0.1:3129/proxy.pac"}; },
         .fetches = [this] { return fetches_; },
         .resolve = [](const std::string& host) -> std::vector<std::string> {
             if (host == "no.example")
                 throw std::runtime_error("not-found");
             return {"192.0.2.1"};
         }},
        trail_,
        {}};
    PacTestsResource tests_{policyFile_, trail_};
};

TEST_F(PacApi, SaysWhoFetchedIt)
{
    EXPECT_FALSE(ask("GET", "/pac").json()->has("fetches"));
    fetches_ = {{*policy::parseNetwork("10.1.2.0/24"), 3,
                 std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000))}};
    const auto fetch = ask("GET", "/pac").json()->getArray("fetches")->getObject(0);
    EXPECT_EQ(fetch->getValue<std::string>("network"), "10.1.2.0/24");
    EXPECT_EQ(fetch->getValue<int>("count"), 3);
    EXPECT_EQ(fetch->getValue<std::string>("last_at"), "2023-11-14T22:13:20.000Z");
}

TEST_F(PacApi, IsMadeFromTheServersSettingsAtFirst)
{
    const auto answer = ask("GET", "/pac");
    EXPECT_EQ(answer.json()->getValue<std::string>("etag"), answer.tag);
    const auto draft = file("draft");
    EXPECT_EQ(draft->getValue<std::string>("mode"), "from_settings");
    EXPECT_THAT(draft->getValue<std::string>("text"), HasSubstr("PROXY 127.0.0.1:3128"));
    EXPECT_THAT(draft->getValue<std::string>("text"), HasSubstr(".corp.example"));
    EXPECT_FALSE(draft->getValue<bool>("changed"));
}

TEST_F(PacApi, IsAPartOfTheDraftOnceSaved)
{
    const auto saved = save(
        R"({"mode": "generated", "settings": {"proxy": "Proxy.corp.example:3128", "direct": ["10.0.0.0/8"]}})");
    ASSERT_EQ(saved.status, 200U) << saved.body;
    EXPECT_TRUE(file("draft")->getValue<bool>("changed"));
    EXPECT_EQ(file("draft")->getObject("settings")->getValue<std::string>("proxy"),
              "proxy.corp.example:3128");
    EXPECT_EQ(file("live")->getValue<std::string>("mode"), "from_settings");
    db::PolicyStore store(policyFile_);
    const auto draft = store.draft();
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->who, "ann");
    store.publishDraft(*draft, db::PolicyStore::BaseCheck::Require, "ann", "");
    EXPECT_THAT(file("live")->getValue<std::string>("text"), HasSubstr("proxy.corp.example:3128"));
    EXPECT_THAT(trailText(), HasSubstr("pac.draft-save"));
}

TEST_F(PacApi, KeepsTheSettingsWhileItIsWrittenByHand)
{
    save(R"({"mode": "generated", "settings": {"proxy": "a.example:1", "direct": []}})");
    const auto saved = save(R"({"mode": "hand_written", "text": "function FindProxyForURL() {}"})");
    ASSERT_EQ(saved.status, 200U) << saved.body;
    EXPECT_EQ(file("draft")->getValue<std::string>("text"), "function FindProxyForURL() {}");
    EXPECT_EQ(file("draft")->getObject("settings")->getValue<std::string>("proxy"), "a.example:1");
    EXPECT_EQ(save(R"({"mode": "from_settings"})").status, 200U);
    EXPECT_FALSE(file("draft")->getValue<bool>("changed"));
}

TEST_F(PacApi, LeavesTheRulesOfTheDraftAlone)
{
    db::PolicyStore store(policyFile_);
    const auto before = tag();
    store.editDraft(
        [](policy::PolicyDocument& document) { document.defaults.access = policy::Action::Allow; },
        {"bob", "2"});
    EXPECT_EQ(tag(), before) << "rules are nothing of its own";
    EXPECT_EQ(save(R"({"mode": "generated", "settings": {}})").status, 200U);
    EXPECT_EQ(store.draft()->document.defaults.access, policy::Action::Allow);
}

struct BadPac {
    const char* name;
    const char* body;
    const char* pointer;
};

class PacRefused : public PacApi, public testing::WithParamInterface<BadPac> {};

TEST_P(PacRefused, NamesTheField)
{
    const auto answer = save(GetParam().body);
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.pointer(), GetParam().pointer) << answer.body;
    EXPECT_FALSE(db::PolicyStore(policyFile_).draft());
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, PacRefused,
    testing::Values(
        BadPac{"NoMode", "{}", "/mode"}, BadPac{"Mode", R"({"mode": "auto"})", "/mode"},
        BadPac{"NoSettings", R"({"mode": "generated"})", "/settings"},
        BadPac{"Proxy", R"({"mode": "generated", "settings": {"proxy": "nowhere"}})",
               "/settings/proxy"},
        BadPac{"Direct", R"({"mode": "generated", "settings": {"direct": ["a.example", "::/0"]}})",
               "/settings/direct/1"},
        BadPac{"NoText", R"({"mode": "hand_written"})", "/text"},
        BadPac{"NoFunction", R"({"mode": "hand_written", "text": "var a;"})", "/text"},
        BadPac{"Unknown", R"({"mode": "from_settings", "x": 1})", "/x"}),
    [](const auto& info) { return info.param.name; });

TEST_F(PacApi, IsSavedByTheStateItGoesBy)
{
    const std::string body = R"({"mode": "generated", "settings": {}})";
    EXPECT_EQ(ask("PUT", "/pac/draft", body).status, 428U);
    EXPECT_EQ(askWithMatch("PUT", "/pac/draft", "other", body).status, 412U);
    role_ = api::Role::Auditor;
    EXPECT_EQ(askWithMatch("PUT", "/pac/draft", tag(), body).status, 403U);
    EXPECT_FALSE(db::PolicyStore(policyFile_).draft());
}

TEST_F(PacApi, ResolvesNamesForTests)
{
    role_ = api::Role::HelpDesk;
    auto answer = ask("POST", "/pac/resolve", R"({"host": "a.example"})").json();
    EXPECT_EQ(answer->getArray("addresses")->size(), 1U);
    answer = ask("POST", "/pac/resolve", R"({"host": "no.example"})").json();
    EXPECT_EQ(answer->getArray("addresses")->size(), 0U);
    EXPECT_EQ(answer->getValue<std::string>("error"), "not-found");
    EXPECT_EQ(ask("POST", "/pac/resolve", "{}").pointer(), "/host");
}

TEST_F(PacApi, TestsAreKeptBesideThePolicy)
{
    const auto before = ask("GET", "/pac/tests").json()->getArray("items")->size();
    EXPECT_GT(before, 0U);
    const auto made =
        ask("POST", "/pac/tests", R"({"url": "https://a.example/", "expected": "DIRECT"})");
    ASSERT_EQ(made.status, 201U) << made.body;
    const auto path = "/pac/tests/" + made.json()->getValue<std::string>("id");
    EXPECT_EQ(ask("PATCH", path, R"({"my_ip": "10.0.0.1"})").status, 428U);
    const auto changed = askWithMatch("PATCH", path, made.tag, R"({"my_ip": "10.0.0.1"})");
    EXPECT_EQ(changed.status, 200U);
    EXPECT_EQ(changed.json()->getValue<std::string>("expected"), "DIRECT");
    EXPECT_EQ(askWithMatch("PATCH", path, changed.tag, R"({"my_ip": "ten"})").pointer(), "/my_ip");
    EXPECT_EQ(ask("POST", "/pac/tests", R"({"url": "a.example"})").pointer(), "/url");
    EXPECT_EQ(askWithMatch("DELETE", path, made.tag).status, 412U);
    EXPECT_EQ(askWithMatch("DELETE", path, changed.tag).status, 204U);
    EXPECT_EQ(ask("GET", path).status, 404U);
    EXPECT_EQ(ask("GET", "/pac/tests").json()->getArray("items")->size(), before);
    EXPECT_FALSE(db::PolicyStore(policyFile_).draft());
    EXPECT_THAT(trailText(), HasSubstr("pac-test.delete"));
}

} // namespace
} // namespace sallyport::admin::pac
