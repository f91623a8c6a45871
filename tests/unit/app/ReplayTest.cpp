#include "admin/policy/Replay.h"

#include "app/PolicyCommand.h"
#include "unit/app/CommandResult.h"
#include "unit/app/SampleLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace sallyport::app {
namespace {

using admin::conditionsNotRecorded;
using admin::DecisionFinder;
using admin::ReplayedSession;
using admin::replaySession;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Outcome = admin::ReplayOutcome;

constexpr std::string_view StaffId = "11111111-2222-4333-8444-555555555555";

std::shared_ptr<const policy::Policy> policyOf(const std::string& access)
{
    return policy::Policy::compile(
        policy::PolicyDocument::parse(R"({"format": 1, "access": [)" + access + "]}"), 0);
}

// A tunnel to a public address that access rule "Staff" allowed.
db::AuditRecord allowedTunnel()
{
    db::AuditRecord record;
    record.event = "open";
    record.sessionId = "01935a10-2030-7001-8002-030405060001";
    record.time = "2026-11-23T09:00:00.000001Z";
    record.listener = "127.0.0.1:3128";
    record.clientIp = "10.1.2.3";
    record.method = "CONNECT";
    record.protocol = "connect";
    record.host = "www.example.com";
    record.port = 443;
    record.destinationIp = "8.8.8.8";
    record.verdict = "allow";
    record.stage = "resolved-address";
    record.ruleId = StaffId;
    record.ruleName = "Staff";
    record.ruleLayer = "access";
    return record;
}

// The same, denied at the request by the access layer's default row.
db::AuditRecord deniedTunnel()
{
    db::AuditRecord record = allowedTunnel();
    record.event = "decision";
    record.destinationIp = "";
    record.verdict = "deny";
    record.stage = "request";
    record.ruleId = "";
    record.ruleName = "default";
    return record;
}

constexpr const char* Staff =
    R"({"id": "11111111-2222-4333-8444-555555555555", "name": "Staff", "action": "allow"})";
constexpr const char* Everybody =
    R"({"id": "11111111-2222-4333-8444-555555555556", "name": "Everybody", "action": "allow"})";

struct ReplayCase {
    const char* name;
    db::AuditRecord record;
    std::string access;
    Outcome outcome;
    const char* row; // name of the one that decides now
};

void PrintTo(const ReplayCase& each, std::ostream* out)
{
    *out << each.name;
}

class Replay : public testing::TestWithParam<ReplayCase> {};

TEST_P(Replay, ComparesWithWhatWasRecorded)
{
    const auto session = replaySession(*policyOf(GetParam().access), GetParam().record);
    EXPECT_EQ(session.outcome, GetParam().outcome);
    EXPECT_EQ(session.after.name, GetParam().row);
    EXPECT_EQ(session.before.name, GetParam().record.ruleName);
    EXPECT_EQ(session.host, "www.example.com");
}

db::AuditRecord with(db::AuditRecord record, std::string_view db::AuditRecord::*field,
                     std::string_view value)
{
    record.*field = value;
    return record;
}

INSTANTIATE_TEST_SUITE_P(
    OfOneRecord, Replay,
    testing::Values(
        ReplayCase{"Same", allowedTunnel(), Staff, Outcome::Same, "Staff"},
        ReplayCase{"SameByDefault", deniedTunnel(), "", Outcome::Same, "default"},
        ReplayCase{"NowDenied", allowedTunnel(), "", Outcome::NowDenied, "default"},
        ReplayCase{"OtherRow", allowedTunnel(), Everybody, Outcome::OtherRow, "Everybody"},
        ReplayCase{"NowAllowed", with(deniedTunnel(), &db::AuditRecord::destinationIp, "8.8.8.8"),
                   Staff, Outcome::NowAllowed, "Staff"},
        ReplayCase{"GuardDenies",
                   with(allowedTunnel(), &db::AuditRecord::destinationIp, "10.0.0.1"), Staff,
                   Outcome::NowDenied, "default"},
        ReplayCase{"AddressWasNotRecorded", deniedTunnel(), Staff, Outcome::NotDecidable, ""},
        ReplayCase{"WhatWasInTheTunnelWasNotRecorded", allowedTunnel(),
                   std::string(R"({"name": "Admin", "action": "deny", "when": {"path": ["/admin"]}},
                                  {"name": "Names", "action": "deny",
                                   "when": {"names": ["sni-differs"]}}, )") +
                       Staff,
                   Outcome::NotDecidable, ""},
        ReplayCase{"RowsInReportModeDecideNothing", allowedTunnel(),
                   std::string(R"({"name": "Names", "action": "deny", "mode": "report",
                                   "when": {"names": ["sni-differs"]}}, )") +
                       Staff,
                   Outcome::Same, "Staff"},
        ReplayCase{"WithoutAClient", with(allowedTunnel(), &db::AuditRecord::clientIp, ""), Staff,
                   Outcome::NotDecidable, ""},
        ReplayCase{"OfAProtocolThatThereIsNot",
                   with(allowedTunnel(), &db::AuditRecord::protocol, "gopher"), Staff,
                   Outcome::NotDecidable, ""}),
    [](const auto& info) { return info.param.name; });

