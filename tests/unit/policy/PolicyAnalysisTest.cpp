#include "policy/PolicyAnalysis.h"

#include "support/BuildKind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <sstream>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime Now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};

// "DAYS/FROM-TO/ZONE" in numbers: bits of the days, minutes.
Schedule schedule(const std::string& text)
{
    Schedule schedule;
    int days = 0;
    int from = 0;
    int to = 0;
    char mark = 0;
    std::istringstream(text) >> days >> mark >> from >> mark >> to >> mark >> schedule.zone;
    schedule.days = static_cast<std::uint8_t>(days);
    schedule.from = static_cast<std::uint16_t>(from);
    schedule.to = static_cast<std::uint16_t>(to);
    return schedule;
}

Protocol protocol(std::string_view name)
{
    for (std::size_t index = 0; index < ProtocolCount; ++index)
        if (protocolName(static_cast<Protocol>(index)) == name)
            return static_cast<Protocol>(index);
    throw std::invalid_argument("no protocol");
}

// "KEY VALUE", or "not KEY VALUE".
void addCondition(Rule& rule, std::string text)
{
    const auto isNot = text.starts_with("not ");
    if (isNot)
        text.erase(0, 4);
    auto& to = isNot ? rule.except : rule.when;
    const auto key = text.substr(0, text.find(' '));
    const auto value = text.substr(text.find(' ') + 1);
    if (key == "starts")
        rule.starts = Now + std::chrono::seconds(std::stoi(value));
    else if (key == "expires")
        rule.expires = Now + std::chrono::seconds(std::stoi(value));
    else if (key == "client")
        to.client.push_back(parseNetwork(value).value());
    else if (key == "address" && value.starts_with("list:"))
        to.addressLists.push_back(value.substr(5));
    else if (key == "address")
        to.address.push_back(parseNetwork(value).value());
    else if (key == "port")
        to.port.push_back(parsePortRange(value).value());
    else if (key == "protocol")
        to.protocol.push_back(protocol(value));
    else if (key == "time")
        to.time.push_back(schedule(value));
    else {
        const std::map<std::string, std::vector<std::string> Conditions::*> columns{
            {"listener", &Conditions::listener}, {"user", &Conditions::user},
            {"group", &Conditions::group},       {"host", &Conditions::host},
            {"method", &Conditions::method},     {"path", &Conditions::path},
            {"query", &Conditions::query},       {"sni", &Conditions::sni},
            {"alpn", &Conditions::alpn},         {"subprotocol", &Conditions::subprotocol},
            {"origin", &Conditions::origin},     {"names", &Conditions::names}};
        (to.*columns.at(key)).push_back(value);
    }
}

using Texts = std::vector<std::string>;

Rule rule(Action action, const Texts& conditions)
{
    Rule made;
    made.action = action;
    for (const auto& condition : conditions)
        addCondition(made, condition);
    return made;
}

Rule allow(const Texts& conditions)
{
    return rule(Action::Allow, conditions);
}

Rule deny(const Texts& conditions)
{
    return rule(Action::Deny, conditions);
}

Rule inReportMode(Rule rule)
{
    rule.mode = Mode::Report;
    return rule;
}

Rule disabled(Rule rule)
{
    rule.enabled = false;
    return rule;
}

PolicyDocument documentOf(std::vector<Rule> rules, Layer layer = Layer::Access)
{
    for (std::size_t index = 0; index < rules.size(); ++index) {
        rules[index].name = std::to_string(index + 1);
        rules[index].id = "id-" + rules[index].name;
        rules[index].layer = layer;
    }
    PolicyDocument document;
    document.rows(layer) = std::move(rules);
    return document;
}

std::vector<Finding> findingsOf(const PolicyDocument& document)
{
    const auto lists = DestinationLists::none();
    return analyse(document, {Now, *lists});
}

// "2 never-reached 1"
Texts shortForms(const std::vector<Finding>& findings)
{
    Texts texts;
    for (const auto& finding : findings)
        texts.push_back(finding.ruleName + " " + std::string(findingName(finding.kind)) +
                        (finding.otherName.empty() ? "" : " " + finding.otherName));
    return texts;
}

struct PairCase {
    const char* name;
    Texts first, second;
    // "yes": the first row covers the second, not the other way round; "same": each the other;
    // "no": the first does not cover the second.
    const char* covered;

