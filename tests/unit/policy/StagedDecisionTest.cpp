// README.md, "Decisions in stages", as a table: what is known when, and what follows.

#include "policy/Policy.h"
#include "unit/policy/Compiled.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;

constexpr auto Monday = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5);

// A session whose facts become known stage by stage, as the proxy asks.
struct Story {
    Protocol protocol = Protocol::Connect;
    std::string host = "www.example";
    std::string destination = "8.8.8.8";
    Protocol content = Protocol::Tls; // of a tunnel
    std::string sni = "www.example";
    std::vector<std::string> alpn{};
    std::vector<std::string> offered{}; // of a WebSocket
    std::string chosen{};
    std::string path = "/a/b"; // of a request in the clear, in a tunnel or not
    std::string query{};
    std::string origin{};
    NameDifferences differences{};

    [[nodiscard]] Facts at(Stage stage) const
    {
        Facts facts;
        facts.client = parseAddress("10.1.2.3").value();
        facts.now = Monday + 9h;
        facts.protocol = protocol;
        facts.method = protocol == Protocol::Connect ? "CONNECT" : "GET";
        facts.host = host;
        facts.port = 443;
        if (protocol != Protocol::Connect) {
            facts.path = path;
            facts.query = query;
            facts.origin = origin;
            facts.subprotocolsOffered = offered;
        }
        if (stage >= Stage::ResolvedAddress)
            facts.destination = parseAddress(destination);
        if (stage >= Stage::FirstBytes && protocol == Protocol::Connect)
            facts.firstBytes = firstBytes();
        if (stage >= Stage::UpstreamAnswer && hasHandshake(facts))
            facts.subprotocol = chosen;
        return facts;
    }

private:
    [[nodiscard]] FirstBytes firstBytes() const
    {
        FirstBytes seen;
        seen.content = content;
        seen.sni = sni;
        seen.alpn = alpn;
        seen.differences = differences;
        if (content == Protocol::WebSocket || content == Protocol::TunnelledHttp) {
            seen.path = path;
            seen.query = query;
            seen.origin = origin;
            seen.subprotocolsOffered = offered;
        }
        return seen;
    }
};

Story tunnelWith(std::string sni)
{
    Story story;
    story.sni = std::move(sni);
    return story;
}

Story tunnelOf(Protocol content)
{
    Story story;
    story.content = content;
    story.sni = "";
    return story;
}

Story tunnelWithout()
{
    return tunnelOf(Protocol::Unknown);
}

Story tunnelledWebSocket(std::vector<std::string> offered, std::string chosen)
{
    auto story = tunnelOf(Protocol::WebSocket);
    story.query = "room=1";
    story.origin = "app.example";
    story.offered = std::move(offered);
    story.chosen = std::move(chosen);
    return story;
}

Story tunnelWhere(NameDifference difference)
{
    Story story;
    story.differences.add(difference);
    return story;
}

Story tunnelOffering(std::vector<std::string> alpn)
{
    Story story;
    story.alpn = std::move(alpn);
    return story;
}

Story webSocket(std::vector<std::string> offered, std::string chosen)
{
    Story story;
    story.protocol = Protocol::WebSocket;
    story.offered = std::move(offered);
    story.chosen = std::move(chosen);
    return story;
}

Story plainRequest()
{
    Story story;
    story.protocol = Protocol::Http;
    return story;
}

struct StageCase {
    const char* name;
    const char* access; ///< rows
    Story story;
    Stage decidedAt; ///< of the access layer
    Answer answer;
    const char* rule;
};

class AccessLayer : public testing::TestWithParam<StageCase> {};

TEST_P(AccessLayer, IsDecidedAtTheFirstStageThatIsCertain)
{
    const auto& [name, access, story, decidedAt, answer, rule] = GetParam();
    const auto policy = policyOf(std::string(R"("access": [)") + access + "]");
    for (const auto stage : {Stage::Request, Stage::ResolvedAddress, Stage::FirstBytes,
                             Stage::UpstreamAnswer, Stage::RunningSession}) {
        const auto verdict = policy->decide(story.at(stage), stage);
        const auto& said = verdict.of(Layer::Access);
        if (stage < decidedAt) {
            EXPECT_EQ(said.answer, Answer::Undecided) << stageName(stage);
            continue;
        }
        EXPECT_EQ(said.answer, answer) << stageName(stage);
        EXPECT_EQ(said.rule != nullptr ? said.rule->name : "default", rule) << stageName(stage);
    }
}

