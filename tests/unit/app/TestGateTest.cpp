// The tests saved in a policy, and what the commands make of them.
#include "app/PolicyCommand.h"
#include "db/PolicyStore.h"
#include "support/TemporaryFolder.h"
#include "unit/app/CommandResult.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

// Two tests; the second one fails without the rule for the wiki.
constexpr const char* Tests = R"("tests": [
    {"name": "Chat works", "url": "https://chat.example/", "address": "8.8.8.8", "expect": "allow",
     "rule": "Chat"},
    {"name": "Wiki works", "url": "http://wiki.example/a", "address": "8.8.4.4", "expect": "allow"}])";
constexpr const char* ChatRule =
    R"({"name": "Chat", "action": "allow", "when": {"host": ["chat.example"]}})";
constexpr const char* WikiRule =
    R"({"name": "Wiki", "action": "allow", "when": {"host": ["wiki.example"]}})";

class TestGate : public testing::Test {
protected:
    [[nodiscard]] CommandResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path()});
        return resultOf([&] { return runPolicyCommand(arguments); });
    }

    [[nodiscard]] std::uint32_t inForce() const
    {
        return db::PolicyStore(folder_.file("policy.db")).changeStamp();
    }

    test::TemporaryFolder folder_;
    std::string passing_ =
        folder_.write("passing.json", std::string(R"({"format": 1, "access": [)") + ChatRule + "," +
                                          WikiRule + "], " + Tests + "}");
    std::string failing_ =
        folder_.write("failing.json",
                      std::string(R"({"format": 1, "access": [)") + ChatRule + "], " + Tests + "}");
};

TEST_F(TestGate, RunsTheTestsOfAFile)
{
    const CommandResult passed = run({"test", passing_});
    EXPECT_EQ(passed.exitCode, 0) << passed.error;
    EXPECT_EQ(passed.out,
              "passed \"Chat works\": allow by access rule \"Chat\" at resolved-address\n"
              "passed \"Wiki works\": allow by access rule \"Wiki\" at resolved-address\n" +
                  passing_ + ": 2 saved tests, 0 failed.\n");
    const CommandResult failed = run({"test", failing_});
    EXPECT_EQ(failed.exitCode, 1);
    EXPECT_THAT(failed.out, AllOf(HasSubstr("FAILED \"Wiki works\": expected allow, got deny by "
                                            "the default row of access at request\n"),
                                  EndsWith("2 saved tests, 1 failed.\n")));
    EXPECT_EQ(run({"check", failing_}).exitCode, 1);
    EXPECT_EQ(run({"check", passing_}).exitCode, 0);
}

TEST_F(TestGate, StopsAnImportUnlessThereIsAReason)
{
    EXPECT_EQ(run({"import", passing_}).exitCode, 0);
    const CommandResult refused = run({"import", failing_});
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_THAT(refused.error,
                AllOf(HasSubstr("FAILED \"Wiki works\""), HasSubstr("--override-tests REASON")));
    EXPECT_EQ(inForce(), 1u);
    EXPECT_EQ(run({"import", failing_, "--override-tests", "the wiki moves"}).exitCode, 0);
    EXPECT_EQ(inForce(), 2u);
    EXPECT_THAT(run({"versions"}).out, HasSubstr("(published with failing tests: the wiki moves)"));
}

TEST_F(TestGate, StopsADraft)
{
    EXPECT_EQ(run({"import", passing_}).exitCode, 0);
    EXPECT_EQ(run({"draft", "save", failing_}).exitCode, 0) << "it may be unfinished";
    EXPECT_THAT(run({"publish"}).error, HasSubstr("the draft: nothing was published: 1 of 2"));
    EXPECT_EQ(inForce(), 1u);
    EXPECT_EQ(run({"draft", "save", passing_}).exitCode, 0);
    EXPECT_EQ(run({"publish", "--override-tests", "to be sure"}).exitCode, 0);
    EXPECT_THAT(run({"versions"}).out, Not(HasSubstr("to be sure"))) << "nothing was overridden";
}

TEST_F(TestGate, LetsARollbackPassAndSaysWhatFails)
{
    EXPECT_EQ(run({"import", failing_, "--override-tests", "reason"}).exitCode, 0);
    EXPECT_EQ(run({"import", passing_}).exitCode, 0);
    const CommandResult back = run({"rollback", "1"});
    EXPECT_EQ(back.exitCode, 0);
    EXPECT_THAT(back.error, HasSubstr("the rollback is done although 1 of 2 saved tests fails"));
    EXPECT_EQ(inForce(), 3u);
}

TEST_F(TestGate, IsAPartOfTheDifference)
{
    EXPECT_EQ(run({"import", passing_}).exitCode, 0);
    EXPECT_EQ(run({"draft", "save", folder_.write("none.json", R"({"format": 1})")}).exitCode, 0);
    EXPECT_THAT(run({"draft", "diff"}).out, AllOf(HasSubstr("access rule 1 \"Chat\": removed\n"),
                                                  HasSubstr("test \"Chat works\": removed\n")));
}

} // namespace
} // namespace sallyport::app