    friend void PrintTo(const PairCase& pair, std::ostream* out) { *out << pair.name; }
};

bool isCovered(const Texts& conditions, const Texts& byConditions)
{
    const auto findings = findingsOf(documentOf({deny(byConditions), deny(conditions)}));
    return std::ranges::any_of(findings, [](const Finding& finding) {
        return finding.kind == Finding::Kind::NeverReached && finding.position == 2;
    });
}

class ConditionCover : public testing::TestWithParam<PairCase> {};

TEST_P(ConditionCover, IsFoundOnTheColumn)
{
    const auto& [name, first, second, covered] = GetParam();
    const auto is = [&](std::string_view what) { return std::string_view(covered) == what; };
    EXPECT_EQ(isCovered(second, first), !is("no"));
    if (!is("no"))
        EXPECT_EQ(isCovered(first, second), is("same"));
}

#define COVER_CASES(dimension, ...)                                                                \
    INSTANTIATE_TEST_SUITE_P(dimension, ConditionCover, testing::Values(__VA_ARGS__),              \
                             [](const auto& info) { return info.param.name; })

COVER_CASES(Any, PairCase{"NoConditions", {}, {}, "same"},
            PairCase{"AnyOverSome", {}, {"port 443"}, "yes"},
            PairCase{"OneColumnOfTwo", {"port 443"}, {"port 443", "method GET"}, "yes"},
            PairCase{"DifferentColumns", {"port 443"}, {"method GET"}, "no"});

COVER_CASES(
    Host, PairCase{"Exact", {"host a.example"}, {"host a.example"}, "same"},
    PairCase{"Other", {"host a.example"}, {"host b.example"}, "no"},
    PairCase{"SuffixOverBelow", {"host *.example"}, {"host x.a.example"}, "yes"},
    PairCase{"SuffixOverLongerSuffix", {"host *.example"}, {"host *.a.example"}, "yes"},
    PairCase{"SuffixNotItself", {"host *.example"}, {"host example"}, "no"},
    PairCase{"SuffixNotAsEnding", {"host *.example"}, {"host an-example"}, "no"},
    PairCase{"NeighbourInOrder", {"host *.a.example"}, {"host a-b.example"}, "no"},
    PairCase{"NameAndSuffix", {"host a.example", "host *.a.example"}, {"host *.a.example"}, "yes"},
    PairCase{
        "ManyExactNeverASuffix", {"host a.example", "host b.example"}, {"host *.example"}, "no"},
    PairCase{"LiteralIsBelowNothing", {"not host *.a.example"}, {"host 192.0.2.1"}, "yes"},
    PairCase{"LiteralByItself", {"host 192.0.2.1"}, {"host 192.0.2.1"}, "same"},
    PairCase{"LiteralWithTheSameBeginning", {"host 192.0.2.1"}, {"host 192.0.2.10"}, "no"},
    PairCase{
        "ShutOutMakesAHole", {"host *.example", "not host a.example"}, {"host *.example"}, "no"},
    PairCase{"HoleElsewhere", {"host *.example", "not host a.example"}, {"host b.example"}, "yes"},
    PairCase{
        "SameHole", {"not host a.example"}, {"not host a.example", "not host b.example"}, "yes"},
    PairCase{"List", {"host list:one"}, {"host list:one"}, "same"},
    PairCase{"OtherList", {"host list:one"}, {"host list:two"}, "no"},
    PairCase{"ListAndName", {"host list:one", "host a.example"}, {"host list:one"}, "yes"},
    PairCase{"ListHasNoKnownNames", {"host list:one"}, {"host a.example"}, "no"},
    PairCase{"ShutOutList", {"not host list:one"}, {"host a.example", "not host list:one"}, "yes"},
    PairCase{"ShutOutListOfOneOnly", {"not host list:one"}, {"host a.example"}, "no"},
    PairCase{"ListWithoutAName", {"not host a.example"}, {"host list:one"}, "no"},
    PairCase{"ListBesideTheSameName",
             {"not host a.example"},
             {"host list:one", "not host a.example"},
             "yes"});

