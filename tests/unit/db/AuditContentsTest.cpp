// What was seen inside a session, from the event through the store and the reader to the export.
#include "db/AuditExport.h"
#include "db/AuditReader.h"
#include "db/AuditText.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

using test::sampleAlert;
using test::sampleClose;
using test::sampleContents;
using test::sampleOpen;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ContentsInTheLog : public testing::Test {
protected:
    void write(const std::vector<AuditEvent>& events) { log_.write(events); }

    void writeSession(std::uint16_t number, const TunnelContents& contents)
    {
        AuditEvent close = sampleClose(number);
        close.contents = &contents;
        write({sampleOpen(number), close});
    }

    using Append = void (*)(std::string&, const AuditRecord&);
    // Of the last event in the log.
    [[nodiscard]] std::string last(Append append) const
    {
        std::string text;
        AuditReader(log_.folder()).forEach({}, [&](const AuditRecord& record) {
            text.clear();
            append(text, record);
        });
        return text;
    }
    [[nodiscard]] std::string lastJson() const { return last(appendJsonLine); }

    [[nodiscard]] std::int64_t rows(const std::string& table) const
    {
        return Database::openReadOnly(log_.store().file()).integer("SELECT count(*) FROM " + table);
    }

    [[nodiscard]] std::size_t matching(std::string_view field, std::string_view value) const
    {
        AuditFilter filter;
        filter.require(field, value);
        std::size_t count = 0;
        AuditReader(log_.folder()).forEach({}, [&](const AuditRecord& record) {
            count += filter.matches(record) ? 1 : 0;
        });
        return count;
    }

    const TunnelContents contents_ = sampleContents();
    test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

std::string bytes32(const std::string& pair)
{
    std::string text;
    for (int i = 0; i < 32; ++i)
        text += pair;
    return text;
}

TEST_F(ContentsInTheLog, HaveEveryFieldInTheJsonLine)
{
    writeSession(1, sampleContents());
    const std::string line = lastJson();
    EXPECT_EQ(
        line.substr(line.find("\"inspection_sight\"")),
        R"("inspection_sight":"sniffed","tunnel_protocol":"tunnelled-http",)"
        R"("tunnel_banner":"SSH-2.0-OpenSSH_9.2","tls_sni":"inner.example.com",)"
        R"("tls_alpn_offered":["h2","http/1.1","a;b\\c"],"tls_alpn":"h2","tls_version":"1.2",)"
        R"("tls_cipher":"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256","tls_resumed":false,)"
        R"("tls_ja3":"cd08e31494f9531f560d64c695473da9",)"
        R"("tls_ja4":"t13d1516h2_8daaf6152771_02713d6af862","tls_ech":"offered",)"
        R"("tls_certificate_subject":"CN=inner.example.com,O=\"Example, Inc.\"",)"
        R"("tls_certificate_issuer":"CN=Example CA",)"
        R"("tls_certificate_sha256":")" +
            bytes32("ab") +
            R"(","tls_certificate_not_after":"2027-01-31T00:00:00Z",)"
            R"("tls_certificate_names":["inner.example.com","*.example.com"],"names_coherent":false,)"
            R"("names_differences":["sni-differs","certificate-differs"],"ws_path":"/chat",)"
            R"("ws_origin":"app.example.com","ws_subprotocols_offered":["mqtt","chat"],)"
            R"("ws_subprotocol":"chat",)"
            R"("ws_extensions":"permessage-deflate; client_max_window_bits=15","ws_status":101,)"
            R"("ws_messages_text_client_to_upstream":1,"ws_messages_binary_client_to_upstream":2,)"
            R"("ws_pings_client_to_upstream":3,"ws_pongs_client_to_upstream":4,)"
            R"("ws_frames_client_to_upstream":5,"ws_payload_bytes_client_to_upstream":6,)"
            R"("ws_content_bytes_client_to_upstream":7,"ws_max_message_bytes_client_to_upstream":8,)"
            R"("ws_messages_text_upstream_to_client":11,"ws_messages_binary_upstream_to_client":12,)"
            R"("ws_pings_upstream_to_client":13,"ws_pongs_upstream_to_client":14,)"
            R"("ws_frames_upstream_to_client":15,"ws_payload_bytes_upstream_to_client":16,)"
            R"("ws_content_bytes_upstream_to_client":17,)"
            R"("ws_max_message_bytes_upstream_to_client":5000000000,"ws_close_code":1001,)"
            R"("ws_close_reason":"going away","ws_close_by":"upstream","ws_inspectable":false,)"
            R"("ws_not_inspectable_why":"memory-budget","inspection_notes":["large","odd; or even"],)"
            R"("inspection_alerts":9,"inspection_slowed_by":"flood","inspection_cut_by":"cards",)"
            R"("inspection_injected":true,"sha256_client_to_proxy":")" +
            bytes32("01") + R"(","sha256_proxy_to_upstream":")" + bytes32("02") +
            R"(","sha256_upstream_to_proxy":")" + bytes32("03") +
            R"(","sha256_proxy_to_client":")" + bytes32("04") + "\"}\n");
}