constexpr auto DenySni = R"(
    {"name": "bad name", "action": "deny", "when": {"sni": ["*.bad.example"]}},
    {"name": "no TLS", "action": "deny", "when": {"protocol": ["unknown"]}},
    {"name": "all", "action": "allow"})";
constexpr auto DenyMqtt = R"(
    {"name": "no mqtt", "action": "deny", "when": {"subprotocol": ["mqtt"]}},
    {"name": "all", "action": "allow"})";
constexpr auto OnlyChat = R"(
    {"name": "chat", "action": "allow", "when": {"subprotocol": ["chat"]}})";
constexpr auto NotMqtt = R"(
    {"name": "not mqtt", "action": "allow", "when": {"not": {"subprotocol": ["mqtt"]}}})";

INSTANTIATE_TEST_SUITE_P(
    FirstBytes, AccessLayer,
    testing::Values(
        StageCase{"SniDenied", DenySni, tunnelWith("x.bad.example"), Stage::FirstBytes,
                  Answer::Deny, "bad name"},
        StageCase{"SniPasses", DenySni, tunnelWith("good.example"), Stage::FirstBytes,
                  Answer::Allow, "all"},
        StageCase{"NoSniPasses", DenySni, tunnelWith(""), Stage::FirstBytes, Answer::Allow, "all"},
        StageCase{"NoTls", DenySni, tunnelWithout(), Stage::FirstBytes, Answer::Deny, "no TLS"},
        StageCase{"PlainRequestHasNoSni", DenySni, plainRequest(), Stage::Request, Answer::Allow,
                  "all"},
        StageCase{"WebSocketHasNoSni", DenySni, webSocket({}, ""), Stage::Request, Answer::Allow,
                  "all"},
        StageCase{"DenyBehindASniRowNeedNotWait",
                  R"({"name": "bad name", "action": "deny", "when": {"sni": ["*.bad.example"]}},
                     {"name": "all", "action": "deny"})",
                  tunnelWith("good.example"), Stage::Request, Answer::Deny, "all"},
        StageCase{"DefaultBehindASniRowNeedNotWait",
                  R"({"name": "bad name", "action": "deny", "when": {"sni": ["*.bad.example"]}})",
                  tunnelWith("good.example"), Stage::Request, Answer::Deny, "default"},
        StageCase{"SniRowThatFailsOnTheHostDoesNotWait",
                  R"({"name": "bad name", "action": "deny",
                      "when": {"sni": ["*.bad.example"], "host": ["other.example"]}},
                     {"name": "all", "action": "allow"})",
                  tunnelWith("x.bad.example"), Stage::Request, Answer::Allow, "all"},
        StageCase{"OnlyTls", R"({"name": "tls", "action": "allow", "when": {"protocol": ["tls"]}})",
                  tunnelWith("a.example"), Stage::FirstBytes, Answer::Allow, "tls"},
        StageCase{"OnlyTlsButNone",
                  R"({"name": "tls", "action": "allow", "when": {"protocol": ["tls"]}})",
                  tunnelWithout(), Stage::FirstBytes, Answer::Deny, "default"},
        StageCase{"WhateverIsInATunnelItIsConnect",
                  R"({"name": "tunnels", "action": "allow", "when": {"protocol": ["connect"]}})",
                  tunnelWithout(), Stage::Request, Answer::Allow, "tunnels"},
        StageCase{"TheFiveContentsAreAllThereIs",
                  R"({"name": "any", "action": "allow", "when": {"protocol": ["tls", "websocket",
                "tunnelled-http", "ssh", "unknown"]}})",
                  tunnelWithout(), Stage::Request, Answer::Allow, "any"},
        StageCase{
            "TlsAndUnknownAreNotAllThereIs",
            R"({"name": "either", "action": "allow", "when": {"protocol": ["tls", "unknown"]}})",
            tunnelWithout(), Stage::FirstBytes, Answer::Allow, "either"},
        StageCase{"HttpInTheClearIsNoContent",
                  R"({"name": "http", "action": "allow", "when": {"protocol": ["http"]}})",
                  tunnelOf(Protocol::TunnelledHttp), Stage::Request, Answer::Deny, "default"},
        StageCase{"TunnelledHttp",
                  R"({"name": "web", "action": "allow", "when": {"protocol": ["tunnelled-http"]}})",
                  tunnelOf(Protocol::TunnelledHttp), Stage::FirstBytes, Answer::Allow, "web"},
        StageCase{"TunnelledHttpIsNotARequest",
                  R"({"name": "web", "action": "allow", "when": {"protocol": ["tunnelled-http"]}})",
                  plainRequest(), Stage::Request, Answer::Deny, "default"},
        StageCase{"Ssh", R"({"name": "ssh", "action": "deny", "when": {"protocol": ["ssh"]}},
                            {"name": "all", "action": "allow"})",
                  tunnelOf(Protocol::Ssh), Stage::FirstBytes, Answer::Deny, "ssh"},
        StageCase{"NoSsh", R"({"name": "ssh", "action": "deny", "when": {"protocol": ["ssh"]}},
                              {"name": "all", "action": "allow"})",
                  tunnelWithout(), Stage::FirstBytes, Answer::Allow, "all"},
        StageCase{"WebSocketInATunnel",
                  R"({"name": "ws", "action": "allow", "when": {"protocol": ["websocket"]}})",
                  tunnelledWebSocket({}, ""), Stage::FirstBytes, Answer::Allow, "ws"},
        StageCase{"WebSocketInATunnelOrNot",
                  R"({"name": "ws", "action": "allow", "when": {"protocol": ["websocket"]}})",
                  webSocket({}, ""), Stage::Request, Answer::Allow, "ws"},
        StageCase{"TunnelsAreNotAllWebSockets",
                  R"({"name": "ws", "action": "allow", "when": {"protocol": ["websocket"]}})",
                  tunnelOf(Protocol::TunnelledHttp), Stage::FirstBytes, Answer::Deny, "default"},
        StageCase{
            "NotTls",
            R"({"name": "not tls", "action": "allow", "when": {"not": {"protocol": ["tls"]}}})",
            tunnelWith("a.example"), Stage::FirstBytes, Answer::Deny, "default"},
        StageCase{"Alpn", R"({"name": "h3", "action": "deny", "when": {"alpn": ["h3"]}},
                             {"name": "all", "action": "allow"})",
                  tunnelOffering({"h2", "h3"}), Stage::FirstBytes, Answer::Deny, "h3"},
        StageCase{"NoAlpn", R"({"name": "h3", "action": "deny", "when": {"alpn": ["h3"]}},
                               {"name": "all", "action": "allow"})",
                  tunnelOffering({}), Stage::FirstBytes, Answer::Allow, "all"}),
    [](const auto& info) { return info.param.name; });