COVER_CASES(
    Networks, PairCase{"Wider", {"client 10.0.0.0/8"}, {"client 10.1.0.0/16"}, "yes"},
    PairCase{"Apart", {"client 10.0.0.0/8"}, {"client 11.0.0.0/16"}, "no"},
    PairCase{
        "TwoHalves", {"client 10.0.0.0/9", "client 10.128.0.0/9"}, {"client 10.0.0.0/8"}, "same"},
    PairCase{"Ipv6HoldsNoIpv4", {"client ::/0"}, {"client 10.0.0.0/8"}, "no"},
    PairCase{"Ipv6Wide", {"client ::/0"}, {"client 2001:db8::/32"}, "yes"},
    PairCase{"BothAreAll", {"client ::/0", "client 0.0.0.0/0"}, {}, "same"},
    PairCase{"LastAddress", {"client ff00::/8"}, {"client ffff::/16"}, "yes"},
    PairCase{"AddressWider", {"address 198.51.100.0/24"}, {"address 198.51.100.7/32"}, "yes"},
    // A name that does not resolve is refused by the second row alone.
    PairCase{"AnyAddressIsStillAnAddress", {"address ::/0", "address 0.0.0.0/0"}, {}, "no"},
    PairCase{"AddressList", {"address list:one"}, {"address list:one"}, "same"},
    PairCase{"AddressListOrNetwork",
             {"address list:one", "address 198.51.100.0/24"},
             {"address 198.51.100.7/32"},
             "yes"});

COVER_CASES(Ports, PairCase{"Range", {"port 8000-8100"}, {"port 8000"}, "yes"},
            PairCase{"LastOfRange", {"port 8000-8100"}, {"port 8100"}, "yes"},
            PairCase{"BehindRange", {"port 8000-8100"}, {"port 8101"}, "no"},
            PairCase{"Touching", {"port 1-100", "port 101-200"}, {"port 50-150"}, "yes"},
            PairCase{"All", {"port 1-65535"}, {}, "same"},
            PairCase{"ShutOut", {"not port 25"}, {"port 26-65535"}, "yes"});

COVER_CASES(Values, PairCase{"MethodCase", {"method GET"}, {"method get"}, "no"},
            PairCase{"MethodOneOfTwo", {"method GET", "method HEAD"}, {"method HEAD"}, "yes"},
            PairCase{"UserCase", {"user Ann"}, {"user ann"}, "same"},
            PairCase{"ListenerOther", {"listener 127.0.0.1:3128"}, {"listener 127.0.0.1:80"}, "no"},
            PairCase{"SubprotocolNot", {"not subprotocol chat"}, {"subprotocol soap"}, "yes"},
            PairCase{"OriginSuffix", {"origin *.example"}, {"origin a.example"}, "yes"},
            PairCase{"SniAnyOverSome", {}, {"sni a.example"}, "yes"},
            PairCase{"PathPrefix", {"path /a"}, {"path /a/b"}, "yes"},
            PairCase{"PathShorter", {"path /a/b"}, {"path /a"}, "no"},
            PairCase{"PathNeighbour", {"path /a"}, {"path /b"}, "no"});

COVER_CASES(
    Protocols, PairCase{"TunnelOverTls", {"protocol connect"}, {"protocol tls"}, "yes"},
    PairCase{"TunnelOverUnknown", {"protocol connect"}, {"protocol unknown"}, "yes"},
    PairCase{"TunnelOverSsh", {"protocol connect"}, {"protocol ssh"}, "yes"},
    PairCase{"TunnelOverItsHttp", {"protocol connect"}, {"protocol tunnelled-http"}, "yes"},
    PairCase{"TunnelOverWebSocketsOfAllKinds", {"protocol connect"}, {"protocol websocket"}, "no"},
    PairCase{"UnknownIsNoSsh", {"protocol unknown"}, {"protocol ssh"}, "no"},
    PairCase{"TunnelledHttpIsNoHttp", {"protocol http"}, {"protocol tunnelled-http"}, "no"},
    PairCase{"TlsAndUnknownAreNotAllTunnels",
             {"protocol tls", "protocol unknown"},
             {"protocol connect"},
             "no"},
    PairCase{"TunnelsThatNobodyLookedAtHaveNoContent",
             {"protocol tls", "protocol websocket", "protocol tunnelled-http", "protocol ssh",
              "protocol unknown"},
             {"protocol connect"},
             "no"},
    PairCase{"HttpIsNoWebSocket", {"protocol http"}, {"protocol websocket"}, "no"},
    PairCase{"AllThree", {"protocol http", "protocol websocket", "protocol connect"}, {}, "same"});

