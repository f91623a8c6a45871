#include "policy/Policy.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

AddressBytes address(std::string_view text)
{
    return parseAddress(text).value();
}

std::shared_ptr<const Policy> policyOf(std::string_view layers)
{
    return Policy::compile(PolicyDocument::parse(R"({"format": 1, )" + std::string(layers) + "}"),
                           1);
}

Facts someFacts()
{
    Facts facts;
    facts.client = address("10.1.2.3");
    facts.protocol = Protocol::Connect;
    facts.method = "CONNECT";
    facts.host = "www.example";
    facts.port = 443;
    return facts;
}

Facts resolved(Facts facts, std::string_view destination)
{
    facts.destination = address(destination);
    return facts;
}

// The one access row's condition is put to the question: "matched" or "failed".
std::string outcomeOf(std::string_view conditions, const Facts& facts)
{
    const auto policy = policyOf(R"("access": [{"name": "row", "action": "allow", "when": )" +
                                 std::string(conditions) + "}]");
    const auto verdict = policy->decide(facts, Stage::ResolvedAddress);
    return verdict.of(Layer::Access).answer == Answer::Allow ? "matched" : "failed";
}

struct ConditionCase {
    const char* name;
    const char* conditions;
    Facts facts;
    const char* outcome;
};

class ConditionOutcome : public testing::TestWithParam<ConditionCase> {};

TEST_P(ConditionOutcome, FollowsFromTheFacts)
{
    const auto& [name, conditions, facts, outcome] = GetParam();
    EXPECT_EQ(outcomeOf(conditions, facts), outcome);
}

Facts withHost(std::string_view host)
{
    auto facts = resolved(someFacts(), "192.0.2.7");
    facts.host = host;
    return facts;
}

constexpr auto ChatHosts = R"({"host": ["*.chat.example"]})";

