#include "policy/Explanation.h"

#include "policy/TimeText.h"
#include "unit/policy/Compiled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

namespace sallyport::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A Sunday.
FactSheet sheetFor(std::string_view url)
{
    auto sheet = factSheetFor(url);
    sheet.client = parseAddress("192.0.2.1").value();
    sheet.listener = "127.0.0.1:3128";
    sheet.at = parseTime("2026-11-29T13:00:00Z").value();
    return sheet;
}

FactSheet resolved(std::string_view url, std::string_view address = "20.1.2.3")
{
    auto sheet = sheetFor(url);
    sheet.destination = parseAddress(address).value();
    return sheet;
}

// The access layer's first row.
ExplainedRow firstRow(const Explanation& explanation)
{
    for (const auto& row : explanation.rows)
        if (row.layer == Layer::Access)
            return row;
    throw std::logic_error("no row of access");
}

struct ReasonCase {
    const char* name;
    const char* conditions;
    FactSheet facts;
    const char* condition;
    const char* reason;

    friend void PrintTo(const ReasonCase& each, std::ostream* out) { *out << each.name; }
};

class FailedCondition : public testing::TestWithParam<ReasonCase> {};

TEST_P(FailedCondition, IsSaidInWords)
{
    const auto& [name, conditions, facts, condition, reason] = GetParam();
    const auto policy =
        policyOf(R"("access": [{"name": "row", "action": "allow", "when": )" +
                 std::string(conditions) + R"(}, {"name": "rest", "action": "deny"}])");
    const auto row = firstRow(explain(*policy, facts));
    EXPECT_EQ(row.outcome, RowOutcome::Kind::Failed);
    EXPECT_EQ(row.condition, condition);
    EXPECT_EQ(row.reason, reason);
}

FactSheet with(FactSheet sheet, const std::function<void(FactSheet&)>& change)
{
    change(sheet);
    return sheet;
}

const FactSheet Tunnel = resolved("https://www.x.example/");
const FactSheet Web = resolved("http://www.x.example/a/b?c=1&d");
const FactSheet Chat = resolved("ws://www.x.example/chat");
const FactSheet TunnelledChat = with(resolved("www.x.example:80"), [](FactSheet& sheet) {
    takeTarget(sheet.beginWith(Protocol::WebSocket), "/chat?room=1");
});

