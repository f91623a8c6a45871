#include "app/PolicyCommand.h"

#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"
#include "unit/app/CommandResult.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class PolicyCommands : public testing::Test {
protected:
    static CommandResult run(const std::vector<std::string>& arguments)
    {
        return resultOf([&] { return runPolicyCommand(arguments); });
    }

    // In the test's data directory.
    [[nodiscard]] CommandResult runHere(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path()});
        return run(arguments);
    }

    [[nodiscard]] CommandResult exported() const { return runHere({"export"}); }

    // A document whose access rules allow these hosts, one each, ids by their order in the
    // alphabet.
    [[nodiscard]] std::string documentFor(const std::string& hosts) const
    {
        std::string rules;
        for (const char host : hosts)
            rules += std::string(rules.empty() ? "" : ", ") +
                     R"({"id": "00000000-0000-0000-0000-00000000000)" + host +
                     R"(", "name": "Rule )" + host +
                     R"(", "action": "allow", "when": {"host": [")" + host + R"(.example"]}})";
        return folder_.write(hosts + ".json", R"({"format": 1, "access": [)" + rules + "]}");
    }

    void importFor(const std::string& hosts) const
    {
        const CommandResult imported = runHere({"import", documentFor(hosts)});
        EXPECT_EQ(imported.exitCode, 0) << imported.error;
    }

    test::TemporaryFolder folder_;
};

TEST_F(PolicyCommands, ExportWhatImportTook)
{
    const std::string file = folder_.write("p.json", R"({"format": 1, "access": [
        {"name": "Only this", "action": "allow", "when": {"host": ["a.example"]}}]})");
    const CommandResult imported = run({"import", file, "--data-dir", folder_.path()});
    EXPECT_EQ(imported.exitCode, 0) << imported.error;
    EXPECT_EQ(imported.out,
              "Policy version 1 is in force: 0 guard rules, 1 access rule, otherwise deny.\n");
    const CommandResult first = exported();
    EXPECT_THAT(first.out, AllOf(HasSubstr("Only this"), HasSubstr("a.example")));

    EXPECT_EQ(run({"import", folder_.write("again.json", first.out), "--data-dir", folder_.path()})
                  .exitCode,
              0);
    EXPECT_EQ(exported().out, first.out);
}

TEST_F(PolicyCommands, ExportTheInitialPolicyOfANewFolder)
{
    EXPECT_THAT(exported().out, HasSubstr("\"format\": 1"));
}

TEST_F(PolicyCommands, ChangeNothingWhenTheDocumentIsWrong)
{
    const std::string before = exported().out;
    const std::string file = folder_.write("p.json", R"({"format": 1, "access": [
        {"name": "Typing error", "action": "alow"}]})");
    const CommandResult result = run({"import", file, "--data-dir", folder_.path()});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.error, AllOf(HasSubstr(file), HasSubstr("Typing error"), HasSubstr("action"),
                                    HasSubstr("alow")));
    EXPECT_EQ(exported().out, before);
}

TEST_F(PolicyCommands, CheckWithoutADataDirectory)
{
    const std::string right = folder_.write("right.json", R"({"format": 1})");
    EXPECT_EQ(run({"check", right}).exitCode, 0);
    EXPECT_EQ(
        run({"check", right, "--json"}).out,
        R"({"guard_rules":0,"emergency_rules":0,"access_rules":0,"inspection_rules":0,)"
        R"("limits_rules":0,"access_default":"deny","tests":0,"failed_tests":0,"valid":true,"findings":[]})"
        "\n");
    const CommandResult wrong = run({"check", folder_.write("wrong.json", "{"), "--json"});
    EXPECT_EQ(wrong.exitCode, 1);
    EXPECT_THAT(wrong.out, HasSubstr("{\"error\":\""));
}

TEST_F(PolicyCommands, SayWhatIsMissing)
{
    const CommandResult result = run({"export", "--data-dir", folder_.file("nowhere")});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.error, AllOf(HasSubstr("nowhere"), HasSubstr("--data-dir")));
    EXPECT_THAT(run({"check", folder_.file("none.json")}).error, HasSubstr("none.json"));
}

