#include "audit/format/Format.h"

#include "audit/format/Figures.h"
#include "audit/format/NestedJson.h"
#include "unit/audit/SampleRecords.h"

#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

namespace sallyport::audit::format {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string lineOf(std::string_view name, const db::AuditRecord& record)
{
    std::string line;
    requireFormat(name).append(line, record);
    return line;
}

// What stands at a path of names in a line of JSON, as JSON text; "" if nothing does. A number is
// the place in an array.
std::string at(const std::string& line, std::string_view path)
{
    Poco::Dynamic::Var value = Poco::JSON::Parser().parse(line);
    for (const auto part : std::views::split(path, '.')) {
        if (value.type() != typeid(Poco::JSON::Object::Ptr))
            return "";
        value = value.extract<Poco::JSON::Object::Ptr>()->get({part.begin(), part.end()});
    }
    if (value.type() != typeid(Poco::JSON::Array::Ptr))
        return value.isEmpty() ? "" : value.toString();
    std::string joined;
    for (const auto& member : *value.extract<Poco::JSON::Array::Ptr>())
        joined += (joined.empty() ? "" : ",") + member.toString();
    return joined;
}

struct PathCase {
    std::string_view path;
    std::string_view value;
};

void expectPaths(const std::string& line, std::initializer_list<PathCase> cases)
{
    for (const PathCase& item : cases)
        EXPECT_EQ(at(line, item.path), item.value) << item.path << " of\n" << line;
}

TEST(Formats, AreFoundByTheirNames)
{
    std::vector<std::string_view> names;
    for (const Format& format : formats())
        names.push_back(format.name);
    EXPECT_THAT(names, ElementsAre("jsonl", "ecs", "ocsf", "csv", "cef", "leef", "squid"));
    EXPECT_EQ(findFormat("xml"), nullptr);
    try {
        static_cast<void>(requireFormat("xml"));
        FAIL() << "there is no such format";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "there is no format \"xml\"; the formats are jsonl, ecs, ocsf, "
                                   "csv, cef, leef, squid");
    }
}

TEST(Formats, EndEachRecordWithOneLineEnd)
{
    for (const Format& format : formats()) {
        std::string line;
        format.append(line, test::sampleCloseRecord());
        EXPECT_EQ(line.find('\n'), line.size() - 1) << format.name;
    }
}

TEST(RecordTime, IsReadBack)
{
    const auto time = timeOf("2026-11-23T09:00:00.000001Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(time->time_since_epoch().count(), 1'795'424'400'000'001);
    EXPECT_EQ(timeText(*time), "2026-11-23T09:00:00.000001Z");
    for (const auto* text : {"", "2026-11-23", "2026-13-23T09:00:00.000001Z",
                             "2026-11-23T09:00:00.00000xZ", "2026-11-23 09:00:00.000001Z"})
        EXPECT_FALSE(timeOf(text)) << text;
}

TEST(NestedJson, GroupsWhatPathsHaveInCommon)
{
    std::string out;
    NestedJson json(out);
    json.put("a", "1");
    json.putNumber("b.c.d", std::uint64_t{2});
    json.putTruth("b.c.e", true);
    json.put("b.f", "3");
    json.put("g.unknown", "");
    json.putNumber("list[].x", std::uint64_t{4});
    json.putNumber("list[].y", std::uint64_t{5});
    json.enter("own");
    json.putNumber("x", std::uint64_t{6});
    json.enterGroup("deep.er");
    json.putMilliseconds("y", 1'234);
    json.enterGroup({});
    json.putTexts("z", std::vector<std::string>{"p", "q"});
    json.finish();
    EXPECT_EQ(out, R"({"a":"1","b":{"c":{"d":2,"e":true},"f":"3"},"list":[{"x":4,"y":5}],)"
                   R"("own":{"x":6,"deep":{"er":{"y":1.234}},"z":["p","q"]}})"
                   "\n");
}

// A reader keeps one of two members of the same name: none may come twice.
void expectEachNameOnce(std::string_view line)
{
    std::vector<std::vector<std::string_view>> open;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '{')
            open.emplace_back();
        else if (line[i] == '}')
            open.pop_back();
        else if (line[i] == '"') {
            std::size_t end = i + 1;
            while (line[end] != '"')
                end += line[end] == '\\' ? 2 : 1;
            const auto text = line.substr(i + 1, end - i - 1);
            if (line[end + 1] == ':') {
                EXPECT_THAT(open.back(), Not(testing::Contains(text))) << line;
                open.back().push_back(text);
            }
            i = end;
        }
    }
}

