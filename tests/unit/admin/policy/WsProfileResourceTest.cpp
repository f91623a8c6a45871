#include "unit/admin/policy/PolicyApiTest.h"

#include <gmock/gmock.h>

namespace sallyport::admin {
namespace {

using testing::HasSubstr;

constexpr const char* ProfilePolicy = R"({"format": 1,
 "inspection": [{"name": "Chats", "action": "observe", "profile": "chat"}],
 "profiles": [{"name": "chat", "checks": [
   {"name": "Large", "largerThan": "1KiB", "action": "alert"}]}]})";

class WsProfiles : public PolicyApiTest {
protected:
    WsProfiles() : PolicyApiTest(ProfilePolicy) {}
    [[nodiscard]] std::string tagOfFirst()
    {
        const auto first = ask("GET", "/ws-rules").json()->getArray("items")->getObject(0);
        return '"' + first->getValue<std::string>("etag") + '"';
    }
};

TEST_F(WsProfiles, AreMadeAndChangedAsTheDocumentWritesThem)
{
    const auto made = ask("POST", "/ws-rules", R"({"name": "cards", "hold": "64KiB", "checks": [
        {"name": "Cards", "patterns": ["card-number"], "action": "cut"}]})");
    ASSERT_EQ(made.status(), 201U) << made.body();
    EXPECT_EQ(made.text("change"), "new");
    EXPECT_EQ(ask("POST", "/ws-rules", R"({"name": "cards", "checks": []})").status(), 422U);
    const auto changed =
        ask("PATCH", "/ws-rules/cards", R"({"hold": null, "digests": true})", made.tag());
    ASSERT_EQ(changed.status(), 200U) << changed.body();
    EXPECT_FALSE(changed.json()->has("hold"));
    EXPECT_EQ(ask("PATCH", "/ws-rules/cards", "{}", made.tag()).status(), 412U);
    EXPECT_EQ(ask("POST", "/ws-rules/cards/move", R"({"before": "chat"})").status(), 200U);
    EXPECT_EQ(ask("GET", "/ws-rules")
                  .json()
                  ->getArray("items")
                  ->getObject(0)
                  ->getValue<std::string>("name"),
              "cards");
    EXPECT_EQ(ask("DELETE", "/ws-rules/cards", "", changed.tag()).status(), 204U);
}

TEST_F(WsProfiles, TakeTheirRulesAlongWhenRenamed)
{
    ASSERT_EQ(ask("DELETE", "/ws-rules/chat", "", tagOfFirst()).status(), 409U);
    const auto renamed = ask("PATCH", "/ws-rules/chat", R"({"name": "talk"})", tagOfFirst());
    ASSERT_EQ(renamed.status(), 200U) << renamed.body();
    EXPECT_EQ(renamed.json()->getArray("used_by")->getObject(0)->getValue<std::string>("name"),
              "Chats");
    EXPECT_THAT(ask("GET", "/policy/draft").body(), HasSubstr(R"("profile": "talk")"));
}

TEST_F(WsProfiles, AreRefusedAtTheFieldThatIsWrong)
{
    const auto pattern = ask("POST", "/ws-rules", R"({"name": "x", "checks": [
        {"name": "A", "largerThan": "1KiB", "action": "note"},
        {"name": "B", "patterns": ["regex:ok", "regex:("], "action": "note"}]})");
    ASSERT_EQ(pattern.status(), 422U) << pattern.body();
    EXPECT_EQ(pattern.firstError(), "/checks/1/patterns/1");
    const auto action = ask("POST", "/ws-rules", R"({"name": "x", "checks": [
        {"name": "A", "largerThan": "1KiB", "action": "shout"}]})");
    EXPECT_EQ(action.firstError(), "/checks/0/action");
}

TEST_F(WsProfiles, CanBeTriedOnSampleMessages)
{
    caller_ = person("hal", api::Role::HelpDesk);
    const auto reply = ask("POST", "/ws-rules/test", R"({"profile": {"name": "x", "checks": [
        {"name": "Cards", "patterns": ["card-number"], "action": "cut"},
        {"name": "No binary", "kind": "binary", "action": "note"}]},
        "messages": [{"direction": "client-to-upstream", "text": "hello"},
                     {"direction": "client-to-upstream", "text": "pay 4111 1111 1111 1111 now"},
                     {"direction": "upstream-to-client", "base64": "AAEC"}]})");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    const auto findings = reply.json()->getArray("findings");
    ASSERT_EQ(findings->size(), 2U) << reply.body();
    EXPECT_EQ(findings->getObject(0)->getValue<std::string>("check"), "Cards");
    EXPECT_EQ(findings->getObject(0)->getValue<int>("message"), 2);
    EXPECT_EQ(reply.text("outcome"), "cut");
    EXPECT_EQ(
        ask("POST", "/ws-rules/test", R"({"profile_id": "chat", "messages": []})").text("outcome"),
        "passes");
    const auto wrong = ask("POST", "/ws-rules/test",
                           R"({"profile": {"name": "x", "checks": [{"name": "A"}]},
                               "messages": []})");
    EXPECT_EQ(wrong.status(), 422U);
    EXPECT_THAT(wrong.firstError(), HasSubstr("/profile/checks/0"));
}

} // namespace
} // namespace sallyport::admin
