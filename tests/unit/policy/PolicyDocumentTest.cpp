#include "policy/PolicyDocument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <random>

namespace sallyport::policy {
namespace {

Network network(std::string_view text)
{
    return parseNetwork(text).value();
}

std::string complaintAbout(std::string_view json)
{
    try {
        static_cast<void>(PolicyDocument::parse(json));
    } catch (const PolicyError& problem) {
        return problem.what();
    }
    return "accepted";
}

constexpr std::string_view FullDocument = R"({
  "format": 1,
  "guard": [
    { "id": "0f0e7a5c-1f5e-4a0b-8e0c-6d3f5f0a9b01", "name": "Intranet wiki is fine", "action": "allow",
      "when": { "address": ["10.20.0.7/32", "list:partners"], "port": [443],
                "not": { "address": ["list:closed"] } } }
  ],
  "emergency": [
    { "name": "Worm", "action": "deny", "starts": "2026-11-24T10:00:00Z",
      "expires": "2027-01-01T01:00:00+01:00", "when": { "sni": ["*.Worm.example", "regex:^x[0-9]+"] },
      "blockText": "<b>Unplug</b> your computer.\nCall 4711 \u2603" }
  ],
  "access": [
    { "id": "7D0C1B9E-52A4-4F0E-9A53-0F6F3C2B8D11", "name": "Chat over WebSocket", "action": "allow",
      "mode": "report", "enabled": false,
      "when": { "listener": ["127.0.0.1:3128"], "client": ["10.0.0.0/8", "fc00::/7"],
                "user": ["alice"], "group": ["Staff", "EU Staff"],
                "protocol": ["websocket", "connect", "tls", "http", "unknown", "tunnelled-http",
                             "ssh"],
                "host": ["*.Chat.example.", "chat.example", "list:chat", "regex:chat[.]"],
                "port": [443, "8000-8100", "80"], "method": ["GET"], "path": ["/a/../chat/%7e"],
                "query": ["room=1", "debug"], "alpn": ["h2", "http/1.1"],
                "names": ["sni-differs", "sni-missing", "host-differs", "certificate-differs"],
                "subprotocol": ["chat.v1"], "origin": ["*.corp.example"],
                "time": ["mon-fri 08:00-18:00 Europe/Berlin", "sat,sun"],
                "not": { "host": ["beta.chat.example"], "names": ["sni-missing"], "client": ["10.9.0.0/16"],
                         "time": ["12:00-13:00"] } },
      "section": "Collaboration", "owner": "netops", "ticket": "NET-12", "comment": "until\nspring" }
  ],
  "inspection": [
    { "name": "Look", "action": "observe", "profile": "chat-audit" },
    { "name": "Do not", "action": "blind" }
  ],
  "limits": [
    { "name": "Long calls", "action": "limit",
      "limits": { "idle": "90m", "duration": "12h", "bytes": "2048MiB", "rate": 1048576 } },
    { "name": "Nothing", "action": "limit", "limits": {} }
  ],
  "defaults": { "access": "allow", "inspection": { "action": "observe", "profile": "all" },
                "limits": { "idle": "1h" } },
  "profiles": [ { "name": "chat-audit", "digests": true, "checks": [] }, { "name": "all" } ],
  "tests": [
    { "name": "Chat works", "url": "ws://Chat.example/a?b", "client": "10.0.0.1", "user": "alice",
      "groups": ["Staff"], "at": "2026-11-24T10:00:00+01:00", "address": "203.0.113.9",
      "listener": "127.0.0.1:3128", "subprotocol": "chat.v1", "origin": "App.corp.example",
      "expect": "allow", "rule": "Chat over WebSocket" },
    { "name": "Hidden name", "url": "https://front.example/", "sni": "worm.example", "alpn": [],
      "expect": "deny", "rule": "default" },
    { "name": "Browser chat", "url": "chat.example:80", "subprotocol": "chat.v1",
      "origin": "App.corp.example", "path": "/a/../chat?room=1", "names": ["host-differs"],
      "content": "websocket", "expect": "allow" },
    { "name": "No TLS", "url": "https://front.example/", "content": "ssh", "expect": "deny" },
    { "name": "Named", "url": "front.example:443", "names": [], "sni": "front.example",
      "expect": "deny" },
    { "name": "Post", "url": "http://www.example/x", "method": "POST", "expect": "deny" }
  ],
  "pac": { "proxy": "Proxy.corp.example:3128", "direct": [".corp.example", "10.0.0.0/8"] }
})";

TEST(PolicyDocument, ReadsEveryFieldOfARule)
{
    const auto document = PolicyDocument::parse(FullDocument);
    ASSERT_EQ(document.rows(Layer::Access).size(), 1U);
    const auto& rule = document.rows(Layer::Access)[0];
    EXPECT_EQ(rule.id, "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11");
    EXPECT_EQ(rule.layer, Layer::Access);
    EXPECT_EQ(rule.action, Action::Allow);
    EXPECT_EQ(rule.mode, Mode::Report);
    EXPECT_FALSE(rule.enabled);
    EXPECT_EQ(rule.section, "Collaboration");
    EXPECT_EQ(rule.owner, "netops");
    EXPECT_EQ(rule.ticket, "NET-12");
    EXPECT_EQ(rule.comment, "until\nspring");
}

TEST(PolicyDocument, ReadsEveryCondition)
{
    using Texts = std::vector<std::string>;
    const auto document = PolicyDocument::parse(FullDocument);
    const auto& rule = document.rows(Layer::Access).at(0);
    EXPECT_EQ(rule.when.listener, Texts{"127.0.0.1:3128"});
    EXPECT_EQ(rule.when.client, (std::vector{network("10.0.0.0/8"), network("fc00::/7")}));
    EXPECT_EQ(rule.when.user, Texts{"alice"});
    EXPECT_EQ(rule.when.group, (Texts{"Staff", "EU Staff"}));
    EXPECT_EQ(rule.when.host,
              (Texts{"*.chat.example", "chat.example", "list:chat", "regex:chat[.]"}));
    EXPECT_EQ(rule.when.port, (std::vector<PortRange>{{443, 443}, {8000, 8100}, {80, 80}}));
    EXPECT_EQ(rule.when.protocol,
              (std::vector{Protocol::WebSocket, Protocol::Connect, Protocol::Tls, Protocol::Http,
                           Protocol::Unknown, Protocol::TunnelledHttp, Protocol::Ssh}));
    EXPECT_EQ(rule.when.method, Texts{"GET"});
    EXPECT_EQ(rule.when.path, Texts{"/chat/~"});
    EXPECT_EQ(rule.when.query, (Texts{"room=1", "debug"}));
    EXPECT_EQ(rule.when.alpn, (Texts{"h2", "http/1.1"}));
    EXPECT_EQ(rule.when.names,
              (Texts{"sni-differs", "sni-missing", "host-differs", "certificate-differs"}));
    EXPECT_EQ(rule.except.names, Texts{"sni-missing"});
    EXPECT_EQ(rule.when.subprotocol, Texts{"chat.v1"});
    EXPECT_EQ(rule.when.origin, Texts{"*.corp.example"});
    EXPECT_EQ(rule.when.time, (std::vector<Schedule>{{0x1f, 8 * 60, 18 * 60, "Europe/Berlin"},
                                                     {0x60, 0, MinutesPerDay, "UTC"}}));
    EXPECT_EQ(rule.except.host, Texts{"beta.chat.example"});
    EXPECT_EQ(rule.except.client, std::vector{network("10.9.0.0/16")});
    EXPECT_EQ(rule.except.time, (std::vector<Schedule>{{0x7f, 12 * 60, 13 * 60, "UTC"}}));

    const auto& guard = document.rows(Layer::Guard).at(0);
    EXPECT_EQ(guard.layer, Layer::Guard);
    EXPECT_EQ(guard.when.address, std::vector{network("10.20.0.7")});
    EXPECT_EQ(guard.when.addressLists, Texts{"partners"});
    EXPECT_TRUE(guard.except.address.empty());
    EXPECT_EQ(guard.except.addressLists, Texts{"closed"});
}