TEST(ReplayedDecision, IsTheFirstEventOfASessionWithAVerdict)
{
    DecisionFinder finder;
    EXPECT_TRUE(finder.isDecision(allowedTunnel()));
    EXPECT_FALSE(finder.isDecision(with(allowedTunnel(), &db::AuditRecord::event, "close")));
    EXPECT_TRUE(finder.isDecision(deniedTunnel()));
    EXPECT_FALSE(finder.isDecision(with(deniedTunnel(), &db::AuditRecord::verdict, "")));

    EXPECT_FALSE(finder.isDecision(with(allowedTunnel(), &db::AuditRecord::verdict, "")));
    EXPECT_TRUE(finder.isDecision(with(allowedTunnel(), &db::AuditRecord::event, "close")));
    EXPECT_FALSE(finder.isDecision(with(allowedTunnel(), &db::AuditRecord::event, "close")));
}

TEST(ReplayedPolicy, NamesWhatTheLogDoesNotKeep)
{
    auto document = policy::PolicyDocument::parse(
        R"({"format": 1, "access": [{"name": "a", "action": "allow", "when": {"port": [1]}}]})");
    EXPECT_THAT(conditionsNotRecorded(document), testing::IsEmpty());
    document.rows(policy::Layer::Access).front().except.query = {"debug"};
    EXPECT_THAT(conditionsNotRecorded(document), testing::ElementsAre("query"));
}

// Two sessions on 2026-11-23, 09:00: one allowed to a documentation address, one denied.
class ReplayCommand : public testing::Test {
protected:
    ReplayCommand()
    {
        std::vector<db::AuditEvent> events;
        events.push_back(test::sampleOpen(1));
        events.push_back(test::sampleClose(1));
        events.push_back(test::sampleDecision(2));
        log_.write(events);
    }

    [[nodiscard]] CommandResult replay(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {"replay", "--data-dir", log_.path()});
        return resultOf([&] { return runPolicyCommand(words); });
    }

    test::SampleLog log_;
    std::string denyAll_ = log_.folder().write("deny.json", R"({"format": 1})");
};

TEST_F(ReplayCommand, CountsAndShowsWhatWouldChange)
{
    const CommandResult result = replay({denyAll_, "--since", "2026-11-23"});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(result.out, "Under " + denyAll_ +
                              ", of 2 recorded sessions:\n"
                              "  1 were allowed and would be denied\n"
                              "  0 were denied and would be allowed\n"
                              "  0 would be decided alike, but by another row\n"
                              "  0 cannot be decided from what was recorded\n"
                              "  1 would be decided as they were\n"
                              "01935a10-2030-7001-8002-030405060001  www.example.com:443  "
                              "allow -> deny  default row of access -> default row of guard\n");
}

TEST_F(ReplayCommand, LimitsWhatItShowsAndNotWhatItCounts)
{
    EXPECT_THAT(replay({denyAll_, "--since", "2026-11-23", "--limit", "0"}).out,
                AllOf(HasSubstr("1 were allowed"), HasSubstr("The first 0 of 1 change:\n"),
                      testing::Not(HasSubstr("www.example.com"))));
}

TEST_F(ReplayCommand, KeepsToThePeriod)
{
    EXPECT_THAT(replay({denyAll_, "--since", "2026-11-24"}).out,
                HasSubstr("of 0 recorded sessions"));
    EXPECT_THAT(replay({denyAll_, "--since", "2026-01-01", "--until", "2026-11-23"}).out,
                HasSubstr("of 0 recorded sessions"));
}

TEST_F(ReplayCommand, GivesJson)
{
    EXPECT_THAT(
        replay({denyAll_, "--since", "2026-11-23", "--json"}).out,
        AllOf(StartsWith(R"({"sessions":2,"now_denied":1,"now_allowed":0,"other_row":0,)"
                         R"("not_decidable":0,"same":1,"changed":[{"session_id":"01935a10-)"),
              HasSubstr(R"("change":"now_denied","before":{"layer":"access","rule_id":"",)"),
              HasSubstr(R"("after":{"layer":"guard",)")));
}

TEST_F(ReplayCommand, TriesTheDraftWhenNoFileIsNamed)
{
    EXPECT_THAT(replay({"--since", "2026-11-23"}).error, HasSubstr("draft save FILE"));
    testing::internal::CaptureStdout();
    const std::string words[] = {"draft", "save", denyAll_, "--data-dir", log_.path()};
    EXPECT_EQ(runPolicyCommand(words), 0);
    static_cast<void>(testing::internal::GetCapturedStdout());
    EXPECT_THAT(replay({"--since", "2026-11-23"}).out, StartsWith("Under the draft, of 2"));
}

TEST_F(ReplayCommand, NeedsAnAuditLog)
{
    std::filesystem::remove_all(log_.folder().file("audit"));
    const CommandResult result = replay({denyAll_, "--since", "2026-11-23"});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.error,
                AllOf(HasSubstr("there is no audit log yet"), HasSubstr("sallyport serve")));
}

} // namespace
} // namespace sallyport::app
