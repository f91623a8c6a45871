#include "db/AuditExport.h"

#include "db/AuditReader.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace sallyport::db {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Of records without contents and findings.
const std::string EmptyContents(71, ',');

std::string exported(std::vector<AuditEvent> events,
                     void (*append)(std::string&, const AuditRecord&))
{
    const test::TemporaryFolder folder;
    test::AuditLog log(folder.path());
    log.write(events);
    std::string text;
    AuditReader(log.folder()).forEach({}, [&](const AuditRecord& record) { append(text, record); });
    return text;
}

TEST(AuditExport, WritesEveryCoreFieldOfAnOpenEvent)
{
    AuditEvent event = test::sampleOpen(1);
    test::decideBySampleRule(event);
    EXPECT_EQ(
        exported({event}, appendJsonLine),
        R"({"seq":1,"event":"open","session_id":"01935a10-2030-7001-8002-030405060001",)"
        R"("time":"2026-11-23T09:00:00.000001Z","node":"node-1","listener":"127.0.0.1:3128",)"
        R"("client_ip":"10.1.2.3","client_port":50123,"user":"","method":"CONNECT","protocol":"connect",)"
        R"("form":"connect","host":"www.example.com","port":443,"path":"",)"
        R"("query":null,"user_agent":null,"destination_ip":"2001:db8::1","egress_ip":null,)"
        R"("egress_port":null,"dns_answers":[],"connect_tries":null,)"
        R"("timing_dns_ms":null,"timing_connect_ms":null,)"
        R"("verdict":"allow","stage":"resolved-address","rule_id":"11111111-2222-4333-8444-555555555555",)"
        R"("rule_name":"Staff, web","rule_layer":"access","policy_version":7,"rule_would":[],)"
        R"("inspection":null,"inspection_profile":"","status":200})"
        "\n");
}

TEST(AuditExport, RepeatsTheCoreFieldsInACloseEvent)
{
    AuditEvent close = test::sampleClose(1);
    close.closeTimer = "tunnel-idle";
    const std::string text = exported({test::sampleOpen(1), close}, appendJsonLine);
    EXPECT_EQ(
        text.substr(text.find('\n') + 1),
        R"({"seq":2,"event":"close","session_id":"01935a10-2030-7001-8002-030405060001",)"
        R"("time":"2026-11-23T09:00:01.000001Z","node":"node-1","listener":"127.0.0.1:3128",)"
        R"("client_ip":"10.1.2.3","client_port":50123,"user":"","method":"CONNECT","protocol":"connect",)"
        R"("form":"connect","host":"www.example.com","port":443,"path":"",)"
        R"("query":null,"user_agent":null,"destination_ip":"2001:db8::1","egress_ip":null,)"
        R"("egress_port":null,"dns_answers":[],"connect_tries":null,)"
        R"("timing_dns_ms":null,"timing_connect_ms":null,)"
        R"("verdict":"allow","stage":"resolved-address","rule_id":"","rule_name":"default",)"
        R"("rule_layer":"access","policy_version":null,"rule_would":[],"inspection":null,)"
        R"("inspection_profile":"","status":200,"bytes_client_to_proxy":1000,)"
        R"("bytes_proxy_to_upstream":1000,"bytes_upstream_to_proxy":5000000000,)"
        R"("bytes_proxy_to_client":5000000000,"duration_ms":1000.050,"timing_first_byte_ms":null,"close_by":"client",)"
        R"("close_reason":"done","close_timer":"tunnel-idle","close_timer_s":null,"error":""})"
        "\n");
}

struct VerdictCase {
    const char* name;
    policy::Answer opened;
    policy::Answer later; ///< Undecided: nobody asked again
    std::string_view exported;
};
class LaterVerdict : public testing::TestWithParam<VerdictCase> {};

TEST_P(LaterVerdict, ReplacesThatOfTheOpenEvent)
{
    AuditEvent open = test::sampleOpen(1);
    open.verdict = GetParam().opened;
    test::decideBySampleRule(open);
    AuditEvent close = test::sampleClose(1);
    close.verdict = GetParam().later;
    close.stage = policy::Stage::FirstBytes;
    close.layer = policy::Layer::Emergency;
    close.policyVersion = 8;
    const std::string text = exported({open, close}, appendJsonLine);
    EXPECT_THAT(text.substr(text.find('\n')), HasSubstr(GetParam().exported));
}

