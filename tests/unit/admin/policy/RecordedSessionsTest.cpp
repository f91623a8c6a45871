// What the policy's API reads from the audit log: the effect on recorded sessions, and exceptions
// for denied ones.
#include "db/AuditKey.h"
#include "db/AuditStore.h"
#include "unit/admin/policy/PolicyApiTest.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace sallyport::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* DenyId = "22222222-2222-4222-8222-222222222222";
constexpr const char* RecordedPolicy = R"({"format": 1, "access": [
  {"name": "First", "action": "allow", "when": {"host": ["first.example"]}},
  {"id": "22222222-2222-4222-8222-222222222222", "name": "No b", "action": "deny", "section": "S",
   "when": {"host": ["b.example"]}},
  {"name": "Rest", "action": "allow"}
 ]})";

class RecordedSessions : public PolicyApiTest {
protected:
    RecordedSessions() : PolicyApiTest(RecordedPolicy)
    {
        auto allowed = test::sampleOpen(1);
        allowed.destination = publicAddress();
        auto denied = test::sampleOpen(2);
        denied.kind = db::EventKind::Decision;
        denied.host = "b.example";
        denied.destination = publicAddress();
        denied.verdict = policy::Answer::Deny;
        denied.ruleId = DenyId;
        denied.ruleName = "No b";
        const std::vector<db::AuditEvent> events{allowed, denied};
        const db::JournalRecords records{
            .journal = {}, .position = 0, .events = events, .acts = {}};
        static_cast<void>(store_.write({&records, 1}, test::sampleTime(0)));
    }

    static policy::AddressBytes publicAddress()
    {
        return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 8, 8, 8, 8};
    }
    // The job's state when it has ended, or after a bounded time.
    Json resultOf(const Reply& started)
    {
        const auto id = started.text("job");
        for (int tries = 0; tries < 200; ++tries) {
            const auto job = jobs_.find(id);
            if (job && job->getValue<std::string>("state") != "running")
                return Poco::JSON::Parser().parse(api::textOf(*job)).extract<Json>();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return new Poco::JSON::Object;
    }

    db::AuditStore store_{
        folder_.file("audit"),
        {.node = "node-1",
         .key = std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(folder_.path()))}};
};

constexpr const char* ThatDay = R"({"from": "2026-11-23T00:00:00Z", "to": "2026-11-24T00:00:00Z"})";

TEST_F(RecordedSessions, ShowWhatADraftWouldChange)
{
    addRule(R"("name": "No www", "action": "deny", "when": {"host": ["www.example.com"]})",
            R"({"edge": "first"})");
    EXPECT_EQ(ask("POST", "/policy/impact", ThatDay).status(), 202U);
    const auto job = resultOf(ask("POST", "/policy/impact", ThatDay));
    ASSERT_EQ(job->getValue<std::string>("state"), "done");
    const auto result = job->getObject("result");
    EXPECT_EQ(result->getValue<int>("evaluated"), 2);
    EXPECT_EQ(result->getValue<int>("changed"), 1);
    const auto transition = result->getArray("transitions")->getObject(0);
    EXPECT_EQ(transition->getValue<std::string>("to"), "deny");
    const auto example = result->getArray("examples")->getObject(0);
    EXPECT_EQ(example->getValue<std::string>("host"), "www.example.com");
    EXPECT_EQ(example->getObject("after")->getValue<std::string>("rule_name"), "No www");
    EXPECT_EQ(result->getValue<int>("open_sessions_ended"), 2);
    EXPECT_THAT(trail(), HasSubstr("audit.replay"));
}

TEST_F(RecordedSessions, AreForAuditors)
{
    caller_ = person("hal", api::Role::HelpDesk);
    EXPECT_EQ(ask("POST", "/policy/impact", ThatDay).status(), 403U);
    caller_ = person("eve", api::Role::Auditor);
    EXPECT_EQ(ask("POST", "/policy/impact", R"({"policy": "live", "from": "x"})").status(), 422U);
    EXPECT_EQ(ask("POST", "/policy/impact", R"({"policy": "live"})").status(), 202U);
}

TEST_F(RecordedSessions, GetAnExceptionAboveTheRuleThatDeniedThem)
{
    const auto session = db::toText(test::sampleSession(2));
    const auto reply =
        ask("POST", "/policy/draft/exceptions", R"({"session_id": ")" + session + R"("})");
    ASSERT_EQ(reply.status(), 201U) << reply.body();
    EXPECT_THAT(names(), ElementsAre("First", "Exception: 10.1.2.3 to b.example", "No b", "Rest"));
    EXPECT_EQ(reply.text("section"), "S");
    EXPECT_THAT(reply.body(), HasSubstr("10.1.2.3/32"));
    EXPECT_THAT(reply.body(), HasSubstr(R"("expires")"));
    const auto allowed = db::toText(test::sampleSession(1));
    EXPECT_EQ(
        ask("POST", "/policy/draft/exceptions", R"({"session_id": ")" + allowed + R"("})").status(),
        409U);
    const auto unknown = db::toText(test::sampleSession(9));
    EXPECT_EQ(
        ask("POST", "/policy/draft/exceptions", R"({"session_id": ")" + unknown + R"("})").status(),
        404U);
    EXPECT_EQ(ask("POST", "/policy/draft/exceptions", R"({"session_id": "x"})").status(), 422U);
}