TEST(PolicyDocument, ReadsWhatEachLayerAdds)
{
    const auto document = PolicyDocument::parse(FullDocument);
    const auto& worm = document.rows(Layer::Emergency).at(0);
    EXPECT_EQ(worm.layer, Layer::Emergency);
    EXPECT_EQ(worm.starts, WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) +
                                    std::chrono::hours(10)));
    EXPECT_EQ(worm.expires, std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));
    EXPECT_EQ(worm.blockText, "<b>Unplug</b> your computer.\nCall 4711 \xe2\x98\x83");

    EXPECT_EQ(document.rows(Layer::Inspection).at(0).action, Action::Observe);
    EXPECT_EQ(document.rows(Layer::Inspection).at(0).profile, "chat-audit");
    EXPECT_EQ(document.rows(Layer::Inspection).at(1).action, Action::Blind);

    const auto& limits = document.rows(Layer::Limits).at(0);
    EXPECT_EQ(limits.action, Action::Limit);
    EXPECT_EQ(limits.limits.idle, std::chrono::minutes(90));
    EXPECT_EQ(limits.limits.duration, std::chrono::hours(12));
    EXPECT_EQ(limits.limits.bytes, 2ULL << 30);
    EXPECT_EQ(limits.limits.bytesPerSecond, 1ULL << 20);
    EXPECT_EQ(document.rows(Layer::Limits).at(1).limits, SessionLimits());
}

TEST(PolicyDocument, ReadsDefaultsAndPac)
{
    const auto document = PolicyDocument::parse(FullDocument);
    EXPECT_EQ(document.defaults.access, Action::Allow);
    EXPECT_EQ(document.defaults.inspection, Action::Observe);
    EXPECT_EQ(document.defaults.inspectionProfile, "all");
    EXPECT_EQ(document.defaults.limits.idle, std::chrono::hours(1));
    ASSERT_TRUE(document.pac.has_value());
    EXPECT_EQ(document.pac->proxy, "proxy.corp.example:3128");
    EXPECT_EQ(document.pac->directSuffixes,
              (std::vector<std::string>{".corp.example", "10.0.0.0/8"}));
}

TEST(PolicyDocument, KeepsAHandWrittenPacScriptAsItIs)
{
    PolicyDocument document;
    document.pac = {
        .proxy = "proxy.corp.example:3128",
        .directSuffixes = {},
        .script = "function FindProxyForURL(url, host) {\n\treturn \"DIRECT\"; // \u2713\n}\n"};
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
}

TEST(PolicyDocument, RefusesAPacScriptThatIsTooLong)
{
    const auto withScript = [](std::size_t bytes) {
        std::string script = "FindProxyForURL";
        script.resize(bytes, ' ');
        return R"({"format": 1, "pac": {"script": ")" + script + R"("}})";
    };
    EXPECT_NO_THROW(static_cast<void>(PolicyDocument::parse(withScript(MaxPacScriptBytes))));
    EXPECT_THROW(static_cast<void>(PolicyDocument::parse(withScript(MaxPacScriptBytes + 1))),
                 PolicyError);
}

TEST(PolicyDocument, ReadsTestsAsFactsOnTopOfTheirUrl)
{
    const auto document = PolicyDocument::parse(FullDocument);
    ASSERT_EQ(document.cases.size(), 6U);
    const auto& chat = document.cases[0];
    auto facts = factSheetFor("ws://chat.example/a?b");
    facts.client = parseAddress("10.0.0.1").value();
    facts.user = "alice";
    facts.groups = {"Staff"};
    facts.at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(9);
    facts.destination = parseAddress("203.0.113.9");
    facts.listener = "127.0.0.1:3128";
    facts.subprotocol = "chat.v1";
    facts.subprotocolsOffered = {"chat.v1"};
    facts.origin = "app.corp.example";
    EXPECT_EQ(chat.name, "Chat works");
    EXPECT_EQ(chat.url, "ws://Chat.example/a?b");
    EXPECT_EQ(chat.facts, facts);
    EXPECT_EQ(chat.expected, Answer::Allow);
    EXPECT_EQ(chat.expectedRule, "Chat over WebSocket");

    const auto& hidden = document.cases[1];
    ASSERT_TRUE(hidden.facts.firstBytes.has_value());
    EXPECT_EQ(hidden.facts.host, "front.example");
    EXPECT_EQ(hidden.facts.firstBytes->sni, "worm.example");
    EXPECT_TRUE(hidden.facts.firstBytes->alpn.empty());
    EXPECT_EQ(hidden.expected, Answer::Deny);

    EXPECT_EQ(document.cases[5].facts.method, "POST");
    EXPECT_EQ(document.cases[5].facts.at, WallTime());
    EXPECT_EQ(document.cases[5].expectedRule, "");
}

TEST(PolicyDocument, ReadsWhatTunnelsOfTestsHaveInThem)
{
    const auto document = PolicyDocument::parse(FullDocument);
    const auto& chat = document.cases.at(2).facts;
    ASSERT_TRUE(chat.firstBytes.has_value());
    EXPECT_EQ(chat.firstBytes->content, Protocol::WebSocket);
    EXPECT_EQ(chat.firstBytes->path, "/chat");
    EXPECT_EQ(chat.firstBytes->query, "room=1");
    EXPECT_EQ(chat.firstBytes->origin, "app.corp.example");
    EXPECT_EQ(chat.firstBytes->subprotocolsOffered, std::vector<std::string>{"chat.v1"});
    EXPECT_TRUE(chat.firstBytes->differences.has(NameDifference::HostDiffers));
    EXPECT_FALSE(chat.firstBytes->differences.has(NameDifference::SniDiffers));
    EXPECT_EQ(chat.subprotocol, "chat.v1");
    EXPECT_EQ(chat.path, "");

    const auto& ssh = document.cases.at(3).facts;
    ASSERT_TRUE(ssh.firstBytes.has_value());
    EXPECT_EQ(ssh.firstBytes->content, Protocol::Ssh);
    EXPECT_EQ(ssh.firstBytes->sni, "");

    const auto& named = document.cases.at(4).facts;
    ASSERT_TRUE(named.firstBytes.has_value());
    EXPECT_EQ(named.firstBytes->content, Protocol::Tls);
    EXPECT_EQ(named.firstBytes->sni, "front.example");
}

