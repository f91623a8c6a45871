#include "app/ListCommand.h"

#include "db/ListStore.h"
#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"
#include "unit/app/CommandResult.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ListCommands : public testing::Test {
protected:
    [[nodiscard]] CommandResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path()});
        return runAlone(arguments);
    }

    static CommandResult runAlone(const std::vector<std::string>& arguments)
    {
        return resultOf([&] { return runListCommand(arguments); });
    }

    CommandResult import(std::string_view text, std::vector<std::string> options = {}) const
    {
        options.insert(options.begin(), {"import", "ads", folder_.write("ads.txt", text)});
        return run(options);
    }

    // A policy with a rule that refers to the list, bound to what it holds now.
    [[nodiscard]] db::PolicyStore publishedWithTheList() const
    {
        db::PolicyStore store(folder_.file(db::PolicyStore::FileName));
        store.publish(policy::PolicyDocument::parse(R"({"format": 1, "access": [
                          {"name": "No ads", "action": "deny", "when": {"host": ["list:ads"]}}]})"),
                      "alice", "");
        return store;
    }

    test::TemporaryFolder folder_;
};

TEST_F(ListCommands, TellWhatAnImportChanged)
{
    const CommandResult first = import("a.example\nb.example\nb.example\n10.0.0.0/8\n");
    EXPECT_EQ(first.exitCode, 0) << first.error;
    EXPECT_EQ(first.out, "List ads, version 1: 2 hosts, 1 network; 3 added, 0 removed.\n"
                         "4 lines read: 1 duplicate, 0 rejected.\n"
                         "No rule of the policy in force refers to list:ads.\n");
    EXPECT_EQ(import("a.example\nhttp://c.example/\n").out,
              "List ads, version 2: 1 host, 0 networks; 0 added, 2 removed.\n"
              "2 lines read: 0 duplicates, 1 rejected:\n"
              "  line 2: \"http://c.example/\" is a URL; expected the host name alone\n"
              "No rule of the policy in force refers to list:ads.\n");
    EXPECT_THAT(import("a.example\n").out,
                StartsWith("List ads, version 2: 1 host, 0 networks; it holds the same already, so "
                           "this is no new version.\n"));
}

TEST_F(ListCommands, TellWhatAnImportChangedAsJson)
{
    EXPECT_EQ(
        import("a.example\n!\n", {"--json"}).out,
        R"({"list":"ads","version":1,"unchanged":false,"hosts":1,"networks":0,)"
        R"("content_hash":"2f12e4454293b6e04d2e50ed2620c003be8942f7a3adc5f0d6930b3385b70368","added":1,"removed":0,"lines":2,"duplicates":0,)"
        R"("rejected":1,"rejected_lines":[{"line":2,"text":"!","reason":)"
        R"("is not a host name like \"www.example.com\" or \"*.example.com\""}],)"
        R"("policy_version":null})"
        "\n");
}

struct FormatCase {
    const char* name;
    std::vector<std::string> options;
    std::string text;
    std::string entries; ///< as `show` prints them
};

class ListCommandFormat : public ListCommands, public testing::WithParamInterface<FormatCase> {};