constexpr auto DenyAdmin = R"(
    {"name": "admin", "action": "deny", "when": {"path": ["/a"]}},
    {"name": "all", "action": "allow"})";
constexpr auto OnlyRoom = R"(
    {"name": "room", "action": "allow", "when": {"query": ["room"]}})";
constexpr auto OnlyApp = R"(
    {"name": "app", "action": "allow", "when": {"origin": ["app.example"]}})";
constexpr auto NotApp = R"(
    {"name": "others", "action": "allow", "when": {"not": {"origin": ["app.example"]}}})";

INSTANTIATE_TEST_SUITE_P(
    RequestInATunnel, AccessLayer,
    testing::Values(StageCase{"PathOfAWebSocket", DenyAdmin, tunnelledWebSocket({}, ""),
                              Stage::FirstBytes, Answer::Deny, "admin"},
                    StageCase{"PathOfARequest", DenyAdmin, tunnelOf(Protocol::TunnelledHttp),
                              Stage::FirstBytes, Answer::Deny, "admin"},
                    StageCase{"NoPathInTls", DenyAdmin, tunnelWith("a.example"), Stage::FirstBytes,
                              Answer::Allow, "all"},
                    StageCase{"PathOutsideOfTunnels", DenyAdmin, plainRequest(), Stage::Request,
                              Answer::Deny, "admin"},
                    StageCase{"PathOfAnotherMethod",
                              R"({"name": "get", "action": "deny", "when": {"path": ["/a"],
                                                               "method": ["GET"]}},
                     {"name": "all", "action": "allow"})",
                              tunnelledWebSocket({}, ""), Stage::Request, Answer::Allow, "all"},
                    StageCase{"Query", OnlyRoom, tunnelledWebSocket({}, ""), Stage::FirstBytes,
                              Answer::Allow, "room"},
                    StageCase{"NoQuery", OnlyRoom, tunnelOf(Protocol::TunnelledHttp),
                              Stage::FirstBytes, Answer::Deny, "default"},
                    StageCase{"Origin", OnlyApp, tunnelledWebSocket({}, ""), Stage::FirstBytes,
                              Answer::Allow, "app"},
                    StageCase{"OriginShutOut", NotApp, tunnelledWebSocket({}, ""),
                              Stage::FirstBytes, Answer::Deny, "default"},
                    StageCase{"NoOriginInSsh", NotApp, tunnelOf(Protocol::Ssh), Stage::FirstBytes,
                              Answer::Allow, "others"}),
    [](const auto& info) { return info.param.name; });

