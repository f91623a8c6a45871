#include "unit/admin/policy/PolicyApiTest.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace sallyport::admin {
namespace {

using testing::HasSubstr;

class Publishing : public PolicyApiTest {
protected:
    void change() { addRule(R"("name": "New", "action": "allow")"); }
    [[nodiscard]] int liveVersion()
    {
        return ask("GET", "/policy/live").json()->getValue<int>("version");
    }
    // Whether it is reached within a bounded time.
    bool becomes(int version)
    {
        for (int tries = 0; tries < 200; ++tries) {
            if (liveVersion() == version)
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }
    /// told(), once `wanted` is among it: a thread of the server tells it after the version is there.
    std::string toldSoon(const std::string& wanted)
    {
        for (int tries = 0; tries < 200 && told().find(wanted) == std::string::npos; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return told();
    }
};

TEST_F(Publishing, MakesTheDraftTheVersionInForce)
{
    change();
    const auto reply = publish();
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_EQ(reply.json()->getValue<int>("version"), 2);
    EXPECT_EQ(reply.text("by"), "ann");
    EXPECT_FALSE(ask("GET", "/policy/draft").json()->getValue<bool>("exists"));
    EXPECT_THAT(told(), HasSubstr("taken up 2\npolicy {\"event\":\"published\""));
    EXPECT_THAT(trail(), HasSubstr("policy.publish"));
}

TEST_F(Publishing, IsToldToThePagesAlsoWhenAnotherProcessDidItAndOneHasLookedSince)
{
    db::PolicyStore(std::filesystem::path(folder_.file("policy.db")))
        .publish(policy::PolicyDocument::parse(R"({"format": 1})"), "root", "by hand");
    EXPECT_TRUE(becomes(2));
    EXPECT_THAT(toldSoon("published"), HasSubstr("taken up 2\npolicy {\"event\":\"published\""));
    EXPECT_THAT(told(), HasSubstr("\"by\":\"root\""));
}

TEST_F(Publishing, NeedsANoteAndTheDraftThatWasLookedAt)
{
    change();
    const auto tag = ask("GET", "/policy/draft").tag();
    EXPECT_EQ(ask("POST", "/policy/publish", R"({"note": "x"})").status(), 428U);
    EXPECT_EQ(ask("POST", "/policy/publish", "{}", tag).status(), 422U);
    change();
    EXPECT_EQ(ask("POST", "/policy/publish", R"({"note": "x"})", tag).status(), 412U);
    EXPECT_EQ(liveVersion(), 1);
}

TEST_F(Publishing, NeedsADraft)
{
    EXPECT_EQ(publish().status(), 409U);
}

TEST_F(Publishing, TakesASecondPersonWhereTwoAreNeeded)
{
    twoPersons_ = true;
    change();
    caller_ = person("bob", api::Role::Editor);
    change();
    EXPECT_EQ(publish().status(), 403U);
    caller_ = person("ann", api::Role::Admin);
    EXPECT_EQ(publish().status(), 403U);
    caller_.name = "token deploy (ann)"; // her own token is no second person
    EXPECT_EQ(publish().status(), 403U);
    caller_ = person("cat", api::Role::Editor);
    EXPECT_EQ(publish().status(), 200U);
}

TEST_F(Publishing, IsStoppedByTestsThatFailUnlessAnAdminGivesAReason)
{
    change();
    const auto test = ask("POST", "/policy/tests",
                          R"({"name": "Closed", "input": {"url": "https://a.example/",
                              "client_ip": "10.1.2.3", "address": "8.8.8.8"},
                              "expect": {"verdict": "deny"}})");
    ASSERT_EQ(test.status(), 201U) << test.body();
    const auto refused = publish();
    ASSERT_EQ(refused.status(), 409U) << refused.body();
    EXPECT_THAT(refused.body(), HasSubstr("Closed"));
    EXPECT_EQ(publish(R"(, "override_tests": {"reason": "urgent"})").status(), 403U);
    caller_ = person("ann", api::Role::Admin);
    EXPECT_EQ(publish(R"(, "override_tests": {"reason": "urgent"})").status(), 200U);
    EXPECT_THAT(ask("GET", "/policy/versions").body(), HasSubstr("urgent"));
}

TEST_F(Publishing, OfAnOutdatedDraftIsRefusedUnlessItIsOverruled)
{
    change();
    db::PolicyStore(std::filesystem::path(folder_.file("policy.db")))
        .publish(policy::PolicyDocument::initial(), "root", "by command");
    const auto refused = publish();
    ASSERT_EQ(refused.status(), 409U) << refused.body();
    EXPECT_EQ(refused.json()->getValue<int>("live_version"), 2);
    EXPECT_EQ(publish(R"(, "overrule_base": true)").status(), 200U);
    EXPECT_EQ(liveVersion(), 3);
}

TEST_F(Publishing, IsRolledBackWhenNobodyConfirms)
{
    change();
    const auto reply = publish(R"(, "confirm_minutes": 1)");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_EQ(reply.json()->getObject("awaiting")->getValue<int>("back_to"), 1);
    api_.reset(); // the server is restarted, and away until after the deadline
    auto database = db::Database::openExisting(folder_.file("policy.db"));
    database.execute("UPDATE policy_confirmation SET deadline = 1");
    open();
    EXPECT_TRUE(becomes(3));
    EXPECT_EQ(ask("GET", "/policy/live").text("kind"), "rollback");
    EXPECT_THAT(ask("GET", "/policy/live").text("note"), HasSubstr("not confirmed"));
    EXPECT_THAT(toldSoon("rolled-back"), HasSubstr("rolled-back"));
    EXPECT_THAT(trail(), HasSubstr("policy.rollback"));
}

TEST_F(Publishing, StaysWhenItIsConfirmed)
{
    change();
    ASSERT_EQ(publish(R"(, "confirm_minutes": 1)").status(), 200U);
    EXPECT_EQ(ask("POST", "/policy/confirm", R"({"version": 1})").status(), 409U);
    const auto reply = ask("POST", "/policy/confirm", R"({"version": 2})");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_TRUE(reply.json()->isNull("awaiting"));
    EXPECT_EQ(ask("POST", "/policy/confirm", R"({"version": 2})").status(), 409U);
    EXPECT_THAT(trail(), HasSubstr("policy.confirm"));
}

TEST_F(Publishing, CanBeUndoneByRollingBack)
{
    change();
    ASSERT_EQ(publish().status(), 200U);
    const std::string body = R"({"to_version": 1, "note": "broke mail"})";
    EXPECT_EQ(ask("POST", "/policy/rollback", body).status(), 428U);
    EXPECT_EQ(ask("POST", "/policy/rollback", body, "\"v1\"").status(), 412U);
    const auto reply = ask("POST", "/policy/rollback", body, ask("GET", "/policy/live").tag());
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_EQ(reply.json()->getValue<int>("version"), 3);
    EXPECT_EQ(reply.json()->getValue<int>("rules"), 2);
    EXPECT_THAT(told(), HasSubstr("rolled-back"));
}

TEST_F(Publishing, DoesNotHappenWithoutItsTrail)
{
    change();
    std::filesystem::remove(folder_.file("admin.spool"));
    std::filesystem::create_directory(folder_.file("admin.spool"));
    EXPECT_EQ(publish().status(), 500U);
    EXPECT_EQ(ask("POST", "/policy/draft/rules",
                  R"({"layer": "access", "rule": {"name": "x", "action": "allow"}})")
                  .status(),
              500U);
    EXPECT_EQ(liveVersion(), 1);
}

TEST_F(Publishing, OfADraftThatIsDiscardedIsNot)
{
    change();
    EXPECT_EQ(ask("DELETE", "/policy/draft").status(), 428U);
    EXPECT_EQ(ask("DELETE", "/policy/draft", "", ask("GET", "/policy/draft").tag()).status(), 204U);
    EXPECT_FALSE(ask("GET", "/policy/draft").json()->getValue<bool>("exists"));
    EXPECT_THAT(trail(), HasSubstr("policy.draft-discard"));
}

TEST_F(Publishing, KeepsItsVersionsForEver)
{
    for (int round = 0; round < 3; ++round) {
        change();
        ASSERT_EQ(publish().status(), 200U);
    }
    const auto page = ask("GET", "/policy/versions?limit=2");
    EXPECT_THAT(page.body(), HasSubstr(R"("changes":{"added":1,"removed":0,"edited":0)"));
    EXPECT_EQ(page.json()->getArray("items")->size(), 2U);
    const auto next = ask("GET", "/policy/versions?limit=2&cursor=" + page.text("next_cursor"));
    EXPECT_EQ(next.json()->getArray("items")->getObject(1)->getValue<int>("version"), 1);
    EXPECT_TRUE(next.json()->isNull("next_cursor"));
    EXPECT_EQ(
        ask("GET", "/policy/versions/2").json()->getObject("layers")->getArray("access")->size(),
        3U);
    EXPECT_EQ(ask("GET", "/policy/versions/9").status(), 404U);
    EXPECT_THAT(ask("GET", "/policy/versions/1?format=document").field("Content-Disposition"),
                HasSubstr("policy-v1.json"));
    const auto diff = ask("GET", "/policy/diff?from=1&to=live");
    EXPECT_EQ(diff.json()->getArray("items")->size(), 3U);
    EXPECT_THAT(diff.body(), HasSubstr(R"("op":"added")"));
    EXPECT_GT(diff.json()->getArray("words")->size(), 2U);
    EXPECT_EQ(ask("GET", "/policy/diff?from=1").status(), 422U);
    EXPECT_EQ(ask("GET", "/policy/diff?from=1&to=x").status(), 422U);
}

TEST_F(Publishing, TakesAWholeDocument)
{
    const auto exported = ask("GET", "/policy/document");
    ASSERT_EQ(exported.status(), 200U);
    const auto tag = ask("GET", "/policy/draft").tag();
    const auto wrong = ask("PUT", "/policy/draft/document",
                           R"({"format": 1, "access": [{"name": "x", "action": "allow",
                               "when": {"port": [0]}}]})",
                           tag);
    ASSERT_EQ(wrong.status(), 422U) << wrong.body();
    EXPECT_EQ(wrong.firstError(), "/access/0/when/port/0");
    const auto reply = ask("PUT", "/policy/draft/document",
                           R"({"format": 1, "access": [{"name": "All", "action": "allow"}]})", tag);
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_THAT(names(), testing::ElementsAre("All"));
    EXPECT_EQ(ask("PUT", "/policy/draft/document", exported.body(), tag).status(), 412U);
}

} // namespace
} // namespace sallyport::admin