INSTANTIATE_TEST_SUITE_P(
    AuditExport, LaterVerdict,
    testing::Values(
        VerdictCase{"Denied", policy::Answer::Undecided, policy::Answer::Deny,
                    R"("verdict":"deny","stage":"first-bytes","rule_id":"","rule_name":"default",)"
                    R"("rule_layer":"emergency","policy_version":8,)"},
        VerdictCase{"Revoked", policy::Answer::Allow, policy::Answer::Deny,
                    R"("verdict":"deny","stage":"first-bytes","rule_id":"","rule_name":"default",)"
                    R"("rule_layer":"emergency","policy_version":8,)"},
        VerdictCase{"Unchanged", policy::Answer::Allow, policy::Answer::Undecided,
                    R"("verdict":"allow","stage":"resolved-address",)"
                    R"("rule_id":"11111111-2222-4333-8444-555555555555","rule_name":"Staff, web",)"
                    R"("rule_layer":"access","policy_version":7,)"},
        VerdictCase{"NeverDecided", policy::Answer::Undecided, policy::Answer::Undecided,
                    R"("verdict":null,"stage":null,"rule_id":"","rule_name":"",)"
                    R"("rule_layer":null,"policy_version":7,)"}),
    [](const auto& info) { return info.param.name; });

TEST(AuditExport, WritesNullForWhatARefusalDoesNotKnow)
{
    AuditEvent event;
    event.kind = EventKind::Decision;
    event.session = test::sampleSession(1);
    event.time = test::sampleTime(0);
    event.clientAddress[15] = 1;
    event.closeBy = CloseBy::Proxy;
    event.closeReason = CloseReason::BadRequest;
    event.error = "http_request_error";
    EXPECT_EQ(
        exported({event}, appendJsonLine),
        R"({"seq":1,"event":"decision","session_id":"01935a10-2030-7001-8002-030405060001",)"
        R"("time":"2026-11-23T09:00:00.000001Z","node":"node-1","listener":"","client_ip":"::1",)"
        R"("client_port":null,"user":"","method":"","protocol":"http","form":"","host":"","port":null,)"
        R"("path":"",)"
        R"("query":null,"user_agent":null,"destination_ip":null,"egress_ip":null,)"
        R"("egress_port":null,"dns_answers":[],"connect_tries":null,)"
        R"("timing_dns_ms":null,"timing_connect_ms":null,"verdict":null,"stage":null,"rule_id":"","rule_name":"",)"
        R"("rule_layer":null,"policy_version":null,"rule_would":[],"inspection":null,)"
        R"("inspection_profile":"","status":null,"close_by":"proxy",)"
        R"("close_reason":"bad-request","close_timer":"","close_timer_s":null,"error":"http_request_error"})"
        "\n");
}

struct TextCase {
    const char* name;
    std::string_view text;
    std::string_view json; // with its quotes
    std::string_view csv;
};
void PrintTo(const TextCase& text, std::ostream* out)
{
    *out << text.name;
}
class ExportedText : public testing::TestWithParam<TextCase> {};

TEST_P(ExportedText, IsEscaped)
{
    AuditRecord record;
    record.path = GetParam().text;
    std::string json;
    appendJsonLine(json, record);
    EXPECT_THAT(json, HasSubstr("\"path\":" + std::string(GetParam().json) + ",\"query\":null"));
    std::string csv;
    appendCsvLine(csv, record);
    EXPECT_EQ(csv, "0,,,,,,,,,,,,,," + std::string(GetParam().csv) + std::string(38, ',') +
                       EmptyContents + "\r\n");
}
INSTANTIATE_TEST_SUITE_P(
    Rfc8259AndRfc4180, ExportedText,
    testing::Values(
        TextCase{"Plain", "/a?b", "\"/a?b\"", "/a?b"},
        TextCase{"QuoteAndBackslash", "a\"b\\c", R"("a\"b\\c")", R"("a""b\c")"},
        TextCase{"Comma", "a,b", "\"a,b\"", "\"a,b\""},
        TextCase{"LineBreak", "a\r\nb", R"("a\u000d\nb")", "\"a\r\nb\""},
        TextCase{"ControlCharacters", std::string_view("a\0\x1f\x7f", 4),
                 R"("a\u0000\u001f\u007f")", std::string_view("a\0\x1f\x7f", 4)},
        TextCase{"Utf8", "ü€𝄞", "\"ü€𝄞\"", "ü€𝄞"},
        TextCase{"LoneContinuation",
                 "a\x80"
                 "b",
                 "\"a\uFFFD"
                 "b\"",
                 "a\uFFFD"
                 "b"},
        TextCase{"Overlong", "\xc0\xaf", "\"\uFFFD\uFFFD\"", "\uFFFD\uFFFD"},
        TextCase{"OverlongThree", "\xe0\x80\xaf", "\"\uFFFD\uFFFD\uFFFD\"", "\uFFFD\uFFFD\uFFFD"},
        TextCase{"Surrogate", "\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\"", "\uFFFD\uFFFD\uFFFD"},
        TextCase{"BeyondUnicode", "\xf4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\"",
                 "\uFFFD\uFFFD\uFFFD\uFFFD"},
        TextCase{"CutSequence", "a\xe2\x82", "\"a\uFFFD\uFFFD\"", "a\uFFFD\uFFFD"},
        TextCase{"FormulaEquals", "=1+1", "\"=1+1\"", "'=1+1"},
        TextCase{"FormulaPlus", "+1", "\"+1\"", "'+1"},
        TextCase{"FormulaMinus", "-1", "\"-1\"", "'-1"},
        TextCase{"FormulaAt", "@SUM(A1)", "\"@SUM(A1)\"", "'@SUM(A1)"},
        TextCase{"FormulaQuoted", "=a,b", "\"=a,b\"", "\"'=a,b\""},
        TextCase{"FormulaTab", "\t=1", R"("\u0009=1")", "'\t=1"}),
    [](const auto& tested) { return tested.param.name; });