INSTANTIATE_TEST_SUITE_P(
    Host, ConditionOutcome,
    testing::Values(
        ConditionCase{"Exact", R"({"host": ["www.example"]})", withHost("www.example"), "matched"},
        ConditionCase{"ExactNotBelow", R"({"host": ["example"]})", withHost("www.example"),
                      "failed"},
        ConditionCase{"ExactNotAsEnding", R"({"host": ["ww.example"]})", withHost("www.example"),
                      "failed"},
        ConditionCase{"Suffix", ChatHosts, withHost("a.chat.example"), "matched"},
        ConditionCase{"SuffixDeep", ChatHosts, withHost("a.b.c.chat.example"), "matched"},
        ConditionCase{"SuffixNotItself", ChatHosts, withHost("chat.example"), "failed"},
        ConditionCase{"SuffixNotAsEnding", ChatHosts, withHost("webchat.example"), "failed"},
        ConditionCase{"SuffixAndItself", R"({"host": ["chat.example", "*.chat.example"]})",
                      withHost("chat.example"), "matched"},
        ConditionCase{"ShorterSuffix", R"({"host": ["*.example", "x.chat.example"]})",
                      withHost("chat.example"), "matched"},
        ConditionCase{"LongerEntryBelongsToAnotherName",
                      R"({"host": ["*.example", "a.chat.example"]})", withHost("a.chat.example"),
                      "matched"},
        ConditionCase{"Ipv4Literal", R"({"host": ["192.0.2.7"]})", withHost("192.0.2.7"),
                      "matched"},
        ConditionCase{"Ipv4LiteralMapped", R"({"host": ["192.0.2.7"]})",
                      withHost("::ffff:192.0.2.7"), "matched"},
        ConditionCase{"Ipv6LiteralLongForm", R"({"host": ["[::1]"]})", withHost("0:0:0:0:0:0:0:1"),
                      "matched"},
        ConditionCase{"NoHost", ChatHosts, withHost(""), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    NotHost, ConditionOutcome,
    testing::Values(
        ConditionCase{"ShutOutExact",
                      R"({"host": ["*.chat.example"], "not": {"host": ["beta.chat.example"]}})",
                      withHost("beta.chat.example"), "failed"},
        ConditionCase{"BesideTheShutOut",
                      R"({"host": ["*.chat.example"], "not": {"host": ["beta.chat.example"]}})",
                      withHost("a.chat.example"), "matched"},
        ConditionCase{"BelowTheShutOutExact",
                      R"({"host": ["*.chat.example"], "not": {"host": ["beta.chat.example"]}})",
                      withHost("x.beta.chat.example"), "matched"},
        ConditionCase{"ShutOutSuffix", R"({"not": {"host": ["*.example"]}})",
                      withHost("www.example"), "failed"},
        ConditionCase{"OutsideTheShutOutSuffix", R"({"not": {"host": ["*.example"]}})",
                      withHost("www.test"), "matched"},
        ConditionCase{"ShutOutSuffixWinsOverLongerMatch",
                      R"({"host": ["a.b.example"], "not": {"host": ["*.example"]}})",
                      withHost("a.b.example"), "failed"}),
    [](const auto& info) { return info.param.name; });

Facts withPort(std::uint16_t port)
{
    auto facts = resolved(someFacts(), "192.0.2.7");
    facts.port = port;
    return facts;
}

INSTANTIATE_TEST_SUITE_P(
    Port, ConditionOutcome,
    testing::Values(
        ConditionCase{"Number", R"({"port": [443]})", withPort(443), "matched"},
        ConditionCase{"OtherNumber", R"({"port": [443]})", withPort(444), "failed"},
        ConditionCase{"RangeFirst", R"({"port": ["8000-8100"]})", withPort(8000), "matched"},
        ConditionCase{"RangeLast", R"({"port": ["8000-8100"]})", withPort(8100), "matched"},
        ConditionCase{"BeforeRange", R"({"port": ["8000-8100"]})", withPort(7999), "failed"},
        ConditionCase{"BehindRange", R"({"port": ["8000-8100"]})", withPort(8101), "failed"},
        ConditionCase{"OverlappingRangesEndOneByOne", R"({"port": ["1-100", "50-60"]})",
                      withPort(80), "matched"},
        ConditionCase{"TouchingRanges", R"({"port": ["1-100", "101-200"]})", withPort(101),
                      "matched"},
        ConditionCase{"TopOfTheRange", R"({"port": ["60000-65535"]})", withPort(65535), "matched"},
        ConditionCase{"ShutOut", R"({"port": ["1-1024"], "not": {"port": [25]}})", withPort(25),
                      "failed"},
        ConditionCase{"BehindShutOut", R"({"port": ["1-1024"], "not": {"port": [25]}})",
                      withPort(26), "matched"}),
    [](const auto& info) { return info.param.name; });

Facts withClient(std::string_view client)
{
    auto facts = resolved(someFacts(), "192.0.2.7");
    facts.client = address(client);
    return facts;
}

INSTANTIATE_TEST_SUITE_P(
    Client, ConditionOutcome,
    testing::Values(
        ConditionCase{"Inside", R"({"client": ["10.0.0.0/8"]})", withClient("10.255.255.255"),
                      "matched"},
        ConditionCase{"Outside", R"({"client": ["10.0.0.0/8"]})", withClient("11.0.0.0"), "failed"},
        ConditionCase{"Nested", R"({"client": ["10.0.0.0/8", "10.1.0.0/16"]})",
                      withClient("10.2.0.0"), "matched"},
        ConditionCase{"Ipv6", R"({"client": ["2001:db8::/64"]})", withClient("2001:db8::ffff"),
                      "matched"},
        ConditionCase{"Ipv6Behind", R"({"client": ["2001:db8::/64"]})",
                      withClient("2001:db8:0:1::"), "failed"},
        ConditionCase{"TopAddress", R"({"client": ["ff00::/8"]})",
                      withClient("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "matched"},
        ConditionCase{"AllIpv6IsNoIpv4", R"({"client": ["::/0"]})", withClient("10.1.2.3"),
                      "failed"},
        ConditionCase{"AllIpv6BeforeIpv4", R"({"client": ["::/0"]})", withClient("::1"), "matched"},
        ConditionCase{"AllIpv6BehindIpv4", R"({"client": ["::/0"]})", withClient("2001:db8::1"),
                      "matched"},
        ConditionCase{"AllIpv4", R"({"client": ["0.0.0.0/0"]})", withClient("255.255.255.255"),
                      "matched"},
        ConditionCase{"ShutOut", R"({"client": ["10.0.0.0/8"], "not": {"client": ["10.1.2.3"]}})",
                      withClient("10.1.2.3"), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Others, ConditionOutcome,
    testing::Values(
        ConditionCase{"Nothing", "{}", withPort(443), "matched"},
        ConditionCase{"Method", R"({"method": ["GET", "CONNECT"]})", withPort(443), "matched"},
        ConditionCase{"OtherMethod", R"({"method": ["GET"]})", withPort(443), "failed"},
        ConditionCase{"ShutOutMethod", R"({"not": {"method": ["CONNECT"]}})", withPort(443),
                      "failed"},
        ConditionCase{"Protocol", R"({"protocol": ["connect"]})", withPort(443), "matched"},
        ConditionCase{"OtherProtocol", R"({"protocol": ["http", "websocket", "tls"]})",
                      withPort(443), "failed"},
        ConditionCase{"Address", R"({"address": ["192.0.2.0/24"]})", withPort(443), "matched"},
        ConditionCase{"OtherAddress", R"({"address": ["198.51.100.0/24"]})", withPort(443),
                      "failed"},
        ConditionCase{"ShutOutAddress", R"({"not": {"address": ["192.0.2.0/24"]}})", withPort(443),
                      "failed"},
        ConditionCase{"AllColumnsTogether", R"({"method": ["CONNECT"], "port": [80]})",
                      withPort(443), "failed"}),
    [](const auto& info) { return info.param.name; });

// Verdicts, with 8.8.8.8 for an ordinary destination.

TEST(Policy, FirstMatchingRowWins)
{
    const auto policy = policyOf(R"("access": [
        {"name": "mail", "action": "deny", "when": {"port": [25]}},
        {"name": "all", "action": "allow"},
        {"name": "too late", "action": "deny"}])");
    const auto verdict = policy->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress);
    EXPECT_EQ(verdict.answer, Answer::Allow);
    EXPECT_EQ(verdict.layer, Layer::Access);
    EXPECT_EQ(verdict.stage, Stage::ResolvedAddress);
    EXPECT_EQ(verdict.rule(), &policy->document().rows(Layer::Access)[1]);
}

TEST(Policy, RowsBeyondTheFirst64AreReached)
{
    std::string rows;
    for (int row = 0; row < 200; ++row)
        rows += R"({"name": "r", "action": "deny", "when": {"port": [)" +
                std::to_string(1000 + row) + "]}}, ";
    const auto policy =
        policyOf("\"access\": [" + rows + R"({"name": "last", "action": "allow"}])");
    auto facts = resolved(someFacts(), "8.8.8.8");
    EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[200]);
    facts.port = 1127;
    EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[127]);
    facts.port = 1128;
    EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[128]);
}

TEST(Policy, SkipsRowsThatAreNotEnabled)
{
    const auto policy = policyOf(R"("access": [
        {"name": "off", "action": "deny", "enabled": false},
        {"name": "on", "action": "allow"}])");
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[1]);
}

