// Settings as people give them: where a value may stand, what counts, and what is said about a bad
// one.

#include "app/Settings.h"

#include "app/SettingTable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Words = std::vector<std::string>;

/// A file that lives as long as the test.
class ConfigFile {
public:
    explicit ConfigFile(std::string_view text)
        : path_(std::filesystem::temp_directory_path() /
                ("sallyport-settings-" + std::to_string(getpid()) + ".conf"))
    {
        write(text);
    }
    ~ConfigFile() { std::filesystem::remove(path_); }
    ConfigFile(const ConfigFile&) = delete;
    ConfigFile& operator=(const ConfigFile&) = delete;

    void write(std::string_view text) const { std::ofstream(path_) << text; }
    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] Words option() const { return {"--config", path()}; }

private:
    std::filesystem::path path_;
};

Settings read(Words arguments, Words environment = {})
{
    return readSettings({std::move(arguments), std::move(environment)});
}

/// Empty when nothing is wrong.
std::string complaint(Words arguments, Words environment = {})
{
    try {
        (void)read(std::move(arguments), std::move(environment));
        return "";
    } catch (const SettingsError& error) {
        return error.what();
    }
}

net::Endpoint endpoint(std::string_view text)
{
    return net::Endpoint::parse(text).value();
}

TEST(Settings, HaveDefaults)
{
    const auto settings = read({});
    EXPECT_EQ(settings.dataDirectory, DefaultDataDirectory);
    EXPECT_THAT(settings.listen, ElementsAre(endpoint("127.0.0.1:3128")));
    EXPECT_EQ(settings.adminListen, endpoint("127.0.0.1:3129"));
    EXPECT_GE(settings.workers, 1U);
    EXPECT_FALSE(settings.nodeName.empty());
    EXPECT_EQ(settings.headTimeout, 10s);
    EXPECT_EQ(settings.connectTimeout, 10s);
    EXPECT_EQ(settings.responseTimeout, 60s);
    EXPECT_EQ(settings.keepAliveTimeout, 60s);
    EXPECT_EQ(settings.tunnelIdle, 24h);
    EXPECT_EQ(settings.maxHeadBytes, 32768U);
    EXPECT_EQ(settings.maxTargetBytes, 8192U);
    EXPECT_EQ(settings.auditMode, AuditMode::Spool);
    EXPECT_EQ(settings.policyOwner, PolicyOwner::People);
    EXPECT_THAT(settings.dnsServers, IsEmpty());
    EXPECT_EQ(settings.pacProxy, "");
    EXPECT_EQ(settings.logLevel, LogLevel::Information);
    EXPECT_EQ(settings.logFile, "-");
}

TEST(Settings, TakeAValueBehindASpaceOrAnEqualsSign)
{
    EXPECT_EQ(read({"--workers", "3"}).workers, 3U);
    EXPECT_EQ(read({"--workers=4"}).workers, 4U);
    EXPECT_EQ(read({"--log-file", "-"}).logFile, "-");
}

TEST(Settings, TakeTheCommandLineBeforeTheEnvironmentBeforeTheFile)
{
    const ConfigFile file("workers = 2\nhead-timeout = 2s\nbody-timeout = 2s\n");
    auto arguments = file.option();
    arguments.insert(arguments.end(), {"--workers", "4"});
    const auto settings =
        read(arguments, {"SALLYPORT_WORKERS=3", "SALLYPORT_HEAD_TIMEOUT=3s", "PATH=/bin"});
    EXPECT_EQ(settings.workers, 4U);
    EXPECT_EQ(settings.headTimeout, 3s);
    EXPECT_EQ(settings.bodyTimeout, 2s);
    EXPECT_EQ(settings.connectTimeout, 10s);
}

TEST(Settings, TakeTheFileFromTheEnvironment)
{
    const ConfigFile file("workers = 2\n");
    EXPECT_EQ(read({}, {"SALLYPORT_CONFIG=" + file.path()}).workers, 2U);
}