TEST(PolicyDocument, NamesTheListsItUses)
{
    auto document = PolicyDocument::parse(FullDocument);
    document.rows(Layer::Inspection)[0].when.sni = {"list:sni"};
    document.rows(Layer::Inspection)[0].except.origin = {"list:origin"};
    EXPECT_EQ(document.listsUsed(),
              (std::set<std::string>{"chat", "closed", "origin", "partners", "sni"}));
}

TEST(PolicyDocument, ComesBackUnchangedFromItsText)
{
    auto document = PolicyDocument::parse(FullDocument);
    document.rows(Layer::Access)[0].name =
        "Quotes \" slashes / \\ caf\xc3\xa9 \xf0\x9f\x98\x80 <b>";
    document.rows(Layer::Access)[0].comment = "tab\tand\nline";
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
    EXPECT_EQ(PolicyDocument::parse(document.toJson()).toJson(), document.toJson());
}

TEST(PolicyDocument, CountsTheCharactersOfABlockTextNotItsBytes)
{
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "\xe2\x98\x83";
    const auto document = PolicyDocument::parse(
        R"({"format": 1, "access": [{"name": "a", "action": "deny", "blockText": ")" + text +
        R"("}]})");
    EXPECT_EQ(document.rows(Layer::Access).at(0).blockText, text);
}

TEST(PolicyDocument, KeepsTheBlockTextOfARuleThatAllowsForWhenItDenies)
{
    const auto document = PolicyDocument::parse(
        R"({"format": 1, "guard": [{"name": "a", "action": "allow", "blockText": "b"}]})");
    EXPECT_EQ(document.rows(Layer::Guard).at(0).blockText, "b");
}

TEST(PolicyDocument, WritesKeysInAFixedOrder)
{
    EXPECT_EQ(PolicyDocument::parse(R"({"pac": {"direct": ["wiki.example"]}, "limits": [
        {"limits": {"rate": "1024KiB", "idle": "90m"}, "action": "limit", "name": "l",
         "id": "00000000-0000-4000-8000-000000000001"}], "access": [
        {"when": {"port": [443, "8000-8100"], "client": ["10.0.0.0/8"],
        "not": {"host": ["a.example"]}}, "comment": "c", "blockText": "one\ntwo", "expires": "2027-01-01T01:00:00+01:00",
        "action": "deny", "name": "n", "id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11"}],
        "tests": [{"expect": "deny", "url": "a.example:22", "name": "t"}], "format": 1})")
                  .toJson(),
              R"({
  "format": 1,
  "guard": [],
  "emergency": [],
  "access": [
    {
      "id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11",
      "name": "n",
      "action": "deny",
      "mode": "enforce",
      "enabled": true,
      "expires": "2027-01-01T00:00:00Z",
      "when": {
        "client": ["10.0.0.0/8"],
        "port": [443, "8000-8100"],
        "not": {
          "host": ["a.example"]
        }
      },
      "blockText": "one\ntwo",
      "comment": "c"
    }
  ],
  "inspection": [],
  "limits": [
    {
      "id": "00000000-0000-4000-8000-000000000001",
      "name": "l",
      "action": "limit",
      "mode": "enforce",
      "enabled": true,
      "limits": {
        "idle": "1h30m",
        "rate": "1MiB"
      }
    }
  ],
  "defaults": {
    "access": "deny",
    "inspection": "blind"
  },
  "tests": [
    {
      "name": "t",
      "url": "a.example:22",
      "expect": "deny"
    }
  ],
  "pac": {
    "direct": ["wiki.example"]
  }
}
)");
}

