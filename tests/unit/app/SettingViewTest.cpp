// Settings for the admin API: where each value comes from, and changing them in the config file.

#include "app/SettingView.h"

#include "app/ConfigText.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sallyport::app {
namespace {

using admin::settings::Setting;
using admin::settings::SettingChanges;
using admin::settings::TestOutcome;
using admin::settings::ValueSource;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Values = std::vector<std::string>;

TEST(ConfigText, ChangesALineAndLeavesTheRest)
{
    const std::string text = "# my proxy\nworkers = 2\n\nlog-level=debug\n";
    EXPECT_EQ(withSetting(text, "workers", Values{"4"}),
              "# my proxy\nworkers = 4\n\nlog-level=debug\n");
    EXPECT_EQ(withSetting(text, "log-level", std::nullopt), "# my proxy\nworkers = 2\n\n");
}

TEST(ConfigText, AddsALineBehindItsExampleOrAtTheEnd)
{
    EXPECT_EQ(withSetting("# workers = 2\nx = 1\n", "workers", Values{"4"}),
              "# workers = 2\nworkers = 4\nx = 1\n");
    EXPECT_EQ(withSetting("x = 1", "listen", Values{"*:1", "*:2"}),
              "x = 1\nlisten = *:1\nlisten = *:2\n");
    EXPECT_EQ(withSetting("", "workers", std::nullopt), "");
}

TEST(ConfigText, PutsSeveralLinesTogether)
{
    EXPECT_EQ(withSetting("listen = *:1\nx = 1\nlisten = *:2\n", "listen", Values{"*:3"}),
              "listen = *:3\nx = 1\n");
}

class SettingsShown : public testing::Test {
protected:
    SettingView view(std::vector<std::string> arguments, std::vector<std::string> environment = {})
    {
        const SettingSources sources{std::move(arguments), std::move(environment)};
        return SettingView(
            sources, [running = readSettings(sources)] { return running; }, [this] { ++reloads_; });
    }

    static Setting find(const SettingView& view, const std::string& name)
    {
        const auto all = view.read();
        return *std::ranges::find(all, name, &Setting::name);
    }