constexpr auto DenyDiffering = R"(
    {"name": "differing", "action": "deny", "when": {"names": ["sni-differs", "host-differs"]}},
    {"name": "all", "action": "allow"})";
constexpr auto OnlyWithSni = R"(
    {"name": "with SNI", "action": "allow", "when": {"not": {"names": ["sni-missing"]}}})";

INSTANTIATE_TEST_SUITE_P(
    Names, AccessLayer,
    testing::Values(StageCase{"Differ", DenyDiffering, tunnelWhere(NameDifference::HostDiffers),
                              Stage::FirstBytes, Answer::Deny, "differing"},
                    StageCase{"DifferOtherwise", DenyDiffering,
                              tunnelWhere(NameDifference::SniMissing), Stage::FirstBytes,
                              Answer::Allow, "all"},
                    StageCase{"Agree", DenyDiffering, tunnelWith("www.example"), Stage::FirstBytes,
                              Answer::Allow, "all"},
                    StageCase{"OfARequestAgree", DenyDiffering, plainRequest(), Stage::Request,
                              Answer::Allow, "all"},
                    StageCase{"OfAWebSocketAgree", DenyDiffering, webSocket({}, ""), Stage::Request,
                              Answer::Allow, "all"},
                    StageCase{"ShutOut", OnlyWithSni, tunnelWhere(NameDifference::SniMissing),
                              Stage::FirstBytes, Answer::Deny, "default"},
                    StageCase{"NotShutOut", OnlyWithSni, tunnelWhere(NameDifference::SniDiffers),
                              Stage::FirstBytes, Answer::Allow, "with SNI"}),
    [](const auto& info) { return info.param.name; });

// Nothing waits for a certificate: what it adds counts when the session is asked again.
TEST(NamesOfATunnel, AreAskedAgainWhenTheCertificateIsKnown)
{
    const auto policy = policyOf(R"("access": [
        {"name": "bad", "action": "deny", "when": {"names": ["certificate-differs"]}},
        {"name": "all", "action": "allow"}])");
    Story story;
    const auto before = policy->decide(story.at(Stage::FirstBytes), Stage::FirstBytes);
    EXPECT_EQ(before.answer, Answer::Allow);
    EXPECT_TRUE(before.isSettled());
    story.differences.add(NameDifference::CertificateDiffers);
    const auto after = policy->decide(story.at(Stage::RunningSession), Stage::RunningSession);
    EXPECT_EQ(after.answer, Answer::Deny);
    EXPECT_EQ(after.rule()->name, "bad");
}

struct UnreadCase {
    const char* name;
    const char* when;
    bool matches;

    friend void PrintTo(const UnreadCase& each, std::ostream* out) { *out << each.name; }
};

class UnreadTunnel : public testing::TestWithParam<UnreadCase> {};