TEST(Policy, DefaultRowHasNoRule)
{
    const auto denying = policyOf(R"("access": [])");
    const auto denied = denying->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress);
    EXPECT_EQ(denied.answer, Answer::Deny);
    EXPECT_EQ(denied.layer, Layer::Access);
    EXPECT_EQ(denied.rule(), nullptr);

    const auto allowing = policyOf(R"("defaults": {"access": "allow"})");
    const auto allowed = allowing->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress);
    EXPECT_EQ(allowed.answer, Answer::Allow);
    EXPECT_EQ(allowed.rule(), nullptr);
}

constexpr auto AllowAll = R"("access": [{"name": "all", "action": "allow"}])";

TEST(Policy, GuardRefusesSpecialPurposeDestinations)
{
    const auto policy = policyOf(AllowAll);
    for (const auto* destination : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "fe80::1",
                                    "169.254.169.254", "64:ff9b::127.0.0.1", "2002:7f00:1::"}) {
        const auto verdict =
            policy->decide(resolved(someFacts(), destination), Stage::ResolvedAddress);
        EXPECT_EQ(verdict.answer, Answer::Deny) << destination;
        EXPECT_EQ(verdict.layer, Layer::Guard) << destination;
        EXPECT_EQ(verdict.rule(), nullptr) << destination;
        EXPECT_EQ(verdict.of(Layer::Access).answer, Answer::Allow) << destination;
    }
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress).answer,
              Answer::Allow);
}