TEST(PolicyDocument, WritesLongListsInLines)
{
    PolicyDocument document;
    auto& rule = document.rows(Layer::Access).emplace_back();
    rule.name = "n";
    for (const auto* number : {"1", "2", "3", "4", "5"})
        rule.when.host.push_back(std::string("a-rather-long-name-") + number + ".example");
    EXPECT_THAT(document.toJson(), testing::HasSubstr(R"(        "host": [
          "a-rather-long-name-1.example",
          "a-rather-long-name-2.example",
)"));
}

TEST(PolicyDocument, MakesMissingIds)
{
    const auto document = PolicyDocument::parse(
        R"({"format": 1, "access": [{"name": "a", "action": "deny"}, {"name": "b", "action": "deny"}]})");
    EXPECT_THAT(document.rows(Layer::Access)[0].id,
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}")); // RFC 9562 §5.4
    EXPECT_NE(document.rows(Layer::Access)[0].id, document.rows(Layer::Access)[1].id);
}

TEST(PolicyDocument, DeniesByDefaultWhereNothingIsSaid)
{
    const auto document = PolicyDocument::parse(R"({"format": 1})");
    EXPECT_TRUE(document.rows(Layer::Guard).empty());
    EXPECT_TRUE(document.rows(Layer::Access).empty());
    EXPECT_EQ(document.defaults.access, Action::Deny);
}

TEST(PolicyDocument, LooksAtNothingByDefault)
{
    const auto document = PolicyDocument::parse(R"({"format": 1})");
    EXPECT_EQ(document.defaults.inspection, Action::Blind);
    EXPECT_EQ(document.defaults.limits, SessionLimits());
    EXPECT_FALSE(document.pac.has_value());
}

TEST(PolicyDocument, InitialOneComesBackUnchangedFromItsText)
{
    const auto document = PolicyDocument::initial();
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
}

struct DocumentFaultCase {
    const char* name;
    std::string json;
    std::string complaint;
};

class DocumentFault : public testing::TestWithParam<DocumentFaultCase> {};

TEST_P(DocumentFault, IsNamed)
{
    EXPECT_EQ(complaintAbout(GetParam().json), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Outline, DocumentFault,
    testing::Values(
        DocumentFaultCase{"NotJson", "{", "this is not a JSON object: unexpected end of text"},
        DocumentFaultCase{"BrokenInRule",
                          R"({"format": 1, "access": [{"name": "Chat", "when": {"port": [1 2]}}]})",
                          R"(access rule 1 "Chat": when: port: this is not a JSON object: )"
                          "unexpected byte '2'"},
        DocumentFaultCase{"Nothing", "", "this is not a JSON object: unexpected end of text"},
        DocumentFaultCase{"BrokenInArrays", "[[{a",
                          "this is not a JSON object: unexpected byte 'a' in value"},
        DocumentFaultCase{"NotUtf8", "{\"format\": 1, \"access\": [{\"name\": \"\xff\"}]}",
                          "line 1 has bytes that are not UTF-8"},
        DocumentFaultCase{"BytesBehind", R"({"format": 1} x)",
                          "this is not a JSON object: Excess characters found after JSON end."},
        DocumentFaultCase{"Array", "[]", "the policy document: found an array; expected an object"},
        DocumentFaultCase{"NoFormat", "{}", "format: is missing; expected 1"},
        DocumentFaultCase{"OtherFormat", R"({"format": 2})", "format: found 2; expected 1"},
        DocumentFaultCase{"FormatAsText", R"({"format": "1"})", R"(format: found "1"; expected 1)"},
        DocumentFaultCase{"FormatTrue", R"({"format": true})", "format: found true; expected 1"},
        DocumentFaultCase{
            "UnknownKey", R"({"format": 1, "rules": []})",
            R"(unknown key "rules"; expected one of "format", "guard", "emergency", )"
            R"("access", "inspection", "limits", "defaults", "profiles", "tests", "pac")"},
        DocumentFaultCase{"RulesNoArray", R"({"format": 1, "access": {}})",
                          "access: found an object; expected an array of rules"},
        DocumentFaultCase{"RuleNoObject", R"({"format": 1, "access": ["allow"]})",
                          R"(access rule 1: found "allow"; expected an object)"},
        DocumentFaultCase{"DefaultUnknown", R"({"format": 1, "defaults": {"access": "maybe"}})",
                          R"(defaults.access: found "maybe"; expected "allow" or "deny")"},
        DocumentFaultCase{
            "DefaultsKey", R"({"format": 1, "defaults": {"acces": "deny"}})",
            R"(defaults: unknown key "acces"; expected one of "access", "inspection", )"
            R"("limits", "guard", "emergency")"},
        DocumentFaultCase{"GuardDefault", R"({"format": 1, "defaults": {"guard": "allow"}})",
                          "defaults.guard: the default of this layer cannot be chosen"},
        DocumentFaultCase{"EmergencyDefault", R"({"format": 1, "defaults": {"emergency": "deny"}})",
                          "defaults.emergency: the default of this layer cannot be chosen"},
        DocumentFaultCase{"InspectionDefault",
                          R"({"format": 1, "defaults": {"inspection": "allow"}})",
                          R"(defaults.inspection: found "allow"; expected "blind" or "observe")"},
        DocumentFaultCase{
            "InspectionDefaultIntercept",
            R"({"format": 1, "defaults": {"inspection": {"action": "intercept"}}})",
            R"(defaults.inspection.action: "intercept" is not supported by this version; )"
            R"(expected "blind" or "observe")"},
        DocumentFaultCase{
            "InspectionDefaultWithoutAction",
            R"({"format": 1, "defaults": {"inspection": {"profile": "x"}}})",
            R"(defaults.inspection.action: is missing; expected "blind" or "observe")"},
        DocumentFaultCase{
            "InspectionDefaultOfUnknownProfile",
            R"({"format": 1, "profiles": [{"name": "a"}, {"name": "b"}],
                      "defaults": {"inspection": {"action": "observe", "profile": "x"}}})",
            R"(defaults.inspection.profile: "x" is not in "profiles"; there are "a", "b")"},
        DocumentFaultCase{
            "InspectionDefaultBlindWithProfile",
            R"({"format": 1, "profiles": [{"name": "a"}],
                      "defaults": {"inspection": {"action": "blind", "profile": "a"}}})",
            R"(defaults.inspection.profile: is for "observe"; "blind" looks at nothing)"},
        DocumentFaultCase{
            "DefaultLimit", R"({"format": 1, "defaults": {"limits": {"idle": "0s"}}})",
            R"(defaults.limits.idle: found "0s"; expected a duration above 0 like "30m" )"
            R"(or "1h30m")"},
        DocumentFaultCase{"PacProxyWithoutPort",
                          R"({"format": 1, "pac": {"proxy": "proxy.example"}})",
                          R"(pac.proxy: found "proxy.example"; expected the proxy as "HOST:PORT")"},
        DocumentFaultCase{"PacProxyWithoutBrackets",
                          R"({"format": 1, "pac": {"proxy": "::1:3128"}})",
                          R"(pac.proxy: found "::1:3128"; expected the proxy as "HOST:PORT")"},
        DocumentFaultCase{
            "PacProxyRange", R"({"format": 1, "pac": {"proxy": "a.example:80-81"}})",
            R"(pac.proxy: found "a.example:80-81"; expected the proxy as "HOST:PORT")"},
        DocumentFaultCase{"PacEntry",
                          R"({"format": 1, "pac": {"direct": [".a.example", "*.b.example"]}})",
                          R"(pac.direct[1]: "*.b.example" is neither a host name, a suffix like )"
                          R"(".corp.example" nor an IPv4 network)"},
        DocumentFaultCase{"PacList", R"({"format": 1, "pac": {"direct": ["list:a"]}})",
                          R"(pac.direct[0]: "list:a" is neither a host name, a suffix like )"
                          R"(".corp.example" nor an IPv4 network)"},
        DocumentFaultCase{"PacKey", R"({"format": 1, "pac": {"url": ""}})",
                          R"(pac: unknown key "url"; expected one of "proxy", "direct", "script")"},
        DocumentFaultCase{"PacScriptOfOtherKind", R"({"format": 1, "pac": {"script": 7}})",
                          "pac.script: found 7; expected the text of a PAC file"},
        DocumentFaultCase{"PacScriptWithoutFunction",
                          R"({"format": 1, "pac": {"script": "var a;"}})",
                          "pac.script: the script has no function FindProxyForURL"},
        DocumentFaultCase{"KeyTwice", R"({"format": 1, "access": [], "access": []})",
                          R"(the key "access" appears twice)"},
        DocumentFaultCase{"KeyWithControlTwice", R"({"\u001b[2J": 1, "\u001b[2J": 1})",
                          R"(the key "?[2J" appears twice)"},
        DocumentFaultCase{"KeyTwiceInDefaults",
                          R"({"format": 1, "defaults": {"access": "deny", "access": "allow"}})",
                          R"(defaults: the key "access" appears twice)"},
        DocumentFaultCase{"KeyTwiceBelowAnObject",
                          R"({"format": 1, "pac": {"direct": [{"a": 1, "a": 1}]}})",
                          R"(pac: direct: the key "a" appears twice)"},
        DocumentFaultCase{"KeyTwiceInTest",
                          R"({"format": 1, "tests": [{"name": "t", "url": "", "url": ""}]})",
                          R"(test 1 "t": the key "url" appears twice)"},
        DocumentFaultCase{"KeyTwiceInRule",
                          R"({"format": 1, "access": [{"name": "a", "action": "deny"},
                      {"name": "Chat", "when": {"not": {"port": [1], "port": [2]}}}]})",
                          R"(access rule 2 "Chat": when: not: the key "port" appears twice)"}),
    [](const auto& info) { return info.param.name; });

std::string withRule(std::string_view fields)
{
    return R"({"format": 1, "access": [{"name": "first", "action": "deny"}, {)" +
           std::string(fields) + "}]}";
}

