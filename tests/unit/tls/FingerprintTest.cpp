// Fingerprint: JA3 and JA4 of published examples, and what does not change them.

#include "tls/Fingerprint.h"

#include "support/TlsHello.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <barrier>
#include <thread>

namespace sallyport::tls {
namespace {

using std::string_literals::operator""s;
using testing::MatchesRegex;

using Numbers = std::vector<std::uint16_t>;

struct Ja3Case {
    const char* name;
    std::uint16_t version;
    Numbers suites;
    Numbers extensions;
    Numbers groups;
    std::vector<std::uint8_t> pointFormats;
    const char* ja3;
};

class Ja3 : public testing::TestWithParam<Ja3Case> {};

ClientHello helloOf(const Ja3Case& example)
{
    ClientHello hello;
    hello.legacyVersion = example.version;
    hello.cipherSuites = example.suites;
    hello.extensions = example.extensions;
    hello.supportedGroups = example.groups;
    hello.pointFormats = example.pointFormats;
    return hello;
}

TEST_P(Ja3, IsThePublishedOne)
{
    EXPECT_EQ(ja3(helloOf(GetParam())), GetParam().ja3);
}

TEST_P(Ja3, LeavesGreaseOut)
{
    ClientHello hello = helloOf(GetParam());
    hello.cipherSuites.insert(hello.cipherSuites.begin(), 0x0a0a);
    hello.extensions.insert(hello.extensions.begin(), 0x1a1a);
    hello.extensions.push_back(0xfafa);
    hello.supportedGroups.insert(hello.supportedGroups.begin(), 0x8a8a);
    EXPECT_EQ(ja3(hello), GetParam().ja3);
}

const Numbers ChromeSuites{4865,  4866,  4867,  49195, 49199, 49196, 49200, 52393,
                           52392, 49171, 49172, 156,   157,   47,    53};

constexpr auto caseName = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Published, Ja3,
    testing::Values(
        // The first two: README of salesforce/ja3; the third: its Python package.
        Ja3Case{"Example",
                769,
                {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
                {0, 10, 11},
                {23, 24, 25},
                {0},
                "ada70206e40642a3e4461f35503241d5"},
        Ja3Case{"WithoutExtensions",
                769,
                {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99},
                {},
                {},
                {},
                "de350869b8c85de67a350c8d186f11e6"},
        Ja3Case{"OfACapture",
                769,
                {255,   49162, 49172, 136, 135,   57,    56, 49167, 49157, 132,   53,    49159,
                 49161, 49169, 49171, 69,  68,    51,    50, 49164, 49166, 49154, 49156, 150,
                 65,    4,     5,     47,  49160, 49170, 22, 19,    49165, 49155, 65279, 10},
                {0, 10, 11, 35},
                {23, 24, 25},
                {0},
                "2aef69b4ba1938c3a400de4188743185"},
        Ja3Case{"Chrome",
                771,
                ChromeSuites,
                {0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 17513, 21},
                {29, 23, 24},
                {0},
                "cd08e31494f9531f560d64c695473da9"}),
    caseName);

struct Ja4Case {
    const char* name;
    Numbers extensions;
    Numbers algorithms;
    const char* ja4;
};

class Ja4 : public testing::TestWithParam<Ja4Case> {};

ClientHello helloOf(const Ja4Case& example)
{
    ClientHello hello;
    hello.legacyVersion = 0x0303;
    hello.supportedVersions = {0xfafa, 0x0304, 0x0303};
    hello.cipherSuites = ChromeSuites;
    hello.extensions = example.extensions;
    hello.signatureAlgorithms = example.algorithms;
    hello.alpn = {"h2", "http/1.1"};
    return hello;
}

TEST_P(Ja4, IsThePublishedOne)
{
    EXPECT_EQ(ja4(helloOf(GetParam())), GetParam().ja4);
}

TEST_P(Ja4, LeavesGreaseAndOrderOut)
{
    ClientHello hello = helloOf(GetParam());
    hello.cipherSuites.push_back(0x0a0a);
    hello.extensions.push_back(0xfafa);
    hello.signatureAlgorithms.push_back(0x4a4a);
    std::ranges::reverse(hello.cipherSuites);
    std::ranges::reverse(hello.extensions);
    EXPECT_EQ(ja4(hello), GetParam().ja4);
}

INSTANTIATE_TEST_SUITE_P(
    Published, Ja4,
    testing::Values(
        // The first two: technical_details/JA4.md; the others: of browsers, as published with their
        // raw form.
        Ja4Case{"Example",
                {0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023,
                 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015},
                {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
                "t13d1516h2_8daaf6152771_e5627efa2ab1"},
        Ja4Case{"WithoutAlgorithms",
                {0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023,
                 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015},
                {},
                "t13d1516h2_8daaf6152771_6d807ffa2a79"},
        Ja4Case{"Chrome120",
                {0x0005, 0x000a, 0x000b, 0x000d, 0x0012, 0x0017, 0x001b, 0x0023, 0x002b, 0x002d,
                 0x0033, 0x4469, 0xfe0d, 0xff01, 0x0000, 0x0010},
                {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
                "t13d1516h2_8daaf6152771_02713d6af862"},
        Ja4Case{"Chrome153",
                {0x0010, 0x0000, 0x0005, 0x000a, 0x000b, 0x000d, 0x0012, 0x0017, 0x001b, 0x0023,
                 0x002b, 0x002d, 0x0033, 0x44cd, 0xca34, 0xfe0d, 0xff01},
                {0x7a7a, 0x0904, 0x0905, 0x0906, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
                 0x0806, 0x0601},
                "t13d1517h2_8daaf6152771_cb7bf5808d99"}),
    caseName);

struct FirstPartCase {
    const char* name;
    ClientHello hello;
    const char* start;
};

ClientHello withVersion(std::uint16_t version)
{
    ClientHello hello;
    hello.legacyVersion = version;
    return hello;
}

ClientHello withProtocol(std::string name)
{
    ClientHello hello = withVersion(0x0303);
    hello.alpn = {std::move(name), "h2"};
    return hello;
}

ClientHello withCounts(std::size_t suites, std::size_t extensions)
{
    ClientHello hello = withVersion(0x0303);
    hello.cipherSuites.assign(suites, 0x1301);
    hello.extensions.assign(extensions, 0x0017);
    return hello;
}

ClientHello withVersions(Numbers versions)
{
    ClientHello hello = withVersion(0x0303);
    hello.supportedVersions = std::move(versions);
    return hello;
}

class Ja4Start : public testing::TestWithParam<FirstPartCase> {};

TEST_P(Ja4Start, FollowsTheSpecification) // technical_details/JA4.md
{
    EXPECT_EQ(ja4(GetParam().hello).substr(0, 10), GetParam().start);
}

INSTANTIATE_TEST_SUITE_P(
    Specification, Ja4Start,
    testing::Values(
        FirstPartCase{"Tls12", withVersion(0x0303), "t12i000000"},
        FirstPartCase{"Tls11", withVersion(0x0302), "t11i000000"},
        FirstPartCase{"Tls10", withVersion(0x0301), "t10i000000"},
        FirstPartCase{"Ssl3", withVersion(0x0300), "ts3i000000"},
        FirstPartCase{"UnknownVersion", withVersion(0x03ff), "t00i000000"},
        FirstPartCase{"HighestVersion", withVersions({0x0302, 0x0304, 0x0303}), "t13i000000"},
        FirstPartCase{"VersionAmongGrease", withVersions({0xfafa, 0x0303}), "t12i000000"},
        FirstPartCase{"ManyOfEach", withCounts(100, 7), "t12i990700"},
        FirstPartCase{"Http11", withProtocol("http/1.1"), "t12i0000h1"},
        FirstPartCase{"OneCharacter", withProtocol("x"), "t12i0000xx"},
        FirstPartCase{"OneByte", withProtocol("\xab"), "t12i0000ab"},
        FirstPartCase{"TwoBytes", withProtocol("\xab\xcd"), "t12i0000ad"},
        FirstPartCase{"LastByte", withProtocol("0\xab"), "t12i00003b"},
        FirstPartCase{"LastOfFour", withProtocol("01\xab\xcd"), "t12i00003d"},
        FirstPartCase{"BytesBetween", withProtocol("0\xab\xcd\x31"), "t12i000001"}),
    caseName);

TEST(Fingerprint, HasZerosWhereNothingIsOffered)
{
    EXPECT_EQ(ja4(withVersion(0x0303)), "t12i000000_000000000000_000000000000");
    ClientHello onlyName = withVersion(0x0303);
    onlyName.extensions = {0};
    EXPECT_EQ(ja4(onlyName), "t12d000100_000000000000_000000000000");
}

TEST(Fingerprint, OfOneClientIsTheSameForEveryName)
{
    const auto fingerprints = [](const std::string& name) {
        ClientHello hello;
        EXPECT_EQ(parseClientHello(test::clientHello(name, {"h2"}), hello), HelloOutcome::Complete);
        return ja3(hello) + " " + ja4(hello);
    };
    EXPECT_EQ(fingerprints("www.example.com"), fingerprints("other.example"));
    EXPECT_THAT(fingerprints("www.example.com"),
                MatchesRegex("[0-9a-f]{32} t13d[0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}"));
}

TEST(Fingerprint, IsTheSameOnEveryThread)
{
    const ClientHello hello = withCounts(20, 20);
    const std::string expected = ja3(hello) + ja4(hello);
    std::barrier start(4);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int round = 0; round < 200; ++round)
                ASSERT_EQ(ja3(hello) + ja4(hello), expected);
        });
}

} // namespace
} // namespace sallyport::tls