TEST(NestedFormats, NameEachMemberOnce)
{
    const db::AdminAct act{.time = {},
                           .who = "root",
                           .source = "10.0.0.1",
                           .action = "policy.publish",
                           .object = "policy",
                           .before = "{}",
                           .after = "{}",
                           .note = "NET-1"};
    const db::Checkpoint checkpoint;
    const auto contents = test::sampleTlsContents();
    db::FoundByCheck found;
    found.digest.emplace();
    auto close = test::sampleCloseRecord();
    close.contents = &contents;
    close.found = &found;
    auto exchange = test::sampleExchangeRecord();
    exchange.contents = &contents;
    for (const auto* name : {"ecs", "ocsf"})
        for (const auto& record :
             {test::sampleOpenRecord(), close, exchange, test::sampleDecisionRecord(),
              test::sampleAdminRecord(act), test::sampleCheckpointRecord(checkpoint)})
            expectEachNameOnce(lineOf(name, record));
}

TEST(Ecs, SaysAnOpenEventByTheSchemasNames)
{
    expectPaths(lineOf("ecs", test::sampleOpenRecord()),
                {{"@timestamp", "2026-11-23T09:00:00.000001Z"},
                 {"event.kind", "event"},
                 {"event.category", "network"},
                 {"event.type", "connection,start,allowed"},
                 {"event.action", "session-open"},
                 {"event.outcome", "success"},
                 {"event.sequence", "41"},
                 {"event.id", "01935a10-2030-7001-8002-030405060001"},
                 {"event.start", "2026-11-23T09:00:00.000001Z"},
                 {"event.end", ""},
                 {"event.duration", ""},
                 {"observer.name", "node-1"},
                 {"observer.type", "proxy"},
                 {"observer.ingress.interface.alias", "127.0.0.1:3128"},
                 {"source.ip", "10.1.2.3"},
                 {"source.port", "50123"},
                 {"source.nat.ip", "192.0.2.10"},
                 {"source.nat.port", "40001"},
                 {"destination.domain", "www.example.com"},
                 {"destination.ip", "93.184.216.34"},
                 {"destination.port", "443"},
                 {"network.protocol", "connect"},
                 {"user.name", "ann"},
                 {"user_agent.original", "curl/8.5.0"},
                 {"http.request.method", "CONNECT"},
                 {"http.response.status_code", "200"},
                 {"url.domain", "www.example.com"},
                 {"dns.resolved_ip", "93.184.216.34,2001:db8::1"},
                 {"rule.uuid", "11111111-2222-4333-8444-555555555555"},
                 {"rule.name", "Staff, web"},
                 {"rule.ruleset", "access"},
                 {"rule.version", "7"},
                 {"sallyport.session.id", "01935a10-2030-7001-8002-030405060001"},
                 {"sallyport.rule.would", "aaaa,bbbb"},
                 {"sallyport.dns.ms", "1.5"},
                 {"sallyport.timing.connect_ms", "20.25"},
                 {"sallyport.connect.tries", "1"}});
}

