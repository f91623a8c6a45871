#include "app/AuditCommand.h"

#include "app/AdminTrail.h"
#include "unit/app/RunAudit.h"
#include "unit/app/SampleLog.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// A session from 09:00:00.000001Z to 09:00:01.000001Z, and a refusal at 09:00:00.000001Z.
class AuditCommands : public testing::Test {
protected:
    AuditCommands()
    {
        db::AuditEvent refusal = test::sampleDecision(2);
        refusal.host = "blocked.example.com";
        refusal.clientAddress.back() = 9;
        log_.write({test::sampleOpen(1), test::sampleClose(1), refusal});
    }

    [[nodiscard]] CommandResult runAudit(std::string_view command,
                                         std::vector<std::string> options = {}) const
    {
        options.insert(options.begin(), {std::string(command), "--data-dir", log_.path()});
        return app::runAudit(options);
    }
    [[nodiscard]] CommandResult exported(std::vector<std::string> options) const
    {
        return runAudit("export", std::move(options));
    }
    [[nodiscard]] std::vector<db::AdminAct> acts() const
    {
        const auto unread = db::AdminSpool(log_.path()).read([](const auto&) { return 0; });
        return unread ? unread->acts : std::vector<db::AdminAct>();
    }

    test::SampleLog log_;
};