TEST_F(PolicyCommands, ImportTellsWhatItChanged)
{
    importFor("ab");
    const CommandResult changed = runHere({"import", documentFor("ba")});
    EXPECT_EQ(changed.out,
              "Policy version 2 is in force: 0 guard rules, 2 access rules, otherwise deny.\n"
              "  access rule 1 \"Rule b\": moved, was rule 2\n");
    EXPECT_THAT(runHere({"import", documentFor("ba")}).out,
                HasSubstr("Nothing differs from version 2.\n"));
    EXPECT_THAT(runHere({"import", documentFor("b"), "--json"}).out,
                AllOf(HasSubstr(R"("version":4)"),
                      HasSubstr(R"("difference":{"rows":[{"layer":"access")"),
                      HasSubstr(R"("change":"removed")")));
}

TEST_F(PolicyCommands, ImportIsTheWayOutOfADamagedVersion)
{
    importFor("a");
    db::Database database =
        db::Database::openOrCreate(folder_.file("policy.db"), db::Durability::Normal);
    database.execute("INSERT INTO policy_version (version, parent, kind, created, who, note, "
                     "test_override, document, document_hash) "
                     "VALUES (2, 1, 'import', 0, 'me', '', '', '{}', 'of something else')");
    EXPECT_THAT(exported().error, HasSubstr("version 2 is damaged"));
    const CommandResult imported = runHere({"import", documentFor("b")});
    EXPECT_EQ(imported.exitCode, 0);
    EXPECT_THAT(imported.out, HasSubstr("version 3 is in force"));
    EXPECT_THAT(imported.error, HasSubstr("version 2 is damaged"));
}

TEST_F(PolicyCommands, ExportAnyVersion)
{
    importFor("a");
    importFor("b");
    EXPECT_THAT(runHere({"export", "--version", "1"}).out, HasSubstr("a.example"));
    EXPECT_THAT(exported().out, HasSubstr("b.example"));
    const CommandResult none = runHere({"export", "--version", "3"});
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_THAT(none.error, HasSubstr("no policy version 3"));
    EXPECT_EQ(runHere({"export", "--version", "three"}).exitCode, 2);
    EXPECT_EQ(runHere({"export", "--version", "1", "--draft"}).exitCode, 2);
}

TEST_F(PolicyCommands, KeepADraftUntilItIsPublished)
{
    importFor("a");
    EXPECT_EQ(runHere({"draft", "save", documentFor("b")}).exitCode, 0);
    const CommandResult saved = runHere({"draft", "save", documentFor("ab")});
    EXPECT_THAT(saved.out, AllOf(HasSubstr("The draft is saved"), HasSubstr("begun on version 1")));
    EXPECT_THAT(exported().out, Not(HasSubstr("b.example"))) << "it is not in force";
    EXPECT_THAT(runHere({"draft", "show"}).out, HasSubstr("b.example"));
    EXPECT_EQ(runHere({"export", "--draft"}).out, runHere({"draft", "show"}).out);
    EXPECT_THAT(runHere({"draft", "diff"}).out,
                AllOf(StartsWith("From version 1 to the draft:\n"),
                      HasSubstr("access rule 2 \"Rule b\": added\n")));

    const CommandResult published = runHere({"publish", "--note", "b is needed"});
    EXPECT_EQ(published.exitCode, 0) << published.error;
    EXPECT_THAT(published.out, AllOf(HasSubstr("Policy version 2 is in force"),
                                     HasSubstr("access rule 2 \"Rule b\": added\n")));
    EXPECT_THAT(exported().out, HasSubstr("b.example"));
    EXPECT_THAT(runHere({"publish"}).error, HasSubstr("draft save FILE"));
}

TEST_F(PolicyCommands, DiscardADraft)
{
    importFor("a");
    EXPECT_EQ(runHere({"draft", "save", documentFor("b")}).exitCode, 0);
    EXPECT_EQ(runHere({"draft", "discard"}).exitCode, 0);
    EXPECT_EQ(runHere({"draft", "show"}).exitCode, 1);
}