TEST(Settings, TakeSeveralValuesWhereTheyMayRepeat)
{
    const auto expected = ElementsAre(endpoint("127.0.0.1:1"), endpoint("[::1]:0"));
    EXPECT_THAT(read({"--listen", "127.0.0.1:1", "--listen", "[::1]:0"}).listen, expected);
    EXPECT_THAT(read({"--listen", "127.0.0.1:1,[::1]:0"}).listen, expected);
    EXPECT_THAT(read({}, {"SALLYPORT_LISTEN=127.0.0.1:1, [::1]:0"}).listen, expected);
    const ConfigFile file("listen = 127.0.0.1:1\nlisten = [::1]:0\n");
    EXPECT_THAT(read(file.option()).listen, expected);
}

TEST(Settings, TakeSinksByTheirNames)
{
    const auto sinks = read({"--audit-sink", "a=file:/var/log/a.jsonl", "--audit-sink",
                             "b=syslog+tcp://127.0.0.1:601?format=cef"})
                           .auditSinks;
    ASSERT_EQ(sinks.size(), 2U);
    EXPECT_EQ(sinks[0].name, "a");
    EXPECT_EQ(sinks[1].peer.port, 601);
}

TEST(Settings, SayWhatIsWrongWithASink)
{
    EXPECT_THAT(complaint({"--audit-sink", "a=gopher://h"}),
                HasSubstr("there is no kind of sink \"gopher\""));
    EXPECT_THAT(complaint({"--audit-sink", "a=file:/x", "--audit-sink", "a=file:/y"}),
                HasSubstr("another sink has this name"));
}

TEST(Settings, DoNotMixTheValuesOfTwoSources)
{
    EXPECT_THAT(read({"--listen", "127.0.0.1:1"}, {"SALLYPORT_LISTEN=127.0.0.1:2"}).listen,
                ElementsAre(endpoint("127.0.0.1:1")));
}

TEST(Settings, IgnoreEmptyVariables)
{
    EXPECT_EQ(read({}, {"SALLYPORT_HEAD_TIMEOUT="}).headTimeout, 10s);
}

TEST(Settings, IgnoreForeignVariablesOfTheSamePrefix)
{
    EXPECT_EQ(complaint({}, {"SALLYPORT_SERVICE_HOST=10.0.0.1", "SALLYPORT_PORT=tcp://10.0.0.1",
                             "SALLYPORT", "SALLYPORT_BENCH=x"}),
              "");
}

TEST(Settings, ReadCommentsAndBlankLinesOfAFile)
{
    const ConfigFile file("# all of it\n\n   \n  workers=2   # two\r\n\tlog-level =  debug\t\n");
    const auto settings = read(file.option());
    EXPECT_EQ(settings.workers, 2U);
    EXPECT_EQ(settings.logLevel, LogLevel::Debug);
}

TEST(Settings, NeverEndATunnelWhenAsked)
{
    EXPECT_EQ(read({"--tunnel-idle", "never"}).tunnelIdle, 0ms);
    EXPECT_EQ(read({"--tunnel-idle", "0"}).tunnelIdle, 0ms);
}

TEST(Settings, ListenOnAllAddressesForAStar)
{
    EXPECT_THAT(read({"--listen", "*:80"}).listen, ElementsAre(endpoint("[::]:80")));
}

TEST(Settings, SwitchTheAdminServerOff)
{
    EXPECT_EQ(read({"--admin-listen", "off"}).adminListen, std::nullopt);
}

TEST(Settings, AskNameServersOnPort53UnlessToldOtherwise)
{
    EXPECT_THAT(
        read({"--dns-server", "192.0.2.1,192.0.2.2:5353,[2001:db8::1],2001:db8::2"}).dnsServers,
        ElementsAre(endpoint("192.0.2.1:53"), endpoint("192.0.2.2:5353"),
                    endpoint("[2001:db8::1]:53"), endpoint("[2001:db8::2]:53")));
}

TEST(Settings, TakeTheThreeFormsOfDirectDestinations)
{
    EXPECT_THAT(read({"--pac-direct", ".corp.example,wiki.example,10.0.0.0/8"}).pacDirect,
                ElementsAre(".corp.example", "wiki.example", "10.0.0.0/8"));
}

struct BadArgumentsCase {
    const char* name;
    Words arguments;
    const char* complaint;
};

class BadArguments : public testing::TestWithParam<BadArgumentsCase> {};

