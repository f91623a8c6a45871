#include "policy/inspection/BuiltInPatterns.h"

#include "policy/inspection/CardNumber.h"
#include "policy/inspection/Iban.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection {
namespace {

/// A text and what is found at its end; empty: nothing.
struct EndCase {
    const char* name;
    std::string_view text;
    std::string_view found;
};

// Keeps test names readable in failures.
void PrintTo(const EndCase& each, std::ostream* out)
{
    *out << each.name;
}

std::string nameOf(const testing::TestParamInfo<EndCase>& info)
{
    return info.param.name;
}

class CardNumber : public testing::TestWithParam<EndCase> {};

TEST_P(CardNumber, IsFoundAtTheEnd)
{
    EXPECT_EQ(cardNumberAtEnd(GetParam().text).value_or(""), GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, CardNumber,
    testing::Values(EndCase{"Visa16", "pay 4111111111111111", "4111111111111111"},
                    EndCase{"Visa13", "4222222222222", "4222222222222"},
                    EndCase{"Mastercard", "x:5555555555554444", "5555555555554444"},
                    EndCase{"Mastercard2Series", "2223003122003222", "2223003122003222"},
                    EndCase{"MastercardBelow2Series", "2220003122003225", ""},
                    EndCase{"AmericanExpress", "378282246310005", "378282246310005"},
                    EndCase{"Discover", "6011111111111117", "6011111111111117"},
                    EndCase{"Jcb", "3530111333300000", "3530111333300000"},
                    EndCase{"Diners", "30569309025904", "30569309025904"},
                    EndCase{"UnionPay19", "6212345678900000003", "6212345678900000003"},
                    EndCase{"Spaces", "4111 1111 1111 1111", "4111111111111111"},
                    EndCase{"Hyphens", "4111-1111-1111-1111", "4111111111111111"},
                    EndCase{"AmericanExpressGroups", "3782 822463 10005", "378282246310005"},
                    EndCase{"DinersGroups", "3056 930902 5904", "30569309025904"},
                    EndCase{"WrongLuhnDigit", "4111111111111112", ""},
                    EndCase{"SwappedDigits", "5555555555545444", ""},
                    EndCase{"NoIssuer", "1111111111111117", ""},
                    EndCase{"VisaOf15Digits", "411111111111116", ""},
                    EndCase{"InLongerDigits", "94111111111111111", ""},
                    EndCase{"InWord", "id4111111111111111", ""},
                    EndCase{"Fraction", "0.4111111111111111", ""},
                    EndCase{"MixedSeparators", "4111 1111-1111 1111", ""},
                    EndCase{"OtherGroups", "41 1111 1111 1111 11", ""},
                    EndCase{"TwoSpaces", "4111  1111 1111 1111", ""},
                    EndCase{"Zeros", "0000000000000000", ""}, EndCase{"Empty", "", ""}),
    nameOf);

class Iban : public testing::TestWithParam<EndCase> {};

TEST_P(Iban, IsFoundAtTheEnd)
{
    EXPECT_EQ(ibanAtEnd(GetParam().text).value_or(""), GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Iban,
    testing::Values(EndCase{"German", "to DE89370400440532013000", "DE89370400440532013000"},
                    EndCase{"Spaces", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"},
                    EndCase{"British", "GB82WEST12345698765432", "GB82WEST12345698765432"},
                    EndCase{"NorwegianShortest", "NO9386011117947", "NO9386011117947"},
                    EndCase{"MalteseWithLetters", "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
                            "MT84MALT011000012345MTLCAST001S"},
                    EndCase{"French", "FR1420041010050500013M02606", "FR1420041010050500013M02606"},
                    EndCase{"WrongCheckDigits", "DE88370400440532013000", ""},
                    EndCase{"SwappedDigits", "DE89370400440532010300", ""},
                    EndCase{"TooShortForTheCountry", "DE8937040044053201300", ""},
                    EndCase{"UnknownCountry", "US89370400440532013000", ""},
                    EndCase{"LowerCase", "de89370400440532013000", ""},
                    EndCase{"InWord", "XDE89370400440532013000", ""},
                    EndCase{"OtherGroups", "DE893 7040 0440 5320 1300 0", ""},
                    EndCase{"Empty", "", ""}),
    nameOf);

class AccessToken : public testing::TestWithParam<EndCase> {};

TEST_P(AccessToken, IsFoundAtTheEnd)
{
    const auto* pattern = findBuiltInPattern("cloud-token");
    ASSERT_NE(pattern, nullptr);
    EXPECT_EQ(pattern->atEnd(GetParam().text).value_or(""), GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, AccessToken,
    testing::Values(EndCase{"Aws", "key=AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"},
                    EndCase{"AwsTooShort", "AKIAIOSFODNN7EXAMPL", ""},
                    EndCase{"AwsTooLong", "AKIAIOSFODNN7EXAMPLEX", ""},
                    EndCase{"AwsInWord", "XAKIAIOSFODNN7EXAMPLE", ""},
                    EndCase{"AwsBeginningTwice", "AKIAAKIAIOSFODNN7EXAMPLE", ""},
                    EndCase{"AwsWithItsBeginningInside", "AKIAIOSFODNNAKIAMPLE",
                            "AKIAIOSFODNNAKIAMPLE"},
                    EndCase{"GitHub", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
                            "ghp_0123456789abcdefghijABCDEFGHIJ012345"},
                    EndCase{"GitHubOtherCharacter", "ghp_0123456789abcdefghi-ABCDEFGHIJ012345", ""},
                    EndCase{"Google", "AIza0123456789abcdefghij_BCDEFGHIJ-1234",
                            "AIza0123456789abcdefghij_BCDEFGHIJ-1234"},
                    EndCase{"Slack", "xoxb-12345-abcde", "xoxb-12345-abcde"},
                    EndCase{"Stripe", "sk_live_0123456789abcdef", "sk_live_0123456789abcdef"},
                    EndCase{"StripeTestKey", "sk_test_0123456789abcdef", ""}),
    nameOf);

TEST(BuiltInPattern, IsCheckedWithAndWithoutTheByteBehindIt)
{
    const auto& card = *findBuiltInPattern("card-number");
    EXPECT_EQ(checkMatch(card, "4111111111111111").value().behind, 0U);
    EXPECT_EQ(checkMatch(card, "4111111111111111,").value().behind, 1U);
    EXPECT_EQ(checkMatch(card, "4111111111111111,").value().text, "4111111111111111");
    EXPECT_FALSE(checkMatch(card, "4111111111111111x"));
    EXPECT_FALSE(checkMatch(card, ""));
}

TEST(BuiltInPattern, IsKnownByItsName)
{
    for (const auto* name : {"card-number", "iban", "private-key", "cloud-token"})
        EXPECT_NE(findBuiltInPattern(name), nullptr) << name;
    EXPECT_EQ(findBuiltInPattern("regex:a"), nullptr);
    EXPECT_EQ(builtInPatterns().size(), 4U);
}

} // namespace
} // namespace sallyport::policy::inspection
