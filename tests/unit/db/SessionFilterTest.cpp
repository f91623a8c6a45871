#include "db/SessionFilter.h"

#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

struct PatternCase {
    const char* name;
    std::string_view pattern;
    std::string_view text;
    bool matches;
};
class SessionPattern : public testing::TestWithParam<PatternCase> {};

TEST_P(SessionPattern, Matches)
{
    EXPECT_EQ(matchesPattern(GetParam().pattern, GetParam().text), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    SessionFilter, SessionPattern,
    testing::Values(
        PatternCase{"Exact", "abc", "abc", true}, PatternCase{"Case", "aBc", "AbC", true},
        PatternCase{"Longer", "abc", "abcd", false}, PatternCase{"Shorter", "abc", "ab", false},
        PatternCase{"Front", "*c", "abc", true}, PatternCase{"Back", "a*", "abc", true},
        PatternCase{"Middle", "a*c", "abbbc", true}, PatternCase{"Nothing", "a*bc", "abc", true},
        PatternCase{"GoesBack", "*ab", "aaab", true},
        PatternCase{"Several", "*a*b*", "xxaxxbxx", true},
        PatternCase{"WrongOrder", "*a*b*", "xxbxxaxx", false}, PatternCase{"All", "*", "", true},
        PatternCase{"Empty", "", "", true}, PatternCase{"EmptyPattern", "", "a", false},
        PatternCase{"Stars", "***", "abc", true}),
    [](const auto& info) { return info.param.name; });

TEST(SessionPattern, OfManyStarsEndsSoon)
{
    std::string pattern;
    for (int i = 0; i < 100; ++i)
        pattern += "a*";
    EXPECT_FALSE(matchesPattern(pattern + "b", std::string(20'000, 'a')));
}

struct OutcomeCase {
    const char* name;
    std::string_view verdict;
    std::string_view inspection;
    std::string_view reason;
    SessionOutcome outcome;
};
class Outcome : public testing::TestWithParam<OutcomeCase> {};

TEST_P(Outcome, IsTold)
{
    EXPECT_EQ(outcomeOf(GetParam().verdict, GetParam().inspection, GetParam().reason),
              GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    SessionFilter, Outcome,
    testing::Values(
        OutcomeCase{"Allow", "allow", "blind", "done", SessionOutcome::Allow},
        OutcomeCase{"Open", "allow", "", "", SessionOutcome::Allow},
        OutcomeCase{"Undecided", "", "", "", SessionOutcome::Allow},
        OutcomeCase{"Inspect", "allow", "observe", "done", SessionOutcome::Inspect},
        OutcomeCase{"Deny", "deny", "observe", "denied", SessionOutcome::Deny},
        OutcomeCase{"DenyBeforeFailure", "deny", "", "bad-request", SessionOutcome::Deny},
        OutcomeCase{"Failure", "allow", "observe", "connect-refused", SessionOutcome::Error},
        OutcomeCase{"BadRequest", "", "", "bad-request", SessionOutcome::Error},
        OutcomeCase{"Reset", "allow", "", "upstream-reset", SessionOutcome::Allow},
        OutcomeCase{"Lost", "allow", "", "process-lost", SessionOutcome::Allow}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::db