COVER_CASES(Sets, PairCase{"GroupOneOfTwo", {"group a", "group b"}, {"group A"}, "yes"},
            PairCase{"OtherGroup", {"group a"}, {"group b"}, "no"},
            // Somebody may be in both.
            PairCase{"GroupWithoutAnother", {"group a", "not group b"}, {"group a"}, "no"},
            PairCase{"NotInAGroup", {"not group b"}, {"group a"}, "no"},
            PairCase{"NotInOneOfTwo", {"not group b"}, {"not group b", "not group c"}, "yes"},
            PairCase{"AlpnOneOfTwo", {"alpn h2", "alpn http/1.1"}, {"alpn h2"}, "yes"},
            PairCase{"QueryNameOverValue", {"query a"}, {"query a=1"}, "yes"},
            PairCase{"QueryValueNotName", {"query a=1"}, {"query a"}, "no"},
            PairCase{"QueryOtherName", {"query a"}, {"query ab=1"}, "no"});

COVER_CASES(
    Times, PairCase{"DayOverHours", {"time 1/0-1440/UTC"}, {"time 1/480-1080/UTC"}, "yes"},
    PairCase{"OverMidnight", {"time 3/0-1440/UTC"}, {"time 1/1320-360/UTC"}, "yes"},
    PairCase{"OverMidnightOfSunday", {"time 65/0-1440/UTC"}, {"time 64/1320-360/UTC"}, "yes"},
    PairCase{"OverMidnightNeedsBothDays", {"time 1/0-1440/UTC"}, {"time 1/1320-360/UTC"}, "no"},
    PairCase{"AllWeekIsNoCondition", {"time 127/0-1440/UTC"}, {}, "same"},
    PairCase{"OtherZone", {"time 1/0-1440/UTC"}, {"time 1/480-1080/Europe/Berlin"}, "no"},
    PairCase{"SameZone", {"time 1/0-1440/Europe/Berlin"}, {"time 1/480-1080/Europe/Berlin"}, "yes"},
    PairCase{"SeveralZonesAreEqualToThemselves",
             {"time 1/0-1440/UTC", "time 2/0-1440/Europe/Berlin"},
             {"time 1/0-1440/UTC", "time 2/0-1440/Europe/Berlin"},
             "same"},
    PairCase{"SeveralZonesAreComparedWithNothingElse",
             {"time 1/0-1440/UTC", "time 2/0-1440/Europe/Berlin"},
             {"time 1/0-1440/UTC"},
             "no"});

COVER_CASES(Validity, PairCase{"ForEver", {}, {"expires 60"}, "yes"},
            PairCase{"BothSoLong", {"expires 60"}, {"expires 60"}, "same"},
            PairCase{"Within", {"expires 60"}, {"starts 10", "expires 50"}, "yes"},
            PairCase{"StartedIsStarted", {"starts -60"}, {}, "same"},
            PairCase{"After", {"starts 0", "expires 60"}, {"starts 60"}, "no"});

struct FindingCase {
    const char* name;
    std::vector<Rule> rules;
    Texts findings;

    friend void PrintTo(const FindingCase& each, std::ostream* out) { *out << each.name; }
};

class PolicyFindings : public testing::TestWithParam<FindingCase> {};

TEST_P(PolicyFindings, AreThese)
{
    EXPECT_EQ(shortForms(findingsOf(documentOf(GetParam().rules))), GetParam().findings);
}

const Texts Wide{"client 10.0.0.0/8"};
const Texts Narrow{"client 10.1.0.0/16", "port 443"};

