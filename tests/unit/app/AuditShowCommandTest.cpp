#include "app/AuditShowCommand.h"

#include "app/AuditCommand.h"
#include "app/SessionStory.h"
#include "policy/Policy.h"
#include "unit/app/RunAudit.h"
#include "unit/app/SampleLog.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <ranges>
#include <vector>

namespace sallyport::app {
namespace {

using db::AuditEvent;
using policy::Answer;
using policy::Layer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AuditShow : public testing::Test {
protected:
    void write(const std::vector<AuditEvent>& events) { log_.write(events); }

    [[nodiscard]] CommandResult show(std::vector<std::string> options) const
    {
        options.insert(options.begin(), {"show", "--data-dir", log_.path()});
        return runAudit(std::move(options));
    }
    [[nodiscard]] std::string shown(std::uint16_t number) const
    {
        const CommandResult result = show({db::toText(test::sampleSession(number))});
        EXPECT_EQ(result.exitCode, 0) << result.error;
        return result.out;
    }

    [[nodiscard]] const policy::Rule* rule(Layer layer) const
    {
        return &policy_->document().rows(layer).front();
    }
    void decide(AuditEvent& event, Answer answer, Layer layer) const
    {
        event.policyVersion = policy_->version();
        event.verdict = answer;
        event.layer = layer;
        event.ruleId = rule(layer)->id;
        event.ruleName = rule(layer)->name;
        event.inspection = policy::Action::Observe;
        event.inspectionProfile = rule(Layer::Inspection)->profile;
    }

    // The events below only point to what they tell was seen.
    const db::TunnelContents* keep(db::TunnelContents contents)
    {
        return &contents_.emplace_back(std::move(contents));
    }

    test::SampleLog log_;
    std::list<db::TunnelContents> contents_;
    std::shared_ptr<const policy::Policy> policy_ =
        policy::Policy::compile(policy::PolicyDocument::parse(R"({"format": 1,
            "emergency": [{"name": "No more", "action": "deny", "expires": "2027-01-01T00:00:00Z"}],
            "access": [{"name": "Chat", "action": "allow"}],
            "inspection": [{"name": "Look", "action": "observe", "profile": "chat"}],
            "profiles": [{"name": "chat"}]})"),
                                7);
};

TEST_F(AuditShow, TellsOfAnAllowedTunnel)
{
    AuditEvent open = test::sampleOpen(1);
    decide(open, Answer::Allow, Layer::Access);
    open.user = "alice";
    AuditEvent close = test::sampleClose(1);
    close.bytes.proxyToUpstream = 900;
    close.duration = std::chrono::microseconds(3'725'004'567);
    db::TunnelContents contents = test::sampleContents();
    contents.webSocket.reset();
    contents.inspection.reset();
    contents.banner.clear();
    contents.content = policy::Protocol::Tls;
    contents.tls->alpnOffered = {"h2", "http/1.1"};
    close.contents = keep(std::move(contents));
    write({open, close});
    EXPECT_EQ(shown(1), R"(Allowed by access rule "Chat" (policy version 7).
Ended, by the client: done.

Session               01935a10-2030-7001-8002-030405060001
Client                10.1.2.3:50123, user alice
Asked for             CONNECT www.example.com:443  (connect)
Connected to          2001:db8::1
Proxy                 node-1, listener 127.0.0.1:3128
Decided at            resolved-address
Status                200

Opened                2026-11-23T09:00:00.000001Z
Closed                2026-11-23T09:00:01.000001Z
Duration              1 h 2 min 5.004 s
Ended by              client: done

Bytes
  to the upstream     1,000 received, 900 sent: 100 were not sent on
  to the client       5,000,000,000 received, 5,000,000,000 sent: equal

Inside
  Seen                what goes in the clear before encryption (sniffed)
  Protocol            tls
  Names               sni-differs, certificate-differs

TLS
  SNI                 inner.example.com
  ALPN offered        h2, http/1.1
  ALPN chosen         h2
  Version             1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, not resumed
  JA3                 cd08e31494f9531f560d64c695473da9
  JA4                 t13d1516h2_8daaf6152771_02713d6af862
  ECH                 offered
  Certificate of      CN=inner.example.com,O="Example, Inc."
    issued by         CN=Example CA
    valid until       2027-01-31T00:00:00Z
    for the names     inner.example.com, *.example.com
    SHA-256           abababababababababababababababababababababababababababababababab
)");
}

TEST_F(AuditShow, TellsOfARefusal)
{
    AuditEvent refusal = test::sampleDecision(1);
    decide(refusal, Answer::Deny, Layer::Emergency);
    write({refusal});
    EXPECT_EQ(shown(1), R"(Refused by emergency rule "No more" (policy version 7).

Session               01935a10-2030-7001-8002-030405060001
Client                10.1.2.3:50123
Asked for             CONNECT www.example.com:443  (connect)
Proxy                 node-1, listener 127.0.0.1:3128
Decided at            request
Status                403

At                    2026-11-23T09:00:00.000001Z
Ended by              policy: denied, told as http_request_denied
)");
}

TEST_F(AuditShow, TellsOfAWebSocketThatACheckCut)
{
    AuditEvent open = test::sampleOpen(1);
    decide(open, Answer::Allow, Layer::Access);
    AuditEvent alert = test::sampleAlert(1);
    decide(alert, Answer::Allow, Layer::Inspection);
    AuditEvent close = test::sampleClose(1);
    decide(close, Answer::Deny, Layer::Inspection);
    close.closeBy = db::CloseBy::Policy;
    close.closeReason = db::CloseReason::Cut;
    db::TunnelContents contents = test::sampleContents();
    contents.tls.reset();
    contents.banner.clear();
    contents.sight = db::Sight::Plain;
    contents.content = policy::Protocol::WebSocket;
    contents.differences = {};
    close.contents = keep(std::move(contents));
    write({open, alert, close});
    const std::string text = shown(1);
    EXPECT_THAT(text,
                StartsWith(R"(Ended by inspection profile "chat" of rule "Look", check "cards".
Allowed by access rule "Chat" (policy version 7).

)"));
    EXPECT_THAT(text, HasSubstr("\nEnded by              policy: cut\n"));
    EXPECT_EQ(text.substr(text.find("\nInside")), R"(
Inside
  Seen                all of it, nothing is encrypted (plain)
  Protocol            websocket
  Names               agree

WebSocket
  Path                /chat
  Origin              app.example.com
  Subprotocol         chat
    offered           mqtt, chat
  Extensions          permessage-deflate; client_max_window_bits=15
  Answer              101
  Messages of client  1 text, 2 binary, 3 pings, 4 pongs, in 5 frames; 6 bytes, inflated 7, largest
                      message 8
    of upstream       11 text, 12 binary, 13 pings, 14 pongs, in 15 frames; 16 bytes, inflated 17,
                      largest message 5,000,000,000
  Not inspectable     memory-budget
  Close frame         1001 from the upstream: "going away"

Inspection
  Noted by            large, odd; or even
  Alerts              9
  Slowed by           flood
  Cut by              cards
  Injected            a Close frame of the proxy's own, not in the bytes above
  SHA-256 to upstream 0101010101010101010101010101010101010101010101010101010101010101 received,
                      0202020202020202020202020202020202020202020202020202020202020202 sent
    to client         0303030303030303030303030303030303030303030303030303030303030303 received,
                      0404040404040404040404040404040404040404040404040404040404040404 sent

Alerts
  1                   2026-11-23T09:00:01.000001Z  "cards" to the client, message 12, offset
                      5,000,000,000: card-number, digest
                      cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
)");
}

TEST_F(AuditShow, TellsOfASessionThatIsOpen)
{
    AuditEvent open = test::sampleOpen(1);
    decide(open, Answer::Allow, Layer::Access);
    AuditEvent update = test::sampleClose(1);
    update.kind = db::EventKind::Update;
    update.closeBy = db::CloseBy::None;
    update.closeReason = db::CloseReason::None;
    write({open});
    EXPECT_THAT(shown(1), StartsWith("Allowed by access rule \"Chat\" (policy version 7).\n"
                                     "Still open.\n\nSession"));
    write({update});
    EXPECT_THAT(shown(1), AllOf(HasSubstr("Still open.\n"),
                                HasSubstr("\nLast update           2026-11-23T09:00:01.000001Z\n"),
                                HasSubstr("5,000,000,000 sent: equal"), Not(HasSubstr("Closed")),
                                Not(HasSubstr("Ended by"))));
}

struct ReasonCase {
    const char* name;
    db::EventKind kind;
    Answer verdict;
    Layer layer; // Limits: the default row of the access layer
    db::CloseBy by;
    db::CloseReason reason;
    const char* text;
};
void PrintTo(const ReasonCase& tested, std::ostream* out)
{
    *out << tested.name;
}
class ShownReason : public AuditShow, public testing::WithParamInterface<ReasonCase> {};
TEST_P(ShownReason, StandsFirst)
{
    AuditEvent last = test::sampleClose(1);
    if (GetParam().kind == db::EventKind::Decision)
        last = test::sampleDecision(1);
    else {
        AuditEvent open = test::sampleOpen(1);
        decide(open, Answer::Allow, Layer::Access);
        write({open});
    }
    last.verdict = GetParam().verdict;
    if (last.verdict != Answer::Undecided && GetParam().layer != Layer::Limits)
        decide(last, GetParam().verdict, GetParam().layer);
    last.closeBy = GetParam().by;
    last.closeReason = GetParam().reason;
    write({last});
    EXPECT_THAT(shown(1), StartsWith(std::string(GetParam().text) + "\n\nSession"));
}
INSTANTIATE_TEST_SUITE_P(
    AuditShow, ShownReason,
    testing::Values(
        ReasonCase{
            "Revoked", db::EventKind::Close, Answer::Deny, Layer::Emergency, db::CloseBy::Policy,
            db::CloseReason::PolicyRevoked,
            "Ended by emergency rule \"No more\" (policy version 7), published while it ran."},
        ReasonCase{"DeniedByFirstBytes", db::EventKind::Close, Answer::Deny, Layer::Emergency,
                   db::CloseBy::Policy, db::CloseReason::Denied,
                   "Refused by emergency rule \"No more\" (policy version 7)."},
        ReasonCase{"DefaultRow", db::EventKind::Decision, Answer::Deny, Layer::Limits,
                   db::CloseBy::Policy, db::CloseReason::Denied,
                   "Refused by the default row of the access layer."},
        ReasonCase{"NotConnected", db::EventKind::Decision, Answer::Allow, Layer::Access,
                   db::CloseBy::Upstream, db::CloseReason::ConnectRefused,
                   "Allowed by access rule \"Chat\" (policy version 7).\n"
                   "Not carried, by the upstream: connect-refused."},
        ReasonCase{"NeverAsked", db::EventKind::Decision, Answer::Undecided, Layer::Limits,
                   db::CloseBy::Proxy, db::CloseReason::BadRequest,
                   "The policy did not decide it.\nNot carried, by the proxy: bad-request."},
        ReasonCase{"ProcessLost", db::EventKind::Close, Answer::Undecided, Layer::Limits,
                   db::CloseBy::Proxy, db::CloseReason::ProcessLost,
                   "Allowed by access rule \"Chat\" (policy version 7).\n"
                   "The process that carried it was lost; how it ended is not known."}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(AuditShow, KeepsWhatWasSeenOverALostProcess)
{
    AuditEvent update = test::sampleClose(1);
    update.kind = db::EventKind::Update;
    update.contents = keep(test::sampleContents());
    AuditEvent lost = test::sampleClose(1);
    lost.closeReason = db::CloseReason::ProcessLost;
    write({test::sampleOpen(1), update, lost});
    EXPECT_THAT(shown(1), HasSubstr("  SNI                 inner.example.com\n"));
}

TEST_F(AuditShow, CountsTheAlertsItLeavesOut)
{
    std::vector<AuditEvent> events(SessionStory::AlertsShown + 3, test::sampleAlert(1));
    events.insert(events.begin(), test::sampleOpen(1));
    write(events);
    EXPECT_THAT(shown(1), AllOf(HasSubstr("\n  20  "), Not(HasSubstr("\n  21  ")),
                                HasSubstr("\n  and 3 more; --json shows them all\n")));
}

TEST_F(AuditShow, TakesTheBeginningOfAnId)
{
    AuditEvent other = test::sampleOpen(2);
    other.session[0] = 0x02;
    write({test::sampleOpen(1), other});
    for (const char* id : {"01935a10", "01935A10", "01935a10-2030-7001", "01935a1020307001"}) {
        const CommandResult result = show({id});
        EXPECT_EQ(result.exitCode, 0) << result.error;
        EXPECT_THAT(result.out, HasSubstr("01935a10-2030-7001-8002-030405060001")) << id;
    }
}

TEST_F(AuditShow, NamesTheCandidatesOfAShortBeginning)
{
    write({test::sampleOpen(1), test::sampleDecision(2)});
    const CommandResult result = show({"01935a10"});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(
        result.error,
        "sallyport audit: \"01935a10\" begins the ids of several sessions; write more of it:\n"
        "  01935a10-2030-7001-8002-030405060001\n  01935a10-2030-7001-8002-030405060002\n");
    for (std::uint16_t number = 3; number < 30; ++number)
        write({test::sampleDecision(number)});
    EXPECT_THAT(show({"01935a10"}).error,
                AllOf(HasSubstr("06000a\n  …\n"), Not(HasSubstr("06000b"))));
}

TEST_F(AuditShow, RefusesAnUnknownId)
{
    write({test::sampleOpen(1)});
    const CommandResult result = show({"01935a10-2030-7001-8002-030405060009"});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_EQ(result.error, "sallyport audit: there is no session "
                            "\"01935a10-2030-7001-8002-030405060009\" in the log\n");
    EXPECT_THAT(show({"01935a10-2030-7001-8002-030405060009", "--json"}).out,
                HasSubstr("\"error\""));
}

TEST_F(AuditShow, RefusesWhatIsNoId)
{
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                  {"01935a1"},
                                                  {"0193-5a1"},
                                                  {"01935a1g"},
                                                  {"\x1b[2J12345"},
                                                  {"01935a10-2030-7001-8002-0304050600011"},
                                                  {"01935a10", "01935a10"},
                                                  {"01935a10", "--jsn"}}) {
        const CommandResult result = show(wrong);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(wrong);
        EXPECT_THAT(result.error, AllOf(StartsWith("sallyport audit"), Not(HasSubstr("\x1b"))));
        EXPECT_EQ(result.out, "");
    }
}

TEST_F(AuditShow, PrintsItsEventsAsJson)
{
    write({test::sampleOpen(1), test::sampleAlert(1), test::sampleClose(1)});
    const CommandResult result = show({"01935a10", "--json"});
    EXPECT_EQ(result.exitCode, 0);
    const auto events = Poco::JSON::Parser().parse(result.out).extract<Poco::JSON::Array::Ptr>();
    ASSERT_EQ(events->size(), 3u);
    EXPECT_EQ(events->getObject(1)->getValue<std::string>("event"), "alert");
    EXPECT_EQ(events->getObject(2)->getValue<std::string>("close_reason"), "done");
}

TEST_F(AuditShow, LetsNoTextMoveTheCursor)
{
    AuditEvent open = test::sampleOpen(1);
    open.host = "a\x1b[2Jb";
    open.path = "/\r\n\x7f\xff";
    AuditEvent close = test::sampleClose(1);
    db::TunnelContents contents = test::sampleContents();
    const std::string evil = "\x1b]0;owned\x07\u009b31m\u202e";
    contents.banner = evil;
    contents.tls->sni = evil;
    contents.tls->alpnOffered = {evil};
    contents.tls->alpn = evil;
    contents.tls->certificate->subject = evil;
    contents.tls->certificate->issuer = evil;
    contents.tls->certificate->names = {evil};
    contents.webSocket->path = evil;
    contents.webSocket->origin = evil;
    contents.webSocket->subprotocolsOffered = {evil};
    contents.webSocket->subprotocol = evil;
    contents.webSocket->extensions = evil;
    contents.webSocket->closeReason = evil;
    close.contents = keep(std::move(contents));
    write({open, close});
    const std::string text = shown(1);
    EXPECT_THAT(text, AllOf(HasSubstr("a\\x1b[2Jb:443/\\x0d\\x0a\\x7f\\xff"),
                            HasSubstr("\"\\x1b]0;owned\\x07\\xc2\\x9b31m\\xe2\\x80\\xae\"")));
    for (const char c : text)
        EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << static_cast<int>(c);
}

TEST_F(AuditShow, FitsAHundredColumns)
{
    AuditEvent close = test::sampleClose(1);
    db::TunnelContents contents = test::sampleContents();
    contents.tls->certificate->names.assign(40, "name.example.com");
    contents.webSocket->path = "/" + std::string(500, 'p');
    contents.webSocket->closeReason = "ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€";
    close.contents = keep(std::move(contents));
    write({test::sampleOpen(1), close});
    const std::string text = shown(1);
    for (const auto line : std::views::split(text, '\n'))
        EXPECT_LE(std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; }), 100);
    EXPECT_THAT(text, HasSubstr("\"ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€ü€\""));
}

TEST(AuditShowHelp, IsThere)
{
    EXPECT_THAT(runAudit({"--help"}).out, HasSubstr("show ID"));
    EXPECT_THAT(runAudit({"show", "--help"}).out, HasSubstr("--json"));
}

} // namespace
} // namespace sallyport::app