INSTANTIATE_TEST_SUITE_P(
    Dimensions, FailedCondition,
    testing::Values(
        ReasonCase{"Host", R"({"host": ["*.y.example"]})", Web, "host",
                   "host www.x.example is not *.y.example"},
        ReasonCase{"HostOfMany",
                   R"({"host": ["a.example", "b.example", "c.example", "d.example", "e.example",
                                "f.example"]})",
                   Web, "host",
                   "host www.x.example is none of a.example, b.example, c.example, d.example and 2 "
                   "more"},
        ReasonCase{"HostShutOut",
                   R"({"host": ["*.example"], "not": {"host": ["z.example", "*.x.example"]}})", Web,
                   "host", "host www.x.example is shut out by \"not\": *.x.example"},
        ReasonCase{"HostNotEvenWanted",
                   R"({"host": ["y.example"], "not": {"host": ["z.example"]}})", Web, "host",
                   "host www.x.example is not y.example"},
        ReasonCase{"Port", R"({"port": [443]})", Web, "port", "port 80 is not 443"},
        ReasonCase{"Ports", R"({"port": [443, "8000-8100"]})", Web, "port",
                   "port 80 is none of 443, 8000-8100"},
        ReasonCase{"Client", R"({"client": ["10.0.0.0/8"]})", Web, "client",
                   "client 192.0.2.1 is not in 10.0.0.0/8"},
        ReasonCase{"ClientShutOut", R"({"not": {"client": ["192.0.2.0/24"]}})", Web, "client",
                   "client 192.0.2.1 is shut out by \"not\": 192.0.2.0/24"},
        ReasonCase{"Listener", R"({"listener": ["127.0.0.1:8080"]})", Web, "listener",
                   "listener 127.0.0.1:3128 is not 127.0.0.1:8080"},
        ReasonCase{"Nobody", R"({"user": ["ann"]})", Web, "user",
                   "there is no user, it would have to be ann"},
        ReasonCase{"OtherUser", R"({"user": ["ann"]})",
                   with(Web, [](FactSheet& sheet) { sheet.user = "bob"; }), "user",
                   "user bob is not ann"},
        ReasonCase{"Group", R"({"group": ["Staff", "Guests"]})", Web, "group",
                   "the user is in none of the groups Staff, Guests"},
        ReasonCase{"Protocol", R"({"protocol": ["http", "unknown"]})", Tunnel, "protocol",
                   "protocol connect (tls inside) is none of http, unknown"},
        ReasonCase{"Method", R"({"method": ["POST"]})", Web, "method", "method GET is not POST"},
        ReasonCase{"Path", R"({"path": ["/x"]})", Web, "path", "path /a/b does not begin with /x"},
        ReasonCase{"NoPath", R"({"path": ["/x"]})", Tunnel, "path",
                   "the tunnel shows no path, it would have to begin with /x"},
        ReasonCase{"PathInATunnel", R"({"path": ["/x"]})", TunnelledChat, "path",
                   "path /chat does not begin with /x"},
        ReasonCase{"QueryInATunnel", R"({"query": ["debug"]})", TunnelledChat, "query",
                   "query room=1 has no parameter debug"},
        ReasonCase{"ProtocolInATunnel", R"({"protocol": ["tunnelled-http", "ssh"]})", TunnelledChat,
                   "protocol",
                   "protocol connect (websocket inside) is none of tunnelled-http, ssh"},
        ReasonCase{"Query", R"({"query": ["c=2"]})", Web, "query",
                   "query c=1&d has no parameter c=2"},
        ReasonCase{"Origin", R"({"origin": ["a.example"]})", Chat, "origin",
                   "there is no Origin, it would have to be a.example"},
        ReasonCase{"Subprotocol", R"({"subprotocol": ["mqtt"]})", Chat, "subprotocol",
                   "there is no subprotocol, it would have to be mqtt"},
        ReasonCase{"Address", R"({"address": ["10.0.0.0/8", "198.51.100.0/24"]})", Web, "address",
                   "address 20.1.2.3 is in none of 10.0.0.0/8, 198.51.100.0/24"},
        ReasonCase{"Sni", R"({"sni": ["y.example"]})", Tunnel, "sni",
                   "SNI www.x.example is not y.example"},
        ReasonCase{"NoSni", R"({"sni": ["y.example"]})",
                   with(Tunnel, [](FactSheet& sheet) { sheet.firstBytes->sni.clear(); }), "sni",
                   "there is no SNI, it would have to be y.example"},
        ReasonCase{"Alpn", R"({"alpn": ["xmpp"]})", Tunnel, "alpn",
                   "ALPN h2, http/1.1 has not xmpp"},
        ReasonCase{"Names", R"({"names": ["sni-missing", "host-differs"]})", Tunnel, "names",
                   "no names differ, it would have to be one of sni-missing, host-differs"},
        ReasonCase{"OtherNames", R"({"names": ["sni-missing"]})",
                   with(Tunnel,
                        [](FactSheet& sheet) {
                            sheet.firstBytes->differences.add(NameDifference::SniDiffers);
                        }),
                   "names", "difference of names sni-differs is not sni-missing"},
        ReasonCase{"NamesShutOut", R"({"not": {"names": ["sni-missing", "sni-differs"]}})",
                   with(Tunnel,
                        [](FactSheet& sheet) {
                            sheet.firstBytes->differences.add(NameDifference::SniDiffers);
                        }),
                   "names", "difference of names sni-differs is shut out by \"not\": sni-differs"},
        ReasonCase{"Time", R"({"time": ["mon-fri 08:00-18:00 Europe/Berlin"]})", Web, "time",
                   "it is Sunday 14:00 in Europe/Berlin, outside mon-fri 08:00-18:00"},
        ReasonCase{"TimeShutOut", R"({"not": {"time": ["sat-sun"]}})", Web, "time",
                   "it is Sunday 13:00 in UTC, which \"not\" shuts out: sat-sun"}),
    [](const auto& info) { return info.param.name; });

TEST(Explanation, SaysWhyARowIsNotInForce)
{
    const auto policy = policyOf(R"("access": [
        {"name": "old", "action": "allow", "expires": "2026-01-01T00:00:00Z"},
        {"name": "early", "action": "allow", "starts": "2027-01-01T00:00:00Z"},
        {"name": "off", "action": "allow", "enabled": false}])");
    const auto explanation = explain(*policy, Web);
    std::vector<std::string> reasons;
    for (const auto& row : explanation.rows)
        if (row.layer == Layer::Access)
            reasons.push_back(row.reason);
    EXPECT_THAT(reasons,
                ElementsAre("expired on 2026-01-01T00:00:00Z", "starts on 2027-01-01T00:00:00Z", "",
                            "no rule in front of it matches"));
}