INSTANTIATE_TEST_SUITE_P(
    Kinds, PolicyFindings,
    testing::Values(
        FindingCase{"ExceptionBeforeItsRule", {allow(Narrow), deny(Wide)}, {}},
        FindingCase{"RuleBeforeItsException", {deny(Wide), allow(Narrow)}, {"2 never-reached 1"}},
        FindingCase{"SameAndOpposite", {deny(Wide), allow(Wide)}, {"2 contradicting 1"}},
        FindingCase{"SameAndEqual", {deny(Wide), deny(Wide)}, {"2 never-reached 1"}},
        FindingCase{"FirstOfSeveral",
                    {deny({"port 80"}), deny(Wide), deny({}), allow(Narrow)},
                    {"4 never-reached 2"}},
        FindingCase{"Crossing", {deny({"port 443"}), allow(Wide)}, {"2 partly-covered 1"}},
        FindingCase{"CrossingWithTheSameAnswer", {allow({"port 443"}), allow(Wide)}, {}},
        FindingCase{"ReportDoesNotCover", {inReportMode(deny({})), allow(Wide)}, {}},
        FindingCase{
            "ReportIsCovered", {deny({}), inReportMode(allow(Wide))}, {"2 never-reached 1"}},
        FindingCase{"DisabledIsNoRow", {disabled(deny({})), allow(Wide)}, {}},
        FindingCase{"DisabledIsNotLookedAt", {deny({}), disabled(allow(Wide))}, {}},
        FindingCase{"Expired", {deny({"expires 0"}), allow(Wide)}, {"1 expired"}},
        FindingCase{"EndsBeforeItStarts", {deny({"starts 60", "expires 30"})}, {"1 never-matches"}},
        FindingCase{"ShutsOutWhatItWants",
                    {deny({"host a.example", "not host *.example"})},
                    {"1 never-matches"}},
        FindingCase{"ShutsOutItsGroup", {deny({"group a", "not group A"})}, {"1 never-matches"}},
        FindingCase{"WhatNeverMatchesCoversNothing",
                    {deny({"port 1-65535", "not port 1-65535"}), deny(Wide)},
                    {"1 never-matches"}},
        FindingCase{"MissingList", {deny({"host list:none"})}, {"1 missing-list"}},
        FindingCase{"MissingAddressList", {deny({"not address list:none"})}, {"1 missing-list"}},
        FindingCase{"Regex", {deny({"sni regex:^ads"})}, {"1 not-analysable"}},
        FindingCase{"SameRegex",
                    {deny({"host regex:^ads"}), allow({"host regex:^ads"})},
                    {"1 not-analysable", "2 contradicting 1", "2 not-analysable"}},
        FindingCase{"CoveredTogether",
                    {deny({"port 1-1000"}), allow({"port 2000-3000"}), deny({"port 900-65535"}),
                     allow(Wide)},
                    {"4 never-reached 1"}},
        FindingCase{"CoveredTogetherCrosswise",
                    {deny({"group a"}), deny({"not group a", "port 1-500"}),
                     deny({"port 400-65535"}), deny(Wide)},
                    {"4 never-reached 1"}},
        FindingCase{"NotQuiteCoveredTogether",
                    {deny({"port 1-1000"}), deny({"port 1002-65535"}), deny(Wide)},
                    {}}),
    [](const auto& info) { return info.param.name; });

TEST(PolicyAnalysis, SaysInASentenceWhatIsInTheWay)
{
    auto document = documentOf({deny({"port 1-500"}), deny({"port 400-65535"}), allow(Wide),
                                allow({"host a.example", "not host a.example"})});
    document.rows(Layer::Access)[2].name = "Chat";
    const auto findings = findingsOf(document);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].text, "access rule 3 \"Chat\" is never reached: rules 1 \"1\" and 2 "
                                "\"2\" cover it together");
    EXPECT_EQ(findings[0].severity, Severity::Warning);
    EXPECT_EQ(findings[0].ruleId, "id-3");
    EXPECT_EQ(findings[0].otherId, "id-1");
    EXPECT_EQ(findings[0].position, 3U);
    EXPECT_EQ(findings[1].text, "access rule 4 \"4\" can never match: \"not\" shuts out all that "
                                "it wants of \"host\"");
    EXPECT_EQ(findings[1].severity, Severity::Error);
}

TEST(PolicyAnalysis, KeepsLayersApart)
{
    auto document = documentOf({allow(Wide)}, Layer::Guard);
    document.rows(Layer::Access) = documentOf({deny(Wide)}).rows(Layer::Access);
    EXPECT_THAT(findingsOf(document), IsEmpty());
}

TEST(PolicyAnalysis, ComparesProfilesAndLimitsAsAnswers)
{
    std::vector<Rule> rules{rule(Action::Observe, {"port 443"}), rule(Action::Observe, Wide)};
    rules[0].profile = "strict";
    EXPECT_THAT(shortForms(findingsOf(documentOf(rules, Layer::Inspection))),
                ElementsAre("2 partly-covered 1"));
}

