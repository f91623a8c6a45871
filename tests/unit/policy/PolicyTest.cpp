#include "policy/Policy.h"

#include "unit/policy/Compiled.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

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

// Changes one thing of a plain request; the texts live as long as the program.
Facts request(void (*change)(Facts&))
{
    auto facts = resolved(someFacts(), "192.0.2.7");
    facts.protocol = Protocol::Http;
    facts.method = "GET";
    facts.listener = "127.0.0.1:3128";
    facts.now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + std::chrono::hours(9);
    change(facts);
    return facts;
}

const std::vector<std::string> StaffAndAdmins{"Staff", "Admins"};

constexpr auto Office = R"({"time": ["mon-fri 08:00-18:00 Europe/Berlin"]})";

// The Monday before, at this minute, UTC; Berlin is an hour ahead in winter.
template <int Hour, int Minute, int DaysLater = 0>
void at(Facts& facts)
{
    facts.now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) +
                std::chrono::days(DaysLater) + std::chrono::hours(Hour) +
                std::chrono::minutes(Minute);
}

INSTANTIATE_TEST_SUITE_P(
    Listener, ConditionOutcome,
    testing::Values(ConditionCase{"Same", R"({"listener": ["127.0.0.1:3128"]})",
                                  request([](Facts&) {}), "matched"},
                    ConditionCase{"Other", R"({"listener": ["10.0.0.1:3128"]})",
                                  request([](Facts&) {}), "failed"},
                    ConditionCase{"NotThere", R"({"not": {"listener": ["127.0.0.1:3128"]}})",
                                  request([](Facts&) {}), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    UserAndGroup, ConditionOutcome,
    testing::Values(ConditionCase{"User", R"({"user": ["Ann"]})",
                                  request([](Facts& f) { f.user = "aNN"; }), "matched"},
                    ConditionCase{"OtherUser", R"({"user": ["ann"]})",
                                  request([](Facts& f) { f.user = "bob"; }), "failed"},
                    ConditionCase{"NobodySignedIn", R"({"user": ["ann"]})", request([](Facts&) {}),
                                  "failed"},
                    ConditionCase{"NobodyIsNotAnn", R"({"not": {"user": ["ann"]}})",
                                  request([](Facts&) {}), "matched"},
                    ConditionCase{"AnyGroup", R"({"group": ["guests", "admins"]})",
                                  request([](Facts& f) { f.groups = StaffAndAdmins; }), "matched"},
                    ConditionCase{"NoGroup", R"({"group": ["guests"]})",
                                  request([](Facts& f) { f.groups = StaffAndAdmins; }), "failed"},
                    ConditionCase{"ShutOutGroupBesideAWantedOne",
                                  R"({"group": ["staff"], "not": {"group": ["admins"]}})",
                                  request([](Facts& f) { f.groups = StaffAndAdmins; }), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    PathAndQuery, ConditionOutcome,
    testing::Values(
        ConditionCase{"Prefix", R"({"path": ["/admin"]})",
                      request([](Facts& f) { f.path = "/admin/users"; }), "matched"},
        ConditionCase{"PrefixOfASegment", R"({"path": ["/admin"]})",
                      request([](Facts& f) { f.path = "/administrator"; }), "matched"},
        ConditionCase{"PrefixWithSlash", R"({"path": ["/admin/"]})",
                      request([](Facts& f) { f.path = "/administrator"; }), "failed"},
        ConditionCase{"ShorterPrefixOfAnotherRowsLongerOne", R"({"path": ["/a", "/a/b/c"]})",
                      request([](Facts& f) { f.path = "/a/b/d"; }), "matched"},
        ConditionCase{"BesideThePrefix", R"({"path": ["/admin"]})",
                      request([](Facts& f) { f.path = "/adm"; }), "failed"},
        ConditionCase{"CaseCounts", R"({"path": ["/admin"]})",
                      request([](Facts& f) { f.path = "/Admin"; }), "failed"},
        ConditionCase{"TunnelHasNoPath", R"({"path": ["/"]})", resolved(someFacts(), "192.0.2.7"),
                      "failed"},
        ConditionCase{"Parameter", R"({"query": ["debug"]})",
                      request([](Facts& f) { f.query = "a=1&debug=2"; }), "matched"},
        ConditionCase{"ParameterAlone", R"({"query": ["debug"]})",
                      request([](Facts& f) { f.query = "debug"; }), "matched"},
        ConditionCase{"ParameterWithValue", R"({"query": ["debug=1"]})",
                      request([](Facts& f) { f.query = "debug=1&x"; }), "matched"},
        ConditionCase{"OtherValue", R"({"query": ["debug=1"]})",
                      request([](Facts& f) { f.query = "debug=12"; }), "failed"},
        ConditionCase{"EndingOfAParameter", R"({"query": ["debug"]})",
                      request([](Facts& f) { f.query = "nodebug=1"; }), "failed"},
        ConditionCase{"NoQuery", R"({"query": ["debug"]})", request([](Facts&) {}), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Origin, ConditionOutcome,
    testing::Values(ConditionCase{"OwnPages", R"({"origin": ["*.corp.example"]})",
                                  request([](Facts& f) { f.origin = "wiki.corp.example"; }),
                                  "matched"},
                    ConditionCase{"ForeignPages", R"({"not": {"origin": ["*.corp.example"]}})",
                                  request([](Facts& f) { f.origin = "evil.example"; }), "matched"},
                    ConditionCase{"NoOrigin", R"({"origin": ["*.corp.example"]})",
                                  request([](Facts&) {}), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    HostExpression, ConditionOutcome,
    testing::Values(ConditionCase{"Found", R"({"host": ["regex:^ads?[0-9]*\\."]})",
                                  withHost("ad7.example"), "matched"},
                    ConditionCase{"NotFound", R"({"host": ["regex:^ads?[0-9]*\\."]})",
                                  withHost("bad7.example"), "failed"},
                    ConditionCase{"CaseMakesNoDifference", R"({"host": ["regex:AD7"]})",
                                  withHost("ad7.example"), "matched"},
                    ConditionCase{"OneOfMany",
                                  R"({"host": ["regex:a1", "regex:b2", "regex:c3", "regex:d4",
                                                "regex:e5", "regex:f6"]})",
                                  withHost("x.e5.example"), "matched"},
                    ConditionCase{"ShutOut",
                                  R"({"host": ["*.example"], "not": {"host": ["regex:ad"]}})",
                                  withHost("ad.example"), "failed"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Time, ConditionOutcome,
    testing::Values(
        ConditionCase{"Within", Office, request(at<9, 0>), "matched"},
        ConditionCase{"FirstMinuteOnTheZonesClock", Office, request(at<7, 0>), "matched"},
        ConditionCase{"MinuteBefore", Office, request(at<6, 59>), "failed"},
        ConditionCase{"LastMinute", Office, request(at<16, 59>), "matched"},
        ConditionCase{"MinuteAfter", Office, request(at<17, 0>), "failed"},
        ConditionCase{"Saturday", Office, request(at<9, 0, 5>), "failed"},
        ConditionCase{"SummerTime", Office, request(at<6, 0, 182>), "matched"},
        ConditionCase{"OverMidnight", R"({"time": ["sun 22:00-06:00"]})", request(at<5, 59>),
                      "matched"},
        ConditionCase{"BeforeSundayNight", R"({"time": ["mon 22:00-06:00"]})", request(at<5, 59>),
                      "failed"},
        ConditionCase{"OneOfTwoZones",
                      R"({"time": ["mon 00:00-01:00", "mon 18:00-19:00 Asia/Tokyo"]})",
                      request(at<9, 30>), "matched"},
        ConditionCase{"ShutOut", R"({"not": {"time": ["mon"]}})", request(at<9, 0>), "failed"}),
    [](const auto& info) { return info.param.name; });

TEST(Validity, IsFromStartsUpToExpires)
{
    const auto policy = policyOf(R"("access": [{"name": "for January", "action": "allow",
        "starts": "2026-01-01T00:00:00Z", "expires": "2026-02-01T00:00:00Z"}])");
    auto facts = resolved(someFacts(), "8.8.8.8");
    const auto first = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    const auto behind = std::chrono::sys_days(std::chrono::year(2026) / 2 / 1);
    using std::chrono::seconds;
    for (const auto& [now, answer] :
         {std::pair{WallTime(first) - seconds(1), Answer::Deny},
          std::pair{WallTime(first), Answer::Allow},
          std::pair{WallTime(behind) - seconds(1), Answer::Allow},
          std::pair{WallTime(behind), Answer::Deny}, std::pair{WallTime(), Answer::Deny}}) {
        facts.now = now;
        EXPECT_EQ(policy->decide(facts, Stage::ResolvedAddress).answer, answer)
            << now.time_since_epoch().count();
    }
}

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
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).of(Layer::Access).answer,
              Answer::Undecided);
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
    EXPECT_EQ(policy->decide(someFacts(), Stage::Request).of(Layer::Access).answer,
              Answer::Undecided);
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

TEST(InitialPolicy, ReportsNamesThatDifferAndWaitsForNone)
{
    const auto policy = Policy::compile(PolicyDocument::initial(), 1);
    auto facts = resolved(someFacts(), "8.8.8.8");
    facts.client = address("10.1.2.3");
    facts.protocol = Protocol::Connect;
    facts.port = 443;
    const auto early = policy->decide(facts, Stage::ResolvedAddress);
    EXPECT_EQ(early.answer, Answer::Allow);
    EXPECT_TRUE(early.isSettled());
    EXPECT_EQ(early.would.count, 0U);
    EXPECT_TRUE(policy->reads(Dimension::Names));
    for (const auto difference : AllNameDifferences) {
        facts.firstBytes.emplace().differences.add(difference);
        const auto late = policy->decide(facts, Stage::FirstBytes);
        EXPECT_EQ(late.answer, Answer::Allow);
        ASSERT_EQ(late.would.count, 1U) << nameDifferenceName(difference);
        EXPECT_EQ(policy->ruleAt(late.would.rows[0])->name, "Names that differ");
    }
    facts.firstBytes.emplace();
    EXPECT_EQ(policy->decide(facts, Stage::FirstBytes).would.count, 0U);
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
    EXPECT_EQ(protocolName(Protocol::TunnelledHttp), "tunnelled-http");
    EXPECT_EQ(protocolName(Protocol::Ssh), "ssh");
    EXPECT_EQ(protocolName(Protocol::Unknown), "unknown");
    EXPECT_EQ(nameDifferenceName(NameDifference::SniDiffers), "sni-differs");
    EXPECT_EQ(nameDifferenceName(NameDifference::SniMissing), "sni-missing");
    EXPECT_EQ(nameDifferenceName(NameDifference::HostDiffers), "host-differs");
    EXPECT_EQ(nameDifferenceName(NameDifference::CertificateDiffers), "certificate-differs");
    EXPECT_EQ(layerName(Layer::Guard), "guard");
    EXPECT_EQ(layerName(Layer::Access), "access");
    EXPECT_EQ(actionName(Action::Allow), "allow");
    EXPECT_EQ(actionName(Action::Deny), "deny");
}

} // namespace
} // namespace sallyport::policy
