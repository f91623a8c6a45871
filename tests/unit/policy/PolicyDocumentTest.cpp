#include "policy/PolicyDocument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      "when": { "address": ["10.20.0.7/32"], "port": [443] } }
  ],
  "access": [
    { "id": "7D0C1B9E-52A4-4F0E-9A53-0F6F3C2B8D11", "name": "Chat over WebSocket", "action": "allow",
      "mode": "enforce", "enabled": false,
      "when": { "client": ["10.0.0.0/8", "fc00::/7"], "protocol": ["websocket", "connect"],
                "host": ["*.Chat.example.", "chat.example"], "port": [443, "8000-8100", "80"],
                "method": ["GET"], "not": { "host": ["beta.chat.example"], "client": ["10.9.0.0/16"] } },
      "section": "Collaboration", "owner": "netops", "ticket": "NET-12", "comment": "until\nspring" }
  ],
  "defaults": { "access": "allow" }
})";

TEST(PolicyDocument, ReadsEveryField)
{
    const auto document = PolicyDocument::parse(FullDocument);
    ASSERT_EQ(document.rows(Layer::Guard).size(), 1U);
    EXPECT_EQ(document.rows(Layer::Guard)[0].layer, Layer::Guard);
    EXPECT_EQ(document.rows(Layer::Guard)[0].name, "Intranet wiki is fine");
    EXPECT_TRUE(document.rows(Layer::Guard)[0].enabled);
    EXPECT_EQ(document.rows(Layer::Guard)[0].when.address, std::vector{network("10.20.0.7")});
    EXPECT_EQ(document.defaults.access, Action::Allow);

    ASSERT_EQ(document.rows(Layer::Access).size(), 1U);
    const auto& rule = document.rows(Layer::Access)[0];
    EXPECT_EQ(rule.id, "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11");
    EXPECT_EQ(rule.layer, Layer::Access);
    EXPECT_EQ(rule.action, Action::Allow);
    EXPECT_FALSE(rule.enabled);
    EXPECT_EQ(rule.when.client, (std::vector{network("10.0.0.0/8"), network("fc00::/7")}));
    EXPECT_EQ(rule.when.host, (std::vector<std::string>{"*.chat.example", "chat.example"}));
    EXPECT_EQ(rule.when.port, (std::vector<PortRange>{{443, 443}, {8000, 8100}, {80, 80}}));
    EXPECT_EQ(rule.when.protocol, (std::vector{Protocol::WebSocket, Protocol::Connect}));
    EXPECT_EQ(rule.when.method, std::vector<std::string>{"GET"});
    EXPECT_EQ(rule.except.host, std::vector<std::string>{"beta.chat.example"});
    EXPECT_EQ(rule.except.client, std::vector{network("10.9.0.0/16")});
    EXPECT_EQ(rule.section, "Collaboration");
    EXPECT_EQ(rule.owner, "netops");
    EXPECT_EQ(rule.ticket, "NET-12");
    EXPECT_EQ(rule.comment, "until\nspring");
}

TEST(PolicyDocument, ComesBackUnchangedFromItsText)
{
    auto document = PolicyDocument::parse(FullDocument);
    document.rows(Layer::Access)[0].name = "Quotes \" slashes / \\ caf\xc3\xa9 \xf0\x9f\x98\x80 <b>";
    document.rows(Layer::Access)[0].comment = "tab\tand\nline";
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
    EXPECT_EQ(PolicyDocument::parse(document.toJson()).toJson(), document.toJson());
}

TEST(PolicyDocument, WritesKeysInAFixedOrder)
{
    EXPECT_EQ(PolicyDocument::parse(R"({"access": [{"when": {"port": [443, "8000-8100"],
        "client": ["10.0.0.0/8"], "not": {"host": ["a.example"]}}, "comment": "c", "action": "deny",
        "name": "n", "id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11"}], "format": 1})")
                  .toJson(),
              R"({
  "format": 1,
  "guard": [

  ],
  "access": [
    {
      "id": "7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11",
      "name": "n",
      "action": "deny",
      "mode": "enforce",
      "enabled": true,
      "when": {
        "client": [
          "10.0.0.0/8"
        ],
        "port": [
          443,
          "8000-8100"
        ],
        "not": {
          "host": [
            "a.example"
          ]
        }
      },
      "comment": "c"
    }
  ],
  "defaults": {
    "access": "deny"
  }
}
)");
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

