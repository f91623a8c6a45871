#include "admin/accounts/Password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace sallyport::admin::accounts {
namespace {

using testing::StartsWith;

struct RuleCase {
    const char* name;
    std::string password;
    bool accepted;
};

class PasswordRule : public testing::TestWithParam<RuleCase> {};

TEST_P(PasswordRule, RefusesWhatIsGuessedFirst)
{
    EXPECT_EQ(!complaintAbout(GetParam().password, "annabel"), GetParam().accepted);
}

INSTANTIATE_TEST_SUITE_P(
    Passwords, PasswordRule,
    testing::Values(RuleCase{"Twelve", "abcdefghijkl", true},
                    RuleCase{"Eleven", "abcdefghijk", false},
                    RuleCase{"TwelveLettersOfTwoBytes", "ÄÖÜäöüßéèêàç", true},
                    RuleCase{"ElevenLettersOfTwoBytes", "ÄÖÜäöüßéèêà", false},
                    RuleCase{"TooLong", std::string(150, 'x') + std::string(60, 'y'), false},
                    RuleCase{"FourLetters", "abcdabcdabcdabcd", false},
                    RuleCase{"AroundTheName", "xxAnnabel123", false},
                    RuleCase{"NameInALongOne", "my friend annabel lives in Rome", true},
                    RuleCase{"Spaces", "correct horse battery", true}),
    [](const auto& info) { return info.param.name; });

TEST(PasswordHashing, KnowsARightPasswordAgain)
{
    PasswordHashing hashing;
    const auto hash = hashing.hash("correct horse");
    EXPECT_THAT(hash, StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(hashing.isRight("correct horse", hash));
    EXPECT_FALSE(hashing.isRight("correct horsf", hash));
    EXPECT_FALSE(hashing.isRight("", hash));
    EXPECT_FALSE(hashing.isRight("correct horse", "no hash"));
    EXPECT_NE(hashing.hash("correct horse"), hash); // another salt
}

TEST(PasswordHashing, TakesAsLongForNobody)
{
    PasswordHashing hashing;
    const auto hash = hashing.hash("correct horse");
    const auto fastest = [](auto&& check) {
        auto best = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            EXPECT_FALSE(check());
            best = std::min(best, std::chrono::steady_clock::now() - begin);
        }
        return best;
    };
    const auto somebody = fastest([&] { return hashing.isRight("wrong", hash); });
    const auto nobody = fastest([&] { return hashing.isRightForNobody("wrong"); });
    EXPECT_LT(nobody, 3 * somebody);
    EXPECT_LT(somebody, 3 * nobody);
}

} // namespace
} // namespace sallyport::admin::accounts
