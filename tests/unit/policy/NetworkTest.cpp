#include "policy/Network.h"

#include "unit/policy/Compiled.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct NetworkCase {
    const char* name;
    std::string_view written;
    std::string_view canonical;
};

class NetworkText : public testing::TestWithParam<NetworkCase> {};

TEST_P(NetworkText, IsReadAndWrittenInItsOneForm) // RFC 4632 §3.1, RFC 4291 §2.3
{
    const auto network = parseNetwork(GetParam().written);
    ASSERT_TRUE(network.has_value()) << network.error();
    EXPECT_EQ(networkText(*network), GetParam().canonical);
    EXPECT_EQ(parseNetwork(GetParam().canonical), network);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, NetworkText,
    testing::Values(NetworkCase{"Ipv4", "10.0.0.0/8", "10.0.0.0/8"},
                    NetworkCase{"Ipv4OddLength", "172.16.0.0/12", "172.16.0.0/12"},
                    NetworkCase{"Ipv4Address", "192.0.2.7", "192.0.2.7/32"},
                    NetworkCase{"Ipv4All", "0.0.0.0/0", "0.0.0.0/0"},
                    NetworkCase{"Ipv6", "2001:db8::/32", "2001:db8::/32"},
                    NetworkCase{"Ipv6Address", "::1", "::1/128"},
                    NetworkCase{"Ipv6All", "::/0", "::/0"},
                    NetworkCase{"Ipv6LongForm", "2001:DB8:0:0:0:0:0:0/33", "2001:db8::/33"},
                    NetworkCase{"MappedAddressIsIpv4", "::ffff:127.0.0.1/128", "127.0.0.1/32"},
                    NetworkCase{"MappedNetworkIsIpv4", "::ffff:10.0.0.0/104", "10.0.0.0/8"},
                    NetworkCase{"MappedAllIsIpv4", "::ffff:0:0/96", "0.0.0.0/0"}),
    [](const auto& info) { return info.param.name; });

struct ComplaintCase {
    const char* name;
    std::string_view written;
    std::string_view complaint;
};

class NetworkComplaint : public testing::TestWithParam<ComplaintCase> {};

TEST_P(NetworkComplaint, SaysWhatWasExpected)
{
    const auto network = parseNetwork(GetParam().written);
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error(), GetParam().complaint);
}

constexpr auto NoNetwork = R"( is not an IP network like "10.0.0.0/8" or "2001:db8::/32")";

INSTANTIATE_TEST_SUITE_P(
    Faults, NetworkComplaint,
    testing::Values(
        ComplaintCase{
            "HostBitsIpv4", "10.0.0.1/8",
            R"("10.0.0.1/8" has bits set behind its prefix; the network is "10.0.0.0/8")"},
        ComplaintCase{"HostBitsIpv6", "2001:db8::1/32",
                      R"("2001:db8::1/32" has bits set behind its prefix; )"
                      R"(the network is "2001:db8::/32")"},
        ComplaintCase{"PrefixTooLongIpv4", "10.0.0.0/33",
                      R"("10.0.0.0/33" needs a prefix length from 0 to 32 after "/")"},
        ComplaintCase{"PrefixTooLongIpv6", "::/129",
                      R"("::/129" needs a prefix length from 0 to 128 after "/")"},
        ComplaintCase{"PrefixMissing", "10.0.0.0/",
                      R"("10.0.0.0/" needs a prefix length from 0 to 32 after "/")"},
        ComplaintCase{"PrefixWithSign", "10.0.0.0/+8",
                      R"("10.0.0.0/+8" needs a prefix length from 0 to 32 after "/")"},
        ComplaintCase{"PrefixWithLeadingZero", "10.0.0.0/08",
                      R"("10.0.0.0/08" needs a prefix length from 0 to 32 after "/")"},
        ComplaintCase{"PrefixWraps", "10.0.0.0/4294967304",
                      R"("10.0.0.0/4294967304" needs a prefix length from 0 to 32 after "/")"},
        ComplaintCase{"NetMask", "10.0.0.0/255.0.0.0",
                      R"("10.0.0.0/255.0.0.0" needs a prefix length from 0 to 32 after "/")"}),
    [](const auto& info) { return info.param.name; });

class NoNetworkAtAll : public testing::TestWithParam<std::string_view> {};

TEST_P(NoNetworkAtAll, IsRefused)
{
    const auto network = parseNetwork(GetParam());
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error(), '"' + std::string(GetParam()) + '"' + NoNetwork);
}

INSTANTIATE_TEST_SUITE_P(Faults, NoNetworkAtAll,
                         testing::Values("", "/8", "example.com", "10", "10.0.0", "10.0.0.0.0",
                                         "010.0.0.0/8", "0x0a.0.0.0", "10.0.0.256", " 10.0.0.0/8",
                                         "[::1]", "fe80::1%eth0", ":::1", "1:2:3:4:5:6:7:8:9"));

struct ContainsCase {
    const char* name;
    std::string_view network;
    std::string_view address;
    bool contained;
};

class NetworkContains : public testing::TestWithParam<ContainsCase> {};

TEST_P(NetworkContains, TheAddress)
{
    EXPECT_EQ(parseNetwork(GetParam().network).value().contains(address(GetParam().address)),
              GetParam().contained);
}

INSTANTIATE_TEST_SUITE_P(
    Edges, NetworkContains,
    testing::Values(ContainsCase{"First", "172.16.0.0/12", "172.16.0.0", true},
                    ContainsCase{"Last", "172.16.0.0/12", "172.31.255.255", true},
                    ContainsCase{"Before", "172.16.0.0/12", "172.15.255.255", false},
                    ContainsCase{"Behind", "172.16.0.0/12", "172.32.0.0", false},
                    ContainsCase{"MappedSpelling", "127.0.0.0/8", "::ffff:127.0.0.1", true},
                    ContainsCase{"SingleAddress", "192.0.2.7/32", "192.0.2.7", true},
                    ContainsCase{"SingleAddressNext", "192.0.2.7/32", "192.0.2.8", false},
                    ContainsCase{"AllIpv4HasNoIpv6", "0.0.0.0/0", "2001:db8::1", false},
                    ContainsCase{"AllIpv6HasNoIpv4", "::/0", "192.0.2.7", false},
                    ContainsCase{"LowIpv6HasNoIpv4", "::/80", "192.0.2.7", false},
                    ContainsCase{"AllIpv6", "::/0", "2001:db8::1", true}),
    [](const auto& info) { return info.param.name; });

TEST(AddressText, IsTheShortestForm) // RFC 5952 §4
{
    EXPECT_EQ(addressText(address("2001:DB8:0:0:0:0:0:1")), "2001:db8::1");
    EXPECT_EQ(addressText(address("::ffff:192.0.2.7")), "192.0.2.7");
    EXPECT_EQ(addressText(address("0:0:0:0:0:0:0:0")), "::");
}

} // namespace
} // namespace sallyport::policy