    [[nodiscard]] std::string fileText() const
    {
        std::ifstream in(file_);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    test::TemporaryFolder folder_;
    std::string file_ = folder_.write("proxy.conf", "# mine\nconnect-timeout = 3s\nworkers = 2\n");
    int reloads_ = 0;
};

TEST_F(SettingsShown, StayWhatTheyWereWhileTheFileIsBroken)
{
    auto shown = view({"--config", file_});
    EXPECT_EQ(shown.problem(), "");
    std::ofstream(file_) << "connect-timeout = soon\nworkers = 2\n";
    EXPECT_THAT(find(shown, "connect-timeout").values, ElementsAre("3s"));
    EXPECT_THAT(shown.problem(), HasSubstr("soon"));
    EXPECT_EQ(shown.configFile().path, file_);
    EXPECT_THAT(shown.check({{"connect-timeout", Values{"4s"}}}), IsEmpty());
    shown.write({{"connect-timeout", Values{"4s"}}});
    EXPECT_EQ(shown.problem(), "");
    EXPECT_THAT(find(shown, "connect-timeout").values, ElementsAre("4s"));
}

TEST_F(SettingsShown, SayWhereTheyComeFrom)
{
    const auto shown = view({"--config", file_, "--head-timeout=4s"}, {"SALLYPORT_WORKERS=3"});
    auto setting = find(shown, "connect-timeout");
    EXPECT_EQ(setting.source, ValueSource::ConfigFile);
    EXPECT_EQ(setting.sourceText, file_ + " line 2");
    EXPECT_THAT(setting.values, ElementsAre("3s"));
    EXPECT_EQ(setting.change, Setting::Change::Possible);
    setting = find(shown, "head-timeout");
    EXPECT_EQ(setting.source, ValueSource::CommandLine);
    EXPECT_EQ(setting.change, Setting::Change::Impossible);
    setting = find(shown, "workers");
    EXPECT_EQ(setting.source, ValueSource::Environment);
    EXPECT_THAT(setting.values, ElementsAre("3"));
    EXPECT_EQ(setting.counts, Setting::Counts::AfterRestart);
    setting = find(shown, "tunnel-idle");
    EXPECT_EQ(setting.source, ValueSource::Default);
    EXPECT_THAT(setting.values, ElementsAre("24h"));
    EXPECT_THAT(find(shown, "audit-mode").words, SizeIs(3));
}

TEST_F(SettingsShown, DoNotLetThemselvesInWhomThePolicysOwnerKeepsOut)
{
    const auto shown = view({"--config", file_});
    EXPECT_EQ(find(shown, "policy-owner").change, Setting::Change::Impossible);
    EXPECT_THAT(find(shown, "policy-owner").values, ElementsAre("people"));
}

TEST_F(SettingsShown, EachHasATabThatThereIs)
{
    const auto tabs = SettingView::tabs();
    for (const auto& setting : view({}).read())
        EXPECT_TRUE(std::ranges::any_of(tabs, [&](const auto& tab) {
            return tab.id == setting.tab;
        })) << setting.name;
}

TEST_F(SettingsShown, AreWrittenToTheFileAndReadAgain)
{
    auto shown = view({"--config", file_});
    std::filesystem::permissions(file_, std::filesystem::perms(0640));
    const SettingChanges changes{{"connect-timeout", Values{"9s"}}, {"workers", std::nullopt}};
    EXPECT_THAT(shown.check(changes), IsEmpty());
    shown.write(changes);
    EXPECT_EQ(fileText(), "# mine\nconnect-timeout = 9s\n");
    EXPECT_EQ(reloads_, 1);
    EXPECT_EQ(std::filesystem::status(file_).permissions(), std::filesystem::perms(0640));
    EXPECT_THAT(find(shown, "connect-timeout").values, ElementsAre("9s"));
    EXPECT_FALSE(std::filesystem::exists(file_ + ".new"));
}

TEST_F(SettingsShown, SayWhatWaitsForARestart)
{
    auto shown = view({"--config", file_});
    EXPECT_EQ(find(shown, "workers").running, Setting::Running::Same);
    shown.write({{"workers", Values{"5"}}});
    EXPECT_EQ(find(shown, "workers").running, Setting::Running::WaitsForRestart);
}

TEST_F(SettingsShown, WithoutAFileAreReadOnly)
{
    EXPECT_THAT(view({}).configFile().readOnlyReason, HasSubstr("--config"));
    EXPECT_THAT(view({"--config", file_}).configFile().readOnlyReason, IsEmpty());
}

struct BadValue {
    const char* name;
    const char* setting;
    Values values;
};

class SettingFaults : public SettingsShown, public testing::WithParamInterface<BadValue> {};

TEST_P(SettingFaults, AreNamed)
{
    const auto faults = view({"--config", file_}).check({{GetParam().setting, GetParam().values}});
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults.front().name, GetParam().setting);
}

INSTANTIATE_TEST_SUITE_P(
    Values, SettingFaults,
    testing::Values(BadValue{"NoDuration", "connect-timeout", {"soon"}},
                    BadValue{"Two", "connect-timeout", {"1s", "2s"}},
                    BadValue{"None", "connect-timeout", {}},
                    BadValue{"Comment", "log-file", {"/var/log/a#b"}},
                    BadValue{"AnotherLine", "log-file", {"/a\nworkers = 9"}},
                    BadValue{"Blanks", "log-file", {" /a"}},
                    BadValue{"Comma", "dns-server", {"192.0.2.1,192.0.2.2"}},
                    BadValue{"Sink", "audit-sink", {"a=gopher://x"}},
                    BadValue{"Namesakes", "audit-sink", {"a=file:/x", "a=file:/y"}}),
    [](const auto& info) { return info.param.name; });

TEST_F(SettingsShown, OfASinkAreTriedWithOneRecord)
{
    const auto log = folder_.file("out.log");
    auto shown = view({"--audit-sink", "copy=file:" + log});
    const auto parts = shown.parts();
    EXPECT_EQ(parts.test("sinks", "copy")->result, TestOutcome::Result::Passed);
    std::ifstream in(log);
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), HasSubstr("sink.test"));
    EXPECT_EQ(parts.test("sinks", "other")->result, TestOutcome::Result::Failed);
    EXPECT_FALSE(parts.test("audit", "x"));
    EXPECT_EQ(parts.test("upstream-dns", "192.0.2.7")->text, "192.0.2.7");
}

} // namespace
} // namespace sallyport::app