TEST_F(PolicyCommands, PublishADraftOverALaterVersionByForceOnly)
{
    importFor("a");
    EXPECT_EQ(runHere({"draft", "save", documentFor("b")}).exitCode, 0);
    importFor("c");
    const CommandResult refused = runHere({"publish"});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_THAT(refused.error, AllOf(HasSubstr("policy diff 1 2"), HasSubstr("--force")));
    EXPECT_THAT(runHere({"draft", "diff"}).error, HasSubstr("version 2 is in force by now"));
    EXPECT_EQ(runHere({"publish", "--force"}).exitCode, 0);
    EXPECT_THAT(exported().out, HasSubstr("b.example"));
}

TEST_F(PolicyCommands, ListVersionsAndGoBack)
{
    importFor("a");
    EXPECT_EQ(runHere({"import", documentFor("b"), "--note", "b instead"}).exitCode, 0);
    const CommandResult back = runHere({"rollback", "1", "--note", "a was right"});
    EXPECT_EQ(back.exitCode, 0) << back.error;
    EXPECT_THAT(back.out, AllOf(HasSubstr("Policy version 3 is in force"),
                                HasSubstr("access rule 1 \"Rule b\": removed")));
    EXPECT_THAT(exported().out, HasSubstr("a.example"));
    EXPECT_THAT(runHere({"versions"}).out,
                testing::MatchesRegex("3  .*Z  .*  rollback to 1  a was right\n"
                                      "2  .*Z  .*  import  b instead\n"
                                      "1  .*Z  .*  import\n"));
    EXPECT_THAT(runHere({"versions", "--json"}).out,
                AllOf(StartsWith(R"({"versions":[{"version":3,"parent":1,"kind":"rollback",)"),
                      HasSubstr(R"({"version":1,"parent":null,"kind":"import",)")));
    EXPECT_EQ(runHere({"rollback", "9"}).exitCode, 1);
    EXPECT_EQ(runHere({"rollback", "first"}).exitCode, 2);
}

TEST_F(PolicyCommands, TellTwoVersionsApart)
{
    importFor("a");
    importFor("b");
    importFor("ab");
    EXPECT_EQ(runHere({"diff", "1", "2"}).out, "From version 1 to version 2:\n"
                                               "  access rule 1 \"Rule a\": removed\n"
                                               "  access rule 1 \"Rule b\": added\n"
                                               "      name: \"Rule b\"\n"
                                               "      action: \"allow\"\n"
                                               "      mode: \"enforce\"\n"
                                               "      enabled: true\n"
                                               "      when.host: [\"b.example\"]\n");
    EXPECT_THAT(runHere({"diff", "2"}).out, StartsWith("From version 2 to version 3:\n"));
    EXPECT_EQ(runHere({"diff", "3"}).out, "Nothing differs between version 3 and version 3.\n");
    EXPECT_EQ(runHere({"diff", "3", "--json"}).out,
              "{\"rows\":[],\"profiles\":[],\"tests\":[],\"settings\":[],\"lists\":[]}\n");
    EXPECT_THAT(runHere({"diff", "draft", "1"}).error, HasSubstr("there is no draft"));
}

TEST_F(PolicyCommands, CheckAndTestTheDraftOrElseThePolicyInForce)
{
    importFor("a");
    EXPECT_THAT(runHere({"check"}).out, StartsWith("policy version 1 is a right"));
    EXPECT_EQ(runHere({"test"}).out, "policy version 1: 0 saved tests, 0 failed.\n");
    EXPECT_EQ(runHere({"draft", "save", documentFor("b")}).exitCode, 0);
    EXPECT_THAT(runHere({"check"}).out, StartsWith("the draft is a right"));
    EXPECT_EQ(runHere({"test", "--json"}).out, "{\"tests\":0,\"failed\":0,\"results\":[]}\n");
}