TEST(Policy, GuardRowOpensASpecialPurposeAddress)
{
    const auto policy = policyOf(std::string(AllowAll) + R"(, "guard": [
        {"name": "wiki", "action": "allow", "when": {"address": ["10.20.0.7/32"], "port": [443]}}])");
    const auto wiki = policy->decide(resolved(someFacts(), "10.20.0.7"), Stage::ResolvedAddress);
    EXPECT_EQ(wiki.answer, Answer::Allow);
    EXPECT_EQ(wiki.of(Layer::Guard).rule, &policy->document().rows(Layer::Guard)[0]);
    EXPECT_EQ(policy->decide(resolved(someFacts(), "10.20.0.8"), Stage::ResolvedAddress).answer,
              Answer::Deny);
}

TEST(Policy, GuardAllowDoesNotOverrideAccess)
{
    const auto policy = policyOf(R"("guard": [{"name": "any", "action": "allow"}])");
    const auto verdict = policy->decide(resolved(someFacts(), "10.0.0.1"), Stage::ResolvedAddress);
    EXPECT_EQ(verdict.answer, Answer::Deny);
    EXPECT_EQ(verdict.layer, Layer::Access);
}

TEST(Policy, GuardIsTheLayerNamedWhenBothDeny)
{
    const auto verdict = policyOf(R"("access": [])")
                             ->decide(resolved(someFacts(), "10.0.0.1"), Stage::ResolvedAddress);
    EXPECT_EQ(verdict.layer, Layer::Guard);
    EXPECT_EQ(verdict.of(Layer::Access).answer, Answer::Deny);
}

// Staged decisions.

TEST(StagedDecision, GuardWaitsForTheAddress)
{
    const auto verdict = policyOf(AllowAll)->decide(someFacts(), Stage::Request);
    EXPECT_EQ(verdict.answer, Answer::Undecided);
    EXPECT_EQ(verdict.of(Layer::Guard).answer, Answer::Undecided);
    EXPECT_EQ(verdict.of(Layer::Access).answer, Answer::Allow);
}

TEST(StagedDecision, AccessDeniesBeforeTheAddressIsKnown)
{
    const auto verdict = policyOf(R"("access": [])")->decide(someFacts(), Stage::Request);
    EXPECT_EQ(verdict.answer, Answer::Deny);
    EXPECT_EQ(verdict.layer, Layer::Access);
}

TEST(StagedDecision, GuardRowThatNeedsNoAddressDecidesAtOnce)
{
    const auto policy = policyOf(std::string(AllowAll) + R"(, "guard": [
        {"name": "never", "action": "deny", "when": {"host": ["www.example"]}},
        {"name": "always", "action": "allow", "when": {"host": ["intranet.example"]}}])");
    auto facts = someFacts();
    const auto denied = policy->decide(facts, Stage::Request);
    EXPECT_EQ(denied.answer, Answer::Deny);
    EXPECT_EQ(denied.rule(), &policy->document().rows(Layer::Guard)[0]);
    facts.host = "intranet.example";
    EXPECT_EQ(policy->decide(facts, Stage::Request).answer, Answer::Allow);
}

TEST(StagedDecision, WaitingRowOfAnotherActionLeavesTheLayerOpen)
{
    const auto policy = policyOf(R"("access": [
        {"name": "their network", "action": "deny", "when": {"address": ["8.8.8.0/24"]}},
        {"name": "all", "action": "allow"}])");
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).of(Layer::Access).answer, Answer::Undecided);
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).of(Layer::Access).rule, nullptr);
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[0]);
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.4.4"), Stage::ResolvedAddress).rule(),
              &policy->document().rows(Layer::Access)[1]);
}

TEST(StagedDecision, WaitingRowsThatAgreeWithTheSureOneDoNotWait)
{
    const auto policy = policyOf(R"("access": [
        {"name": "their network", "action": "deny", "when": {"address": ["8.8.8.0/24"]}},
        {"name": "their name", "action": "deny", "when": {"host": ["www.example"]}},
        {"name": "all", "action": "allow"}])");
    const auto verdict = policy->decide(someFacts(), Stage::Request);
    EXPECT_EQ(verdict.answer, Answer::Deny);
    EXPECT_EQ(verdict.rule(), &policy->document().rows(Layer::Access)[1]);
}