TEST(PolicyAnalysis, LooksAtWhatListsHold)
{
    DestinationLists::Builder builder;
    builder.begin({"empty", 0, 0, ""});
    builder.begin({"names", 1, 0, ""});
    builder.add("a.example");
    const auto lists = std::move(builder).build();
    const auto document = documentOf(
        {deny({"not host list:empty"}), deny({"host list:names"}), deny({"address list:names"})});
    const auto findings = analyse(document, {Now, *lists});
    EXPECT_THAT(shortForms(findings), ElementsAre("1 empty-list", "3 empty-list"));
    EXPECT_EQ(findings.back().text, "access rule 3 \"3\" looks for addresses in the list "
                                    "\"names\", which has no networks");
}

// What a value says of each fact of its dimension, written out by hand: '1' where it holds.
struct PoolValue {
    const char* text;
    std::string_view holds;
};

struct Pool {
    std::vector<PoolValue> values;
    // The last fact is one that is never known: it suits no condition.
    bool endsInUnknown = false;
};

// Each cell that the values cut has a fact here.
const std::vector<Pool> Pools{
    // ports 50, 80, 81, 85, 90, 200
    {{{"port 80", "010000"},
      {"port 80-89", "011100"},
      {"port 85-99", "000110"},
      {"port 1-79", "100000"},
      {"port 1-65535", "111111"}}},
    // other.test, c.example, a.example, x.a.example, b.example, 192.0.2.1; then all of these in
    // list L
    {{{"host a.example", "001000001000"},
      {"host *.a.example", "000100000100"},
      {"host *.example", "011110011110"},
      {"host b.example", "000010000010"},
      {"host 192.0.2.1", "000001000001"},
      {"host regex:L", "000000111111"}}},
    // 10.1.0.1, 10.2.0.1, 192.0.2.1, 2001:db8::1, 3000::1
    {{{"client 10.0.0.0/8", "11000"},
      {"client 10.1.0.0/16", "10000"},
      {"client 0.0.0.0/0", "11100"},
      {"client 2001:db8::/32", "00010"},
      {"client ::/0", "00011"}}},
    // in no group, a, b, both
    {{{"group a", "0101"}, {"group B", "0011"}}},
    // http, websocket, tunnels with a WebSocket, TLS, HTTP, SSH, something else, not looked at
    {{{"protocol http", "10000000"},
      {"protocol websocket", "01100000"},
      {"protocol tls", "00010000"},
      {"protocol tunnelled-http", "00001000"},
      {"protocol ssh", "00000100"},
      {"protocol unknown", "00000010"},
      {"protocol connect", "00111111"}}},
    // no names differ, the SNI, the Host, both
    {{{"names sni-differs", "0101"}, {"names host-differs", "0011"}}},
    // queries: all sets of a=1, a=2, b
    {{{"query a", "01110111"}, {"query a=1", "01010101"}, {"query b", "00001111"}}},
    // no path, "/", "/x", "/x/y", "/xz", "/y"
    {{{"path /", "011111"}, {"path /x", "001110"}, {"path /x/y", "000100"}, {"path /y", "000001"}}},
    // 10.0.0.1, 192.0.2.1, 2001:db8::1; then the same in list L; then never resolved
    {{{"address 10.0.0.0/8", "1001000"},
      {"address 0.0.0.0/0", "1101100"},
      {"address ::/0", "0010010"},
      {"address list:L", "0001110"}},
     true},
    // Monday 03:00, 12:00, 23:00, Tuesday 03:00, 12:00, 23:00, Sunday 03:00, 12:00, 23:00
    {{{"time 1/0-1440/UTC", "111000000"},
      {"time 3/0-1440/UTC", "111111000"},
      {"time 65/1320-360/UTC", "101100001"},
      {"time 127/0-1440/UTC", "111111111"}}},
    {{{"method GET", "100"}, {"method HEAD", "010"}}},
};

struct PooledRow {
    std::vector<std::pair<std::size_t, std::size_t>> wanted, shutOut; // pool and value
    bool denies = false;
    bool reports = false;
};