TEST_F(PolicyCommands, CountHitsOfTheRowsInForce)
{
    importFor("ab");
    const auto today = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto lastYear = today - std::chrono::days(365);
    const std::string ruleA = "00000000-0000-0000-0000-00000000000a";
    const db::RowHits hits[] = {
        {.row = ruleA, .hits = 5, .wouldHits = 0, .bytes = 700, .lastHit = lastYear},
        {.row = ruleA, .hits = 2, .wouldHits = 1, .bytes = 30, .lastHit = today},
        {.row = "default/access", .hits = 9, .wouldHits = 0, .bytes = 0, .lastHit = lastYear}};
    db::PolicyStore(folder_.file("policy.db")).addHits(hits);

    const std::string all = runHere({"hits"}).out;
    EXPECT_THAT(all, AllOf(testing::ContainsRegex(" 7 +1 +730 +20[0-9-]+T[0-9:]+Z  Rule a\n"),
                           testing::ContainsRegex(" 0 +0 +0 +never +Rule b\n"),
                           testing::ContainsRegex(" 9 +0 +0 +20[^ ]+  \\(default row\\)\nins")));
    const std::string ofToday = runHere({"hits", "--days", "1", "--json"}).out;
    EXPECT_THAT(
        ofToday,
        AllOf(
            HasSubstr(R"("rule_name":"Rule a","hits":2,"would_hits":1,"bytes":30,)"),
            HasSubstr(R"("rule_name":"Rule b","hits":0,"would_hits":0,"bytes":0,"last_hit":null)"),
            HasSubstr(R"("rule_id":"","rule_name":"default","hits":0)")));
    EXPECT_EQ(runHere({"hits", "--days", "0"}).exitCode, 2);
}

TEST_F(PolicyCommands, CountWhatTheChecksOfProfilesFound)
{
    folder_.write("p.json", R"({"format": 1, "profiles": [{"name": "Chat", "checks": [
        {"name": "Large / odd", "largerThan": "1KiB", "action": "note"},
        {"name": "Fast", "messagesPerSecond": 5, "action": "note"}]}]})");
    ASSERT_EQ(runHere({"import", folder_.file("p.json")}).exitCode, 0);
    const auto today = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const db::RowHits hits[] = {{.row = "check/Chat/Large / odd", .hits = 3, .lastHit = today}};
    db::PolicyStore(folder_.file("policy.db")).addHits(hits);
    EXPECT_THAT(
        runHere({"hits"}).out,
        AllOf(testing::ContainsRegex("checks of profiles\n +3 .*20[^ ]+  Chat: Large / odd\n"),
              testing::ContainsRegex(" 0 +0 +0 +never +Chat: Fast\n")));
    EXPECT_THAT(
        runHere({"hits", "--json"}).out,
        AllOf(HasSubstr(R"({"profile":"Chat","check":"Large / odd","hits":3,"last_hit":"20)"),
              HasSubstr(R"({"profile":"Chat","check":"Fast","hits":0,"last_hit":null})")));
}

TEST_F(PolicyCommands, EndWithTwoWhenTheyAreNotUnderstood)
{
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"improt", "p.json"},
                                               {"import"},
                                               {"import", "a.json", "b.json"},
                                               {"export", "p.json"},
                                               {"export", "--jsno"},
                                               {"draft"},
                                               {"draft", "sav", "p.json"},
                                               {"diff"},
                                               {"diff", "1", "2", "3"},
                                               {"rollback"},
                                               {"replay"},
                                               {"replay", "--since", "yesterday"},
                                               {"hits", "--days", "few"}}) {
        const CommandResult result = run(arguments);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(result.error, HasSubstr("sallyport policy"))
            << testing::PrintToString(arguments);
    }
}

TEST_F(PolicyCommands, HaveHelp)
{
    const CommandResult overview = run({"--help"});
    EXPECT_EQ(overview.exitCode, 0);
    for (const std::string command :
         {"import", "export", "check", "test", "draft save", "draft show", "draft diff",
          "draft discard", "publish", "versions", "diff", "rollback", "replay", "hits"}) {
        EXPECT_THAT(overview.out, HasSubstr("\n  " + command + " "));
        std::vector<std::string> words;
        std::istringstream text(command);
        for (std::string word; text >> word;)
            words.push_back(word);
        words.push_back("--help");
        const CommandResult result = run(words);
        EXPECT_EQ(result.exitCode, 0);
        EXPECT_THAT(result.out, HasSubstr("Usage: sallyport policy " + command));
        EXPECT_THAT(result.error, IsEmpty());
        for (std::istringstream lines(result.out); std::getline(lines, words.front());)
            EXPECT_LE(words.front().size(), 120u) << words.front();
    }
    EXPECT_EQ(run({"draft", "--help"}).out, overview.out);
}

} // namespace
} // namespace sallyport::app