TEST(StagedDecision, WaitingRowThatFailsOnAKnownFactDoesNotWait)
{
    const auto policy = policyOf(R"("access": [
        {"name": "mail", "action": "allow", "when": {"address": ["8.8.8.0/24"], "port": [25]}}])");
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).answer, Answer::Deny);
}

TEST(StagedDecision, ShutOutAddressWaitsToo)
{
    const auto policy = policyOf(R"("access": [
        {"name": "all but theirs", "action": "allow", "when": {"not": {"address": ["8.8.8.8"]}}}])");
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).of(Layer::Access).answer, Answer::Undecided);
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.8.8"), Stage::ResolvedAddress).answer,
              Answer::Deny);
    EXPECT_EQ(policy->decide(resolved(someFacts(), "8.8.4.4"), Stage::ResolvedAddress).answer,
              Answer::Allow);
}

TEST(StagedDecision, MissingAddressNeverTurnsIntoAnAllow)
{
    for (const auto stage : {Stage::Request, Stage::ResolvedAddress, Stage::RunningSession})
        EXPECT_EQ(policyOf(AllowAll)->decide(someFacts(), stage).answer, Answer::Undecided);
}

TEST(StagedDecision, OnlyTheClientIsKnownAtAccept)
{
    const auto policy = policyOf(R"("access": [
        {"name": "these clients", "action": "allow", "when": {"client": ["10.0.0.0/8"], "port": [443]}}])");
    auto facts = someFacts();
    EXPECT_EQ(policy->decide(facts, Stage::Accept).of(Layer::Access).answer, Answer::Undecided);
    facts.client = address("192.0.2.1");
    EXPECT_EQ(policy->decide(facts, Stage::Accept).answer, Answer::Deny);
}

// The policy of the first start.

TEST(InitialPolicy, LetsInternalClientsReachTheWeb)
{
    const auto policy = Policy::compile(PolicyDocument::initial(), 1);
    auto facts = resolved(someFacts(), "8.8.8.8");
    for (const auto* client : {"127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1",
                               "169.254.1.1", "fd00::1", "fe80::1"}) {
        facts.client = address(client);
        for (const std::uint16_t port : {80, 443}) {
            facts.port = port;
            EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).answer, Answer::Allow)
                << client;
        }
        facts.port = 25;
        EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).answer, Answer::Deny) << client;
    }
}

TEST(InitialPolicy, DeniesPublicClientsAndInternalDestinations)
{
    const auto policy = Policy::compile(PolicyDocument::initial(), 1);
    auto facts = resolved(someFacts(), "192.168.1.1");
    EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).layer, Layer::Guard);
    facts = resolved(someFacts(), "8.8.8.8");
    facts.client = address("8.8.4.4");
    const auto verdict = policy->decide(facts, Stage::ResolvedAddress);
    EXPECT_EQ(verdict.answer, Answer::Deny);
    EXPECT_EQ(verdict.layer, Layer::Access);
}

TEST(Names, AreTheContracts)
{
    EXPECT_EQ(stageName(Stage::Accept), "accept");
    EXPECT_EQ(stageName(Stage::Request), "request");
    EXPECT_EQ(stageName(Stage::ResolvedAddress), "resolved-address");
    EXPECT_EQ(stageName(Stage::FirstBytes), "first-bytes");
    EXPECT_EQ(stageName(Stage::UpstreamAnswer), "upstream-answer");
    EXPECT_EQ(stageName(Stage::RunningSession), "running-session");
    EXPECT_EQ(protocolName(Protocol::Http), "http");
    EXPECT_EQ(protocolName(Protocol::Connect), "connect");
    EXPECT_EQ(protocolName(Protocol::WebSocket), "websocket");
    EXPECT_EQ(protocolName(Protocol::Tls), "tls");
    EXPECT_EQ(layerName(Layer::Guard), "guard");
    EXPECT_EQ(layerName(Layer::Access), "access");
    EXPECT_EQ(actionName(Action::Allow), "allow");
    EXPECT_EQ(actionName(Action::Deny), "deny");
}

} // namespace
} // namespace sallyport::policy
