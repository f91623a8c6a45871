#include "app/BlockPage.h"

#include "policy/Policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string pageFor(const std::string& document, const char* url)
{
    const auto policy = policy::Policy::compile(policy::PolicyDocument::parse(document), 1);
    const auto facts = policy::factSheetFor(url);
    return blockPageText(policy->decide(facts.facts(), policy::Stage::Request), facts);
}

TEST(BlockPage, HasTheTextOfTheRuleThatDenies)
{
    const auto page = pageFor(R"({"format": 1, "access": [
        {"name": "No games", "action": "deny", "when": {"host": ["games.example"]},
         "blockText": "Not <here>.\nAsk 4711"}]})",
                              "http://games.example/");
    EXPECT_THAT(page, HasSubstr("The rule \"No games\" of your organisation's policy"));
    EXPECT_THAT(page, HasSubstr("\n\nNot <here>.\nAsk 4711\n\nDestination: games.example\n"));
}

TEST(BlockPage, HasNoTextOfOtherRules)
{
    const auto page = pageFor(R"({"format": 1, "access": [
        {"name": "No games", "action": "deny", "when": {"host": ["games.example"]},
         "blockText": "Ask 4711"}]})",
                              "http://chess.example/");
    EXPECT_THAT(page, HasSubstr("Rule:        default"));
    EXPECT_THAT(page, Not(HasSubstr("4711")));
}

} // namespace
} // namespace sallyport::app