TEST_F(RecordedSessions, AreCountedByDay)
{
    using namespace std::chrono;
    db::PolicyStore store(std::filesystem::path(folder_.file("policy.db")));
    const auto now = floor<seconds>(system_clock::now());
    const std::vector<db::RowHits> hits{
        {.row = DenyId, .hits = 3, .wouldHits = 0, .bytes = 10, .lastHit = now},
        {.row = DenyId, .hits = 4, .wouldHits = 0, .bytes = 10, .lastHit = now - days(2)}};
    store.addHits(hits);
    const auto reply = ask("GET", "/policy/stats?days=3");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_THAT(reply.body(), HasSubstr(R"("hits":7)"));
    EXPECT_THAT(reply.body(), HasSubstr(R"("bars":[4,0,3])"));
    EXPECT_EQ(ask("GET", "/policy/stats?days=0").status(), 422U);
}

TEST_F(RecordedSessions, AreCountedByTheChecksThatFoundSomething)
{
    using namespace std::chrono;
    db::PolicyStore store(std::filesystem::path(folder_.file("policy.db")));
    const auto now = floor<seconds>(system_clock::now());
    store.addHits(
        std::vector<db::RowHits>{{.row = DenyId, .hits = 1, .lastHit = now},
                                 {.row = "check/Chat/a/b", .hits = 3, .lastHit = now},
                                 {.row = "check/Chat/a/b", .hits = 2, .lastHit = now - days(1)}});
    const auto reply = ask("GET", "/policy/stats/checks?days=3");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_THAT(reply.body(),
                HasSubstr(R"("items":[{"profile_id":"Chat","check":"a/b","hits":5,)"));
    EXPECT_THAT(reply.body(), HasSubstr(R"("bars":[0,2,3]}])"));
    EXPECT_THAT(ask("GET", "/policy/stats").body(), testing::Not(HasSubstr("check/")));
    EXPECT_EQ(ask("GET", "/policy/stats/checks?days=91").status(), 422U);
}

TEST_F(RecordedSessions, AreCountedAnewAfterAReset)
{
    using namespace std::chrono;
    db::PolicyStore store(std::filesystem::path(folder_.file("policy.db")));
    const auto now = floor<seconds>(system_clock::now());
    store.addHits(std::vector<db::RowHits>{
        {.row = DenyId, .hits = 3, .wouldHits = 0, .bytes = 10, .lastHit = now}});
    EXPECT_THAT(ask("GET", "/policy/stats").body(), HasSubstr(R"("reset_at":null)"));
    const auto reset = R"({"rule_ids": [")" + std::string(DenyId) + R"("]})";
    ASSERT_EQ(ask("POST", "/policy/stats/reset", reset).status(), 204U);
    EXPECT_THAT(trail(), HasSubstr("policy.reset-hits"));
    const auto reply = ask("GET", "/policy/stats?days=1");
    EXPECT_THAT(reply.body(), HasSubstr(R"("hits":0)"));
    EXPECT_THAT(reply.body(), HasSubstr(R"("bars":[3])"));
    EXPECT_THAT(reply.body(), testing::Not(HasSubstr(R"("reset_at":null)")));
    EXPECT_EQ(ask("POST", "/policy/stats/reset", R"({"rule_ids": []})").status(), 422U);
    caller_ = person("bob", api::Role::Auditor);
    EXPECT_EQ(ask("POST", "/policy/stats/reset", reset).status(), 403U);
}

TEST_F(RecordedSessions, AreNotNeededForPresence)
{
    const std::string path = "/policy/draft/presence";
    EXPECT_EQ(ask("PUT", path, "{}").status(), 422U);
    EXPECT_THAT(ask("PUT", path, R"({"rule_id": "r1"})").body(), HasSubstr(R"("who":"ann")"));
    EXPECT_THAT(told(), HasSubstr(R"("event":"presence","by":"ann","rule_id":"r1")"));
    caller_ = person("bob", api::Role::Editor);
    EXPECT_EQ(ask("PUT", path, R"({"rule_id": "r1"})").json()->getArray("items")->size(), 2U);
    EXPECT_EQ(ask("PUT", path, R"({"rule_id": null})").json()->getArray("items")->size(), 1U);
    caller_ = person("hal", api::Role::HelpDesk);
    EXPECT_EQ(ask("GET", path).status(), 200U);
    EXPECT_EQ(ask("PUT", path, R"({"rule_id": null})").status(), 403U);
}

} // namespace
} // namespace sallyport::admin
