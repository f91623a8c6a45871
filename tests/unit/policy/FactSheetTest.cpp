#include "policy/FactSheet.h"

#include "policy/Network.h"
#include "policy/PolicyError.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

using testing::ElementsAre;

TEST(FactSheet, OfHttpIsAGet)
{
    const auto sheet = factSheetFor("http://WWW.Example.com./a/../b?c=d&e#f");
    EXPECT_EQ(sheet.protocol, Protocol::Http);
    EXPECT_EQ(sheet.method, "GET");
    EXPECT_EQ(sheet.host, "www.example.com");
    EXPECT_EQ(sheet.port, 80);
    EXPECT_EQ(sheet.path, "/b");
    EXPECT_EQ(sheet.query, "c=d&e");
    EXPECT_FALSE(sheet.firstBytes.has_value());
    EXPECT_FALSE(sheet.destination.has_value());
    EXPECT_FALSE(sheet.subprotocol.has_value());
}

TEST(FactSheet, OfWsIsAnUpgrade)
{
    const auto sheet = factSheetFor("ws://chat.example:8080");
    EXPECT_EQ(sheet.protocol, Protocol::WebSocket);
    EXPECT_EQ(sheet.method, "GET");
    EXPECT_EQ(sheet.port, 8080);
    EXPECT_EQ(sheet.path, "/");
    EXPECT_TRUE(sheet.subprotocolsOffered.empty());
    EXPECT_FALSE(sheet.subprotocol.has_value());
}

TEST(FactSheet, OfHttpsIsATunnelThatShowsNoPath)
{
    const auto sheet = factSheetFor("HTTPS://www.example.com/secret?x");
    EXPECT_EQ(sheet.protocol, Protocol::Connect);
    EXPECT_EQ(sheet.method, "CONNECT");
    EXPECT_EQ(sheet.port, 443);
    EXPECT_EQ(sheet.path, "");
    EXPECT_EQ(sheet.query, "");
    ASSERT_TRUE(sheet.firstBytes.has_value());
    EXPECT_EQ(sheet.firstBytes->content, Protocol::Tls);
    EXPECT_EQ(sheet.firstBytes->sni, "www.example.com");
    EXPECT_THAT(sheet.firstBytes->alpn, ElementsAre("h2", "http/1.1"));
}

TEST(FactSheet, OfWssOffersHttp1Only)
{
    const auto sheet = factSheetFor("wss://chat.example/socket");
    EXPECT_EQ(sheet.protocol, Protocol::Connect);
    EXPECT_EQ(sheet.port, 443);
    ASSERT_TRUE(sheet.firstBytes.has_value());
    EXPECT_EQ(sheet.firstBytes->sni, "chat.example");
    EXPECT_THAT(sheet.firstBytes->alpn, ElementsAre("http/1.1"));
}

TEST(FactSheet, OfHostAndPortIsATunnelOfUnknownContent)
{
    const auto sheet = factSheetFor("Git.example:22");
    EXPECT_EQ(sheet.protocol, Protocol::Connect);
    EXPECT_EQ(sheet.method, "CONNECT");
    EXPECT_EQ(sheet.host, "git.example");
    EXPECT_EQ(sheet.port, 22);
    EXPECT_FALSE(sheet.firstBytes.has_value());
}

TEST(FactSheet, BeginsWithWhatItIsTold)
{
    auto sheet = factSheetFor("https://www.example.com/");
    EXPECT_EQ(sheet.beginWith(Protocol::Tls).sni, "www.example.com");
    EXPECT_EQ(sheet.beginWith(Protocol::Ssh).sni, "");
    EXPECT_EQ(sheet.beginWith(Protocol::TunnelledHttp).path, "/");
    takeTarget(sheet.beginWith(Protocol::TunnelledHttp), "/a/../b?c=d#e");
    EXPECT_EQ(sheet.firstBytes->path, "/b");
    EXPECT_EQ(sheet.firstBytes->query, "c=d");
    takeTarget(*sheet.firstBytes, "/");
    EXPECT_EQ(sheet.firstBytes->query, "");
    EXPECT_THROW(takeTarget(*sheet.firstBytes, "b"), PolicyError);
    EXPECT_THROW(takeTarget(*sheet.firstBytes, "/b c"), PolicyError);
}