TEST_P(ListCommandFormat, IsImported)
{
    const CommandResult imported = import(GetParam().text, GetParam().options);
    EXPECT_EQ(imported.exitCode, 0) << imported.error;
    EXPECT_THAT(run({"show", "ads"}).out, testing::EndsWith('\n' + GetParam().entries));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, ListCommandFormat,
    testing::Values(
        FormatCase{"Plain", {"--format", "plain"}, "a.example\n", "  a.example\n"},
        FormatCase{"Subdomains", {"--subdomains"}, "a.example\n", "  *.a.example\n  a.example\n"},
        FormatCase{"Hosts", {"--format", "hosts"}, "0.0.0.0 a.example\n", "  a.example\n"},
        FormatCase{"FirstColumn", {"--format", "csv"}, "a.example,x\n", "  a.example\n"},
        FormatCase{"ColumnByNumber",
                   {"--format", "csv", "--column", "2", "--separator", ";"},
                   "x;a.example\n",
                   "  a.example\n"},
        FormatCase{"ColumnByName",
                   {"--format", "csv", "--column", "host", "--separator", "tab"},
                   "id\thost\nx\ta.example\n",
                   "  a.example\n"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ListCommands, ChangeNothingWhenTooManyLinesAreRejected)
{
    EXPECT_EQ(import("a.example\n").exitCode, 0);
    const CommandResult refused = import("b.example\n!\n?\n", {"--max-rejected", "1"});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_THAT(refused.error, AllOf(HasSubstr("ads.txt: 2 of 3 lines were rejected"),
                                     HasSubstr("line 3: \"?\""), HasSubstr("--max-rejected")));
    EXPECT_THAT(import("<html>\n", {"--json"}).out, StartsWith("{\"error\":\""));
    EXPECT_THAT(run({"show", "ads"}).out,
                AllOf(HasSubstr("  a.example\n"), HasSubstr("version 1")));
}

TEST_F(ListCommands, SayWhenTheFileCannotBeRead)
{
    for (const auto& file : {folder_.file("none.txt"), folder_.path()}) {
        const CommandResult result = run({"import", "ads", file});
        EXPECT_EQ(result.exitCode, 1);
        EXPECT_THAT(result.error, HasSubstr(file + ": cannot be read"));
    }
}

TEST_F(ListCommands, SayThatAnImportWaitsForThePolicy)
{
    EXPECT_EQ(import("a.example\n").exitCode, 0);
    const db::PolicyStore store = publishedWithTheList();
    EXPECT_THAT(import("a.example\n").out, HasSubstr("The policy in force uses it already."));
    EXPECT_THAT(import("b.example\n").out, HasSubstr("still uses what it held before"));
    EXPECT_EQ(store.changeStamp(), 1U);
}

TEST_F(ListCommands, PutThePolicyInForceAgainWithTheList)
{
    EXPECT_EQ(import("a.example\n").exitCode, 0);
    const db::PolicyStore store = publishedWithTheList();
    EXPECT_THAT(import("a.example\n", {"--publish"}).out, HasSubstr("uses it already"));
    EXPECT_EQ(store.changeStamp(), 1U);
    const CommandResult published = import("b.example\n", {"--publish", "--note", "weekly"});
    EXPECT_THAT(published.out, HasSubstr("Policy version 2 is in force with it.\n"));
    const db::PolicyStore::Version inForce = store.current();
    EXPECT_EQ(inForce.number, 2U);
    EXPECT_EQ(inForce.note, "weekly");
    ASSERT_EQ(inForce.lists.size(), 1U);
    EXPECT_THAT(run({"show", "ads", "--json"}).out, HasSubstr(inForce.lists[0].contentHash));
}

TEST_F(ListCommands, KeepAnImportWhosePolicyCannotBePublished)
{
    EXPECT_EQ(import("a.example\n").exitCode, 0);
    const db::PolicyStore store = publishedWithTheList();
    auto database =
        db::Database::openOrCreate(folder_.file(db::PolicyStore::FileName), db::Durability::Normal);
    database.execute("CREATE TRIGGER no_more BEFORE INSERT ON policy_version BEGIN SELECT "
                     "RAISE(ABORT, 'no more of them'); END");
    const CommandResult refused = import("b.example\n", {"--publish"});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_THAT(refused.error, AllOf(HasSubstr("imported as version 2"), HasSubstr("not published"),
                                     HasSubstr("no more of them")));
    EXPECT_EQ(store.changeStamp(), 1U);
}

TEST_F(ListCommands, DoNotPublishAPolicyWhoseTestsFailWithTheList)
{
    EXPECT_EQ(import("a.example\n").exitCode, 0);
    db::PolicyStore store(folder_.file(db::PolicyStore::FileName));
    store.publish(policy::PolicyDocument::parse(R"({"format": 1,
        "access": [{"name": "Ads", "action": "deny", "when": {"host": ["list:ads"]}},
                   {"name": "All", "action": "allow"}],
        "tests": [{"name": "Shop stays open", "url": "http://shop.example/",
                   "address": "8.8.8.8", "expect": "allow"}]})"),
                  "alice", "");
    const CommandResult refused = import("shop.example\n", {"--publish"});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_THAT(refused.error, AllOf(HasSubstr("was not published"), HasSubstr("Shop stays open")));
    EXPECT_EQ(store.changeStamp(), 1U);
    const CommandResult overridden =
        import("shop.example\nb.example\n", {"--publish", "--override-tests", "NET-7"});
    EXPECT_THAT(overridden.out, HasSubstr("Policy version 2 is in force"));
    EXPECT_EQ(store.current().testOverride, "NET-7");
}

TEST_F(ListCommands, DropWhatNothingRefersToAtTheNextImport)
{
    for (const auto* text : {"a.example\n", "b.example\n", "c.example\n", "d.example\n"})
        EXPECT_EQ(import(text).exitCode, 0);
    const auto database = db::Database::openReadOnly(folder_.file(db::PolicyStore::FileName));
    EXPECT_EQ(database.integer("SELECT count(*) FROM list_content"), 2);
}

TEST_F(ListCommands, ShowAllListsAndOneByPages)
{
    EXPECT_THAT(run({"show"}).out, HasSubstr("There is no list yet"));
    EXPECT_EQ(run({"show", "--json"}).out, "{\"lists\":[]}\n");
    import("a.example\nb.example\nc.example\n", {"--note", "weekly"});
    EXPECT_THAT(run({"show"}).out, AllOf(StartsWith("ads  version 1  "),
                                         HasSubstr("3 hosts, 0 networks, +3 -0  from " +
                                                   folder_.file("ads.txt") + "  weekly\n")));
    const CommandResult first = run({"show", "ads", "--limit", "2"});
    EXPECT_THAT(first.out, AllOf(HasSubstr("  a.example\n  b.example\n"), Not(HasSubstr("c.ex")),
                                 HasSubstr("--after b.example`")));
    const CommandResult rest = run({"show", "ads", "--after", "b.example", "--json"});
    EXPECT_THAT(rest.out, HasSubstr("\"entries\":[\"c.example\"],\"after\":null}"));
}

TEST_F(ListCommands, ShowWhereAHostIsListed)
{
    import("*.a.example\n10.0.0.0/8\n");
    EXPECT_EQ(run({"lookup", "www.A.example"}).out, "ads  *.a.example\n");
    EXPECT_EQ(run({"lookup", "10.1.2.3", "--json"}).out,
              "{\"found\":[{\"list\":\"ads\",\"entry\":\"10.0.0.0/8\"}]}\n");
    const CommandResult none = run({"lookup", "a.example"});
    EXPECT_EQ(none.out, "a.example is in no list.\n");
    EXPECT_EQ(none.exitCode, 0);
    EXPECT_EQ(run({"lookup", "*.a.example"}).exitCode, 1);
}

TEST_F(ListCommands, ShowTheVersionsOfAList)
{
    import("a.example\n");
    import("b.example\n");
    const std::string out = run({"versions", "ads"}).out;
    EXPECT_THAT(out, StartsWith("2  "));
    EXPECT_THAT(out, HasSubstr("\n1  "));
    EXPECT_THAT(run({"versions", "ads", "--json"}).out,
                StartsWith("{\"versions\":[{\"list\":\"ads\",\"version\":2,"));
    for (const auto* command : {"versions", "show"}) {
        const CommandResult result = run({command, "bad"});
        EXPECT_EQ(result.exitCode, 1);
        EXPECT_THAT(result.error, HasSubstr("there is no list \"bad\""));
    }
}

TEST_F(ListCommands, EndWithTwoWhenTheyAreNotUnderstood)
{
    const std::string file = folder_.write("a.txt", "a.example\n");
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {},
             {"improt", "ads", file},
             {"import", "ads"},
             {"import", "ads", file, file},
             {"import", "ads", file, "--format", "xml"},
             {"import", "ads", file, "--column", "2"},
             {"import", "ads", file, "--format", "csv", "--column", "0"},
             {"import", "ads", file, "--format", "csv", "--separator", "::"},
             {"import", "ads", file, "--max-rejected", "few"},
             {"show", "ads", "bad"},
             {"show", "--limit", "3"},
             {"show", "ads", "--limit", "-1"},
             {"lookup"},
             {"versions"}}) {
        const CommandResult result = runAlone(arguments);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(result.error, HasSubstr("sallyport list")) << testing::PrintToString(arguments);
    }
}

TEST_F(ListCommands, HaveHelp)
{
    for (const char* command : {"import", "show", "lookup", "versions"}) {
        const CommandResult result = runAlone({command, "--help"});
        EXPECT_EQ(result.exitCode, 0);
        EXPECT_THAT(result.out, HasSubstr(std::string("Usage: sallyport list ") + command));
        EXPECT_THAT(result.error, IsEmpty());
    }
    EXPECT_THAT(runAlone({"--help"}).out, HasSubstr("import NAME FILE"));
}

} // namespace
} // namespace sallyport::app
