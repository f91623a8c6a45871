#include "http/Authority.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

using namespace std::string_view_literals;

namespace {

const std::string Label63(63, 'a');
const std::string Label64(64, 'a');
const std::string Name253 = Label63 + "." + Label63 + "." + Label63 + "." + std::string(61, 'b');
const std::string Name254 = Name253 + "b";
const std::string Name253Dot = Name253 + ".";

struct AuthorityCase {
    const char* name;
    std::string_view input;
    bool accepted;
};

class AuthorityForm : public testing::TestWithParam<AuthorityCase> {};

TEST_P(AuthorityForm, IsParsed)
{
    EXPECT_EQ(parseAuthority(GetParam().input).has_value(), GetParam().accepted);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3986Section322, AuthorityForm,
    testing::Values(
        AuthorityCase{"Name", "example.com", true}, AuthorityCase{"OneLabel", "intranet", true},
        AuthorityCase{"TrailingDot", "example.com.", true},
        AuthorityCase{"Underscore", "_dmarc.my_host.example", true},
        AuthorityCase{"Hyphens", "-a-.b--c.example", true},
        AuthorityCase{"Punycode", "xn--mnchen-3ya.example", true},
        AuthorityCase{"DigitsInLabels", "3com.4.example1", true},
        AuthorityCase{"LongestLabel", Label63, true}, AuthorityCase{"LabelTooLong", Label64, false},
        AuthorityCase{"InnerLabelTooLong",
                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                      "aaaaaaaaaaaaaa.example",
                      false},
        AuthorityCase{"LongestName", Name253, true},
        AuthorityCase{"LongestNameAndDot", Name253Dot, true},
        AuthorityCase{"NameTooLong", Name254, false}, AuthorityCase{"Empty", "", false},
        AuthorityCase{"OnlyDot", ".", false}, AuthorityCase{"LeadingDot", ".example.com", false},
        AuthorityCase{"EmptyLabel", "a..b", false},
        AuthorityCase{"TwoTrailingDots", "example.com..", false},
        AuthorityCase{"PercentEncoded", "ex%61mple.com", false},
        AuthorityCase{"SubDelimiter", "a!b.example", false},
        AuthorityCase{"Comma", "a.example,b.example", false}, AuthorityCase{"Space", "a b", false},
        AuthorityCase{"LeadingSpace", " a", false}, AuthorityCase{"Nul", "a\0b"sv, false},
        AuthorityCase{"RawUtf8", "m\xc3\xbcnchen.example", false},
        AuthorityCase{"Backslash", "a\\b", false}, AuthorityCase{"Path", "a.example/", false},
        AuthorityCase{"Query", "a.example?x", false},
        AuthorityCase{"UserInfo", "user@a.example", false},
        AuthorityCase{"UserInfoWithPassword", "user:pass@a.example", false}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Ports, AuthorityForm,
    testing::Values(AuthorityCase{"Plain", "example.com:443", true},
                    AuthorityCase{"Lowest", "example.com:1", true},
                    AuthorityCase{"Highest", "example.com:65535", true},
                    AuthorityCase{"Zero", "example.com:0", false},
                    AuthorityCase{"Zeros", "example.com:00000", false},
                    AuthorityCase{"TooHigh", "example.com:65536", false},
                    AuthorityCase{"Wraps16Bits", "example.com:65537", false},
                    AuthorityCase{"Wraps16BitsTo443", "example.com:65979", false},
                    AuthorityCase{"Wraps32Bits", "example.com:4294967739", false},
                    AuthorityCase{"Plus", "example.com:+443", false},
                    AuthorityCase{"Minus", "example.com:-443", false},
                    AuthorityCase{"LetterBehind", "example.com:443x", false},
                    AuthorityCase{"Hex", "example.com:0x1bb", false},
                    AuthorityCase{"LeadingZero", "example.com:0443", false},
                    AuthorityCase{"PathBehind", "example.com:443/path", false},
                    AuthorityCase{"QueryBehind", "example.com:443?q", false},
                    AuthorityCase{"SpaceBefore", "example.com: 443", false},
                    AuthorityCase{"TabBehind", "example.com:443\t", false},
                    AuthorityCase{"CarriageReturnBehind", "example.com:443\r", false},
                    AuthorityCase{"Empty", "example.com:", false},
                    AuthorityCase{"OnlyPort", ":443", false},
                    AuthorityCase{"TwoPorts", "example.com:443:443", false},
                    AuthorityCase{"BehindIpv4", "192.0.2.1:80", true},
                    AuthorityCase{"BehindIpv6", "[2001:db8::1]:80", true},
                    AuthorityCase{"BehindIpv6Empty", "[2001:db8::1]:", false},
                    AuthorityCase{"BehindIpv6WithoutColon", "[2001:db8::1]80", false}),
    [](const auto& test) { return test.param.name; });

// What a resolver reads as an address must be in the one form that everybody reads alike.
INSTANTIATE_TEST_SUITE_P(Addresses, AuthorityForm,
                         testing::Values(AuthorityCase{"DottedQuad", "127.0.0.1", true},
                                         AuthorityCase{"TwoParts", "127.1", false},
                                         AuthorityCase{"ThreeParts", "127.0.1", false},
                                         AuthorityCase{"FiveParts", "1.2.3.4.5", false},
                                         AuthorityCase{"HexPart", "0x7f.1", false},
                                         AuthorityCase{"HexLastPart", "127.0.0.0x1", false},
                                         AuthorityCase{"HexInCapitals", "0X7F000001", false},
                                         AuthorityCase{"BareHexPrefix", "127.0.0.0x", false},
                                         AuthorityCase{"OneNumber", "2130706433", false},
                                         AuthorityCase{"Octal", "010.0.0.1", false},
                                         AuthorityCase{"LeadingZero", "192.0.2.01", false},
                                         AuthorityCase{"PartTooLarge", "192.0.2.256", false},
                                         AuthorityCase{"DottedQuadAndDot", "127.0.0.1.", false},
                                         AuthorityCase{"NumericTopLabel", "example.123", false},
                                         AuthorityCase{"Ipv6", "[2001:DB8::1]", true},
                                         AuthorityCase{"Ipv6Mapped", "[::ffff:127.0.0.1]", true},
                                         AuthorityCase{"Ipv6Unspecified", "[::]", true},
                                         AuthorityCase{"Ipv6Zone", "[fe80::1%eth0]", false},
                                         AuthorityCase{"Ipv6EncodedZone", "[fe80::1%25eth0]",
                                                       false},
                                         AuthorityCase{"Ipv6Garbage", "[garbage]", false},
                                         AuthorityCase{"Ipv6TwoGaps", "[1::2::3]", false},
                                         AuthorityCase{"Ipv6TooLong", "[1:2:3:4:5:6:7:8:9]", false},
                                         AuthorityCase{"Ipv6Nul", "[::1\0]"sv, false},
                                         AuthorityCase{"Ipv6WithoutBrackets", "2001:db8::1", false},
                                         AuthorityCase{"Ipv6Unclosed", "[::1", false},
                                         AuthorityCase{"Ipv6BehindText", "[::1]x", false},
                                         AuthorityCase{"Ipv4InBrackets", "[127.0.0.1]", false},
                                         AuthorityCase{"EmptyBrackets", "[]", false},
                                         AuthorityCase{"FutureVersion", "[v1.x]", false}),
                         [](const auto& test) { return test.param.name; });

TEST(Authority, TellsHostKindAndPortApart)
{
    const auto name = parseAuthority("Example.COM:8443");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->host, "Example.COM");
    EXPECT_EQ(name->kind, HostKind::Name);
    EXPECT_EQ(name->port, 8443);

    const auto v4 = parseAuthority("192.0.2.7");
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->kind, HostKind::Ipv4);
    EXPECT_FALSE(v4->port);