TEST_P(UnreadTunnel, HasNothingInIt)
{
    const auto policy =
        policyOf(std::string(R"("access": [{"name": "it", "action": "allow", "when": )") +
                 GetParam().when + "}]");
    const Story story;
    auto facts = story.at(Stage::FirstBytes);
    facts.firstBytes.reset();
    for (const auto stage : {Stage::FirstBytes, Stage::UpstreamAnswer, Stage::RunningSession}) {
        const auto verdict = policy->decide(facts, stage);
        EXPECT_EQ(verdict.of(Layer::Access).answer,
                  GetParam().matches ? Answer::Allow : Answer::Deny)
            << stageName(stage);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Conditions, UnreadTunnel,
    testing::Values(UnreadCase{"Connect", R"({"protocol": ["connect"]})", true},
                    UnreadCase{
                        "Contents",
                        R"({"protocol": ["tls", "websocket", "tunnelled-http", "ssh", "unknown"]})",
                        false},
                    UnreadCase{"Path", R"({"path": ["/"]})", false},
                    UnreadCase{"NotPath", R"({"not": {"path": ["/"]}})", true},
                    UnreadCase{"Query", R"({"query": ["a"]})", false},
                    UnreadCase{"Origin", R"({"origin": ["*.example"]})", false},
                    UnreadCase{"Subprotocol", R"({"subprotocol": ["chat"]})", false},
                    UnreadCase{"NotSubprotocol", R"({"not": {"subprotocol": ["chat"]}})", true},
                    UnreadCase{"Names", R"({"names": ["sni-differs", "sni-missing"]})", false},
                    UnreadCase{"NotNames", R"({"not": {"names": ["sni-missing"]}})", true}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    UpstreamAnswer, AccessLayer,
    testing::Values(StageCase{"ChosenIsDenied", DenyMqtt, webSocket({"chat", "mqtt"}, "mqtt"),
                              Stage::UpstreamAnswer, Answer::Deny, "no mqtt"},
                    StageCase{"AnotherIsChosen", DenyMqtt, webSocket({"chat", "mqtt"}, "chat"),
                              Stage::UpstreamAnswer, Answer::Allow, "all"},
                    StageCase{"NoneIsChosen", DenyMqtt, webSocket({"mqtt"}, ""),
                              Stage::UpstreamAnswer, Answer::Allow, "all"},
                    StageCase{"NotOffered", DenyMqtt, webSocket({"chat"}, "chat"), Stage::Request,
                              Answer::Allow, "all"},
                    StageCase{"NothingOffered", DenyMqtt, webSocket({}, ""), Stage::Request,
                              Answer::Allow, "all"},
                    StageCase{"WantedIsChosen", OnlyChat, webSocket({"chat", "x"}, "chat"),
                              Stage::UpstreamAnswer, Answer::Allow, "chat"},
                    StageCase{"WantedIsNotOffered", OnlyChat, webSocket({"x"}, "x"), Stage::Request,
                              Answer::Deny, "default"},
                    StageCase{"ShutOutIsNotOffered", NotMqtt, webSocket({"x"}, "x"), Stage::Request,
                              Answer::Allow, "not mqtt"},
                    StageCase{"TlsHasNone", DenyMqtt, tunnelWith("a.example"), Stage::FirstBytes,
                              Answer::Allow, "all"},
                    StageCase{"TunnelledRequestHasNone", OnlyChat,
                              tunnelOf(Protocol::TunnelledHttp), Stage::FirstBytes, Answer::Deny,
                              "default"},
                    StageCase{"ChosenInATunnelIsDenied", DenyMqtt,
                              tunnelledWebSocket({"chat", "mqtt"}, "mqtt"), Stage::UpstreamAnswer,
                              Answer::Deny, "no mqtt"},
                    StageCase{"AnotherIsChosenInATunnel", DenyMqtt,
                              tunnelledWebSocket({"chat", "mqtt"}, "chat"), Stage::UpstreamAnswer,
                              Answer::Allow, "all"},
                    StageCase{"NotOfferedInATunnel", DenyMqtt, tunnelledWebSocket({"chat"}, "chat"),
                              Stage::FirstBytes, Answer::Allow, "all"},
                    StageCase{"NothingOfferedInATunnel", OnlyChat, tunnelledWebSocket({}, ""),
                              Stage::FirstBytes, Answer::Deny, "default"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ResolvedAddress, AccessLayer,
    testing::Values(
        StageCase{"AddressDenied",
                  R"({"name": "net", "action": "deny", "when": {"address": ["8.8.8.0/24"]}},
                     {"name": "all", "action": "allow"})",
                  plainRequest(), Stage::ResolvedAddress, Answer::Deny, "net"},
        StageCase{"AddressRowBehindASureOneIsNotAsked",
                  R"({"name": "all", "action": "allow"},
                     {"name": "net", "action": "deny", "when": {"address": ["8.8.8.0/24"]}})",
                  plainRequest(), Stage::Request, Answer::Allow, "all"},
        StageCase{"LaterStageDecidesWhereTwoRowsWait",
                  R"({"name": "net", "action": "deny", "when": {"address": ["9.9.9.0/24"]}},
                     {"name": "sni", "action": "deny", "when": {"sni": ["x.example"]}},
                     {"name": "all", "action": "allow"})",
                  tunnelWith("x.example"), Stage::FirstBytes, Answer::Deny, "sni"}),
    [](const auto& info) { return info.param.name; });

TEST(StagedLayers, EmergencyDeniesInFrontOfAccess)
{
    const auto policy = policyOf(R"("emergency": [{"name": "shut", "action": "deny",
            "expires": "2026-02-01T00:00:00Z", "when": {"host": ["*.example"]}}],
        "access": [{"name": "all", "action": "allow"}])");
    const auto story = plainRequest();
    auto facts = story.at(Stage::ResolvedAddress);
    const auto denied = policy->decide(facts, Stage::ResolvedAddress);
    EXPECT_EQ(denied.answer, Answer::Deny);
    EXPECT_EQ(denied.layer, Layer::Emergency);
    EXPECT_EQ(denied.rule()->name, "shut");
    EXPECT_EQ(denied.of(Layer::Access).answer, Answer::Allow);
    facts.now = Monday + std::chrono::days(30);
    EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).answer, Answer::Allow);
}