TEST(PolicyDocument, InitialOneComesBackUnchangedFromItsText)
{
    const auto document = PolicyDocument::initial();
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
}

struct FaultCase {
    const char* name;
    std::string json;
    std::string complaint;
};

class DocumentFault : public testing::TestWithParam<FaultCase> {};

TEST_P(DocumentFault, IsNamed)
{
    EXPECT_EQ(complaintAbout(GetParam().json), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Outline, DocumentFault,
    testing::Values(
        FaultCase{"NotJson", "{", "this is not a JSON object: unexpected end of text"},
        FaultCase{"BytesBehind", R"({"format": 1} x)",
                  "this is not a JSON object: Excess characters found after JSON end."},
        FaultCase{"Array", "[]", "the policy document: found an array; expected an object"},
        FaultCase{"NoFormat", "{}", "format: is missing; expected 1"},
        FaultCase{"OtherFormat", R"({"format": 2})", "format: found 2; expected 1"},
        FaultCase{"FormatAsText", R"({"format": "1"})", R"(format: found "1"; expected 1)"},
        FaultCase{"FormatTrue", R"({"format": true})", "format: found true; expected 1"},
        FaultCase{
            "UnknownKey", R"({"format": 1, "rules": []})",
            R"(unknown key "rules"; expected one of "format", "guard", "access", "defaults")"},
        FaultCase{"LaterLayer", R"({"format": 1, "emergency": []})",
                  "emergency: is not supported by this version"},
        FaultCase{"RulesNoArray", R"({"format": 1, "access": {}})",
                  "access: found an object; expected an array of rules"},
        FaultCase{"RuleNoObject", R"({"format": 1, "access": ["allow"]})",
                  R"(access rule 1: found "allow"; expected an object)"},
        FaultCase{"DefaultUnknown", R"({"format": 1, "defaults": {"access": "maybe"}})",
                  R"(defaults.access: found "maybe"; expected "allow" or "deny")"},
        FaultCase{"DefaultsKey", R"({"format": 1, "defaults": {"acces": "deny"}})",
                  R"(defaults: unknown key "acces"; expected one of "access")"},
        FaultCase{"KeyTwice", R"({"format": 1, "access": [], "access": []})",
                  R"(the key "access" appears twice)"},
        FaultCase{"KeyTwiceInDefaults",
                  R"({"format": 1, "defaults": {"access": "deny", "access": "allow"}})",
                  R"(defaults: the key "access" appears twice)"},
        FaultCase{"KeyTwiceInRule",
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
        FaultCase{"NoName", withRule(R"("action": "deny")"),
                  "access rule 2: name: is missing or empty; expected a name for the rule"},
        FaultCase{"EmptyName", withRule(R"("name": " ", "action": "deny")"),
                  "access rule 2: name: is missing or empty; expected a name for the rule"},
        FaultCase{"NameNoText", withRule(R"("name": 7, "action": "deny")"),
                  "access rule 2: name: found 7; expected a string"},
        FaultCase{"NameWithLine", withRule(R"("name": "a\r\nb", "action": "deny")"),
                  "access rule 2: name: has a control character; expected one line of text"},
        FaultCase{"LongName",
                  withRule("\"name\": \"" + std::string(201, 'n') + "\", \"action\": \"deny\""),
                  "access rule 2: name: has 201 bytes; expected at most 200"},
        FaultCase{"NoAction", withRule(R"("name": "Chat")"),
                  R"(access rule 2 "Chat": action: is missing; expected "allow" or "deny")"},
        FaultCase{"UnknownAction", withRule(R"("name": "Chat", "action": "drop")"),
                  R"(access rule 2 "Chat": action: found "drop"; expected "allow" or "deny")"},
        FaultCase{"LaterMode", withRule(R"("name": "Chat", "action": "deny", "mode": "observe")"),
                  R"(access rule 2 "Chat": mode: "observe" is not supported by this version; )"
                  R"(expected "enforce")"},
        FaultCase{"ControlCharacters", withRule(R"("name": "Chat", "action": "\u001b[2J\n")"),
                  R"(access rule 2 "Chat": action: found "?[2J?"; expected "allow" or "deny")"},
        FaultCase{"EnabledAsText",
                  withRule(R"("name": "Chat", "action": "deny", "enabled": "yes")"),
                  R"(access rule 2 "Chat": enabled: found "yes"; expected true or false)"},
        FaultCase{"EnabledAsNumber", withRule(R"("name": "Chat", "action": "deny", "enabled": 1)"),
                  R"(access rule 2 "Chat": enabled: found 1; expected true or false)"},
        FaultCase{
            "LaterKey",
            withRule(R"("name": "Chat", "action": "deny", "expires": "2027-01-01T00:00:00Z")"),
            R"(access rule 2 "Chat": expires: is not supported by this version)"},
        FaultCase{
            "UnknownKey", withRule(R"("name": "Chat", "action": "deny", "colour": "red")"),
            R"(access rule 2 "Chat": unknown key "colour"; expected one of "id", "name", )"
            R"("action", "mode", "enabled", "when", "section", "owner", "ticket", "comment")"},
        FaultCase{"IdNoUuid", withRule(R"("name": "Chat", "action": "deny", "id": "7d0c")"),
                  R"(access rule 2 "Chat": id: found "7d0c"; expected a UUID like )"
                  R"("7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11")"},
        FaultCase{"OwnerNull", withRule(R"("name": "Chat", "action": "deny", "owner": null)"),
                  R"(access rule 2 "Chat": owner: found null; expected a string)"}),
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

FaultCase conditionFault(const char* name, std::string_view conditions, std::string_view complaint)
{
    return {name, withWhen(conditions), R"(access rule 2 "Chat": )" + std::string(complaint)};
}

INSTANTIATE_TEST_SUITE_P(
    Condition, DocumentFault,
    testing::Values(
        conditionFault("WhenNoObject", "[]", "when: found an array; expected an object"),
        conditionFault("UnknownCondition", R"({"hosts": []})",
                       R"(when: unknown key "hosts"; expected one of "client", "host", "port", )"
                       R"("method", "protocol", "address", "not")"),
        conditionFault("LaterCondition", R"({"group": ["Staff"]})",
                       "when.group: is not supported by this version"),
        conditionFault("NotWithinNot", R"({"not": {"not": {}}})",
                       R"(when.not: unknown key "not"; expected one of "client", "host", "port", )"
                       R"("method", "protocol", "address")"),
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
                       R"(when.address: found "::1"; expected an array like ["10.20.0.7/32"])"),
        conditionFault("HostBits", R"({"client": ["10.0.0.0/8", "10.0.0.1/8"]})",
                       R"(when.client[1]: "10.0.0.1/8" has bits set behind its prefix; the )"
                       R"(network is "10.0.0.0/8")"),
        conditionFault("NetworkNumber", R"({"address": [10]})",
                       R"(when.address[0]: found 10; expected a network like "10.0.0.0/8")"),
        conditionFault("HostStar", R"({"host": ["*"]})",
                       R"(when.host[0]: "*" would match every host; leave the condition out )"
                       "instead"),
        conditionFault("HostList", R"({"not": {"host": ["list:chat"]}})",
                       R"(when.not.host[0]: "list:chat" is not supported by this version; )"
                       R"(expected a host name or "*." and a suffix)"),
        conditionFault("MethodLowerCase", R"({"method": ["get"]})",
                       R"(when.method[0]: "get" would never match, as methods are )"
                       R"(case-sensitive; expected "GET")"),
        conditionFault("MethodNoToken", R"({"method": ["GET /"]})",
                       R"(when.method[0]: "GET /" is not a method like "GET")"),
        conditionFault("ProtocolUnknown", R"({"protocol": ["https"]})",
                       R"(when.protocol[0]: found "https"; expected "http", "connect", )"
                       R"("websocket" or "tls")")),
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
    EXPECT_THAT(complaintAbout(R"({"format": )" + std::string(100'000, '[')),
                testing::StartsWith("this is not a JSON object: "));
}

} // namespace
} // namespace sallyport::policy
