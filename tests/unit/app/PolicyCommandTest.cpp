#include "app/PolicyCommand.h"

#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class PolicyCommands : public testing::Test {
protected:
    struct Result {
        int exitCode;
        std::string out;
        std::string error;
    };

    static Result run(const std::vector<std::string>& arguments)
    {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int exitCode = runPolicyCommand(arguments);
        return {exitCode, testing::internal::GetCapturedStdout(),
                testing::internal::GetCapturedStderr()};
    }

    [[nodiscard]] Result exported() const { return run({"export", "--data-dir", folder_.path()}); }

    test::TemporaryFolder folder_;
};

TEST_F(PolicyCommands, ExportWhatImportTook)
{
    const std::string file = folder_.write("p.json", R"({"format": 1, "access": [
        {"name": "Only this", "action": "allow", "when": {"host": ["a.example"]}}]})");
    const Result imported = run({"import", file, "--data-dir", folder_.path()});
    EXPECT_EQ(imported.exitCode, 0) << imported.error;
    EXPECT_EQ(imported.out,
              "Policy version 1 is in force: 0 guard rules, 1 access rule, otherwise deny.\n");
    const Result first = exported();
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
    const Result result = run({"import", file, "--data-dir", folder_.path()});
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
        "{\"guard_rules\":0,\"access_rules\":0,\"access_default\":\"deny\",\"valid\":true}\n");
    const Result wrong = run({"check", folder_.write("wrong.json", "{"), "--json"});
    EXPECT_EQ(wrong.exitCode, 1);
    EXPECT_THAT(wrong.out, HasSubstr("{\"error\":\""));
}

TEST_F(PolicyCommands, SayWhatIsMissing)
{
    const Result result = run({"export", "--data-dir", folder_.file("nowhere")});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.error, AllOf(HasSubstr("nowhere"), HasSubstr("--data-dir")));
    EXPECT_THAT(run({"check", folder_.file("none.json")}).error, HasSubstr("none.json"));
}

TEST_F(PolicyCommands, EndWithTwoWhenTheyAreNotUnderstood)
{
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"improt", "p.json"},
                                               {"import"},
                                               {"import", "a.json", "b.json"},
                                               {"export", "p.json"},
                                               {"export", "--jsno"}}) {
        const Result result = run(arguments);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(result.error, HasSubstr("sallyport policy"))
            << testing::PrintToString(arguments);
    }
}

TEST_F(PolicyCommands, HaveHelp)
{
    for (const char* command : {"import", "export", "check"}) {
        const Result result = run({command, "--help"});
        EXPECT_EQ(result.exitCode, 0);
        EXPECT_THAT(result.out, HasSubstr(std::string("Usage: sallyport policy ") + command));
        EXPECT_THAT(result.error, IsEmpty());
    }
}

} // namespace
} // namespace sallyport::app
