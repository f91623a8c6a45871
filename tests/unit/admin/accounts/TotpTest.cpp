#include "admin/accounts/Totp.h"

#include "admin/accounts/Secrets.h"

#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

constexpr std::string_view Rfc6238Secret = "12345678901234567890";

std::chrono::sys_time<std::chrono::microseconds> at(std::int64_t seconds)
{
    return std::chrono::sys_time<std::chrono::microseconds>(std::chrono::seconds(seconds));
}

struct CodeCase {
    std::int64_t time;
    const char* code;
};

class TotpCode : public testing::TestWithParam<CodeCase> {};

TEST_P(TotpCode, IsTheLastSixDigitsOfTheRfcsEight) // RFC 6238 appendix B
{
    EXPECT_EQ(totpCode(Rfc6238Secret, totpStepAt(at(GetParam().time))), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(Rfc6238, TotpCode,
                         testing::Values(CodeCase{59, "287082"}, CodeCase{1111111109, "081804"},
                                         CodeCase{1111111111, "050471"},
                                         CodeCase{1234567890, "005924"},
                                         CodeCase{2000000000, "279037"},
                                         CodeCase{20000000000, "353130"}));

TEST(Totp, TakesTheStepsBesideThePresentOne)
{
    const auto code = totpCode(Rfc6238Secret, 100);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, code, at(98 * 30 + 29)), std::nullopt);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, code, at(99 * 30)), 100);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, code, at(100 * 30)), 100);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, code, at(101 * 30 + 29)), 100);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, code, at(102 * 30)), std::nullopt);
    EXPECT_EQ(totpStepOf(Rfc6238Secret, "", at(100 * 30)), std::nullopt);
}

TEST(Totp, UriNamesIssuerAndAccount)
{
    EXPECT_EQ(totpUri(Rfc6238Secret, "a@b", "Sallyport"),
              "otpauth://totp/Sallyport:a%40b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
              "&issuer=Sallyport");
}

TEST(Base32, FillsUpTheLastDigit) // RFC 4648 section 10, without padding
{
    EXPECT_EQ(base32(""), "");
    EXPECT_EQ(base32("f"), "MY");
    EXPECT_EQ(base32("fo"), "MZXQ");
    EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Secrets, AreLongAndDiffer)
{
    const auto one = newSecret();
    EXPECT_EQ(one.size(), 43);
    EXPECT_EQ(one.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789-_"),
              std::string::npos);
    EXPECT_NE(one, newSecret());
    EXPECT_NE(newId("p_"), newId("p_"));
}

} // namespace
} // namespace sallyport::admin::accounts