TEST_P(BadArguments, AreNamed)
{
    EXPECT_EQ(complaint(GetParam().arguments), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadArguments,
    testing::Values(
        BadArgumentsCase{"Unknown",
                         {"--tunel-idle", "5m"},
                         "command line: unknown setting \"--tunel-idle\"; did you mean "
                         "\"--tunnel-idle\"?"},
        BadArgumentsCase{
            "UnknownUnlikeAny", {"--frobnicate"}, "command line: unknown setting \"--frobnicate\""},
        BadArgumentsCase{"UnknownWithValue",
                         {"--frobnicate=1"},
                         "command line: unknown setting \"--frobnicate\""},
        BadArgumentsCase{
            "BeginningOfAName", {"--work", "3"}, "command line: unknown setting \"--work\""},
        BadArgumentsCase{"NotAnOption",
                         {"start"},
                         "command line: \"start\" is not an option; options start with --"},
        BadArgumentsCase{"ShortOption",
                         {"-w", "3"},
                         "command line: \"-w\" is not an option; options start with --"},
        BadArgumentsCase{"NotANumber",
                         {"--workers", "many"},
                         "command line --workers: \"many\" is not a number from 1 to 256"},
        BadArgumentsCase{"TooSmall",
                         {"--workers", "0"},
                         "command line --workers: \"0\" is not a number from 1 to 256"},
        BadArgumentsCase{"TooLarge",
                         {"--workers", "257"},
                         "command line --workers: \"257\" is not a number from 1 to 256"},
        BadArgumentsCase{"Negative",
                         {"--workers", "-1"},
                         "command line --workers: \"-1\" is not a number from 1 to 256"},
        BadArgumentsCase{"DurationWithoutUnit",
                         {"--head-timeout", "10"},
                         "command line --head-timeout: \"10\" is not a duration from 10ms to 1h; "
                         "write 500ms, 10s, 5m, 24h or 1h30m"},
        BadArgumentsCase{"NeverWhereThereIsALimit",
                         {"--head-timeout", "never"},
                         "command line --head-timeout: \"never\" is not a duration from 10ms to "
                         "1h; write 500ms, 10s, 5m, 24h or 1h30m"},
        BadArgumentsCase{"ZeroWhereThereIsALimit",
                         {"--head-timeout", "0"},
                         "command line --head-timeout: \"0\" is not a duration from 10ms to 1h; "
                         "write 500ms, 10s, 5m, 24h or 1h30m"},
        BadArgumentsCase{"BadIdleLimit",
                         {"--tunnel-idle", "x"},
                         "command line --tunnel-idle: \"x\" is not a duration from 10ms to 8760h, "
                         "or never; write 500ms, 10s, 5m, 24h or 1h30m"},
        BadArgumentsCase{"BadSize",
                         {"--max-head-size", "32K"},
                         "command line --max-head-size: \"32K\" is not a size from 1KiB to 1MiB; "
                         "write bytes, 32KiB or 1MiB"},
        BadArgumentsCase{"BadChoice",
                         {"--audit-mode", "fast"},
                         "command line --audit-mode: \"fast\" is not one of strict, spool, "
                         "best-effort"},
        BadArgumentsCase{"ListenWithoutPort",
                         {"--listen", "127.0.0.1"},
                         "command line --listen: \"127.0.0.1\" is not HOST:PORT with an IPv4 "
                         "address, an [IPv6 address] or * and a port up to 65535"},
        BadArgumentsCase{"ListenOnAName",
                         {"--listen", "localhost:3128"},
                         "command line --listen: \"localhost:3128\" is not HOST:PORT with an IPv4 "
                         "address, an [IPv6 address] or * and a port up to 65535"},
        BadArgumentsCase{"ListenOnAHugePort",
                         {"--listen", "127.0.0.1:65536"},
                         "command line --listen: \"127.0.0.1:65536\" is not HOST:PORT with an IPv4 "
                         "address, an [IPv6 address] or * and a port up to 65535"},
        BadArgumentsCase{"EmptyPartOfAList",
                         {"--listen", "127.0.0.1:1,"},
                         "command line --listen: \"\" is not HOST:PORT with an IPv4 address, an "
                         "[IPv6 address] or * and a port up to 65535"},
        BadArgumentsCase{"NodeNameWithSpace",
                         {"--node-name", "a b"},
                         "command line --node-name: \"a b\" is not a name of letters, digits and "
                         "!#$%&'*+-.^_`|~"},
        BadArgumentsCase{"NameServerByName",
                         {"--dns-server", "dns.example"},
                         "command line --dns-server: \"dns.example\" is not an IPv4 address or an "
                         "[IPv6 address], with or without :PORT"},
        BadArgumentsCase{"PacProxyWithoutPort",
                         {"--pac-proxy", "proxy.example"},
                         "command line --pac-proxy: \"proxy.example\" is not HOST:PORT with a host "
                         "name, an IPv4 address or an [IPv6 address]"},
        BadArgumentsCase{"PacProxyWithQuote",
                         {"--pac-proxy", "a\":1"},
                         "command line --pac-proxy: \"a\":1\" is not HOST:PORT with a host name, "
                         "an IPv4 address or an [IPv6 address]"},
        BadArgumentsCase{"DirectSuffixWithQuote",
                         {"--pac-direct", "a'b"},
                         "command line --pac-direct: \"a'b\" is not a domain such as "
                         ".corp.example, a host name or an IPv4 network such as 10.0.0.0/8"},
        BadArgumentsCase{
            "SetTwice", {"--workers", "1", "--workers", "2"}, "command line --workers: set twice"},
        BadArgumentsCase{"SeveralAtOnce",
                         {"--workers", "x", "--nonsense"},
                         "command line: unknown setting \"--nonsense\"\n"
                         "command line --workers: \"x\" is not a number from 1 to 256"},
        BadArgumentsCase{"NoFile",
                         {"--config", "/nowhere/x.conf"},
                         "command line --config: \"/nowhere/x.conf\" cannot be read: No such file "
                         "or directory"},
        BadArgumentsCase{"DirectoryAsFile",
                         {"--config", "/"},
                         "command line --config: \"/\" cannot be read: Is a directory"}),
    [](const auto& info) { return info.param.name; });

TEST(Settings, ComplainAboutAMissingValue)
{
    EXPECT_THAT(complaint({"--workers"}), HasSubstr("command line: "));
    EXPECT_THAT(complaint({"--workers"}), HasSubstr("--workers"));
    EXPECT_THAT(complaint({"--workers", "--log-level", "debug"}), HasSubstr("--workers"));
}

TEST(Settings, NameTheVariableThatIsWrong)
{
    EXPECT_EQ(complaint({}, {"SALLYPORT_WORKERS=many"}),
              "environment SALLYPORT_WORKERS: \"many\" is not a number from 1 to 256");
    EXPECT_EQ(complaint({}, {"SALLYPORT_TUNEL_IDLE=5m"}),
              "environment: unknown setting \"SALLYPORT_TUNEL_IDLE\"; did you mean "
              "\"SALLYPORT_TUNNEL_IDLE\"?");
}

struct BadLineCase {
    const char* name;
    const char* text;
    const char* complaint; ///< behind the file's name
};

class BadLine : public testing::TestWithParam<BadLineCase> {};

TEST_P(BadLine, IsNamedWithItsNumber)
{
    const ConfigFile file(GetParam().text);
    EXPECT_EQ(complaint(file.option()), file.path() + GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadLine,
    testing::Values(
        BadLineCase{"UnknownSetting", "workers = 1\n\n# x\ntunel-idle = 5m\n",
                    " line 4: unknown setting \"tunel-idle\"; did you mean \"tunnel-idle\"?"},
        BadLineCase{"Underscore", "tunnel_idle = 5m\n",
                    " line 1: unknown setting \"tunnel_idle\"; did you mean \"tunnel-idle\"?"},
        BadLineCase{"BadValue", "\nworkers = many\n",
                    " line 2, workers: \"many\" is not a number from 1 to 256"},
        BadLineCase{"EmptyValue", "workers =\n",
                    " line 1, workers: \"\" is not a number from 1 to 256"},
        BadLineCase{"NoEqualsSign", "workers 3\n",
                    " line 1: expected \"option = value\" or a comment behind #"},
        BadLineCase{"Section", "[serve]\nworkers = 3\n",
                    " line 1: expected \"option = value\" or a comment behind #"},
        BadLineCase{"NoName", "= 3\n", " line 1: unknown setting \"\""},
        BadLineCase{"AnotherFile", "config = other.conf\n",
                    " line 1: a file cannot name another file"}),
    [](const auto& info) { return info.param.name; });

TEST(Settings, NameBothLinesOfASettingSetTwice)
{
    const ConfigFile file("workers = 1\n\nworkers = 2\n");
    EXPECT_EQ(complaint(file.option()), file.path() +
                                            " line 3, workers: set twice; the first "
                                            "time at " +
                                            file.path() + " line 1, workers");
}

TEST(SettingsReload, TakesWhatCanChangeAndNamesWhatCannot)
{
    const ConfigFile file("head-timeout = 1s\nworkers = 1\nlog-level = error\n");
    const SettingSources sources{file.option(), {}};
    const auto before = readSettings(sources);

    file.write("head-timeout = 2s\nworkers = 2\nlog-level = error\n");
    const auto reloaded = reloadSettings(before, sources);
    EXPECT_EQ(reloaded.settings.headTimeout, 2s);
    EXPECT_EQ(reloaded.settings.workers, 1U);
    EXPECT_THAT(reloaded.changed, ElementsAre("head-timeout"));
    EXPECT_THAT(reloaded.needRestart, ElementsAre("workers"));
}

TEST(SettingsReload, NamesNothingWhenNothingChanged)
{
    const SettingSources sources{{"--listen", "127.0.0.1:1,[::1]:2"}, {}};
    const auto reloaded = reloadSettings(readSettings(sources), sources);
    EXPECT_THAT(reloaded.changed, IsEmpty());
    EXPECT_THAT(reloaded.needRestart, IsEmpty());
}

TEST(SettingsReload, RefusesABadFile)
{
    const ConfigFile file("head-timeout = 1s\n");
    const SettingSources sources{file.option(), {}};
    const auto before = readSettings(sources);
    file.write("head-timeout = soon\n");
    EXPECT_THROW((void)reloadSettings(before, sources), SettingsError);
}

TEST(SettingTable, HasDefaultsThatItAccepts)
{
    for (const auto& row : settingTable()) {
        Settings settings;
        for (const auto& text : row.defaults)
            EXPECT_TRUE(row.assign(settings, text)) << row.name << ' ' << text;
    }
}

TEST(SettingTable, NamesEachSettingOnce)
{
    Words names;
    for (const auto& row : settingTable())
        names.push_back(row.name);
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(SettingTable, KeepsGroupsTogether)
{
    std::vector<SettingGroup> groups;
    for (const auto& row : settingTable())
        if (groups.empty() || groups.back() != row.group)
            groups.push_back(row.group);
    EXPECT_TRUE(std::ranges::is_sorted(groups));
    EXPECT_EQ(std::ranges::adjacent_find(groups), groups.end());
}

TEST(SettingsHelp, NamesEverySettingAndFitsInAHundredColumns)
{
    const auto text = textAskedFor(Words{"--bad", "--help"}).value();
    for (const auto& row : settingTable())
        EXPECT_THAT(text, HasSubstr("--" + row.name + ' '));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 100U) << line;
}

TEST(SettingsHelp, IsNotGivenUnasked)
{
    EXPECT_EQ(textAskedFor(Words{"--workers", "2"}), std::nullopt);
}

TEST(ExampleConfiguration, ChangesNothing)
{
    const ConfigFile file(textAskedFor(Words{"--print-config"}).value());
    const auto reloaded = reloadSettings(read({}), {file.option(), {}});
    EXPECT_THAT(reloaded.changed, IsEmpty());
    EXPECT_THAT(reloaded.needRestart, ElementsAre("config"));
}

TEST(ExampleConfiguration, HasALineForEachSettingThatCanStandInAFile)
{
    std::istringstream lines(textAskedFor(Words{"--print-config"}).value());
    Words named;
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 100U) << line;
        if (line.starts_with("#") && !line.starts_with("# ") && line.contains(" = "))
            named.push_back(line.substr(1, line.find(' ') - 1));
    }
    Words expected;
    for (const auto& row : settingTable())
        if (row.name != "config")
            expected.push_back(row.name);
    EXPECT_EQ(named, expected);
}

} // namespace

} // namespace sallyport::app