TEST(StagedLayers, AllowIsSaidWhileInspectionStillWaits)
{
    const auto policy = policyOf(R"("access": [{"name": "all", "action": "allow"}],
        "profiles": [{"name": "p"}],
        "inspection": [{"name": "look", "action": "observe", "profile": "p",
                        "when": {"sni": ["*.bad.example"]}}])");
    const auto story = tunnelWith("x.bad.example");
    const auto early = policy->decide(story.at(Stage::ResolvedAddress), Stage::ResolvedAddress);
    EXPECT_EQ(early.answer, Answer::Allow);
    EXPECT_FALSE(early.isSettled());
    const auto late = policy->decide(story.at(Stage::FirstBytes), Stage::FirstBytes);
    EXPECT_TRUE(late.isSettled());
    EXPECT_EQ(late.of(Layer::Inspection).rule->profile, "p");
}

TEST(StagedLayers, LimitsThatSayTheSameNeedNotWait)
{
    const auto policy = policyOf(R"("access": [{"name": "all", "action": "allow"}],
        "limits": [
            {"name": "by SNI", "action": "limit", "limits": {"idle": "5m"}, "when": {"sni": ["x"]}},
            {"name": "others", "action": "limit", "limits": {"idle": "300s"}}])");
    const auto verdict = policy->decide(Story().at(Stage::ResolvedAddress), Stage::ResolvedAddress);
    EXPECT_TRUE(verdict.isSettled());
    EXPECT_EQ(verdict.of(Layer::Limits).rule->name, "others");
}

TEST(ReportMode, NamesTheRowAndGoesOn)
{
    const auto policy = policyOf(R"("access": [
        {"name": "would deny", "action": "deny", "mode": "report", "when": {"host": ["*.example"]}},
        {"name": "elsewhere", "action": "deny", "mode": "report", "when": {"host": ["x.test"]}},
        {"name": "all", "action": "allow"},
        {"name": "behind", "action": "deny", "mode": "report"}])");
    const auto verdict =
        policy->decide(plainRequest().at(Stage::ResolvedAddress), Stage::ResolvedAddress);
    EXPECT_EQ(verdict.answer, Answer::Allow);
    EXPECT_EQ(verdict.rule()->name, "all");
    ASSERT_EQ(verdict.would.count, 1U);
    EXPECT_EQ(policy->ruleAt(verdict.would.rows[0])->name, "would deny");
}