bool holdsFor(const PooledRow& row, std::size_t pool, std::size_t fact)
{
    bool wants = false;
    bool isWanted = false;
    bool isConditioned = false;
    for (const auto& [of, value] : row.wanted) {
        if (of != pool)
            continue;
        wants = isConditioned = true;
        isWanted = isWanted || Pools[pool].values[value].holds[fact] == '1';
    }
    for (const auto& [of, value] : row.shutOut) {
        if (of != pool)
            continue;
        isConditioned = true;
        if (Pools[pool].values[value].holds[fact] == '1')
            return false;
    }
    const auto facts = Pools[pool].values.front().holds.size();
    if (isConditioned && Pools[pool].endsInUnknown && fact == facts - 1)
        return false;
    return !wants || isWanted;
}

// Of each row the facts it matches, as one flag for each combination.
std::vector<std::vector<bool>> matchesOf(const std::vector<PooledRow>& rows,
                                         const std::vector<std::size_t>& pools)
{
    std::vector<std::vector<bool>> matches(rows.size());
    std::vector<std::size_t> facts(pools.size());
    for (bool more = true; more;) {
        for (std::size_t row = 0; row < rows.size(); ++row) {
            bool all = true;
            for (std::size_t index = 0; index < pools.size(); ++index)
                all = all && holdsFor(rows[row], pools[index], facts[index]);
            matches[row].push_back(all);
        }
        more = false;
        for (std::size_t index = 0; index < pools.size() && !more; ++index) {
            more = ++facts[index] < Pools[pools[index]].values.front().holds.size();
            if (!more)
                facts[index] = 0;
        }
    }
    return matches;
}

bool isSubset(const std::vector<bool>& inner, const std::vector<bool>& outer)
{
    for (std::size_t fact = 0; fact < inner.size(); ++fact)
        if (inner[fact] && !outer[fact])
            return false;
    return true;
}

bool meet(const std::vector<bool>& one, const std::vector<bool>& other)
{
    for (std::size_t fact = 0; fact < one.size(); ++fact)
        if (one[fact] && other[fact])
            return true;
    return false;
}

// The finding on a row's reach, by trying all facts. Rows that only several others cover together
// are "never-reached" without the other's name.
std::string triedFinding(const std::vector<PooledRow>& rows,
                         const std::vector<std::vector<bool>>& matches, std::size_t row)
{
    const auto name = std::to_string(row + 1);
    const std::vector<bool> nothing(matches[row].size());
    if (matches[row] == nothing)
        return name + " never-matches";
    auto taken = nothing;
    for (std::size_t other = 0; other < row; ++other) {
        if (rows[other].reports)
            continue;
        if (isSubset(matches[row], matches[other]))
            return name +
                   (matches[row] == matches[other] && rows[row].denies != rows[other].denies
                        ? " contradicting "
                        : " never-reached ") +
                   std::to_string(other + 1);
        for (std::size_t fact = 0; fact < taken.size(); ++fact)
            taken[fact] = taken[fact] || matches[other][fact];
    }
    if (isSubset(matches[row], taken))
        return name + " never-reached";
    for (std::size_t other = 0; other < row; ++other)
        if (!rows[other].reports && rows[row].denies != rows[other].denies &&
            meet(matches[row], matches[other]) && !isSubset(matches[other], matches[row]))
            return name + " partly-covered " + std::to_string(other + 1);
    return "";
}

class RandomPolicies {
public:
    explicit RandomPolicies(unsigned seed) : random_(seed) {}

    std::vector<std::size_t> pools()
    {
        std::vector<std::size_t> all(Pools.size());
        for (std::size_t index = 0; index < all.size(); ++index)
            all[index] = index;
        std::ranges::shuffle(all, random_);
        all.resize(1 + below(3));
        return all;
    }

    std::vector<PooledRow> rows(const std::vector<std::size_t>& pools)
    {
        std::vector<PooledRow> rows(2 + below(5));
        for (auto& row : rows) {
            for (const auto pool : pools) {
                fill(row.wanted, pool, below(4));
                fill(row.shutOut, pool, below(4) == 0 ? 1 + below(2) : 0);
            }
            row.denies = below(2) == 0;
            row.reports = below(8) == 0;
        }
        return rows;
    }

private:
    void fill(std::vector<std::pair<std::size_t, std::size_t>>& values, std::size_t pool,
              std::size_t count)
    {
        for (std::size_t index = 0; index < count; ++index)
            values.emplace_back(pool, below(Pools[pool].values.size()));
    }