    const auto v6 = parseAuthority("[2001:db8::7]:65535");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->host, "2001:db8::7");
    EXPECT_EQ(v6->kind, HostKind::Ipv6);
    EXPECT_EQ(v6->port, 65535);
}

struct NormalCase {
    const char* name;
    std::string_view host;
    std::string_view normal;
};

class NormalHost : public testing::TestWithParam<NormalCase> {};

TEST_P(NormalHost, HasOneSpelling)
{
    std::string out = "what was there before";
    normalizeHost(GetParam().host, out);
    EXPECT_EQ(out, GetParam().normal);
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, NormalHost,
    testing::Values(NormalCase{"LowerCase", "WWW.Example.COM", "www.example.com"},
                    NormalCase{"TrailingDot", "denied.test.", "denied.test"},
                    NormalCase{"Ipv4", "192.0.2.1", "192.0.2.1"},
                    NormalCase{"Ipv6", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
                    NormalCase{"Ipv4Mapped", "::ffff:127.0.0.1", "127.0.0.1"},
                    NormalCase{"Ipv4MappedInHex", "::FFFF:7f00:1", "127.0.0.1"}),
    [](const auto& test) { return test.param.name; });

TEST(Authority, IsWrittenWithoutTheDefaultPort)
{
    std::string out;
    writeAuthority(*parseAuthority("a.example"), 80, 80, out);
    writeAuthority(*parseAuthority("[2001:db8::1]"), 8080, 80, out);
    EXPECT_EQ(out, "a.example[2001:db8::1]:8080");
}

} // namespace
} // namespace sallyport::http
