#include "app/SavedTests.h"

#include "app/CommandLine.h"
#include "policy/Network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using policy::Answer;
using testing::AllOf;
using testing::HasSubstr;

policy::PolicyCase caseOf(std::string name, std::string host, Answer expected)
{
    policy::PolicyCase made;
    made.name = std::move(name);
    made.facts.host = std::move(host);
    made.facts.port = 443;
    made.facts.destination = policy::parseAddress("8.8.8.8");
    made.expected = expected;
    return made;
}

// Allows chat.example; of its two tests one fails.
class FailingTests : public testing::Test {
protected:
    FailingTests()
    {
        auto document = policy::PolicyDocument::parse(R"({"format": 1, "access": [
            {"name": "Chat", "action": "allow", "when": {"host": ["chat.example"]}}]})");
        document.cases = {caseOf("Chat works", "chat.example", Answer::Allow),
                          caseOf("Wiki works", "wiki.example", Answer::Allow)};
        document.cases.back().expectedRule = "Wiki";
        input_ = {"p.json", policy::Policy::compile(document, 0)};
        addOverrideOption(line_);
    }

    PolicyInput input_;
    CommandLine line_{"sallyport policy publish", "", NoArguments};
};

TEST_F(FailingTests, AreToldLineByLine)
{
    const TestRun run = runSavedTests(input_);
    input_.policy.reset(); // the run keeps what it tells of
    ASSERT_EQ(run.results.size(), 2u);
    EXPECT_EQ(run.failures(), 1u);
    EXPECT_EQ(resultLine(run.results[0]),
              R"(passed "Chat works": allow by access rule "Chat" at resolved-address)");
    EXPECT_EQ(
        resultLine(run.results[1]),
        R"(FAILED "Wiki works": expected allow by "Wiki", got deny by the default row of access at request)");
    EXPECT_EQ(failuresText(run), "1 of 2 saved tests fails\n  " + resultLine(run.results[1]));
}

TEST_F(FailingTests, AreGivenAsJson)
{
    std::ostringstream text;
    resultsJson(runSavedTests(input_)).stringify(text);
    EXPECT_THAT(
        text.str(),
        AllOf(testing::StartsWith(R"({"tests":2,"failed":1,"results":[{"name":"Chat works",)"),
              HasSubstr(R"({"name":"Wiki works","passed":false,"expected":"allow",)"
                        R"("expected_rule":"Wiki","verdict":"deny","layer":"access",)"
                        R"("rule_name":"default","stage":"request","hint":""})")));
}

TEST_F(FailingTests, StopAPublication)
{
    line_.parse({});
    try {
        static_cast<void>(requirePassing(input_, line_));
        FAIL() << "not stopped";
    } catch (const CommandRefused& refused) {
        EXPECT_THAT(refused.what(), AllOf(HasSubstr("p.json"), HasSubstr("nothing was published"),
                                          HasSubstr("FAILED \"Wiki works\""),
                                          HasSubstr("--override-tests REASON")));
    }
}

TEST_F(FailingTests, AreOverriddenWithAReason)
{
    const std::string words[] = {"--override-tests", "the wiki moves tonight"};
    line_.parse(words);
    EXPECT_EQ(requirePassing(input_, line_), "the wiki moves tonight");
}

TEST_F(FailingTests, AreNotOverriddenWithoutAReason)
{
    const std::string words[] = {"--override-tests="};
    EXPECT_THROW((line_.parse(words), static_cast<void>(requirePassing(input_, line_))),
                 UsageError);
}

TEST(PassingTests, NeedNoOverride)
{
    auto document = policy::PolicyDocument::parse(R"({"format": 1})");
    document.cases = {caseOf("Nothing works", "a.example", Answer::Deny)};
    CommandLine line("sallyport policy publish", "", NoArguments);
    addOverrideOption(line);
    const std::string words[] = {"--override-tests", "just in case"};
    line.parse(words);
    EXPECT_EQ(requirePassing({"p.json", policy::Policy::compile(document, 0)}, line), "")
        << "nothing was overridden";
}

} // namespace
} // namespace sallyport::app