TEST(FactSheet, HasAHandshakeInTheClearOnly)
{
    EXPECT_TRUE(factSheetFor("ws://chat.example/").handshake().has_value());
    EXPECT_FALSE(factSheetFor("http://chat.example/").handshake().has_value());
    EXPECT_FALSE(factSheetFor("wss://chat.example/").handshake().has_value());
    auto sheet = factSheetFor("chat.example:80");
    EXPECT_FALSE(sheet.handshake().has_value());
    sheet.beginWith(Protocol::WebSocket);
    ASSERT_TRUE(sheet.handshake().has_value());
    sheet.handshake()->origin = "app.example";
    sheet.handshake()->subprotocolsOffered = {"chat"};
    const auto facts = sheet.facts();
    EXPECT_EQ(facts.origin, "");
    EXPECT_EQ(facts.firstBytes.value().origin, "app.example");
    EXPECT_THAT(facts.firstBytes->subprotocolsOffered, ElementsAre("chat"));
}

TEST(FactSheet, OfALiteralKnowsTheDestination)
{
    const auto ipv6 = factSheetFor("https://[2001:DB8::0:7]:8443/");
    EXPECT_EQ(ipv6.host, "2001:db8::7");
    EXPECT_EQ(ipv6.port, 8443);
    EXPECT_EQ(ipv6.destination, parseAddress("2001:db8::7"));
    EXPECT_EQ(ipv6.firstBytes.value().sni, ""); // RFC 6066 §3
    const auto ipv4 = factSheetFor("http://192.0.2.7/");
    EXPECT_EQ(ipv4.host, "192.0.2.7");
    EXPECT_EQ(ipv4.destination, parseAddress("192.0.2.7"));
    EXPECT_EQ(factSheetFor("[::1]:22").host, "::1");
}

TEST(FactSheet, TakesNamesOutsideAscii)
{
    EXPECT_EQ(factSheetFor("https://B\u00fccher.example/").firstBytes.value().sni,
              "xn--bcher-kva.example");
}

class UrlFault : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(UrlFault, IsNamed)
{
    const auto& [url, complaint] = GetParam();
    try {
        static_cast<void>(factSheetFor(url));
        FAIL() << "accepted";
    } catch (const PolicyError& problem) {
        EXPECT_THAT(problem.what(), testing::StartsWith('"' + url + "\" "));
        EXPECT_THAT(problem.what(), testing::HasSubstr(complaint));
    }
}

INSTANTIATE_TEST_SUITE_P(Faults, UrlFault,
                         testing::Values(std::pair{"", "has no host"},
                                         std::pair{"www.example.com", "neither scheme nor port"},
                                         std::pair{"ftp://a.example/", "unknown scheme"},
                                         std::pair{"://a.example/", "unknown scheme"},
                                         std::pair{"https://", "has no host"},
                                         std::pair{"http:///a", "has no host"},
                                         std::pair{"http://a b.example/", "has no host"},
                                         std::pair{"http://*.example/", "more than one host"},
                                         std::pair{"http://u:p@a.example/", "user information"},
                                         std::pair{"http://a.example:/", "wrong port"},
                                         std::pair{"http://a.example:0/", "wrong port"},
                                         std::pair{"http://a.example:65536/", "wrong port"},
                                         std::pair{"http://a.example:80x/", "wrong port"},
                                         std::pair{"http://::1/", "has no host"},
                                         std::pair{"http://[::1/", "has no host"},
                                         std::pair{"http://[::1]x/", "has no host"},
                                         std::pair{"http://a.example/a b", "percent-encoded"},
                                         std::pair{"http://a.example/?\u00fc", "percent-encoded"},
                                         std::pair{"a.example/x:443", "has no host"}));

TEST(FactSheet, DoesNotRepeatControlCharacters)
{
    try {
        static_cast<void>(factSheetFor("http://a\x1b[2J/"));
        FAIL() << "accepted";
    } catch (const PolicyError& problem) {
        EXPECT_STREQ(problem.what(), R"("http://a?[2J/" has a control character)");
    }
}

TEST(FactSheet, LendsItsFacts)
{
    auto sheet = factSheetFor("https://www.example.com/");
    sheet.groups = {"Staff"};
    sheet.subprotocol = "chat";
    const auto facts = sheet.facts();
    EXPECT_EQ(facts.host, "www.example.com");
    EXPECT_EQ(facts.port, 443);
    EXPECT_THAT(facts.groups, ElementsAre("Staff"));
    ASSERT_TRUE(facts.firstBytes.has_value());
    EXPECT_EQ(facts.firstBytes->content, Protocol::Tls);
    EXPECT_EQ(facts.firstBytes->sni, "www.example.com");
    EXPECT_THAT(facts.firstBytes->alpn, ElementsAre("h2", "http/1.1"));
    EXPECT_EQ(facts.subprotocol, "chat");
}

} // namespace
} // namespace sallyport::policy