    std::size_t below(std::size_t end)
    {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
    }

    std::mt19937 random_;
};

Rule ruleOf(const PooledRow& row)
{
    Texts conditions;
    for (const auto& [pool, value] : row.wanted)
        conditions.emplace_back(Pools[pool].values[value].text);
    for (const auto& [pool, value] : row.shutOut)
        conditions.push_back("not " + std::string(Pools[pool].values[value].text));
    auto made = row.denies ? deny(conditions) : allow(conditions);
    return row.reports ? inReportMode(std::move(made)) : made;
}

std::string describe(const std::vector<PooledRow>& rows)
{
    std::string text;
    for (const auto& row : rows) {
        text += row.denies ? "\ndeny" : "\nallow";
        text += row.reports ? " (report):" : ":";
        for (const auto& [pool, value] : row.wanted)
            text += std::string("  ") + Pools[pool].values[value].text;
        for (const auto& [pool, value] : row.shutOut)
            text += std::string("  not ") + Pools[pool].values[value].text;
    }
    return text;
}

TEST(PolicyAnalysis, FindsWhatTryingAllFactsFinds)
{
    RandomPolicies random(20261124);
    std::map<std::string, std::size_t> seen;
    constexpr std::size_t Policies = test::CarriesSanitizer ? 3'000 : 30'000;
    for (std::size_t count = 0; count < Policies; ++count) {
        const auto pools = random.pools();
        const auto rows = random.rows(pools);
        std::vector<Rule> rules;
        for (const auto& row : rows)
            rules.push_back(ruleOf(row));
        Texts found(rows.size());
        for (const auto& finding : findingsOf(documentOf(std::move(rules)))) {
            if (finding.kind == Finding::Kind::MissingList ||
                finding.kind == Finding::Kind::NotAnalysable)
                continue;
            auto& text = found[finding.position - 1];
            ASSERT_EQ(text, "") << "more than one finding on a row's reach";
            text = shortForms({finding}).front();
            if (finding.text.contains("together"))
                text = finding.ruleName + " never-reached";
        }
        const auto matches = matchesOf(rows, pools);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto tried = triedFinding(rows, matches, row);
            ASSERT_EQ(found[row], tried) << "row " << row + 1 << " of" << describe(rows);
            ++seen[tried.empty() ? "nothing"
                                 : tried.substr(2, tried.find_last_not_of("0123456789 ") - 1)];
        }
    }
    for (const auto* kind :
         {"nothing", "never-matches", "never-reached", "contradicting", "partly-covered"})
        EXPECT_GT(seen[kind], Policies / 300) << kind;
}

// The shape of a grown firewall policy: most rows on hosts, many on clients and ports, some wide.
std::vector<Rule> grownPolicy(std::size_t rows)
{
    std::mt19937 random(7);
    const auto below = [&random](unsigned end) { return random() % end; };
    std::vector<Rule> rules;
    while (rules.size() < rows) {
        Texts conditions;
        for (auto count = below(6); count > 0; --count)
            conditions.push_back("host " + std::string(below(3) == 0 ? "*." : "") + "h" +
                                 std::to_string(below(50'000)) + ".site" +
                                 std::to_string(below(300)) + ".example");
        if (below(2) == 0 || conditions.empty())
            conditions.push_back("client 10." + std::to_string(below(250)) + "." +
                                 std::to_string(below(250)) + ".0/24");
        if (below(4) == 0)
            conditions.push_back("port " + std::to_string(1 + below(9000)));
        if (below(5) == 0)
            conditions.push_back("group g" + std::to_string(below(400)));
        if (below(20) == 0)
            conditions.push_back("not host ads" + std::to_string(below(50)) + ".example");
        rules.push_back(below(2) == 0 ? deny(conditions) : allow(conditions));
    }
    return rules;
}

TEST(PolicyAnalysisSpeed, DISABLED_OfTenThousandRows)
{
    const auto document = documentOf(grownPolicy(10'000));
    const auto start = std::chrono::steady_clock::now();
    const auto findings = findingsOf(document);
    const auto taken = std::chrono::steady_clock::now() - start;
    std::cout << findings.size() << " findings in "
              << std::chrono::duration_cast<std::chrono::milliseconds>(taken).count() << " ms\n";
    EXPECT_LT(taken, 2s);
}

} // namespace
} // namespace sallyport::policy
