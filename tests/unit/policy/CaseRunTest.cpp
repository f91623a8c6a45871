#include "policy/CaseRun.h"

#include "policy/Network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Outcome = CaseResult::Outcome;

constexpr std::string_view BadId = "00000000-0000-0000-0000-000000000001";

// A chat is allowed at its address only, one name is never reached, the rest is denied.
PolicyDocument document()
{
    return PolicyDocument::parse(R"({"format": 1, "access": [
        {"id": "00000000-0000-0000-0000-000000000001", "name": "Bad", "action": "deny",
         "when": {"host": ["bad.example"]}},
        {"name": "Chat", "action": "allow", "when": {"address": ["8.8.8.0/24"]}}]})");
}

PolicyCase caseOf(std::string host, std::string_view address, Answer expected,
                  std::string_view rule = {})
{
    PolicyCase made;
    made.name = "some case";
    made.facts.host = std::move(host);
    made.facts.port = 443;
    made.facts.method = "CONNECT";
    if (!address.empty())
        made.facts.destination = parseAddress(address);
    made.expected = expected;
    made.expectedRule = rule;
    return made;
}

struct RunCase {
    const char* name;
    PolicyCase policyCase;
    Outcome outcome;
    Answer answer;
    const char* rule;
    Stage stage;
};

void PrintTo(const RunCase& each, std::ostream* out)
{
    *out << each.name;
}

class CaseRun : public testing::TestWithParam<RunCase> {};

TEST_P(CaseRun, IsDecidedAsASessionWouldBe)
{
    auto asked = document();
    asked.cases = {GetParam().policyCase};
    const auto policy = Policy::compile(asked, 1);
    const auto results = runCases(*policy, WallTime());
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results.front().policyCase, &policy->document().cases.front());
    EXPECT_EQ(results.front().outcome, GetParam().outcome);
    EXPECT_EQ(results.front().answer, GetParam().answer);
    EXPECT_EQ(results.front().rule, GetParam().rule);
    EXPECT_EQ(results.front().stage, GetParam().stage);
}

INSTANTIATE_TEST_SUITE_P(
    OfOnePolicy, CaseRun,
    testing::Values(RunCase{"DeniedAtTheRequest", caseOf("bad.example", "8.8.8.8", Answer::Deny),
                            Outcome::Passed, Answer::Deny, "Bad", Stage::Request},
                    RunCase{"AllowedByItsAddress",
                            caseOf("a.example", "8.8.8.8", Answer::Allow, "Chat"), Outcome::Passed,
                            Answer::Allow, "Chat", Stage::ResolvedAddress},
                    RunCase{"DeniedByDefault",
                            caseOf("a.example", "9.9.9.9", Answer::Deny, "default"),
                            Outcome::Passed, Answer::Deny, "default", Stage::ResolvedAddress},
                    RunCase{"RuleById", caseOf("bad.example", "", Answer::Deny, BadId),
                            Outcome::Passed, Answer::Deny, "Bad", Stage::Request},
                    RunCase{"OtherAnswer", caseOf("bad.example", "", Answer::Allow),
                            Outcome::Failed, Answer::Deny, "Bad", Stage::Request},
                    RunCase{"OtherRule", caseOf("bad.example", "", Answer::Deny, "default"),
                            Outcome::Failed, Answer::Deny, "Bad", Stage::Request},
                    RunCase{"LiteralIsItsOwnAddress", caseOf("8.8.8.8", "", Answer::Allow),
                            Outcome::Passed, Answer::Allow, "Chat", Stage::ResolvedAddress},
                    RunCase{"WithoutItsAddress", caseOf("a.example", "", Answer::Deny),
                            Outcome::Failed, Answer::Undecided, "", Stage::RunningSession}),
    [](const auto& info) { return info.param.name; });

TEST(CaseRun, SaysWhatIsMissing)
{
    auto asked = document();
    asked.cases = {caseOf("a.example", "", Answer::Deny), caseOf("bad.example", "", Answer::Deny)};
    const auto policy = Policy::compile(asked, 1);
    const auto results = runCases(*policy, WallTime());
    EXPECT_THAT(results[0].hint,
                AllOf(HasSubstr("a.example"), HasSubstr("resolves to"), HasSubstr("\"address\"")));
    EXPECT_THAT(results[1].hint, IsEmpty());
}

} // namespace
} // namespace sallyport::policy