TEST(Ecs, CountsInTheSchemasUnitsAndDirections)
{
    expectPaths(lineOf("ecs", test::sampleCloseRecord()),
                {{"event.action", "session-close"},
                 {"event.type", "connection,end,allowed"},
                 {"event.duration", "2500000000"},
                 {"event.start", "2026-11-23T09:00:00.000001Z"},
                 {"event.end", "2026-11-23T09:00:02.500001Z"},
                 {"event.reason", "done"},
                 {"source.bytes", "1000"},
                 {"destination.bytes", "5000000001"},
                 {"network.bytes", "5000001001"},
                 {"sallyport.bytes.proxy_to_upstream", "1001"},
                 {"sallyport.close.by", "client"},
                 {"sallyport.tcp.upstream.retransmits", "3"},
                 {"sallyport.idle.silent_first", "client"}});
}

TEST(Ecs, SaysWhatWasSeenInATunnel)
{
    const auto contents = test::sampleTlsContents();
    auto record = test::sampleCloseRecord();
    record.contents = &contents;
    const std::string line = lineOf("ecs", record);
    expectPaths(line, {{"network.protocol", "tls"},
                       {"tls.client.server_name", "www.example.com"},
                       {"tls.next_protocol", "h2"},
                       {"tls.version", "1.2"},
                       {"tls.version_protocol", "tls"},
                       {"tls.client.ja3", "cd08e31494f9531f560d64c695473da9"},
                       {"tls.server.subject", "CN=www.example.com"},
                       {"tls.server.not_after", "2027-01-31T00:00:00Z"},
                       {"sallyport.tls.ja4", "t13d1516h2_8daaf6152771_02713d6af862"},
                       {"sallyport.names.coherent", "true"},
                       {"sallyport.inspection", "sniffed"}});
    EXPECT_THAT(line, HasSubstr(R"("hash":{"sha256":"ABAB)"));
}

TEST(Ecs, SaysRefusalsActsAndCheckpoints)
{
    expectPaths(lineOf("ecs", test::sampleDecisionRecord()),
                {{"event.action", "session-refused"},
                 {"event.type", "connection,end,denied"},
                 {"event.outcome", "failure"},
                 {"event.reason", "denied"},
                 {"error.type", "http_request_denied"}});
    const db::AdminAct act{.time = {},
                           .who = "root (uid 0)",
                           .source = "command line",
                           .action = "policy.publish",
                           .object = "policy",
                           .before = R"({"version":6})",
                           .after = R"({"version":7})",
                           .note = "NET-12"};
    expectPaths(lineOf("ecs", test::sampleAdminRecord(act)),
                {{"event.category", "configuration"},
                 {"event.type", "change"},
                 {"event.action", "policy.publish"},
                 {"user.name", "root (uid 0)"},
                 {"source.address", "command line"},
                 {"source.ip", ""},
                 {"network.transport", ""},
                 {"sallyport.admin.after", R"({"version":7})"}});
    db::Checkpoint checkpoint;
    checkpoint.head.fill(0x0f);
    expectPaths(lineOf("ecs", test::sampleCheckpointRecord(checkpoint)),
                {{"event.action", "audit-checkpoint"},
                 {"event.hash", "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"},
                 {"event.category", ""},
                 {"sallyport.checkpoint.key", "0000000000000000"}});
}

TEST(Ocsf, SaysATunnelAsNetworkActivity)
{
    expectPaths(lineOf("ocsf", test::sampleCloseRecord()),
                {{"category_uid", "4"},
                 {"class_uid", "4001"},
                 {"activity_id", "2"},
                 {"type_uid", "400102"},
                 {"severity_id", "1"},
                 {"status_id", "1"},
                 {"status_code", "200"},
                 {"status_detail", "done"},
                 {"time", "1795424402500"},
                 {"start_time", "1795424400000"},
                 {"end_time", "1795424402500"},
                 {"duration", "2500"},
                 {"metadata.version", "1.8.0"},
                 {"metadata.product.name", "Sallyport"},
                 {"metadata.profiles", "host,network_proxy,security_control"},
                 {"metadata.sequence", "42"},
                 {"metadata.uid", "node-1-42"},
                 {"device.hostname", "node-1"},
                 {"actor.user.name", "ann"},
                 {"src_endpoint.ip", "10.1.2.3"},
                 {"src_endpoint.port", "50123"},
                 {"dst_endpoint.hostname", "www.example.com"},
                 {"dst_endpoint.ip", "93.184.216.34"},
                 {"dst_endpoint.port", "443"},
                 {"proxy_endpoint.ip", "192.0.2.10"},
                 {"connection_info.uid", "01935a10-2030-7001-8002-030405060001"},
                 {"connection_info.direction_id", "2"},
                 {"proxy_connection_info.protocol_ver_id", "4"},
                 {"cumulative_traffic.bytes_in", "5000000000"},
                 {"cumulative_traffic.bytes_out", "1000"},
                 {"proxy_traffic.bytes_in", "5000000001"},
                 {"proxy_traffic.bytes_out", "1001"},
                 {"action_id", "1"},
                 {"disposition_id", "1"},
                 {"is_alert", "false"},
                 {"firewall_rule.uid", "11111111-2222-4333-8444-555555555555"},
                 {"firewall_rule.name", "Staff, web"},
                 {"policy.version", "7"},
                 {"unmapped.event", "close"},
                 {"unmapped.user_agent", "curl/8.5.0"}});
}

TEST(Ocsf, SaysAnExchangeAsHttpActivity)
{
    expectPaths(lineOf("ocsf", test::sampleExchangeRecord()),
                {{"class_uid", "4002"},
                 {"activity_id", "3"},
                 {"activity_name", "Get"},
                 {"type_uid", "400203"},
                 {"http_request.http_method", "GET"},
                 {"http_request.user_agent", "curl/8.5.0"},
                 {"http_request.url.hostname", "www.example.com"},
                 {"http_request.url.path", "/a"},
                 {"http_request.url.query_string", "b=1"},
                 {"http_request.url.url_string", "http://www.example.com:8080/a?b=1"},
                 {"http_response.code", "200"},
                 {"http_response.latency", "30"}});
}

struct ActivityCase {
    const char* name;
    std::string_view event;
    std::string_view reason; ///< empty: not ended
    std::string_view activity;
    std::string_view disposition;
};
class OcsfActivity : public testing::TestWithParam<ActivityCase> {};

TEST_P(OcsfActivity, FollowsTheEventAndItsReason)
{
    auto record = test::sampleCloseRecord();
    record.event = GetParam().event;
    record.end->reason = GetParam().reason;
    if (GetParam().reason.empty())
        record.end.reset();
    const std::string line = lineOf("ocsf", record);
    EXPECT_EQ(at(line, "activity_name"), GetParam().activity);
    EXPECT_EQ(at(line, "disposition"), GetParam().disposition);
}

INSTANTIATE_TEST_SUITE_P(
    Ocsf, OcsfActivity,
    testing::Values(ActivityCase{"Open", "open", "", "Open", "Allowed"},
                    ActivityCase{"Update", "update", "", "Traffic", "Allowed"},
                    ActivityCase{"Done", "close", "done", "Close", "Allowed"},
                    ActivityCase{"ClientReset", "close", "client-reset", "Reset", "Allowed"},
                    ActivityCase{"Revoked", "close", "policy-revoked", "Reset", "Access Revoked"},
                    ActivityCase{"NoName", "decision", "dns-failure", "Fail", "Allowed"},
                    ActivityCase{"Denied", "decision", "denied", "Refuse", "Blocked"},
                    ActivityCase{"Full", "decision", "too-many-connections", "Refuse", "Allowed"}),
    [](const auto& info) { return info.param.name; });

TEST(Ocsf, SaysActsAsEntityManagementAndCheckpointsAsBaseEvents)
{
    const db::AdminAct act{.time = {},
                           .who = "ann",
                           .source = "10.0.0.1",
                           .action = "list.import",
                           .object = "chat",
                           .before = "",
                           .after = R"({"entries":3})",
                           .note = "NET-12"};
    expectPaths(lineOf("ocsf", test::sampleAdminRecord(act)),
                {{"class_uid", "3004"},
                 {"category_uid", "3"},
                 {"activity_id", "1"},
                 {"type_uid", "300401"},
                 {"actor.user.name", "ann"},
                 {"src_endpoint.ip", "10.0.0.1"},
                 {"entity.name", "chat"},
                 {"entity.type", "list"},
                 {"entity.data", ""},
                 {"entity_result.data", R"({"entries":3})"},
                 {"comment", "NET-12"}});
    db::Checkpoint checkpoint;
    checkpoint.signature.fill(0x11);
    const std::string line = lineOf("ocsf", test::sampleCheckpointRecord(checkpoint));
    expectPaths(line, {{"class_uid", "0"},
                       {"type_uid", "99"},
                       {"severity_id", "1"},
                       {"metadata.sequence", "45"}});
    EXPECT_THAT(line, HasSubstr(R"("checkpoint":{"head":")"));
}

TEST(Cef, SaysACloseEvent)
{
    EXPECT_EQ(lineOf("cef", test::sampleCloseRecord()),
              "CEF:0|Sallyport|Sallyport|" SALLYPORT_VERSION "|session-close|Session closed|1|"
              "rt=1795424402500 dvchost=node-1 externalId=42 src=10.1.2.3 spt=50123 suser=ann "
              "dhost=www.example.com dst=93.184.216.34 dpt=443 "
              "sourceTranslatedAddress=192.0.2.10 sourceTranslatedPort=40001 proto=TCP "
              "app=connect requestMethod=CONNECT request=www.example.com:443 "
              "requestClientApplication=curl/8.5.0 in=1000 out=5000000000 start=1795424400000 "
              "end=1795424402500 act=allow outcome=success reason=done cs1=Staff, web "
              "cs1Label=Rule cs2=11111111-2222-4333-8444-555555555555 cs2Label=Rule id "
              "cs3=01935a10-2030-7001-8002-030405060001 cs3Label=Session cn1=200 cn1Label=Status "
              "cn2=2500 cn2Label=Duration in ms cn3=7 cn3Label=Policy version\n");
}

TEST(Cef, EscapesWhatWouldEndAFieldOrAValue)
{
    const db::AdminAct act{.time = {},
                           .who = "a=b\\c|d\ne\xff",
                           .source = "",
                           .action = "x|y\\z\nw",
                           .object = "",
                           .before = "",
                           .after = "",
                           .note = ""};
    const std::string line = lineOf("cef", test::sampleAdminRecord(act));
    EXPECT_THAT(line, HasSubstr("|x\\|y\\\\z w|"));
    EXPECT_THAT(line, HasSubstr("suser=a\\=b\\\\c|d\\ne\uFFFD "));
    EXPECT_THAT(line, HasSubstr("act=x|y\\\\z\\nw\n"));
}

TEST(Cef, PutsIpv6AddressesIntoTheirOwnFields)
{
    auto record = test::sampleOpenRecord();
    record.clientIp = "2001:db8::7";
    const std::string line = lineOf("cef", record);
    EXPECT_THAT(line, HasSubstr(" c6a2=2001:db8::7 c6a2Label=Source IPv6 Address "));
    EXPECT_THAT(line, Not(HasSubstr(" src=")));
}

TEST(Leef, SaysARefusalBetweenTabs)
{
    EXPECT_EQ(lineOf("leef", test::sampleDecisionRecord()),
              "LEEF:2.0|Sallyport|Sallyport|" SALLYPORT_VERSION "|session-refused|x09|"
              "devTime=1795424400000\tcat=decision\tsev=4\tidentHostName=node-1\tseq=43\t"
              "src=10.1.2.3\tsrcPort=50123\tusrName=ann\tdstPort=443\tproto=TCP\t"
              "policy=Staff, web\turl=www.example.com:443\thost=www.example.com\t"
              "method=CONNECT\tprotocol=connect\tuserAgent=curl/8.5.0\taction=deny\t"
              "outcome=failure\tstatus=403\treason=denied\t"
              "session=01935a10-2030-7001-8002-030405060001\t"
              "ruleId=11111111-2222-4333-8444-555555555555\tpolicyVersion=7\n");
}

TEST(Leef, LetsNoValueEndItself)
{
    auto record = test::sampleOpenRecord();
    record.userAgent = "a\tb\nc|d=e";
    EXPECT_THAT(lineOf("leef", record), HasSubstr("\tuserAgent=a b c|d=e\t"));
}

struct SquidCase {
    const char* name;
    std::string_view event;
    std::string_view form;
    std::string_view reason;
    std::string_view verdict;
    std::uint16_t status;
    std::string_view result;
};
class SquidResult : public testing::TestWithParam<SquidCase> {};

TEST_P(SquidResult, IsTheOneSquidWouldWrite)
{
    auto record = test::sampleCloseRecord();
    record.event = GetParam().event;
    record.form = GetParam().form;
    record.verdict = GetParam().verdict;
    record.status = GetParam().status;
    record.end->reason = GetParam().reason;
    EXPECT_THAT(lineOf("squid", record), HasSubstr(" " + std::string(GetParam().result) + " "));
}

INSTANTIATE_TEST_SUITE_P(
    Squid, SquidResult,
    testing::Values(
        SquidCase{"Tunnel", "close", "connect", "done", "allow", 200, "TCP_TUNNEL/200"},
        SquidCase{"Upgrade", "close", "upgrade", "done", "allow", 101, "TCP_TUNNEL/101"},
        SquidCase{"Exchange", "close", "absolute", "done", "allow", 304, "TCP_MISS/304"},
        SquidCase{"Aborted", "close", "absolute", "client-reset", "allow", 200,
                  "TCP_MISS_ABORTED/200"},
        SquidCase{"Late", "close", "absolute", "body-timeout", "allow", 200,
                  "TCP_MISS_TIMEDOUT/200"},
        SquidCase{"Denied", "decision", "connect", "denied", "deny", 403, "TCP_DENIED/403"},
        SquidCase{"Malformed", "decision", "", "bad-request", "", 400, "NONE/400"},
        SquidCase{"NoAnswer", "decision", "connect", "client-reset", "allow", 0, "NONE/000"}),
    [](const auto& info) { return info.param.name; });

TEST(Squid, WritesTheNativeLine)
{
    EXPECT_EQ(lineOf("squid", test::sampleCloseRecord()),
              "1795424402.500   2500 10.1.2.3 TCP_TUNNEL/200 5000000000 CONNECT "
              "www.example.com:443 ann HIER_DIRECT/93.184.216.34 -\n");
    EXPECT_EQ(lineOf("squid", test::sampleExchangeRecord()),
              "1795424402.500   2500 10.1.2.3 TCP_MISS/200 5000000000 GET "
              "http://www.example.com:8080/a?b=1 ann HIER_DIRECT/93.184.216.34 -\n");
    EXPECT_EQ(lineOf("squid", test::sampleDecisionRecord()),
              "1795424400.000      0 10.1.2.3 TCP_DENIED/403 0 CONNECT www.example.com:443 ann "
              "HIER_NONE/- -\n");
}

TEST(Squid, HasEndsAndRefusalsOnly)
{
    const Format& squid = requireFormat("squid");
    const db::Checkpoint checkpoint;
    EXPECT_TRUE(squid.takes(test::sampleCloseRecord()));
    EXPECT_TRUE(squid.takes(test::sampleDecisionRecord()));
    EXPECT_FALSE(squid.takes(test::sampleOpenRecord()));
    EXPECT_FALSE(squid.takes(test::sampleCheckpointRecord(checkpoint)));
}

TEST(Squid, KeepsWordsTogether)
{
    auto record = test::sampleDecisionRecord();
    record.user = "ann smith";
    record.host = {};
    EXPECT_THAT(lineOf("squid", record), HasSubstr(" error:invalid-request ann%20smith "));
}

} // namespace
} // namespace sallyport::audit::format