INSTANTIATE_TEST_SUITE_P(
    Rule, DocumentFault,
    testing::Values(
        DocumentFaultCase{"NoName", withRule(R"("action": "deny")"),
                          "access rule 2: name: is missing or empty; expected a name for the rule"},
        DocumentFaultCase{"EmptyName", withRule(R"("name": " ", "action": "deny")"),
                          "access rule 2: name: is missing or empty; expected a name for the rule"},
        DocumentFaultCase{"NameNoText", withRule(R"("name": 7, "action": "deny")"),
                          "access rule 2: name: found 7; expected a string"},
        DocumentFaultCase{
            "NameWithLine", withRule(R"("name": "a\r\nb", "action": "deny")"),
            "access rule 2: name: has a control character; expected one line of text"},
        DocumentFaultCase{
            "LongName",
            withRule("\"name\": \"" + std::string(201, 'n') + "\", \"action\": \"deny\""),
            "access rule 2: name: has 201 bytes; expected at most 200"},
        DocumentFaultCase{
            "NoAction", withRule(R"("name": "Chat")"),
            R"(access rule 2 "Chat": action: is missing; expected "allow" or "deny")"},
        DocumentFaultCase{
            "UnknownAction", withRule(R"("name": "Chat", "action": "drop")"),
            R"(access rule 2 "Chat": action: found "drop"; expected "allow" or "deny")"},
        DocumentFaultCase{
            "UnknownMode", withRule(R"("name": "Chat", "action": "deny", "mode": "observe")"),
            R"(access rule 2 "Chat": mode: found "observe"; expected "enforce" or "report")"},
        DocumentFaultCase{
            "ControlCharacters", withRule(R"("name": "Chat", "action": "\u001b[2J\n")"),
            R"(access rule 2 "Chat": action: found "?[2J?"; expected "allow" or "deny")"},
        DocumentFaultCase{"BlockTextNoText",
                          withRule(R"("name": "No", "action": "deny", "blockText": 7)"),
                          R"(access rule 2 "No": blockText: found 7; expected a string)"},
        DocumentFaultCase{
            "BlockTextWithControl",
            withRule(R"("name": "No", "action": "deny", "blockText": "a\tb")"),
            R"(access rule 2 "No": blockText: has a control character; expected lines )"
            "of text"},
        DocumentFaultCase{
            "LongBlockText",
            withRule(R"("name": "No", "action": "deny", "blockText": ")" + std::string(501, 'n') +
                     '"'),
            R"(access rule 2 "No": blockText: has 501 characters; expected at most 500)"},
        DocumentFaultCase{
            "BlockTextOfInspection",
            R"({"format": 1, "inspection": [{"name": "a", "action": "blind",
                      "blockText": "b"}]})",
            R"(inspection rule 1 "a": blockText: is for rules of the layers "guard", )"
            R"("emergency" and "access" only)"},
        DocumentFaultCase{"BlockTextOfLimits",
                          R"({"format": 1, "limits": [{"name": "a", "action": "limit", "limits": {},
                      "blockText": "b"}]})",
                          R"(limits rule 1 "a": blockText: is for rules of the layers "guard", )"
                          R"("emergency" and "access" only)"},
        DocumentFaultCase{"EnabledAsText",
                          withRule(R"("name": "Chat", "action": "deny", "enabled": "yes")"),
                          R"(access rule 2 "Chat": enabled: found "yes"; expected true or false)"},
        DocumentFaultCase{"EnabledAsNumber",
                          withRule(R"("name": "Chat", "action": "deny", "enabled": 1)"),
                          R"(access rule 2 "Chat": enabled: found 1; expected true or false)"},
        DocumentFaultCase{
            "UnknownKey", withRule(R"("name": "Chat", "action": "deny", "colour": "red")"),
            R"(access rule 2 "Chat": unknown key "colour"; expected one of "id", "name", )"
            R"("action", "mode", "enabled", "starts", "expires", "when", "profile", "limits", )"
            R"("blockText", "section", "owner", "ticket", "comment")"},
        DocumentFaultCase{"ExpiresAsDay",
                          withRule(R"("name": "Chat", "action": "deny", "expires": "2027-01-01")"),
                          R"(access rule 2 "Chat": expires: "2027-01-01" is not a time like )"
                          R"("2027-01-01T00:00:00Z" or "2027-01-01T01:00:00+01:00")"},
        DocumentFaultCase{
            "ExpiresAsNumber",
            withRule(R"("name": "Chat", "action": "deny", "expires": 1798761600)"),
            R"(access rule 2 "Chat": expires: found 1798761600; expected a time like )"
            R"("2027-01-01T00:00:00Z")"},
        DocumentFaultCase{
            "ExpiresAsItStarts",
            withRule(R"("name": "Chat", "action": "deny", "starts": "2027-01-01T00:00:00Z",
                              "expires": "2027-01-01T01:00:00+01:00")"),
            R"(access rule 2 "Chat": expires: is not after "starts"; the rule would never )"
            "count"},
        DocumentFaultCase{
            "ProfileOfAnotherLayer",
            withRule(R"("name": "Chat", "action": "deny", "profile": "x")"),
            R"(access rule 2 "Chat": profile: is for rules of the layer "inspection" only)"},
        DocumentFaultCase{
            "LimitsOfAnotherLayer", withRule(R"("name": "Chat", "action": "deny", "limits": {})"),
            R"(access rule 2 "Chat": limits: is for rules of the layer "limits" only)"},
        DocumentFaultCase{
            "LongComment",
            withRule(R"("name": "Chat", "action": "deny", "comment": ")" +
                     std::string(10'001, 'c') + '"'),
            R"(access rule 2 "Chat": comment: has 10001 bytes; expected at most 10000)"},
        DocumentFaultCase{"LongOwner",
                          withRule(R"("name": "Chat", "action": "deny", "owner": ")" +
                                   std::string(201, 'c') + '"'),
                          R"(access rule 2 "Chat": owner: has 201 bytes; expected at most 200)"},
        DocumentFaultCase{
            "CommentWithControl",
            withRule(R"("name": "Chat", "action": "deny", "comment": "a\u0007")"),
            R"(access rule 2 "Chat": comment: has a control character; expected text, )"
            "lines and tabs"},
        DocumentFaultCase{
            "NulInOwner", withRule(R"("name": "Chat", "action": "deny", "owner": "a\u0000b")"),
            R"(access rule 2 "Chat": owner: has a control character; expected one line of )"
            "text"},
        DocumentFaultCase{"IdNoUuid", withRule(R"("name": "Chat", "action": "deny", "id": "7d0c")"),
                          R"(access rule 2 "Chat": id: found "7d0c"; expected a UUID like )"
                          R"("7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11")"},
        DocumentFaultCase{"OwnerNull",
                          withRule(R"("name": "Chat", "action": "deny", "owner": null)"),
                          R"(access rule 2 "Chat": owner: found null; expected a string)"}),
    [](const auto& info) { return info.param.name; });

DocumentFaultCase layerFault(const char* name, std::string_view layer, std::string_view fields,
                             std::string_view complaint)
{
    return {name,
            R"({"format": 1, ")" + std::string(layer) + R"(": [{"name": "r", )" +
                std::string(fields) + "}]}",
            std::string(layer) + R"( rule 1 "r": )" + std::string(complaint)};
}

