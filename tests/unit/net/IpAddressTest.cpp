#include "net/IpAddress.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::net {

using namespace std::string_view_literals;

namespace {

const auto caseName = [](const auto& test) { return test.param.name; };

struct TextCase {
    const char* name;
    std::string_view text;
    std::string_view canonical; // empty: refused
};

class AddressText : public testing::TestWithParam<TextCase> {};

TEST_P(AddressText, IsReadAndWrittenInOneForm)
{
    const auto address = IpAddress::parse(GetParam().text);
    ASSERT_EQ(address.has_value(), !GetParam().canonical.empty());
    if (!address)
        return;
    EXPECT_EQ(address->toString(), GetParam().canonical);
    EXPECT_EQ(IpAddress::parse(address->toString()), address);
}

INSTANTIATE_TEST_SUITE_P(
    Ipv4, AddressText,
    testing::Values(
        TextCase{"Usual", "192.0.2.1", "192.0.2.1"}, TextCase{"Zeros", "0.0.0.0", "0.0.0.0"},
        TextCase{"Highest", "255.255.255.255", "255.255.255.255"}, TextCase{"Empty", "", ""},
        TextCase{"ThreeParts", "127.0.1", ""}, TextCase{"FiveParts", "1.2.3.4.5", ""},
        TextCase{"LeadingZero", "010.0.0.1", ""}, TextCase{"TwoZeros", "00.0.0.1", ""},
        TextCase{"TooLarge", "256.0.0.1", ""}, TextCase{"Hex", "0x7f.0.0.1", ""},
        TextCase{"OneNumber", "2130706433", ""}, TextCase{"EmptyPart", "1..2.3", ""},
        TextCase{"TrailingDot", "127.0.0.1.", ""}, TextCase{"SpaceInFront", " 127.0.0.1", ""},
        TextCase{"SpaceBehind", "127.0.0.1 ", ""}, TextCase{"NulBehind", "127.0.0.1\0"sv, ""},
        TextCase{"Name", "localhost", ""}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Rfc5952, AddressText,
    testing::Values(
        TextCase{"Unspecified", "::", "::"}, TextCase{"Loopback", "0:0:0:0:0:0:0:1", "::1"},
        TextCase{"LowerCaseWithoutLeadingZeros", "2001:0DB8:0000:0000:00A0:0:0:0001",
                 "2001:db8::a0:0:0:1"},
        TextCase{"LongestRun", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        TextCase{"FirstOfEqualRuns", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        TextCase{"NoSingleGroup", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        TextCase{"RunAtTheEnd", "2001:db8:0:0:0:0:0:0", "2001:db8::"},
        TextCase{"SevenZeros", "1:0:0:0:0:0:0:0", "1::"},
        TextCase{"AllGroups", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        TextCase{"Mapped", "::ffff:192.0.2.1", "192.0.2.1"},
        TextCase{"MappedInHex", "::FFFF:C000:0201", "192.0.2.1"},
        TextCase{"EmbeddedIpv4", "64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        TextCase{"LongestText", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        TextCase{"Zone", "fe80::1%eth0", ""}, TextCase{"Brackets", "[::1]", ""},
        TextCase{"TwoGaps", "1::2::3", ""}, TextCase{"NineGroups", "1:2:3:4:5:6:7:8:9", ""},
        TextCase{"SevenGroups", "1:2:3:4:5:6:7", ""}, TextCase{"FiveDigits", "12345::", ""},
        TextCase{"OneColon", ":", ""}, TextCase{"ThreeColons", ":::", ""},
        TextCase{"BadEmbeddedIpv4", "::ffff:192.0.2.01", ""}, TextCase{"NotHex", "g::", ""},
        TextCase{"Nul", "::1\0"sv, ""},
        TextCase{"MuchTooLong", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", ""}),
    caseName);

TEST(IpAddress, TellsIpv4FromIpv6)
{
    EXPECT_TRUE(IpAddress::v4(0x7f000001).isV4());
    EXPECT_TRUE(IpAddress::parse("::ffff:10.0.0.1")->isV4());
    EXPECT_FALSE(IpAddress::parse("::10.0.0.1")->isV4());
    EXPECT_FALSE(IpAddress().isV4());
    EXPECT_EQ(IpAddress::v4(0xc0000201).toString(), "192.0.2.1");
    EXPECT_EQ(IpAddress::v4(0xc0000201), IpAddress::parse("::ffff:192.0.2.1"));
}

TEST(IpAddress, KnowsLoopback)
{
    for (const auto* text : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(IpAddress::parse(text)->isLoopback()) << text;
    for (const auto* text : {"126.0.0.1", "128.0.0.1", "::2", "::", "::127.0.0.1"})
        EXPECT_FALSE(IpAddress::parse(text)->isLoopback()) << text;
}

TEST(IpAddress, KnowsUnspecified)
{
    for (const auto* text : {"0.0.0.0", "::", "::ffff:0.0.0.0"})
        EXPECT_TRUE(IpAddress::parse(text)->isUnspecified()) << text;
    for (const auto* text : {"0.0.0.1", "::1"})
        EXPECT_FALSE(IpAddress::parse(text)->isUnspecified()) << text;
}

struct EndpointCase {
    const char* name;
    std::string_view text;
    bool accepted;
};

class EndpointText : public testing::TestWithParam<EndpointCase> {};

TEST_P(EndpointText, IsReadAndWritten)
{
    const auto endpoint = Endpoint::parse(GetParam().text);
    ASSERT_EQ(endpoint.has_value(), GetParam().accepted);
    if (endpoint)
        EXPECT_EQ(endpoint->toString(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Forms, EndpointText,
                         testing::Values(EndpointCase{"Ipv4", "127.0.0.1:80", true},
                                         EndpointCase{"Ipv6", "[::1]:80", true},
                                         EndpointCase{"PortZero", "127.0.0.1:0", true},
                                         EndpointCase{"HighestPort", "127.0.0.1:65535", true},
                                         EndpointCase{"PortTooHigh", "127.0.0.1:65536", false},
                                         EndpointCase{"NoPort", "127.0.0.1", false},
                                         EndpointCase{"EmptyPort", "127.0.0.1:", false},
                                         EndpointCase{"SignedPort", "127.0.0.1:+80", false},
                                         EndpointCase{"NegativePort", "127.0.0.1:-80", false},
                                         EndpointCase{"LeadingZero", "127.0.0.1:080", false},
                                         EndpointCase{"LetterBehind", "127.0.0.1:80x", false},
                                         EndpointCase{"Ipv6WithoutBrackets", "::1:80", false},
                                         EndpointCase{"Ipv4InBrackets", "[127.0.0.1]:80", false},
                                         EndpointCase{"Unclosed", "[::1:80", false},
                                         EndpointCase{"Name", "localhost:80", false},
                                         EndpointCase{"OnlyPort", ":80", false},
                                         EndpointCase{"Empty", "", false}),
                         caseName);

} // namespace
} // namespace sallyport::net