struct UnknownCase {
    const char* name;
    const char* conditions;
    FactSheet facts;
    const char* reason;

    friend void PrintTo(const UnknownCase& each, std::ostream* out) { *out << each.name; }
};

class UnknownCondition : public testing::TestWithParam<UnknownCase> {};

TEST_P(UnknownCondition, NamesTheFact)
{
    const auto& [name, conditions, facts, reason] = GetParam();
    // Denied at request by both, before the fact is known.
    const auto policy =
        policyOf(R"("access": [{"name": "row", "action": "deny", "when": )" +
                 std::string(conditions) + R"(}, {"name": "rest", "action": "deny"}])");
    const auto explanation = explain(*policy, facts);
    EXPECT_EQ(explanation.verdict.stage, Stage::Request);
    const auto row = firstRow(explanation);
    EXPECT_EQ(row.outcome, RowOutcome::Kind::Unknown);
    EXPECT_EQ(row.reason, reason);
}

INSTANTIATE_TEST_SUITE_P(
    Dimensions, UnknownCondition,
    testing::Values(UnknownCase{"Address", R"({"address": ["10.0.0.0/8"]})", Web,
                                "the address is not known yet"},
                    UnknownCase{"Sni", R"({"sni": ["a.example"]})", Tunnel,
                                "the SNI is not known yet"},
                    UnknownCase{"Alpn", R"({"alpn": ["h2"]})", Tunnel, "the ALPN is not known yet"},
                    UnknownCase{"Names", R"({"names": ["sni-differs"]})", Tunnel,
                                "whether names differ is not known yet"},
                    UnknownCase{"PathInATunnel", R"({"path": ["/chat"]})", TunnelledChat,
                                "the path is not known yet"},
                    UnknownCase{"SubprotocolInATunnel", R"({"subprotocol": ["chat"]})",
                                TunnelledChat, "the subprotocol is not known yet"},
                    UnknownCase{"Content", R"({"protocol": ["tls"]})", Tunnel,
                                "what is in the tunnel is not known yet"},
                    UnknownCase{"Subprotocol", R"({"subprotocol": ["chat"]})",
                                with(Chat,
                                     [](FactSheet& sheet) {
                                         sheet.subprotocolsOffered = {"chat", "mqtt"};
                                         sheet.subprotocol = "chat";
                                     }),
                                "the subprotocol is not known yet"}),
    [](const auto& info) { return info.param.name; });

struct SentenceCase {
    const char* name;
    const char* layers;
    FactSheet facts;
    const char* sentence;

    friend void PrintTo(const SentenceCase& each, std::ostream* out) { *out << each.name; }
};

class FirstSentence : public testing::TestWithParam<SentenceCase> {};

TEST_P(FirstSentence, SaysWhy)
{
    const auto& [name, layers, facts, sentence] = GetParam();
    EXPECT_EQ(explain(*policyOf(layers), facts).sentence, sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, FirstSentence,
    testing::Values(
        SentenceCase{"Row", AllowAll, Web,
                     "Allowed at stage resolved-address by access rule 1 \"All\"."},
        SentenceCase{"DefaultRow", R"("access": [])", Web,
                     "Denied at stage request by the default row of access: no rule in front of it "
                     "matches."},
        SentenceCase{"Guard", AllowAll, resolved("http://www.x.example/", "127.0.0.1"),
                     "Denied at stage resolved-address by the default row of guard: address "
                     "127.0.0.1 is not public: loopback, RFC 1122."},
        SentenceCase{"Unresolved", AllowAll, sheetFor("http://www.x.example/"),
                     "Undecided: the address is not known yet, and the default row of guard asks "
                     "for it."},
        SentenceCase{
            "ReportRowsHoldNothingUp",
            R"("access": [{"name": "Names", "action": "deny", "mode": "report",
                           "when": {"names": ["sni-differs"]}},
                          {"name": "Net", "action": "deny", "when": {"address": ["10.0.0.0/8"]}},
                          {"name": "All", "action": "allow"}])",
            sheetFor("https://www.x.example/"),
            "Undecided: the address is not known yet, and the default row of guard asks for it."},
        SentenceCase{
            "FirstBytes",
            R"("access": [{"name": "Ads", "action": "deny", "when": {"sni": ["*.x.example"]}},
                                   {"name": "All", "action": "allow"}])",
            Tunnel, "Denied at stage first-bytes by access rule 1 \"Ads\"."},
        SentenceCase{
            "UpstreamAnswer",
            R"("access": [{"name": "Mqtt", "action": "deny", "when": {"subprotocol": ["mqtt"]}},
                                   {"name": "All", "action": "allow"}])",
            with(Chat,
                 [](FactSheet& sheet) {
                     sheet.subprotocolsOffered = {"chat", "mqtt"};
                     sheet.subprotocol = "mqtt";
                 }),
            "Denied at stage upstream-answer by access rule 1 \"Mqtt\"."}),
    [](const auto& info) { return info.param.name; });