INSTANTIATE_TEST_SUITE_P(
    Layer, DocumentFault,
    testing::Values(
        layerFault("GuardObserves", "guard", R"("action": "observe")",
                   R"(action: found "observe"; expected "allow" or "deny")"),
        layerFault("EmergencyAllows", "emergency",
                   R"("action": "allow", "expires": "2027-01-01T00:00:00Z")",
                   R"(action: found "allow"; expected "deny")"),
        layerFault("EmergencyForEver", "emergency", R"("action": "deny")",
                   R"(expires: is missing; expected the time the rule ends, like )"
                   R"("2027-01-01T00:00:00Z")"),
        layerFault("AccessLimits", "access", R"("action": "limit")",
                   R"(action: found "limit"; expected "allow" or "deny")"),
        layerFault("InspectionDenies", "inspection", R"("action": "deny")",
                   R"(action: found "deny"; expected "blind" or "observe")"),
        layerFault("InspectionIntercepts", "inspection", R"("action": "intercept")",
                   R"(action: "intercept" is not supported by this version; expected "blind" or )"
                   R"("observe")"),
        layerFault("ProfileWithSpace", "inspection", R"("action": "observe", "profile": "a b")",
                   R"(profile: "a b" is not the name of a profile: 1 to 100 letters, digits, )"
                   R"("-", "_" and ".")"),
        layerFault("ProfileEmpty", "inspection", R"("action": "observe", "profile": "")",
                   R"(profile: "" is not the name of a profile: 1 to 100 letters, digits, )"
                   R"("-", "_" and ".")"),
        layerFault("ProfileUnknown", "inspection", R"("action": "observe", "profile": "x")",
                   R"(profile: "x" is not in "profiles"; there are none)"),
        layerFault("ProfileOfBlind", "inspection", R"("action": "blind", "profile": "x")",
                   R"(profile: is for "observe"; "blind" looks at nothing)"),
        layerFault("NoLimits", "limits", R"("action": "limit")",
                   R"(limits: is missing; expected limits like {"idle": "30m"}, or {} for none)"),
        layerFault("LimitsNoObject", "limits", R"("action": "limit", "limits": "30m")",
                   R"(limits: found "30m"; expected an object)"),
        layerFault("LimitUnknown", "limits", R"("action": "limit", "limits": {"time": "30m"})",
                   R"(limits: unknown key "time"; expected one of "idle", "duration", "bytes", )"
                   R"("rate")"),
        layerFault("LimitNoDuration", "limits", R"("action": "limit", "limits": {"idle": 30})",
                   R"(limits.idle: found 30; expected a duration above 0 like "30m" or "1h30m")"),
        layerFault("LimitNoSize", "limits", R"("action": "limit", "limits": {"rate": "1MB"})",
                   R"(limits.rate: found "1MB"; expected a number of bytes above 0 like )"
                   R"("512KiB" or "2GiB")"),
        layerFault("LimitZero", "limits", R"("action": "limit", "limits": {"bytes": 0})",
                   R"(limits.bytes: found 0; expected a number of bytes above 0 like "512KiB" )"
                   R"(or "2GiB")")),
    [](const auto& info) { return info.param.name; });

DocumentFaultCase testFault(const char* name, std::string_view fields, std::string_view complaint)
{
    return {name,
            R"({"format": 1, "tests": [{"name": "t", "expect": "deny", )" + std::string(fields) +
                "}]}",
            R"(test 1 "t": )" + std::string(complaint)};
}

