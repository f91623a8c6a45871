// The settings of the API: shown with their sources, changed by their own state, never without the
// trail.

#include "ApiCalls.h"
#include "admin/settings/SettingsResource.h"

#include <gmock/gmock.h>

namespace sallyport::admin::settings {
namespace {

using testing::HasSubstr;

class SettingsApi : public ApiCalls {
protected:
    SettingsApi()
    {
        role_ = api::Role::Admin;
        settings_.addTo(router_);
    }

    Setting setting(const std::string& name, const std::string& tab) const
    {
        Setting setting;
        setting.name = name;
        setting.tab = tab;
        setting.values = {values_.contains(name) ? values_.at(name) : "1s"};
        setting.source = values_.contains(name) ? ValueSource::ConfigFile : ValueSource::Default;
        return setting;
    }

    std::vector<Setting> all() const
    {
        auto fixed = setting("listen", "time");
        fixed.source = ValueSource::CommandLine;
        fixed.sourceText = "command line --listen";
        fixed.change = Setting::Change::Impossible;
        return {setting("a-timeout", "time"), setting("b-timeout", "time"), fixed,
                setting("dns", "dns")};
    }

    Asked change(const std::string& body)
    {
        return askWithMatch("PATCH", "/settings/time", ask("GET", "/settings/time").tag, body);
    }

    std::map<std::string, std::string> values_;
    std::string readOnly_;
    std::string problem_;
    SettingsResource settings_{
        {.tabs = {{"time", "Time"}, {"dns", "DNS"}},
         .read = [this] { return all(); },
         .problem = [this] { return problem_; },
         .configFile =
             [this] {
                 return ConfigFile{"/etc/sallyport.conf", readOnly_};
             },
         .check =
             [](const SettingChanges& changes) {
                 std::vector<SettingFault> faults;
                 for (const auto& [name, values] : changes)
                     if (values && values->front() == "soon")
                         faults.push_back({name, "\"soon\" is not a duration"});
                 return faults;
             },
         .write =
             [this](const SettingChanges& changes) {
                 for (const auto& [name, values] : changes) {
                     values_.erase(name);
                     if (values)
                         values_[name] = values->front();
                 }
             },
         .test = [](const std::string& tab, const std::string& name) -> std::optional<TestOutcome> {
             if (tab != "dns")
                 return std::nullopt;
             return TestOutcome{TestOutcome::Result::Passed, name + " is there"};
         }},
        trail_};
};

TEST_F(SettingsApi, AreShownTabByTab)
{
    EXPECT_EQ(ask("GET", "/settings").json()->getArray("items")->size(), 2U);
    const auto tab = ask("GET", "/settings/time");
    EXPECT_EQ(tab.json()->getArray("items")->size(), 3U);
    EXPECT_EQ(tab.json()->getValue<std::string>("problem"), "");
    problem_ = "line 3";
    EXPECT_EQ(ask("GET", "/settings/time").json()->getValue<std::string>("problem"), "line 3");
    EXPECT_EQ(tab.json()->getValue<std::string>("etag"), tab.tag);
    EXPECT_EQ(ask("GET", "/settings/dns").json()->getArray("items")->size(), 1U);
    EXPECT_EQ(ask("GET", "/settings/tls").status, 404U);
}

TEST_F(SettingsApi, AreChangedByTheStateOfTheirTab)
{
    const auto dns = ask("GET", "/settings/dns").tag;
    EXPECT_EQ(ask("PATCH", "/settings/time", R"({"values": {}})").status, 428U);
    const auto changed = change(R"({"values": {"a-timeout": "5s"}})");
    ASSERT_EQ(changed.status, 200U) << changed.body;
    EXPECT_EQ(values_["a-timeout"], "5s");
    EXPECT_EQ(ask("GET", "/settings/dns").tag, dns);
    EXPECT_THAT(trailText(), HasSubstr("settings.change"));
    EXPECT_EQ(change(R"({"values": {"a-timeout": null, "b-timeout": ["7s"]}})").status, 200U);
    EXPECT_FALSE(values_.contains("a-timeout"));
    EXPECT_EQ(values_["b-timeout"], "7s");
}

struct BadChange {
    const char* name;
    const char* body;
    const char* pointer;
};

class SettingsRefused : public SettingsApi, public testing::WithParamInterface<BadChange> {};

TEST_P(SettingsRefused, NamesTheField)
{
    const auto answer = change(GetParam().body);
    EXPECT_EQ(answer.status, 422U) << answer.body;
    EXPECT_EQ(answer.pointer(), GetParam().pointer);
    EXPECT_TRUE(values_.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, SettingsRefused,
    testing::Values(BadChange{"Nothing", "{}", "/values"},
                    BadChange{"Value", R"({"values": {"a-timeout": "soon"}})", "/values/a-timeout"},
                    BadChange{"Type", R"({"values": {"a-timeout": {}}})", "/values/a-timeout"},
                    BadChange{"OfAnotherTab", R"({"values": {"dns": "x"}})", "/values/dns"},
                    BadChange{"SaidElsewhere", R"({"values": {"listen": "x"}})", "/values/listen"}),
    [](const auto& info) { return info.param.name; });

TEST_F(SettingsApi, AreReadOnlyWithTheReason)
{
    readOnly_ = "The server was started without --config.";
    const auto tab = ask("GET", "/settings/time").json();
    EXPECT_FALSE(tab->getValue<bool>("writable"));
    EXPECT_EQ(tab->getValue<std::string>("read_only_reason"), readOnly_);
    EXPECT_EQ(change(R"({"values": {"a-timeout": "5s"}})").status, 409U);
}

TEST_F(SettingsApi, AreForAdminsAlone)
{
    for (const auto role : {api::Role::HelpDesk, api::Role::Auditor, api::Role::Editor}) {
        role_ = role;
        EXPECT_EQ(ask("GET", "/settings").status, 403U);
        EXPECT_EQ(ask("GET", "/settings/time").status, 403U);
        EXPECT_EQ(ask("PATCH", "/settings/time", "{}").status, 403U);
        EXPECT_EQ(ask("POST", "/settings/dns/test", "{}").status, 403U);
    }
}

TEST_F(SettingsApi, AreTriedWhereThereIsATest)
{
    const auto answer = ask("POST", "/settings/dns/test", R"({"name": "a.example"})").json();
    EXPECT_TRUE(answer->getValue<bool>("ok"));
    EXPECT_EQ(answer->getValue<std::string>("text"), "a.example is there");
    EXPECT_EQ(ask("POST", "/settings/time/test", R"({"name": "a"})").status, 404U);
    EXPECT_EQ(ask("POST", "/settings/dns/test", "{}").pointer(), "/name");
}

TEST_F(SettingsApi, AreNotChangedWithoutTheTrail)
{
    std::filesystem::create_directory(folder_.path() + "/admin.spool");
    EXPECT_GE(change(R"({"values": {"a-timeout": "5s"}})").status, 500U);
    EXPECT_TRUE(values_.empty());
}

} // namespace
} // namespace sallyport::admin::settings
