#include "policy/SpecialPurpose.h"

#include "policy/Network.h"
#include "unit/policy/Compiled.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct SpecialCase {
    const char* name;
    std::string_view first;
    std::string_view last;
    std::string_view text;
};

class SpecialBlockEdges : public testing::TestWithParam<SpecialCase> {};

TEST_P(SpecialBlockEdges, AreNamed)
{
    EXPECT_EQ(specialPurposeText(address(GetParam().first)), GetParam().text);
    EXPECT_EQ(specialPurposeText(address(GetParam().last)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    IanaIpv4, SpecialBlockEdges,
    testing::Values(
        SpecialCase{"ThisNetwork", "0.0.0.0", "0.255.255.255", "this network, RFC 791"},
        SpecialCase{"Private10", "10.0.0.0", "10.255.255.255", "private use, RFC 1918"},
        SpecialCase{"SharedNat", "100.64.0.0", "100.127.255.255", "carrier-grade NAT, RFC 6598"},
        SpecialCase{"Loopback", "127.0.0.0", "127.255.255.255", "loopback, RFC 1122"},
        SpecialCase{"LinkLocal", "169.254.0.0", "169.254.255.255", "link-local, RFC 3927"},
        SpecialCase{"Private172", "172.16.0.0", "172.31.255.255", "private use, RFC 1918"},
        SpecialCase{"Ietf", "192.0.0.0", "192.0.0.255", "IETF protocol assignments, RFC 6890"},
        SpecialCase{"TestNet1", "192.0.2.0", "192.0.2.255", "documentation, RFC 5737"},
        SpecialCase{"RelayAnycast", "192.88.99.0", "192.88.99.255", "6to4 relay anycast, RFC 7526"},
        SpecialCase{"Private192", "192.168.0.0", "192.168.255.255", "private use, RFC 1918"},
        SpecialCase{"Benchmarking", "198.18.0.0", "198.19.255.255", "benchmarking, RFC 2544"},
        SpecialCase{"TestNet2", "198.51.100.0", "198.51.100.255", "documentation, RFC 5737"},
        SpecialCase{"TestNet3", "203.0.113.0", "203.0.113.255", "documentation, RFC 5737"},
        SpecialCase{"Multicast", "224.0.0.0", "239.255.255.255", "multicast, RFC 5771"},
        SpecialCase{"Reserved", "240.0.0.0", "255.255.255.254", "reserved, RFC 1112"},
        SpecialCase{"Broadcast", "255.255.255.255", "255.255.255.255",
                    "limited broadcast, RFC 8190"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    IanaIpv6, SpecialBlockEdges,
    testing::Values(
        SpecialCase{"Unspecified", "::", "::", "unspecified address, RFC 4291"},
        SpecialCase{"Loopback", "::1", "::1", "loopback, RFC 4291"},
        SpecialCase{"Compatible", "::2", "::127.0.0.1", "IPv4-compatible, deprecated, RFC 4291"},
        SpecialCase{"LocalTranslation", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                    "local-use translation, RFC 8215"},
        SpecialCase{"Discard", "100::", "100::ffff:ffff:ffff:ffff", "discard-only, RFC 6666"},
        SpecialCase{"Dummy", "100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "dummy prefix, RFC 9780"},
        SpecialCase{"Teredo", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "Teredo, RFC 4380"},
        SpecialCase{"Benchmarking", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff",
                    "benchmarking, RFC 5180"},
        SpecialCase{"Orchid", "2001:10::", "2001:1f:ffff::", "ORCHID, deprecated, RFC 4843"},
        SpecialCase{"OrchidV2", "2001:20::", "2001:2f:ffff::", "ORCHIDv2, RFC 7343"},
        SpecialCase{"Ietf", "2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "IETF protocol assignments, RFC 2928"},
        SpecialCase{"Documentation", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                    "documentation, RFC 3849"},
        SpecialCase{"Documentation20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "documentation, RFC 9637"},
        SpecialCase{"SegmentRouting", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "SRv6 segment identifiers, RFC 9602"},
        SpecialCase{"UniqueLocal", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "unique local, RFC 4193"},
        SpecialCase{"LinkLocal", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "link-local, RFC 4291"},
        SpecialCase{"SiteLocal", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "site-local, deprecated, RFC 3879"},
        SpecialCase{"Multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "multicast, RFC 4291"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    CarriedIpv4, SpecialBlockEdges,
    testing::Values(SpecialCase{"Mapped", "::ffff:127.0.0.1", "::ffff:7f00:1",
                                "loopback, RFC 1122"}, // RFC 4291 §2.5.5.2
                    SpecialCase{"Nat64", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1",
                                "NAT64 of 127.0.0.1: loopback, RFC 1122"}, // RFC 6052 §2.1
                    SpecialCase{"SixToFour", "2002:c0a8:101::", "2002:c0a8:101::1",
                                "6to4 of 192.168.1.1: private use, RFC 1918"}), // RFC 3056 §2
    [](const auto& info) { return info.param.name; });

class OrdinaryAddress : public testing::TestWithParam<std::string_view> {};

TEST_P(OrdinaryAddress, IsNotSpecial)
{
    EXPECT_EQ(findSpecialPurpose(address(GetParam())), nullptr)
        << specialPurposeText(address(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    BesideTheBlocks, OrdinaryAddress,
    testing::Values("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
                    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
                    "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
                    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
                    "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8", "::ffff:8.8.8.8",
                    "64:ff9b::8.8.8.8", "2002:808:808::1", "64:ff9b:2::", "100:0:0:2::",
                    "2000:ffff::", "2001:200::", "2001:db7::", "2001:db9::", "2003::1",
                    "2606:2800:220:1::1",
                    "3ffe:ffff::", "3fff:1000::", "5eff::", "5f01::", "fbff::"));

TEST(SpecialBlocks, SayTheNetworkTheyTest)
{
    for (const auto& block : specialBlocks()) {
        const auto network = parseNetwork(block.network);
        ASSERT_TRUE(network.has_value()) << network.error();
        EXPECT_EQ(block.base, network->base) << block.network;
        AddressBytes mask{};
        for (unsigned bit = 0; bit < network->prefixBits; ++bit)
            mask[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
        EXPECT_EQ(block.mask, mask) << block.network;
        EXPECT_FALSE(registryName(block.registry).empty()) << block.network;
    }
}

TEST(SpecialBlocks, NameTheRegistryOfTheirFamily)
{
    EXPECT_EQ(findSpecialPurpose(address("127.0.0.1"))->registry, Registry::Ipv4SpecialPurpose);
    EXPECT_EQ(findSpecialPurpose(address("::1"))->registry, Registry::Ipv6SpecialPurpose);
    EXPECT_EQ(findSpecialPurpose(address("224.0.0.1"))->registry, Registry::Ipv4Multicast);
    EXPECT_EQ(findSpecialPurpose(address("ff02::1"))->registry, Registry::Ipv6Multicast);
    EXPECT_EQ(findSpecialPurpose(address("fec0::1"))->registry, Registry::Ipv6AddressSpace);
}

} // namespace
} // namespace sallyport::policy