INSTANTIATE_TEST_SUITE_P(
    Test, DocumentFault,
    testing::Values(
        DocumentFaultCase{"TestsNoArray", R"({"format": 1, "tests": {}})",
                          "tests: found an object; expected an array of tests"},
        DocumentFaultCase{"NoName", R"({"format": 1, "tests": [{"url": "a.example:1"}]})",
                          "test 1: name: is missing or empty; expected a name for the test"},
        DocumentFaultCase{"NoExpectation",
                          R"({"format": 1, "tests": [{"name": "t", "url": "a.example:1"}]})",
                          R"(test 1 "t": expect: is missing; expected "allow" or "deny")"},
        DocumentFaultCase{
            "Undecided",
            R"({"format": 1, "tests": [{"name": "t", "url": "a.example:1", "expect": "?"}]})",
            R"(test 1 "t": expect: found "?"; expected "allow" or "deny")"},
        testFault("NoUrl", R"("user": "u")",
                  R"(url: is missing; expected a URL like "https://www.example.com/")"),
        testFault("WrongUrl", R"("url": "ftp://a.example/")",
                  R"(url: "ftp://a.example/" has an unknown scheme; expected http, https, ws, )"
                  R"(wss or "HOST:PORT")"),
        testFault("UnknownKey", R"("url": "a.example:1", "group": ["x"])",
                  R"(unknown key "group"; expected one of "name", "url", "client", "user", )"
                  R"("groups", "method", "at", "address", "listener", "content", "sni", )"
                  R"("alpn", "path", "names", "subprotocol", "origin", "expect", "rule")"),
        testFault("ClientNetwork", R"("url": "a.example:1", "client": "10.0.0.0/8")",
                  R"(client: "10.0.0.0/8" is not an address like "203.0.113.9" or "2001:db8::9")"),
        testFault("AtNoTime", R"("url": "a.example:1", "at": "now")",
                  R"(at: "now" is not a time like "2027-01-01T00:00:00Z" or )"
                  R"("2027-01-01T01:00:00+01:00")"),
        testFault("GroupsScalar", R"("url": "a.example:1", "groups": "Staff")",
                  R"(groups: found "Staff"; expected an array like ["Staff"])"),
        testFault("OriginUrl", R"("url": "ws://a.example/", "origin": "https://a.example")",
                  R"(origin: "https://a.example" is a URL; expected the host name alone)"),
        testFault("SniSuffix", R"("url": "https://a.example/", "sni": "*.a.example")",
                  R"(sni: "*.a.example" is more than one host; expected a host name or an IP )"
                  "address"),
        testFault("SniInTheClear", R"("url": "http://a.example/", "sni": "a.example")",
                  R"(sni: is not seen for this URL; it is for https, wss and "HOST:PORT")"),
        testFault("SubprotocolInTls", R"("url": "wss://a.example/", "subprotocol": "x")",
                  R"(subprotocol: is not seen for this URL; it is for ws, or the "content" )"
                  R"("websocket")"),
        testFault("OriginInTls", R"("url": "wss://a.example/", "origin": "a.example")",
                  R"(origin: is not seen for this URL; it is for ws, or the "content" )"
                  R"("websocket")"),
        testFault("ContentUnknown", R"("url": "a.example:1", "content": "http")",
                  R"(content: found "http"; expected "tls", "websocket", "tunnelled-http", "ssh" )"
                  R"(or "unknown")"),
        testFault("ContentOfARequest", R"("url": "ws://a.example/", "content": "websocket")",
                  R"(content: is not seen for this URL; it is for https, wss and "HOST:PORT")"),
        testFault("SniInSsh", R"("url": "a.example:1", "sni": "a.example", "content": "ssh")",
                  R"(sni: is not seen in this tunnel; it is for the "content" "tls")"),
        testFault("PathInTls", R"("url": "https://a.example/", "path": "/")",
                  R"(path: is for a tunnel with the "content" "websocket" or "tunnelled-http")"),
        testFault("PathRelative", R"("url": "a.example:1", "content": "websocket", "path": "a")",
                  R"(path: "a" is not a path like "/chat?room=1")"),
        testFault("NamesInTheClear", R"("url": "http://a.example/", "names": ["sni-missing"])",
                  R"(names: is not seen for this URL; it is for https, wss and "HOST:PORT")"),
        testFault("NamesUnknown", R"("url": "https://a.example/", "names": ["sni"])",
                  R"(names[0]: found "sni"; expected "sni-differs", "sni-missing", )"
                  R"("host-differs" or "certificate-differs")"),
        testFault("MethodInTls", R"("url": "https://a.example/", "method": "GET")",
                  "method: is not seen for this URL; it is for http")),
    [](const auto& info) { return info.param.name; });

TEST(PolicyDocument, RefusesAnIdThatIsTaken)
{
    EXPECT_EQ(complaintAbout(R"({"format": 1,
        "guard": [{"id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11", "name": "a", "action": "deny"}],
        "access": [{"id": "7D0C1B9E-52A4-4F0E-9A53-0F6F3C2B8D11", "name": "b", "action": "deny"}]})"),
              R"(access rule 1 "b": id: "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11" is taken by )"
              R"(guard rule 1 "a"; leave it out to have one made)");
}

std::string withWhen(std::string_view conditions)
{
    return withRule(R"("name": "Chat", "action": "deny", "when": )" + std::string(conditions));
}

DocumentFaultCase conditionFault(const char* name, std::string_view conditions,
                                 std::string_view complaint)
{
    return {name, withWhen(conditions), R"(access rule 2 "Chat": )" + std::string(complaint)};
}

INSTANTIATE_TEST_SUITE_P(
    Condition, DocumentFault,
    testing::Values(
        conditionFault("WhenNoObject", "[]", "when: found an array; expected an object"),
        conditionFault("UnknownCondition", R"({"hosts": []})",
                       R"(when: unknown key "hosts"; expected one of "listener", "client", )"
                       R"("user", "group", "host", "port", "protocol", "method", "path", )"
                       R"("query", "address", "sni", "alpn", "names", "subprotocol", "origin", )"
                       R"("time", "not")"),
        conditionFault("NotWithinNot", R"({"not": {"not": {}}})",
                       R"(when.not.not: stands inside a "not" already)"),
        conditionFault("NotNoObject", R"({"not": ["a.example"]})",
                       "when.not: found an array; expected an object"),
        conditionFault("EmptyList", R"({"host": []})",
                       "when.host: is empty and would match nothing; leave it out to match "
                       "everything"),
        conditionFault("ClientScalar", R"({"client": "10.0.0.0/8"})",
                       R"(when.client: found "10.0.0.0/8"; expected an array like ["10.0.0.0/8"])"),
        conditionFault("HostScalar", R"({"host": "a.example"})",
                       R"(when.host: found "a.example"; expected an array like )"
                       R"(["example.com", "*.example.com"])"),
        conditionFault("PortScalar", R"({"port": 443})",
                       R"(when.port: found 443; expected an array like [443, "8000-8100"])"),
        conditionFault("MethodScalar", R"({"method": "GET"})",
                       R"(when.method: found "GET"; expected an array like ["GET"])"),
        conditionFault("ProtocolScalar", R"({"protocol": "http"})",
                       R"(when.protocol: found "http"; expected an array like ["connect"])"),
        conditionFault("AddressScalar", R"({"address": "::1"})",
                       R"(when.address: found "::1"; expected an array like )"
                       R"(["10.20.0.7/32", "list:partners"])"),
        conditionFault("HostBits", R"({"client": ["10.0.0.0/8", "10.0.0.1/8"]})",
                       R"(when.client[1]: "10.0.0.1/8" has bits set behind its prefix; the )"
                       R"(network is "10.0.0.0/8")"),
        conditionFault("NetworkNumber", R"({"address": [10]})",
                       R"(when.address[0]: found 10; expected a network like "10.0.0.0/8")"),
        conditionFault("HostStar", R"({"host": ["*"]})",
                       R"(when.host[0]: "*" would match every host; leave the condition out )"
                       "instead"),
        conditionFault("HostList", R"({"not": {"host": ["list:Chat"]}})",
                       R"(when.not.host[0]: "list:Chat" is not a list like "list:chat"; its )"
                       R"(name has 1 to 64 lower-case letters, digits, "-", "_" and ".")"),
        conditionFault("SniExpression", R"({"sni": ["regex:("]})",
                       R"~(when.sni[0]: "regex:(" is not a regular expression: missing ): ()~"),
        conditionFault("AddressList", R"({"address": ["list:"]})",
                       R"(when.address[0]: "list:" is not a list like "list:chat"; its name has )"
                       R"(1 to 64 lower-case letters, digits, "-", "_" and ".")"),
        conditionFault("ClientList", R"({"client": ["list:a"]})",
                       R"(when.client[0]: "list:a" is not an IP network like "10.0.0.0/8" or )"
                       R"("2001:db8::/32")"),
        conditionFault("ListenerEmpty", R"({"listener": [""]})",
                       "when.listener[0]: is empty; expected one line of text"),
        conditionFault("UserWithLine", R"({"user": ["a\nb"]})",
                       "when.user[0]: has a control character; expected one line of text"),
        conditionFault("GroupNumber", R"({"group": [7]})",
                       "when.group[0]: found 7; expected a string"),
        conditionFault("PathRelative", R"({"path": ["api"]})",
                       R"(when.path[0]: "api" is not the start of a path like "/api/")"),
        conditionFault("PathWithQuery", R"({"path": ["/a?b"]})",
                       R"(when.path[0]: "/a?b" has a query; use the condition "query" for it)"),
        conditionFault("PathWithBrokenEscape", R"({"path": ["/%%36%31"]})",
                       R"(when.path[0]: "/%%36%31" has a "%" without two hexadecimal digits; )"
                       R"(write it "%25")"),
        conditionFault("PathOutsideAscii", R"({"path": ["/\u00e9"]})",
                       "when.path[0]: \"/\u00e9\" has a space, a control character or characters "
                       "outside ASCII; write them percent-encoded"),
        conditionFault("QueryTwo", R"({"query": ["a=1&b=2"]})",
                       R"(when.query[0]: "a=1&b=2" is not one parameter like "name" or )"
                       R"("name=value")"),
        conditionFault("QueryEmpty", R"({"query": [""]})",
                       R"(when.query[0]: "" is not one parameter like "name" or "name=value")"),
        conditionFault("AlpnEmpty", R"({"alpn": [""]})",
                       R"(when.alpn[0]: "" is not the name of a protocol like "h2" or )"
                       R"("http/1.1")"),
        conditionFault("SubprotocolNoToken", R"({"subprotocol": ["chat v1"]})",
                       R"(when.subprotocol[0]: "chat v1" is not a subprotocol like "chat.v1")"),
        conditionFault("TimeHours", R"({"time": ["mon-fri 8-18"]})",
                       R"(when.time[0]: "mon-fri 8-18" needs its hours like "08:00-18:00", up )"
                       R"(to "24:00")"),
        conditionFault("MethodLowerCase", R"({"method": ["get"]})",
                       R"(when.method[0]: "get" would never match, as methods are )"
                       R"(case-sensitive; expected "GET")"),
        conditionFault("MethodNoToken", R"({"method": ["GET /"]})",
                       R"(when.method[0]: "GET /" is not a method like "GET")"),
        conditionFault("ProtocolUnknown", R"({"protocol": ["https"]})",
                       R"(when.protocol[0]: found "https"; expected "http", "connect", )"
                       R"("websocket", "tls", "tunnelled-http", "ssh" or "unknown")"),
        conditionFault("NamesScalar", R"({"names": "sni-differs"})",
                       R"(when.names: found "sni-differs"; expected an array like )"
                       R"(["sni-differs"])"),
        conditionFault("NamesUnknown", R"({"not": {"names": ["SNI-differs"]}})",
                       R"(when.not.names[0]: found "SNI-differs"; expected "sni-differs", )"
                       R"("sni-missing", "host-differs" or "certificate-differs")"),
        conditionFault("NamesNumber", R"({"names": [1]})",
                       R"(when.names[0]: found 1; expected "sni-differs", "sni-missing", )"
                       R"("host-differs" or "certificate-differs")")),
    [](const auto& info) { return info.param.name; });

class PortFault : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(PortFault, IsNamed)
{
    const auto& [written, found] = GetParam();
    EXPECT_EQ(complaintAbout(withWhen(R"({"port": [443, )" + written + "]}")),
              R"(access rule 2 "Chat": when.port[1]: )" + found +
                  R"( is not a port or a range like "8000-8100"; ports go from 1 to 65535)");
}

INSTANTIATE_TEST_SUITE_P(
    Ports, PortFault,
    testing::Values(std::pair{R"("80-x")", R"("80-x")"}, std::pair{"0", "0"}, std::pair{"-1", "-1"},
                    std::pair{"65536", "65536"}, std::pair{"65979", "65979"},
                    std::pair{"4294967739", "4294967739"}, std::pair{"443.5", "443.5"},
                    std::pair{"true", "true"}, std::pair{"null", "null"},
                    std::pair{"[80]", "an array"}, std::pair{"{}", "an object"},
                    std::pair{R"("")", R"("")"}, std::pair{R"("+443")", R"("+443")"},
                    std::pair{R"("443 ")", R"("443 ")"}, std::pair{R"("90-80")", R"("90-80")"},
                    std::pair{R"("0-80")", R"("0-80")"},
                    std::pair{R"("80-65536")", R"("80-65536")"}, std::pair{R"("-")", R"("-")"},
                    std::pair{R"("1-2-3")", R"("1-2-3")"}));

TEST(PolicyDocument, SurvivesBeingCutAtEveryByte)
{
    for (std::size_t length = 0; length < FullDocument.size(); ++length)
        EXPECT_NE(complaintAbout(FullDocument.substr(0, length)), "accepted") << length;
}

TEST(PolicyDocument, RefusesDeepNestingWithoutFollowingIt)
{
    for (const std::string start : {R"({"format": )", R"({"access": [)"})
        for (const std::string step : {"[", R"({"a":)"}) {
            auto json = start;
            for (int depth = 0; depth < 100'000; ++depth)
                json += step;
            EXPECT_THAT(complaintAbout(json), testing::HasSubstr("this is not a JSON object: "));
        }
}

TEST(PolicyDocument, RefusesBytesThatAreNoJson)
{
    std::string bytes;
    std::minstd_rand chance(1);
    for (int round = 0; round < 200; ++round) {
        bytes += static_cast<char>(chance() % 256);
        EXPECT_NE(complaintAbout(bytes), "accepted");
        EXPECT_NE(complaintAbout(R"({"format": 1, "access": [)" + bytes), "accepted");
        EXPECT_NE(complaintAbout(R"({"format": 1, "access": [{"name": ")" + bytes + R"("}]})"),
                  "accepted");
    }
}

TEST(PolicyDocument, RefusesTextsThatAreNotUtf8)
{
    for (const std::string bytes : {"\xff", "\x80", "\xc3", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80",
                                    "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
        EXPECT_EQ(
            complaintAbout("{\"format\": 1,\n \"access\": [{\"comment\": \"" + bytes + "\"}]}"),
            "line 2 has bytes that are not UTF-8")
            << testing::PrintToString(bytes);
        EXPECT_EQ(complaintAbout(R"({"format": 1})" + bytes),
                  "line 1 has bytes that are not UTF-8");
    }
    EXPECT_THAT(
        complaintAbout(R"({"format": 1, "access": [{"name": "\ud800", "action": "deny"}]})"),
        testing::StartsWith("access rule 1: this is not a JSON object: "));
}

TEST(PolicyDocument, RefusesMoreBytesThanItReads)
{
    EXPECT_EQ(complaintAbout(std::string((64U << 20) + 1, ' ')),
              "this document has 67108865 bytes; expected at most 67108864");
}

TEST(PolicyDocument, RefusesMoreValuesThanItReads)
{
    std::string json = R"({"format": 1, "access": [[])";
    for (int values = 0; values < 2'000'000; ++values)
        json += ",[]";
    EXPECT_EQ(complaintAbout(json), "this document has more than 2000000 values");
}

TEST(PolicyDocument, ShortensWhatItFound)
{
    const auto complaint = complaintAbout(
        withRule(R"("name": "Chat", "action": ")" + std::string(5'000, 'a') + "\xc3\xa9\""));
    EXPECT_LT(complaint.size(), 1'010U);
    EXPECT_THAT(complaint, testing::EndsWith("…"));
}

std::string manyRules(std::size_t count)
{
    std::string json = R"({"format": 1, "access": [)";
    for (std::size_t number = 0; number < count; ++number) {
        const auto text = std::to_string(number);
        json += (number == 0 ? "" : ", ") + std::string(R"({"name": "Rule )") + text +
                R"(", "action": "allow", "when": {"client": ["10.)" + std::to_string(number % 256) +
                R"(.0.0/16"], "host": ["www)" + text + R"(.example", "*.shop)" + text +
                R"(.example"], "port": [443, "8000-8100"], "protocol": ["connect"], )" +
                R"("method": ["CONNECT"]}, "owner": "netops", "ticket": "NET-)" + text + R"("})";
    }
    return json + "]}";
}

TEST(PolicyDocument, ReadsTenThousandRules)
{
    const auto document = PolicyDocument::parse(manyRules(10'000));
    ASSERT_EQ(document.rows(Layer::Access).size(), 10'000U);
    EXPECT_EQ(document.rows(Layer::Access)[9'999].when.host[0], "www9999.example");
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
}

// unit-policy --gtest_also_run_disabled_tests --gtest_filter='PolicyDocumentSpeed*'
TEST(PolicyDocumentSpeed, DISABLED_OfTenThousandRules)
{
    const auto json = PolicyDocument::parse(manyRules(10'000)).toJson();
    const auto start = std::chrono::steady_clock::now();
    const auto document = PolicyDocument::parse(json);
    const auto read = std::chrono::steady_clock::now();
    const auto written = document.toJson();
    const auto end = std::chrono::steady_clock::now();
    using Milliseconds = std::chrono::duration<double, std::milli>;
    std::cout << json.size() << " bytes: read " << Milliseconds(read - start) << ", written "
              << Milliseconds(end - read) << '\n';
    EXPECT_EQ(written, json);
}

} // namespace
} // namespace sallyport::policy
