// README.md, "Decisions in stages", as a table: what is known when, and what follows.

#include "policy/Policy.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;

constexpr auto Monday = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5);

std::shared_ptr<const Policy> policyOf(const std::string& layers)
{
    return Policy::compile(PolicyDocument::parse(R"({"format": 1, )" + layers + "}"), 1);
}

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

    [[nodiscard]] Facts at(Stage stage) const
    {
        Facts facts;
        facts.client = parseAddress("10.1.2.3").value();
        facts.now = Monday + 9h;
        facts.protocol = protocol;
        facts.method = protocol == Protocol::Connect ? "CONNECT" : "GET";
        facts.host = host;
        facts.port = 443;
        facts.path = protocol == Protocol::Connect ? "" : "/a/b";
        facts.subprotocolsOffered = offered;
        if (stage >= Stage::ResolvedAddress)
            facts.destination = parseAddress(destination);
        if (stage >= Stage::FirstBytes && protocol == Protocol::Connect)
            facts.firstBytes = FirstBytes{.content = content,
                                          .sni = sni,
                                          .alpn = alpn,
                                          .path = {},
                                          .query = {},
                                          .origin = {},
                                          .subprotocolsOffered = {},
                                          .differences = {}};
        if (stage >= Stage::UpstreamAnswer && protocol == Protocol::WebSocket)
            facts.subprotocol = chosen;
        return facts;
    }
};

Story tunnelWith(std::string sni)
{
    Story story;
    story.sni = std::move(sni);
    return story;
}

Story tunnelWithout()
{
    Story story;
    story.content = Protocol::Unknown;
    story.sni = "";
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
        StageCase{
            "TlsAndUnknownAreAllThereIs",
            R"({"name": "either", "action": "allow", "when": {"protocol": ["tls", "unknown"]}})",
            tunnelWithout(), Stage::Request, Answer::Allow, "either"},
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
                    StageCase{"TunnelHasNone", DenyMqtt, tunnelWith("a.example"), Stage::Request,
                              Answer::Allow, "all"}),
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