TEST_F(ContentsInTheLog, HaveEveryFieldInTheCsvLine)
{
    writeSession(1, sampleContents());
    EXPECT_THAT(
        last(appendCsvLine),
        HasSubstr(
            R"(,client,done,,,,sniffed,tunnelled-http,SSH-2.0-OpenSSH_9.2,inner.example.com,)"
            R"(h2;http/1.1;a\;b\\c,h2,1.2,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,false,)"
            R"(cd08e31494f9531f560d64c695473da9,t13d1516h2_8daaf6152771_02713d6af862,offered,)"
            R"("CN=inner.example.com,O=""Example, Inc.""",CN=Example CA,)" +
            bytes32("ab") +
            R"(,2027-01-31T00:00:00Z,inner.example.com;*.example.com,false,)"
            R"(sni-differs;certificate-differs,/chat,app.example.com,mqtt;chat,chat,)"
            R"(permessage-deflate; client_max_window_bits=15,101,1,2,3,4,5,6,7,8,)"
            R"(11,12,13,14,15,16,17,5000000000,1001,going away,upstream,false,memory-budget,)"
            R"(large;odd\; or even,9,flood,cards,true,)" +
            bytes32("01") + ',' + bytes32("02") + ',' + bytes32("03") + ',' + bytes32("04") +
            std::string(16, ',') + "\r\n"));
}

TEST_F(ContentsInTheLog, AreOnlyThereWhereSomethingWasSeen)
{
    write({sampleOpen(1), sampleClose(1)});
    EXPECT_THAT(lastJson(), Not(HasSubstr("inspection_sight")));
    for (const char* table : {"contents", "tls", "certificate", "websocket", "inspection", "alert"})
        EXPECT_EQ(rows(table), 0) << table;

    writeSession(2, TunnelContents{});
    EXPECT_THAT(lastJson(),
                HasSubstr(R"("error":"","inspection_sight":"blind","tunnel_protocol":null,)"
                          R"("tunnel_banner":"","names_coherent":null,"names_differences":[]})"));
    EXPECT_EQ(rows("contents"), 1);
    EXPECT_EQ(rows("tls") + rows("websocket") + rows("inspection"), 0);
}

TEST_F(ContentsInTheLog, SayUnknownForWhatIsNotKnown)
{
    TunnelContents contents;
    contents.content = policy::Protocol::Tls;
    contents.tls.emplace();
    contents.webSocket.emplace();
    contents.inspection.emplace();
    writeSession(1, std::move(contents));
    const std::string line = lastJson();
    EXPECT_EQ(
        line.substr(line.find("\"tls_sni\"")),
        R"("tls_sni":"","tls_alpn_offered":[],"tls_alpn":null,"tls_version":null,"tls_cipher":null,)"
        R"("tls_resumed":null,"tls_ja3":null,"tls_ja4":null,"tls_ech":"none","names_coherent":true,)"
        R"("names_differences":[],"ws_path":"","ws_origin":"","ws_subprotocols_offered":[],)"
        R"("ws_subprotocol":"","ws_extensions":"","ws_status":null,"ws_close_code":null,)"
        R"("ws_close_reason":"","ws_close_by":null,"ws_inspectable":null,"ws_not_inspectable_why":null,)"
        R"("inspection_notes":[],"inspection_alerts":0,"inspection_slowed_by":"",)"
        R"("inspection_cut_by":"","inspection_injected":false})"
        "\n");
}

struct CoherenceCase {
    const char* name;
    std::optional<policy::Protocol> content;
    const char* coherent;
};
void PrintTo(const CoherenceCase& tested, std::ostream* out)
{
    *out << tested.name;
}
class NameCoherence : public ContentsInTheLog, public testing::WithParamInterface<CoherenceCase> {};
TEST_P(NameCoherence, IsToldWhereThereAreNamesToCompare)
{
    TunnelContents contents;
    contents.content = GetParam().content;
    writeSession(1, std::move(contents));
    EXPECT_THAT(lastJson(),
                HasSubstr("\"names_coherent\":" + std::string(GetParam().coherent) + ','));
}
INSTANTIATE_TEST_SUITE_P(
    Contents, NameCoherence,
    testing::Values(CoherenceCase{"NoTunnel", std::nullopt, "null"},
                    CoherenceCase{"Ssh", policy::Protocol::Ssh, "null"},
                    CoherenceCase{"Unknown", policy::Protocol::Unknown, "null"},
                    CoherenceCase{"WebSocket", policy::Protocol::WebSocket, "true"},
                    CoherenceCase{"Request", policy::Protocol::TunnelledHttp, "true"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ContentsInTheLog, SayInspectableWhenMessagesWereCounted)
{
    TunnelContents contents;
    contents.webSocket.emplace().counts.emplace();
    writeSession(1, std::move(contents));
    EXPECT_THAT(lastJson(), HasSubstr(R"("ws_inspectable":true,)"));
}

TEST_F(ContentsInTheLog, MayBeLongOrIllFormed)
{
    TunnelContents contents;
    contents.banner = "\x1b[2Jbanner";
    auto& tls = contents.tls.emplace();
    tls.alpnOffered = {std::string(300, '7')}; // would be taken for a number in a typed column
    auto& webSocket = contents.webSocket.emplace();
    webSocket.path = "/\xff";
    webSocket.closeReason = "bye\xe2\x82";
    webSocket.extensions = std::string(1000, 'x');
    writeSession(1, std::move(contents));
    EXPECT_THAT(lastJson(), AllOf(HasSubstr(R"("tunnel_banner":"\u001b[2Jbanner")"),
                                  HasSubstr("\"" + std::string(300, '7') + "\""),
                                  HasSubstr("\"ws_path\":\"/\uFFFD\""),
                                  HasSubstr("\"ws_close_reason\":\"bye\uFFFD\uFFFD\""),
                                  HasSubstr("\"" + std::string(1000, 'x') + "\"")));
    EXPECT_LT(
        Database::openReadOnly(log_.store().file()).integer("SELECT max(length(text)) FROM dict"),
        300)
        << "long texts of clients are not remembered";
}

TEST_F(ContentsInTheLog, KeepACertificateOnce)
{
    writeSession(1, sampleContents());
    writeSession(2, sampleContents());
    EXPECT_EQ(rows("tls"), 2);
    EXPECT_EQ(rows("certificate"), 1);
    EXPECT_THAT(lastJson(), HasSubstr(R"("tls_certificate_issuer":"CN=Example CA")"));
}

TEST_F(ContentsInTheLog, ComeWithAnUpdateToo)
{
    AuditEvent update = sampleClose(1);
    update.kind = EventKind::Update;
    update.contents = &contents_;
    write({sampleOpen(1), update});
    EXPECT_THAT(lastJson(),
                AllOf(HasSubstr(R"("event":"update")"), HasSubstr(R"("ws_path":"/chat")")));
}

TEST_F(ContentsInTheLog, AreRolledBackWithTheirEvent)
{
    AuditEvent close = sampleClose(1);
    close.contents = &contents_;
    write({test::sampleDecision(3)}); // makes the file
    {
        Database other = Database::openOrCreate(log_.store().file(), Durability::Normal);
        other.execute("ALTER TABLE inspection RENAME TO away");
        EXPECT_THROW(write({sampleOpen(1), close}), DatabaseError);
        EXPECT_EQ(rows("contents") + rows("session_event") + rows("certificate"), 0);
        other.execute("ALTER TABLE away RENAME TO inspection");
    }
    write({sampleOpen(1), close});
    EXPECT_THAT(lastJson(), HasSubstr(R"("inspection_alerts":9)"));
}

TEST_F(ContentsInTheLog, CanBeFilteredOn)
{
    writeSession(1, sampleContents());
    write({sampleOpen(2), sampleAlert(2)});
    const std::vector<std::pair<std::string, std::string>> one = {
        {"inspection_sight", "sniffed"},
        {"tls_sni", "inner.example.com"},
        {"tls_alpn_offered", "http/1.1"},
        {"tls_alpn_offered", "a;b\\c"},
        {"names_coherent", "false"},
        {"names_differences", "certificate-differs"},
        {"tls_resumed", "false"},
        {"ws_close_code", "1001"},
        {"ws_inspectable", "false"},
        {"inspection_injected", "true"},
        {"inspection_notes", "odd; or even"},
        {"sha256_client_to_proxy", bytes32("01")},
        {"inspection_check", "cards"},
        {"inspection_offset", "5000000000"},
        {"event", "alert"},
        {"inspection_digest", bytes32("cd")},
    };
    for (const auto& [field, value] : one) {
        EXPECT_EQ(matching(field, value), 1u) << field;
        EXPECT_EQ(matching(field, "other"), 0u) << field;
    }
    EXPECT_EQ(matching("tls_sni", ""), 3u) << "where there is none";
}

TEST_F(ContentsInTheLog, TellOfAnAlertByARule)
{
    AuditEvent open = sampleOpen(1);
    test::decideBySampleRule(open);
    AuditEvent alert = sampleAlert(1);
    alert.policyVersion = 7;
    alert.ruleId = "11111111-2222-4333-8444-666666666666";
    alert.ruleName = "Look";
    alert.inspectionProfile = "chat";
    for (const auto answer : {policy::Answer::Undecided, policy::Answer::Allow}) {
        alert.verdict = answer;
        alert.stage = open.stage;
        write({open, alert});
        EXPECT_THAT(
            lastJson(),
            AllOf(
                HasSubstr(R"("event":"alert","session_id":"01935a10-2030-7001-8002-030405060001")"),
                HasSubstr(R"("host":"www.example.com","port":443,)"),
                HasSubstr(R"("verdict":"allow","stage":"resolved-address",)"
                          R"("rule_id":"11111111-2222-4333-8444-666666666666",)"
                          R"("rule_name":"Look","rule_layer":"inspection","policy_version":7,)"),
                HasSubstr(R"("inspection_profile":"chat","status":null,)"
                          R"("inspection_check":"cards",)"
                          R"("inspection_direction":"upstream-to-client",)"
                          R"("inspection_message":12,"inspection_offset":5000000000,)"
                          R"("inspection_kind":"card-number","inspection_digest":")" +
                          bytes32("cd") + "\"}\n")));
    }
}

TEST_F(ContentsInTheLog, SayThatAnAlertHasNoMatch)
{
    AuditEvent alert = sampleAlert(1);
    FoundByCheck found = *alert.found;
    found.digest.reset();
    found.message = 0;
    found.direction = policy::inspection::Direction::ClientToUpstream;
    alert.found = &found;
    write({sampleOpen(1), alert});
    EXPECT_THAT(lastJson(), AllOf(HasSubstr(R"("inspection_direction":"client-to-upstream",)"
                                            R"("inspection_message":null,)"),
                                  HasSubstr(R"("inspection_digest":null})")));
}

TEST(TextList, GivesBackWhatWasPutIn)
{
    const std::vector<std::vector<std::string>> lists = {
        {}, {"a"}, {"a", "b"}, {";", "\\"}, {"a;b\\", "c"}, {"\\;", "", "x"}, {"a", ""}};
    for (const auto& texts : lists) {
        std::string list;
        for (const auto& text : texts)
            appendToList(list, text);
        EXPECT_EQ(textsOfList(list), texts) << list;
    }
}

// Finding by id.

SessionIdRange exactly(const SessionId& id)
{
    return {id, id};
}

class SessionSearch : public ContentsInTheLog {
protected:
    // A session whose id says `minute`, and whose record was written at minute `written`.
    SessionId writeAt(int minute, int written)
    {
        AuditEvent open = sampleOpen(static_cast<std::uint16_t>(written));
        const auto milliseconds = static_cast<std::uint64_t>(
            (test::sampleTime(60 * minute).time_since_epoch().count()) / 1000);
        for (unsigned i = 0; i < 6; ++i)
            open.session[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
        open.time = test::sampleTime(60 * written);
        AuditEvent close = sampleClose(0);
        close.session = open.session;
        close.time = open.time;
        write({open, close});
        return open.session;
    }

    [[nodiscard]] std::vector<std::int64_t> found(const SessionIdRange& ids,
                                                  std::size_t limit = 10) const
    {
        std::vector<std::int64_t> seqs;
        for (const auto& session : AuditReader(log_.folder()).find(ids, limit))
            seqs.push_back(session.seq);
        return seqs;
    }
};

TEST_F(SessionSearch, FindsEachOfManyByTheTimeInItsId)
{
    std::vector<SessionId> ids;
    for (int minute = 0; minute < 50; ++minute)
        ids.push_back(writeAt(minute, minute));
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_THAT(found(exactly(ids[i])), ElementsAre(static_cast<std::int64_t>(2 * i + 1)));
    SessionId unknown = ids[20];
    unknown.back() ^= 1;
    EXPECT_THAT(found(exactly(unknown)), IsEmpty());
    EXPECT_THAT(found({ids[20], ids[24]}, 3), ElementsAre(41, 43, 45)) << "no more than the limit";
}

TEST_F(SessionSearch, FindsASessionWhoseRecordCameFarFromItsTime)
{
    for (int minute = 0; minute < 30; ++minute)
        writeAt(minute, minute);
    const SessionId late = writeAt(2, 31);
    const SessionId early = writeAt(90, 32);
    EXPECT_THAT(found(exactly(late)), ElementsAre(61));
    EXPECT_THAT(found(exactly(early)), ElementsAre(63));
}

TEST_F(SessionSearch, GivesAllEventsOfOneSession)
{
    AuditEvent update = sampleClose(1);
    update.kind = EventKind::Update;
    write({sampleOpen(1), sampleOpen(2), update, sampleAlert(1), sampleClose(2), sampleClose(1)});
    std::vector<std::string> events;
    AuditReader reader(log_.folder());
    for (const auto& session : reader.find(exactly(test::sampleSession(1)), 2))
        reader.forEachOf(session, [&](const AuditRecord& record) {
            events.push_back(std::to_string(record.seq) + std::string(record.event));
        });
    EXPECT_THAT(events, ElementsAre("1open", "3update", "4alert", "6close"));
}

} // namespace
} // namespace sallyport::db