TEST(ReportMode, DoesNotMakeALayerWait)
{
    const auto policy = policyOf(R"("access": [
        {"name": "would deny", "action": "deny", "mode": "report", "when": {"sni": ["x"]}},
        {"name": "all", "action": "allow"}])");
    EXPECT_EQ(policy->decide(Story().at(Stage::Request), Stage::Request).of(Layer::Access).answer,
              Answer::Allow);
}

TEST(ReportMode, KeepsTheFirstFourAndCountsAll)
{
    std::string rows;
    for (int row = 0; row < 6; ++row)
        rows +=
            R"({"name": "r)" + std::to_string(row) + R"(", "action": "deny", "mode": "report"},)";
    const auto policy =
        policyOf(R"("access": [)" + rows + R"({"name": "all", "action": "allow"}])");
    const auto verdict =
        policy->decide(plainRequest().at(Stage::ResolvedAddress), Stage::ResolvedAddress);
    EXPECT_EQ(verdict.would.count, 6U);
    EXPECT_EQ(verdict.would.kept().size(), WouldHits::Kept);
    EXPECT_EQ(policy->ruleAt(verdict.would.rows[3])->name, "r3");
}

TEST(RowNumbers, AreNamedByTheRuleOrByTheLayersDefault)
{
    const auto policy = policyOf(R"("access": [
        {"name": "off", "action": "deny", "enabled": false},
        {"id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11", "name": "on", "action": "allow",
         "when": {"host": ["www.example"]}}])");
    const auto story = plainRequest();
    auto facts = story.at(Stage::ResolvedAddress);
    const auto byRule = policy->decide(facts, Stage::ResolvedAddress).of(Layer::Access);
    EXPECT_EQ(policy->counterName(byRule.row), "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11");
    facts.host = "other.example";
    const auto verdict = policy->decide(facts, Stage::ResolvedAddress);
    EXPECT_EQ(policy->counterName(verdict.of(Layer::Access).row), "default/access");
    EXPECT_EQ(policy->counterName(verdict.of(Layer::Guard).row), "default/guard");
    EXPECT_EQ(policy->counterName(verdict.of(Layer::Limits).row), "default/limits");
}

TEST(CompiledPolicy, SaysWhichDimensionsItReads)
{
    const auto policy = policyOf(R"("access": [
        {"name": "a", "action": "allow", "when": {"path": ["/a"], "not": {"sni": ["x"]}}},
        {"name": "off", "action": "allow", "enabled": false, "when": {"query": ["q"]}}])");
    EXPECT_TRUE(policy->reads(Dimension::Path));
    EXPECT_TRUE(policy->reads(Dimension::Sni));
    EXPECT_FALSE(policy->reads(Dimension::Query));
    EXPECT_FALSE(policy->reads(Dimension::Host));
}

struct CompileFault {
    const char* name;
    const char* when;
    const char* complaint;
};

class Compile : public testing::TestWithParam<CompileFault> {};

TEST_P(Compile, RefusesWhatOnlyShowsThen)
{
    const auto document = PolicyDocument::parse(
        std::string(R"({"format": 1, "access": [{"name": "r", "action": "allow", "when": )") +
        GetParam().when + "}]}");
    try {
        static_cast<void>(Policy::compile(document, 1));
        FAIL() << "was compiled";
    } catch (const PolicyError& error) {
        EXPECT_NE(std::string(error.what()).find(GetParam().complaint), std::string::npos)
            << error.what();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Compile,
    testing::Values(CompileFault{"MissingList", R"({"host": ["list:ads"]})",
                                 R"(there is no list "ads")"},
                    CompileFault{"MissingAddressList", R"({"address": ["list:bad"]})",
                                 R"(there is no list "bad")"},
                    CompileFault{"UnknownZone", R"({"time": ["mon Europe/Atlantis"]})",
                                 R"(there is no time zone "Europe/Atlantis")"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::policy