TEST(AuditExport, NamesTheCsvColumnsOfEveryJsonField)
{
    std::string header;
    appendCsvHeader(header);
    EXPECT_EQ(
        header,
        "seq,event,session_id,time,node,listener,client_ip,client_port,user,method,protocol,form,"
        "host,"
        "port,path,query,user_agent,destination_ip,egress_ip,egress_port,dns_answers,connect_tries,"
        "timing_dns_ms,timing_connect_ms,verdict,stage,rule_id,rule_name,rule_layer,policy_version,"
        "rule_would,inspection,inspection_profile,status,"
        "bytes_client_to_proxy,bytes_proxy_to_upstream,bytes_upstream_to_proxy,bytes_proxy_to_"
        "client,"
        "duration_ms,timing_first_byte_ms,idle_max_ms,last_byte_from_client,last_byte_from_"
        "upstream,"
        "silent_first,tcp_client_rtt_us,tcp_client_retransmits,tcp_upstream_rtt_us,"
        "tcp_upstream_retransmits,close_by,close_reason,close_timer,close_timer_s,error"
        ",inspection_sight,tunnel_protocol,tunnel_banner,tls_sni,tls_alpn_offered"
        ",tls_alpn,tls_version,tls_cipher,tls_resumed,tls_ja3,tls_ja4,tls_ech,tls_certificate_"
        "subject"
        ",tls_certificate_issuer,tls_certificate_sha256,tls_certificate_not_after"
        ",tls_certificate_names,names_coherent,names_differences,ws_path,ws_origin"
        ",ws_subprotocols_offered,ws_subprotocol,ws_extensions,ws_status,ws_messages_text_client_"
        "to_upstream"
        ",ws_messages_binary_client_to_upstream,ws_pings_client_to_upstream,ws_pongs_client_to_"
        "upstream"
        ",ws_frames_client_to_upstream,ws_payload_bytes_client_to_upstream,ws_content_bytes_client_"
        "to_upstream"
        ",ws_max_message_bytes_client_to_upstream,ws_messages_text_upstream_to_client"
        ",ws_messages_binary_upstream_to_client,ws_pings_upstream_to_client,ws_pongs_upstream_to_"
        "client"
        ",ws_frames_upstream_to_client,ws_payload_bytes_upstream_to_client,ws_content_bytes_"
        "upstream_to_client"
        ",ws_max_message_bytes_upstream_to_client,ws_close_code,ws_close_reason,ws_close_by"
        ",ws_inspectable,ws_not_inspectable_why,inspection_notes,inspection_alerts"
        ",inspection_slowed_by,inspection_cut_by,inspection_injected,sha256_client_to_proxy"
        ",sha256_proxy_to_upstream,sha256_upstream_to_proxy,sha256_proxy_to_client"
        ",inspection_check,inspection_direction,inspection_message,inspection_offset"
        ",inspection_kind,inspection_digest,admin_who,admin_source,admin_action,admin_object"
        ",admin_before,admin_after,admin_note,checkpoint_head,checkpoint_key"
        ",checkpoint_signature\r\n");
}

// Two rows in report mode and an inspection row.
AuditEvent withWouldHits()
{
    AuditEvent event = test::sampleOpen(1);
    event.policyVersion = 7;
    event.would[0] = "11111111-2222-4333-8444-555555555555";
    event.would[1] = "11111111-2222-4333-8444-666666666666";
    event.inspection = policy::Action::Observe;
    event.inspectionProfile = "chat";
    return event;
}

TEST(AuditExport, NamesWhatReportRowsWouldHaveSaidAndTheInspection)
{
    const AuditEvent event = withWouldHits();
    const AuditEvent close = test::sampleClose(1);
    const std::string json =
        R"("rule_would":["11111111-2222-4333-8444-555555555555","11111111-2222-4333-8444-666666666666"],)"
        R"("inspection":"observe","inspection_profile":"chat",)";
    const std::string lines = exported({event, close}, appendJsonLine);
    const auto second = lines.find('\n');
    EXPECT_THAT(lines.substr(0, second), HasSubstr(json));
    EXPECT_THAT(lines.substr(second), HasSubstr(json)); // of the open event
    EXPECT_THAT(exported({event}, appendCsvLine),
                HasSubstr(",11111111-2222-4333-8444-555555555555;11111111-2222-4333-8444-"
                          "666666666666,observe,chat,200,"));
}

