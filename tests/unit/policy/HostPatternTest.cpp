#include "policy/HostPattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct PatternCase {
    const char* name;
    std::string written;
    std::string canonical;
};

class HostPatternText : public testing::TestWithParam<PatternCase> {};

TEST_P(HostPatternText, IsPutIntoItsOneSpelling)
{
    const auto pattern = parseHostPattern(GetParam().written);
    ASSERT_TRUE(pattern.has_value()) << pattern.error();
    EXPECT_EQ(*pattern, GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, HostPatternText,
    testing::Values(
        PatternCase{"Exact", "www.example.com", "www.example.com"},
        PatternCase{"Suffix", "*.example.com", "*.example.com"},
        PatternCase{"UpperCase", "*.Example.COM", "*.example.com"},
        PatternCase{"TrailingDot", "www.example.com.", "www.example.com"},
        PatternCase{"SuffixWithTrailingDot", "*.example.com.", "*.example.com"},
        PatternCase{"OneLabel", "intranet", "intranet"},
        PatternCase{"TopLevelSuffix", "*.example", "*.example"},
        PatternCase{"Underscore", "_dmarc.example.com", "_dmarc.example.com"},
        PatternCase{"ALabel", "xn--bcher-kva.example", "xn--bcher-kva.example"},
        PatternCase{"ALabelInUpperCase", "XN--Bcher-KVA.example", "xn--bcher-kva.example"},
        PatternCase{"ALabelThatIsNone", "xn--a.example", "xn--a.example"},
        PatternCase{"Umlaut", "B\u00dccher.example", "xn--bcher-kva.example"},
        PatternCase{"UmlautOfTwoCharacters", "bu\u0308cher.example", "xn--bcher-kva.example"},
        PatternCase{"SharpS", "stra\u00dfe.example", "xn--strae-oqa.example"},
        PatternCase{"SuffixOutsideAscii", "*.b\u00fccher.example.", "*.xn--bcher-kva.example"},
        PatternCase{"IdeographicDots", "\u4f8b\u3002\u4f8b", "xn--fsq.xn--fsq"},
        PatternCase{"MixedLabels", "xn--bcher-kva.b\u00fccher.example",
                    "xn--bcher-kva.xn--bcher-kva.example"},
        PatternCase{"List", "list:chat-2.eu_west", "list:chat-2.eu_west"},
        PatternCase{"Expression", "regex:^(A|b)[.]Example$", "regex:^(A|b)[.]Example$"},
        PatternCase{"LongestLabel", std::string(63, 'a') + ".example",
                    std::string(63, 'a') + ".example"},
        PatternCase{"Ipv4", "192.0.2.7", "192.0.2.7"},
        PatternCase{"Ipv6", "2001:DB8:0::1", "2001:db8::1"},
        PatternCase{"Ipv6InBrackets", "[::1]", "::1"},
        PatternCase{"MappedIsIpv4", "::ffff:127.0.0.1", "127.0.0.1"}),
    [](const auto& info) { return info.param.name; });

struct HostFaultCase {
    const char* name;
    std::string written;
    std::string complaint; ///< a part of it
};

class HostPatternFault : public testing::TestWithParam<HostFaultCase> {};

TEST_P(HostPatternFault, IsRefusedWithAHint)
{
    const auto pattern = parseHostPattern(GetParam().written);
    ASSERT_FALSE(pattern.has_value()) << *pattern;
    EXPECT_THAT(pattern.error(), testing::StartsWith('"' + GetParam().written + "\" "));
    EXPECT_THAT(pattern.error(), testing::HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, HostPatternFault,
    testing::Values(
        HostFaultCase{"Empty", "", "1 to 253 characters"},
        HostFaultCase{"DotAlone", ".", "1 to 253 characters"},
        HostFaultCase{"Star", "*", "leave the condition out"},
        HostFaultCase{"StarDot", "*.", "leave the condition out"},
        HostFaultCase{"StarDotDot", "*..", "1 to 253 characters"},
        HostFaultCase{"StarInside", "www.*.example", "another place than at the start"},
        HostFaultCase{"StarWithoutDot", "*example.com", "another place than at the start"},
        HostFaultCase{"TwoStars", "*.*.example", "another place than at the start"},
        HostFaultCase{"LeadingDot", ".example.com", "1 to 63 characters"},
        HostFaultCase{"EmptyLabel", "www..example", "1 to 63 characters"},
        HostFaultCase{"TwoTrailingDots", "example.com..", "1 to 63 characters"},
        HostFaultCase{"LongLabel", std::string(64, 'a') + ".example", "1 to 63 characters"},
        HostFaultCase{"LongName",
                      std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                          std::string(63, 'c') + '.' + std::string(62, 'd'),
                      "1 to 253 characters"},
        HostFaultCase{"Space", "www.example .com", "is not a host name"},
        HostFaultCase{"Nul", std::string("www\0.example", 12), "is not a host name"},
        HostFaultCase{"LongUnicodeLabel", std::string(64, 'a') + "\u00fc.example",
                      "is not an internationalised host name: "},
        HostFaultCase{"LongUnicodeName", std::string(2000, 'a') + "\u00fc.example",
                      "is not an internationalised host name: it is too long"},
        HostFaultCase{"NotUtf8", "b\xff.example", "is not an internationalised host name: "},
        HostFaultCase{"DisallowedCharacter", "a\ufffdb.example",
                      "is not an internationalised host name: "},
        HostFaultCase{"WideStar", "\uff0a.example", "is not a host name"},
        HostFaultCase{"WideDigits", "\uff11\uff12\uff17.0.0.1", "ends in a number"},
        HostFaultCase{"NulBehindUnicode", std::string("\xc3\xbc\0.example", 11),
                      "has a NUL character"},
        HostFaultCase{"Url", "https://example.com", "is a URL"},
        HostFaultCase{"Path", "example.com/path", "has a path"},
        HostFaultCase{"Port", "example.com:443", "condition \"port\""},
        HostFaultCase{"Network", "10.0.0.0/8", "condition \"address\""},
        HostFaultCase{"ListWithoutName", "list:", "is not a list like"},
        HostFaultCase{"ListInUpperCase", "list:Chat", "is not a list like"},
        HostFaultCase{"LongListName", "list:" + std::string(65, 'a'), "1 to 64"},
        HostFaultCase{"ExpressionEmpty", "regex:", "1 to 1000 bytes"},
        HostFaultCase{"ExpressionLong", "regex:" + std::string(1001, 'a'), "1 to 1000 bytes"},
        HostFaultCase{"ExpressionBroken", "regex:a)", "unexpected ): a)"},
        HostFaultCase{"ExpressionGlob", "regex:*.example.com",
                      R"(a suffix like "*.example.com" is written without "regex:")"},
        HostFaultCase{"ExpressionWithLine", "regex:a\nb", "control character"},
        HostFaultCase{"ListBehindStar", "*.list:a", "cannot stand here"},
        HostFaultCase{"PartOfAnAddress", "*.0.0.1", "condition \"address\""},
        HostFaultCase{"ShortAddress", "127.1", "ends in a number"},
        HostFaultCase{"AddressWithTrailingDot", "127.0.0.1.", "leave the dot out"}),
    [](const auto& info) { return info.param.name; });

TEST(HostPattern, IsAlreadyInItsOneSpellingTheSecondTime)
{
    for (const auto* written :
         {"*.B\u00dccher.example.", "[::FFFF:1.2.3.4]", "list:a", "regex:A"}) {
        const auto once = parseHostPattern(written).value();
        EXPECT_EQ(parseHostPattern(once), once);
    }
}

TEST(HostOrSuffix, IsNoListAndNoExpression)
{
    EXPECT_EQ(parseHostOrSuffix("*.A.example"), "*.a.example");
    EXPECT_THAT(parseHostOrSuffix("list:a").error(), testing::HasSubstr("cannot stand here"));
    EXPECT_THAT(parseHostOrSuffix("regex:a").error(), testing::HasSubstr("cannot stand here"));
}

TEST(Host, IsNoSuffix)
{
    EXPECT_EQ(parseHost("A.example"), "a.example");
    EXPECT_EQ(parseHost("[::1]"), "::1");
    EXPECT_THAT(parseHost("*.a.example").error(), testing::HasSubstr("more than one host"));
}

} // namespace
} // namespace sallyport::policy
