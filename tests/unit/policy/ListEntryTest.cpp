#include "policy/ListEntry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct EntryCase {
    const char* name;
    std::string written;
    std::vector<std::string> entries;
    BareName bareName = BareName::ThatHost;
};

class ListEntryText : public testing::TestWithParam<EntryCase> {};

TEST_P(ListEntryText, IsPutIntoItsOneSpelling)
{
    const auto entries = parseListEntry(GetParam().written, GetParam().bareName);
    ASSERT_TRUE(entries.has_value()) << entries.error();
    EXPECT_EQ(*entries, GetParam().entries);
    for (const auto& entry : GetParam().entries)
        EXPECT_EQ(parseListEntry(entry, BareName::ThatHost), std::vector{entry});
}

constexpr auto WithNamesBelow = BareName::WithNamesBelow;

INSTANTIATE_TEST_SUITE_P(
    Forms, ListEntryText,
    testing::Values(
        EntryCase{"Host", "www.a.example", {"www.a.example"}},
        EntryCase{"HostInUpperCase", "WWW.A.Example.", {"www.a.example"}},
        EntryCase{"NamesBelow", "*.a.example", {"*.a.example"}},
        EntryCase{"DotMeansBoth", ".a.example", {"*.a.example", "a.example"}},
        EntryCase{"BareNameMeansBoth", "a.example", {"*.a.example", "a.example"}, WithNamesBelow},
        EntryCase{"NamesBelowStayThat", "*.a.example", {"*.a.example"}, WithNamesBelow},
        EntryCase{"Ipv4", "192.0.2.7", {"192.0.2.7/32"}, WithNamesBelow},
        EntryCase{"Ipv6", "2001:DB8::1", {"2001:db8::1/128"}},
        EntryCase{"Ipv6InBrackets", "[2001:db8::1]", {"2001:db8::1/128"}},
        EntryCase{"MappedIsIpv4", "::ffff:192.0.2.7", {"192.0.2.7/32"}},
        EntryCase{"Network", "10.0.0.0/8", {"10.0.0.0/8"}},
        EntryCase{"MappedNetworkIsIpv4", "::ffff:10.0.0.0/104", {"10.0.0.0/8"}},
        EntryCase{"AllOfIpv6", "::/0", {"::/0"}},
        EntryCase{"AllOfIpv4", "0.0.0.0/0", {"0.0.0.0/0"}}),
    [](const auto& info) { return info.param.name; });

struct EntryFaultCase {
    const char* name;
    std::string written;
    std::string complaint; ///< how it begins
};

class ListEntryFault : public testing::TestWithParam<EntryFaultCase> {};

TEST_P(ListEntryFault, IsRefusedInWordsThatStandBehindTheText)
{
    const auto entries = parseListEntry(GetParam().written, BareName::ThatHost);
    ASSERT_FALSE(entries.has_value());
    EXPECT_THAT(entries.error(), testing::StartsWith(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, ListEntryFault,
    testing::Values(EntryFaultCase{"Empty", "", "is not a host name"},
                    EntryFaultCase{"Star", "*", "would match every host"},
                    EntryFaultCase{"Dot", ".", "would match every host"},
                    EntryFaultCase{"TwoDots", "..a.example", "is not a host name"},
                    EntryFaultCase{"DotAndStar", ".*.a.example", "has a dot before"},
                    EntryFaultCase{"DotAndAddress", ".192.0.2.7", "has a dot before"},
                    EntryFaultCase{"StarInside", "www.*.example", "has \"*\" in another place"},
                    EntryFaultCase{"List", "list:ads", "is for rules"},
                    EntryFaultCase{"Regex", "regex:^ads", "is for rules"},
                    EntryFaultCase{"ListBehindADot", ".list:ads", "cannot stand here"},
                    EntryFaultCase{"Url", "https://a.example/", "is a URL"},
                    EntryFaultCase{"Path", "a.example/x", "has a path"},
                    EntryFaultCase{"HostBits", "10.0.0.1/8", "has bits set behind its prefix"},
                    EntryFaultCase{"PrefixLength", "10.0.0.0/33", "needs a prefix length"},
                    EntryFaultCase{"Space", "a.example b", "is not a host name"}),
    [](const auto& info) { return info.param.name; });

TEST(ListEntries, AreTakenOffATextOneAfterTheOther)
{
    std::string_view entries = "a.example\n10.0.0.0/8\n";
    EXPECT_EQ(takeEntry(entries), "a.example");
    EXPECT_EQ(takeEntry(entries), "10.0.0.0/8");
    EXPECT_TRUE(entries.empty());
    EXPECT_EQ(takeEntry(entries), "");
}

} // namespace
} // namespace sallyport::policy