TEST(AuditExport, ReplacesWouldHitsWithTheVerdict)
{
    AuditEvent close = withWouldHits();
    close.kind = EventKind::Close;
    close.would[1] = {};
    close.inspection = policy::Action::Blind;
    close.inspectionProfile = {};
    EXPECT_THAT(exported({withWouldHits(), close}, appendCsvLine),
                HasSubstr(",11111111-2222-4333-8444-555555555555,blind,,200,0,"));
}

TEST(AuditFilter, FindsEachOfSeveralWouldHits)
{
    for (const std::string_view id :
         {"11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-666666666666"}) {
        AuditRecord record;
        record.ruleWould =
            "11111111-2222-4333-8444-555555555555;11111111-2222-4333-8444-666666666666";
        AuditFilter filter;
        filter.require("rule_would", id);
        EXPECT_TRUE(filter.matches(record)) << id;
        record.ruleWould = "";
        EXPECT_FALSE(filter.matches(record)) << id;
    }
}

TEST(AuditExport, WritesCsvWithAllColumns)
{
    EXPECT_EQ(
        exported({test::sampleOpen(1), test::sampleClose(1)}, appendCsvLine),
        "1,open,01935a10-2030-7001-8002-030405060001,2026-11-23T09:00:00.000001Z,node-1,127."
        "0.0.1:3128,10.1.2.3,"
        "50123,,CONNECT,connect,connect,www.example.com,443,,,,2001:db8::1,,,,,,,allow,resolved-"
        "address,,default,access,"
        ",,,,200,,,,,,,,,,,,,,,,,,," +
            EmptyContents +
            "\r\n"
            "2,close,01935a10-2030-7001-8002-030405060001,2026-11-23T09:00:01.000001Z,node-1,127."
            "0.0.1:3128,10.1.2.3,"
            "50123,,CONNECT,connect,connect,www.example.com,443,,,,2001:db8::1,,,,,,,allow,"
            "resolved-"
            "address,,default,access,"
            ",,,,200,1000,1000,5000000000,5000000000,1000.050,,,,,,,,,,client,done,,," +
            EmptyContents + "\r\n");
}

TEST(AuditFilter, ComparesTheTextOfAField)
{
    AuditRecord record;
    record.host = "a.example";
    record.port = 443;
    const auto matches = [&](std::string_view field, std::string_view value) {
        AuditFilter filter;
        filter.require(field, value);
        return filter.matches(record);
    };
    EXPECT_TRUE(matches("host", "a.example"));
    EXPECT_FALSE(matches("host", "example"));
    EXPECT_TRUE(matches("port", "443"));
    EXPECT_TRUE(matches("destination_ip", "")) << "the unknown";
    EXPECT_TRUE(matches("close_reason", "")) << "of a record without an end";
    EXPECT_TRUE(AuditFilter().matches(record));
}

TEST(AuditFilter, WantsAllOfItsConditions)
{
    AuditRecord record;
    record.host = "a.example";
    record.verdict = "deny";
    AuditFilter filter;
    filter.require("host", "a.example");
    EXPECT_TRUE(filter.matches(record));
    filter.require("verdict", "allow");
    EXPECT_FALSE(filter.matches(record));
}

TEST(AuditFilter, NamesTheFieldsWhenOneIsUnknown)
{
    AuditFilter filter;
    try {
        filter.require("hots", "x");
        FAIL() << "taken";
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(
            error.what(),
            StartsWith("there is no field \"hots\"; the fields are seq, event, session_id,"));
    }
}

TEST(SessionIdText, IsAUuid)
{
    EXPECT_EQ(toText(test::sampleSession(0x0102)), "01935a10-2030-7001-8002-030405060102");
}

TEST(AuditNames, AreTheContracts)
{
    EXPECT_EQ(eventKindName(EventKind::Decision), "decision");
    EXPECT_EQ(closeReasonName(CloseReason::ProcessLost), "process-lost");
    EXPECT_EQ(closeReasonName(CloseReason::DurationLimit), "duration-limit");
    EXPECT_EQ(closeReasonName(CloseReason::ByteLimit), "byte-limit");
    EXPECT_EQ(closeReasonName(CloseReason::None), "");
    EXPECT_EQ(closeByName(CloseBy::Upstream), "upstream");
    EXPECT_EQ(formName(Form::Upgrade), "upgrade");
}

} // namespace
} // namespace sallyport::db