std::string jsonText(const Explanation& explanation)
{
    std::ostringstream text;
    explanationJson(explanation).stringify(text);
    return text.str();
}

TEST(Explanation, IsWrittenAsJson)
{
    const auto policy = policyOf(R"("access": [
        {"id": "11111111-1111-4111-8111-111111111111", "name": "Trial", "action": "deny",
         "mode": "report"},
        {"id": "22222222-2222-4222-8222-222222222222", "name": "Ports", "action": "deny",
         "when": {"port": [25]}},
        {"id": "33333333-3333-4333-8333-333333333333", "name": "All", "action": "allow"},
        {"name": "Behind", "action": "deny"}])");
    EXPECT_EQ(
        jsonText(explain(*policy, Web)),
        R"({"verdict":"allow","stage":"resolved-address",)"
        R"("reason":"Allowed at stage resolved-address by access rule 3 \"All\".",)"
        R"("layers":{"guard":{"action":"allow","rule_id":"","rule_name":"default"},)"
        R"("emergency":{"action":"allow","rule_id":"","rule_name":"default"},)"
        R"("access":{"action":"allow","rule_id":"33333333-3333-4333-8333-333333333333",)"
        R"("rule_name":"All"},)"
        R"("inspection":{"action":"blind","rule_id":"","rule_name":"default"},)"
        R"("limits":{"action":"limit","rule_id":"","rule_name":"default"}},)"
        R"("trace":[{"layer":"guard","rule_name":"default","rule_id":"","outcome":"matched",)"
        R"("condition":"address","reason":"address 20.1.2.3 is an ordinary one"},)"
        R"({"layer":"emergency","rule_name":"default","rule_id":"","outcome":"matched",)"
        R"("condition":"","reason":"no rule in front of it matches"},)"
        R"({"layer":"access","rule_name":"Trial",)"
        R"("rule_id":"11111111-1111-4111-8111-111111111111","outcome":"matched","condition":"",)"
        R"("reason":"is in report mode: it is only recorded that it matches"},)"
        R"({"layer":"access","rule_name":"Ports",)"
        R"("rule_id":"22222222-2222-4222-8222-222222222222","outcome":"failed",)"
        R"("condition":"port","reason":"port 80 is not 25"},)"
        R"({"layer":"access","rule_name":"All",)"
        R"("rule_id":"33333333-3333-4333-8333-333333333333","outcome":"matched","condition":"",)"
        R"("reason":""},)"
        R"({"layer":"inspection","rule_name":"default","rule_id":"","outcome":"matched",)"
        R"("condition":"","reason":"no rule in front of it matches"},)"
        R"({"layer":"limits","rule_name":"default","rule_id":"","outcome":"matched",)"
        R"("condition":"","reason":"no rule in front of it matches"}],)"
        R"("would":[{"layer":"access","rule_name":"Trial",)"
        R"("rule_id":"11111111-1111-4111-8111-111111111111","action":"deny"}]})");
}

TEST(Explanation, IsWrittenForAPersonSentenceFirst)
{
    const auto policy = policyOf(R"("access": [
        {"name": "Mail", "action": "deny", "when": {"port": [25]}},
        {"name": "All", "action": "allow"}])");
    EXPECT_THAT(
        explanationText(explain(*policy, Web)),
        testing::AllOf(
            testing::StartsWith("Allowed at stage resolved-address by access rule 2 \"All\".\n\n"),
            HasSubstr("\naccess: allow\n"
                      "  1 \"Mail\"  failed    port 80 is not 25\n"
                      "  2 \"All\"   matched\n")));
}

TEST(Explanation, AgreesWithTheVerdict)
{
    const auto policy = policyOf(AllowAll);
    const auto explanation = explain(*policy, Tunnel);
    EXPECT_EQ(explanation.verdict.answer, Answer::Allow);
    EXPECT_EQ(explanation.verdict.stage, Stage::ResolvedAddress);
    EXPECT_EQ(explanation.layers[static_cast<std::size_t>(Layer::Access)].ruleName, "All");
}

} // namespace
} // namespace sallyport::policy