std::string contentOf(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

using AuditExportCommand = AuditCommands;

TEST_F(AuditExportCommand, PrintsJsonLinesWhileTheLogIsOpenForWriting)
{
    const CommandResult result = exported({});
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_EQ(result.lines(), 3);
    EXPECT_THAT(result.out, StartsWith("{\"seq\":1,\"event\":\"open\""));
    EXPECT_EQ(exported({"--format", "jsonl"}).out, result.out);
    EXPECT_EQ(exported({"--json"}).out, result.out);
    EXPECT_EQ(result.error,
              "sallyport audit: 3 events exported, up to seq 3; to go on: --after 3\n");
}

TEST_F(AuditExportCommand, PrintsCsvWithAHeader)
{
    const CommandResult result = exported({"--format", "csv"});
    EXPECT_EQ(result.lines(), 4);
    EXPECT_THAT(result.out, StartsWith("seq,event,session_id,"));
}

TEST_F(AuditExportCommand, PrintsWhatAFormatTakes)
{
    EXPECT_EQ(exported({"--format", "ecs"}).lines(), 3);
    EXPECT_EQ(exported({"--format", "squid"}).lines(), 2); // a close and a refusal
}

TEST_F(AuditExportCommand, PrintsWhatAllFiltersLetThrough)
{
    EXPECT_EQ(exported({"--filter", "verdict=deny"}).lines(), 1);
    EXPECT_EQ(exported({"--filter", "host=www.example.com", "event=close"}).lines(), 1);
    EXPECT_EQ(exported({"--filter", "event=open", "--filter", "verdict=deny"}).lines(), 0);
}

struct SinceCase {
    const char* name;
    const char* since;
    std::ptrdiff_t lines; // of a session's close one second after all else
};
void PrintTo(const SinceCase& since, std::ostream* out)
{
    *out << since.since;
}
class AuditExportSince : public AuditExportCommand,
                         public testing::WithParamInterface<SinceCase> {};

TEST_P(AuditExportSince, PrintsThatTimeAndLater)
{
    EXPECT_EQ(exported({"--since", GetParam().since}).lines(), GetParam().lines);
    EXPECT_EQ(exported({"--until", GetParam().since}).lines(), 3 - GetParam().lines);
    EXPECT_EQ(exported({"--since", GetParam().since, "--after", "0"}).lines(), GetParam().lines);
}
INSTANTIATE_TEST_SUITE_P(
    Rfc3339, AuditExportSince,
    testing::Values(SinceCase{"Before", "2026-11-23T09:00:00Z", 3},
                    SinceCase{"SameMicrosecond", "2026-11-23T09:00:00.000001Z", 3},
                    SinceCase{"MicrosecondLater", "2026-11-23T09:00:00.000002Z", 1},
                    SinceCase{"FinerThanMicroseconds", "2026-11-23T09:00:01.0000019Z", 1},
                    SinceCase{"After", "2026-11-23T09:00:01.1Z", 0},
                    SinceCase{"ZoneEast", "2026-11-23T10:00:01+01:00", 1},
                    SinceCase{"ZoneWest", "2026-11-23T03:30:01-05:30", 1},
                    SinceCase{"WithoutSeconds", "2026-11-23T09:01Z", 0},
                    SinceCase{"LowerCase", "2026-11-23t09:00:01z", 1},
                    SinceCase{"DateOnly", "2026-11-23", 3}, SinceCase{"NextDate", "2026-11-24", 0}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(AuditExportCommand, GoesOnBehindASeq)
{
    const CommandResult first = exported({"--limit", "2"});
    EXPECT_EQ(first.lines(), 2);
    EXPECT_THAT(first.error, EndsWith("to go on: --after 2\n"));
    const CommandResult second = exported({"--after", "2"});
    EXPECT_EQ(first.out + second.out, exported({}).out);
    const CommandResult third = exported({"--after", "3"});
    EXPECT_EQ(third.out, "");
    EXPECT_THAT(third.error, EndsWith("to go on: --after 3\n"));
}

TEST_F(AuditExportCommand, GoesOnInAFileInEveryFormatThatTellsTheSeq)
{
    for (const std::string format : {"jsonl", "csv", "ecs", "ocsf", "cef", "leef"}) {
        const std::string file = log_.folder().file("out." + format);
        EXPECT_EQ(exported({"--format", format, "--limit", "1", "--output", file}).exitCode, 0);
        const std::string begun = contentOf(file);
        std::ofstream(file, std::ios::app) << "{\"torn";
        for (int again = 0; again < 2; ++again) {
            const CommandResult result =
                exported({"--format", format, "--output", file, "--resume"});
            EXPECT_EQ(result.exitCode, 0) << result.error;
            EXPECT_EQ(contentOf(file), exported({"--format", format}).out) << format;
        }
        EXPECT_THAT(contentOf(file), StartsWith(begun));
        EXPECT_EQ(exported({"--format", format, "--output", file}).exitCode, 1);
    }
}

TEST_F(AuditExportCommand, SaysUpToWhichSeqItLooked)
{
    // So that the next one need not look there again.
    EXPECT_THAT(exported({"--filter", "event=open"}).error, EndsWith("to go on: --after 3\n"));
    EXPECT_THAT(exported({"--until", "2026-11-23"}).error, EndsWith("to go on: --after 0\n"));
}

TEST_F(AuditExportCommand, RefusesWhatItDoesNotUnderstand)
{
    const std::vector<std::vector<std::string>> wrong = {
        {"--since", "yesterday"},
        {"--since", "2026-02-30"},
        {"--since", "2026-11-23T09:00:01"},
        {"--since", "2026-11-23T25:00:00Z"},
        {"--since", "2026-11-23T09:00:01Zx"},
        {"--filter", "host"},
        {"--filter", "hots=a"},
        {"--format", "xml"},
        {"--formt", "csv"},
        {"--after", "x"},
        {"--limit", "-1"},
        {"--resume"},
        {"--resume", "--output", "/dev/null", "--after", "1"},
        {"--json", "--format", "csv"},
        {"somewhere"},
    };
    for (const auto& options : wrong) {
        const CommandResult result = exported(options);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(options);
        EXPECT_THAT(result.error, StartsWith("sallyport audit: "))
            << testing::PrintToString(options);
        EXPECT_EQ(result.out, "") << testing::PrintToString(options);
    }
    EXPECT_EQ(app::runAudit({}).exitCode, 2);
    EXPECT_EQ(app::runAudit({"exprot"}).exitCode, 2);
    EXPECT_THAT(acts(), IsEmpty());
}

using AuditSearchCommand = AuditCommands;

TEST_F(AuditSearchCommand, ListsSessionsNewestFirst)
{
    const CommandResult result = runAudit("search");
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(
        result.out,
        "BEGAN (UTC)          VERDICT  CLIENT    PROTOCOL  HOST                         UP    "
        "DOWN  LASTED  END     RULE     SESSION\n"
        "2026-11-23 09:00:00  deny     10.1.2.9  connect   blocked.example.com:443               "
        "           denied  default  01935a10-2030-7001-8002-030405060002\n"
        "2026-11-23 09:00:00  allow    10.1.2.3  connect   www.example.com:443      1.0 kB  5.0 "
        "GB   1.0 s  done    default  01935a10-2030-7001-8002-030405060001\n");
}

struct FilterCase {
    const char* name;
    std::vector<std::string> options;
    std::vector<int> sessions; // found, by their numbers
};
void PrintTo(const FilterCase& tested, std::ostream* out)
{
    *out << tested.name;
}
class AuditSearchFilter : public AuditCommands, public testing::WithParamInterface<FilterCase> {};

TEST_P(AuditSearchFilter, FindsWhatIsAsked)
{
    db::AuditEvent open = test::sampleOpen(3);
    open.time = test::sampleTime(3600);
    open.user = "ann";
    open.host = "example.com";
    log_.write({open});
    const CommandResult result = runAudit("search", GetParam().options);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    for (int number = 1; number <= 3; ++number) {
        const bool expected = std::ranges::count(GetParam().sessions, number) != 0;
        EXPECT_EQ(result.out.contains("03040506000" + std::to_string(number)), expected)
            << number << '\n'
            << result.out;
    }
}
INSTANTIATE_TEST_SUITE_P(
    Options, AuditSearchFilter,
    testing::Values(
        FilterCase{"All", {}, {1, 2, 3}}, FilterCase{"Host", {"--host", "WWW.example.com"}, {1}},
        FilterCase{"Below", {"--host", ".example.com"}, {1, 2, 3}},
        FilterCase{"Hosts", {"--host", "example.com", "--host", "www.example.com"}, {1, 3}},
        FilterCase{"Text", {"--text", "block"}, {2}},
        FilterCase{"Client", {"--client", "10.1.2.9"}, {2}},
        FilterCase{"Network", {"--client", "10.1.2.0/29"}, {1, 3}},
        FilterCase{"User", {"--user", "ann"}, {3}},
        FilterCase{"Rule", {"--rule", "default"}, {1, 2, 3}},
        FilterCase{"Verdict", {"--verdict", "deny"}, {2}},
        FilterCase{"Reason", {"--reason", "done"}, {1}},
        FilterCase{"Protocol", {"--protocol", "websocket"}, {}},
        FilterCase{"Open", {"--open"}, {3}},
        FilterCase{"Since", {"--since", "2026-11-23T09:30Z"}, {3}},
        FilterCase{"Until", {"--until", "2026-11-23T09:30Z"}, {1, 2}},
        FilterCase{"Several", {"--host", ".example.com", "--verdict", "allow", "--open"}, {3}}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(AuditSearchCommand, GoesFromPageToPage)
{
    const CommandResult first = runAudit("search", {"--limit", "1", "--json"});
    ASSERT_EQ(first.lines(), 2);
    const std::string last = first.out.substr(first.out.find('\n') + 1);
    const auto end = Poco::JSON::Parser().parse(last).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(end->getValue<int>("sessions"), 1);
    const auto cursor = end->getValue<std::string>("next_cursor");

    const CommandResult second = runAudit("search", {"--limit", "5", "--json", "--cursor", cursor});
    EXPECT_EQ(second.lines(), 2);
    EXPECT_THAT(second.out, StartsWith(R"({"session_id":"01935a10-2030-7001-8002-030405060001",)"
                                       R"("open":false,"verdict":"allow",)"));
    EXPECT_THAT(second.out, EndsWith("{\"sessions\":1,\"next_cursor\":null}\n"));
    EXPECT_THAT(runAudit("search", {"--limit", "1"}).out, HasSubstr("--cursor " + cursor));

    EXPECT_EQ(runAudit("search", {"--cursor", cursor, "--host", "a"}).exitCode, 2);
    EXPECT_EQ(runAudit("search", {"--cursor", "x"}).exitCode, 2);
}

TEST_F(AuditSearchCommand, SaysThatThereIsNone)
{
    const CommandResult result = runAudit("search", {"--host", "nowhere.example"});
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_EQ(result.out, "There is no such session.\n");
}

TEST_F(AuditSearchCommand, RefusesWhatItDoesNotUnderstand)
{
    const std::vector<std::vector<std::string>> wrong = {
        {"--verdict", "maybe"},     {"--reason", "bored"}, {"--protocol", "gopher"},
        {"--client", "10.0.0.1/8"}, {"--client", "ann"},   {"--host", ""},
        {"--limit", "0"},           {"--limit", "10001"},  {"--since", "noon"},
        {"--host", "*."},           {"somewhere"},
    };
    for (const auto& options : wrong) {
        const CommandResult result = runAudit("search", options);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(options);
        EXPECT_THAT(result.error, StartsWith("sallyport audit: "));
        EXPECT_EQ(result.out, "");
    }
    EXPECT_THAT(acts(), IsEmpty());
    EXPECT_THAT(runAudit("search", {"--reason", "bored"}).error, HasSubstr("process-lost"));
}

using AuditTailCommand = AuditCommands;

TEST_F(AuditTailCommand, PrintsTheNewestEvents)
{
    EXPECT_EQ(runAudit("tail", {"-n", "2"}).out,
              "2026-11-23 09:00:01  close       allow  10.1.2.3         www.example.com:443        "
              "       01935a10-2030-7001-8002-030405060001  1.0 kB up, 5.0 GB down in 1.0 s, done\n"
              "2026-11-23 09:00:00  decision    deny   10.1.2.9         blocked.example.com:443    "
              "       01935a10-2030-7001-8002-030405060002  denied\n");
    EXPECT_EQ(runAudit("tail").lines(), 3);
    EXPECT_EQ(runAudit("tail", {"-n", "0"}).lines(), 0);
    EXPECT_EQ(runAudit("tail", {"--json"}).out, exported({}).out);
}

TEST_F(AuditTailCommand, PrintsTheNewestThatMatch)
{
    // So many that the newest ones alone do not hold enough.
    std::vector<db::AuditEvent> events;
    for (std::uint16_t number = 0; number < 3000; ++number)
        events.push_back(test::sampleDecision(number));
    log_.write(events);
    const CommandResult result =
        runAudit("tail", {"-n", "2", "--filter", "verdict=allow", "--json"});
    EXPECT_EQ(result.lines(), 2);
    EXPECT_THAT(result.out, StartsWith("{\"seq\":1,"));
}

TEST_F(AuditTailCommand, TellsOfAdministratorsAndCheckpoints)
{
    log_.write({}, {{.time = test::sampleTime(2),
                     .who = "ann (uid 1000)",
                     .source = "command line",
                     .action = "policy.publish",
                     .object = "policy",
                     .before = "{\"version\":1}",
                     .after = "{\"version\":2}",
                     .note = "NET-12\x1b"}});
    static_cast<void>(log_.store().checkpoint(test::sampleTime(3)));
    EXPECT_THAT(runAudit("tail", {"-n", "2"}).out,
                AllOf(StartsWith("2026-11-23 09:00:02  admin       ann (uid 1000): policy.publish "
                                 "policy, before {\"version\":1}, after {\"version\":2}, "
                                 "\"NET-12\\x1b\"\n"
                                 "2026-11-23 09:00:03  checkpoint  up to seq 5: head "),
                      HasSubstr(", signed with key ")));
}

TEST_F(AuditTailCommand, RefusesWhatItDoesNotUnderstand)
{
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"-n", "x"}, {"-n", "100001"}, {"--filter", "x"}, {"-x"}})
        EXPECT_EQ(runAudit("tail", options).exitCode, 2) << testing::PrintToString(options);
}

using AuditStatsCommand = AuditCommands;

TEST_F(AuditStatsCommand, SumsUpSessionsAndFiles)
{
    const CommandResult result = runAudit("stats");
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_THAT(result.out, StartsWith("3 records in 1 file, seq 1 to 3, "));
    EXPECT_THAT(result.out, HasSubstr("\n2 sessions and refusals began, 2 ended: 1.0 kB up, 5.0 GB "
                                      "down\n\nVERDICT  SESSIONS      UP    DOWN\n"));
    EXPECT_THAT(result.out, HasSubstr("\nallow           1  1.0 kB  5.0 GB\n"));
    EXPECT_THAT(result.out, HasSubstr("\nwww.example.com             1"));
    EXPECT_THAT(result.out, HasSubstr("being written\n"));
    EXPECT_THAT(runAudit("stats", {"--top", "1"}).out, HasSubstr("\nand 1 more\n"));
    EXPECT_EQ(runAudit("stats", {"--since", "2030-01-01"}).out,
              "There is nothing in the log of that time.\n");
    EXPECT_THAT(runAudit("stats", {"--until", "2030-01-01"}).out,
                StartsWith("The files of that time hold, as a whole:\n3 records"));
}

TEST_F(AuditStatsCommand, SaysItAsJson)
{
    const CommandResult result = runAudit("stats", {"--json"});
    const auto json = Poco::JSON::Parser().parse(result.out).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(json->getObject("verdict")->getValue<int>("distinct"), 2);
    EXPECT_EQ(json->getArray("files")->getObject(0)->getValue<int>("last_seq"), 3);
    EXPECT_FALSE(json->getArray("files")->getObject(0)->getValue<bool>("sealed"));
}

TEST_F(AuditStatsCommand, RefusesWhatItDoesNotUnderstand)
{
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--top", "0"}, {"--top", "101"}, {"--since", "x"}, {"x"}})
        EXPECT_EQ(runAudit("stats", options).exitCode, 2) << testing::PrintToString(options);
}

using AuditBackupCommand = AuditCommands;

TEST_F(AuditBackupCommand, MakesADataDirectoryOfItsOwn)
{
    const std::string copy = log_.folder().file("copy");
    const CommandResult result = runAudit("backup", {copy});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_THAT(result.out, StartsWith("1 file copied, "));
    EXPECT_THAT(result.out, HasSubstr("up to seq 3; "));
    EXPECT_EQ(app::runAudit({"export", "--data-dir", copy}).out, exported({}).out);
    EXPECT_TRUE(std::filesystem::exists(copy + "/audit.pub"));
    EXPECT_FALSE(std::filesystem::exists(copy + "/audit.key"));
    EXPECT_EQ(std::filesystem::status(copy).permissions(), std::filesystem::perms::owner_all);

    log_.write({test::sampleOpen(5)});
    EXPECT_EQ(runAudit("backup", {copy, "--json"}).exitCode, 0);
    EXPECT_EQ(app::runAudit({"export", "--data-dir", copy}).lines(), 4);
}

TEST_F(AuditBackupCommand, CopiesTheFilesOfAllDays)
{
    constexpr int Day = 24 * 3600;
    for (std::uint16_t day = 1; day <= 3; ++day)
        log_.write({test::sampleDecision(day + 10u)}, {}, test::sampleTime(day * Day));
    const std::string copy = log_.folder().file("copy");
    EXPECT_THAT(runAudit("backup", {copy}).out, StartsWith("4 files copied, "));
    log_.write({test::sampleDecision(20)}, {}, test::sampleTime(3 * Day));
    EXPECT_THAT(runAudit("backup", {copy}).out,
                AllOf(StartsWith("1 file copied, "),
                      HasSubstr("; unchanged since the last backup: 3 files.")));
    EXPECT_EQ(app::runAudit({"export", "--data-dir", copy}).out, exported({}).out);
    EXPECT_THAT(app::runAudit({"verify", "--data-dir", copy}).out, StartsWith("whole: "));
    EXPECT_EQ(app::runAudit({"stats", "--data-dir", copy}).exitCode, 0);
    for (const auto& entry : std::filesystem::directory_iterator(copy + "/audit"))
        EXPECT_EQ(entry.path().extension(), ".db") << entry.path();
}

TEST_F(AuditBackupCommand, RefusesToCopyOntoTheLog)
{
    EXPECT_EQ(runAudit("backup", {log_.path()}).exitCode, 2);
    EXPECT_EQ(runAudit("backup", {log_.path() + "/../" +
                                  std::filesystem::path(log_.path()).filename().string()})
                  .exitCode,
              2);
    EXPECT_EQ(runAudit("backup").exitCode, 2);
    EXPECT_EQ(runAudit("backup", {log_.folder().write("file", "")}).exitCode, 1);
}

using AuditReading = AuditCommands;

TEST_F(AuditReading, IsRecordedWithWhatWasAsked)
{
    static_cast<void>(runAudit("search", {"--host", "a.example", "--host", "b.example", "--open"}));
    static_cast<void>(exported({"--filter", "user=ann"}));
    static_cast<void>(runAudit("tail"));
    static_cast<void>(runAudit("show", {"01935a10-2030-7001-8002-030405060001"}));
    static_cast<void>(runAudit("backup", {log_.folder().file("copy")}));
    const auto all = acts();
    ASSERT_THAT(all, SizeIs(5));
    EXPECT_EQ(all[0].action, "audit.search");
    EXPECT_EQ(all[0].who, actor());
    EXPECT_EQ(all[0].after, R"({"host":[ "a.example", "b.example" ],"open":true})");
    EXPECT_EQ(all[1].action, "audit.export");
    EXPECT_EQ(all[1].after, R"({"filter":"user=ann"})");
    EXPECT_EQ(all[2].action, "audit.tail");
    EXPECT_EQ(all[3].action, "audit.show");
    EXPECT_EQ(all[3].after, R"({"arguments":"01935a10-2030-7001-8002-030405060001"})");
    EXPECT_EQ(all[4].action, "audit.backup");
}

TEST_F(AuditReading, IsRefusedWhenItCannotBeRecorded)
{
    std::filesystem::create_directory(log_.folder().file(db::AdminSpool::FileName));
    for (const char* command : {"search", "export", "tail", "stats"}) {
        const CommandResult result = runAudit(command);
        EXPECT_EQ(result.exitCode, 1) << command;
        EXPECT_EQ(result.out, "") << command;
        EXPECT_THAT(result.error, HasSubstr("cannot be opened for writing")) << command;
    }
}

TEST_F(AuditReading, SaysWhichFileCouldNotBeRead)
{
    log_.folder().write("audit/2020-01-01.db", std::string(5000, 'x'));
    for (const char* command : {"search", "export", "tail"}) {
        const CommandResult result = runAudit(command);
        EXPECT_EQ(result.exitCode, 1) << command;
        EXPECT_THAT(result.out, HasSubstr("www.example.com")) << command;
        EXPECT_THAT(result.error, HasSubstr("2020-01-01.db cannot be read, so what it holds is "
                                            "missing above"))
            << command;
    }
}

TEST(AuditExport, SaysThatThereIsNoLogYet)
{
    const test::TemporaryFolder folder;
    for (const char* command : {"export", "search", "tail", "stats"}) {
        const CommandResult result = app::runAudit({command, "--data-dir", folder.path()});
        EXPECT_EQ(result.exitCode, 1);
        EXPECT_THAT(result.error, HasSubstr("there is no audit log yet"));
        EXPECT_FALSE(std::filesystem::exists(folder.file(db::AdminSpool::FileName)));
    }
}

TEST(AuditExport, IsEmptyOfAnEmptyLog)
{
    const test::TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("audit"));
    EXPECT_EQ(app::runAudit({"export", "--data-dir", folder.path()}).exitCode, 0);
    EXPECT_EQ(app::runAudit({"search", "--data-dir", folder.path()}).out,
              "There is no such session.\n");
    EXPECT_EQ(app::runAudit({"tail", "--data-dir", folder.path()}).out, "");
}

TEST(AuditHelp, IsThere)
{
    const std::string all = app::runAudit({"--help"}).out;
    for (const std::string command :
         {"search", "show", "tail", "export", "verify", "stats", "backup"}) {
        EXPECT_THAT(all, HasSubstr("\n  " + command)) << command;
        const CommandResult result = app::runAudit({command, "--help"});
        EXPECT_EQ(result.exitCode, 0) << command;
        EXPECT_THAT(result.out,
                    AllOf(StartsWith("Usage: sallyport audit " + command), HasSubstr("--json")));
    }
    EXPECT_THAT(app::runAudit({"export", "--help"}).out,
                AllOf(HasSubstr("ocsf"), HasSubstr("squid")));
}

} // namespace
} // namespace sallyport::app
