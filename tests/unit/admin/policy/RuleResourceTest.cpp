#include "admin/api/TimeText.h"
#include "unit/admin/policy/PolicyApiTest.h"

#include <gmock/gmock.h>

#include <chrono>

namespace sallyport::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* DraftPolicy = R"({"format": 1, "access": [
  {"id": "11111111-1111-4111-8111-111111111111", "name": "One", "action": "allow", "section": "A",
   "when": {"host": ["one.example"], "port": [443]}},
  {"id": "22222222-2222-4222-8222-222222222222", "name": "Two", "action": "deny", "section": "A",
   "when": {"host": ["two.example"]}},
  {"id": "33333333-3333-4333-8333-333333333333", "name": "Three", "action": "allow", "section": "B"}
 ], "defaults": {"access": "deny"}})";

constexpr const char* One = "11111111-1111-4111-8111-111111111111";
constexpr const char* Two = "22222222-2222-4222-8222-222222222222";
constexpr const char* Three = "33333333-3333-4333-8333-333333333333";

std::string pathOf(const std::string& id)
{
    return "/policy/draft/rules/" + id;
}

class DraftRules : public PolicyApiTest {
protected:
    DraftRules() : PolicyApiTest(DraftPolicy) {}
};

TEST_F(DraftRules, AreThoseInForceWhileNobodyChangedAny)
{
    const auto draft = ask("GET", "/policy/draft");
    ASSERT_EQ(draft.status(), 200U) << draft.body();
    EXPECT_FALSE(draft.json()->getValue<bool>("exists"));
    EXPECT_THAT(names(), ElementsAre("One", "Two", "Three"));
    EXPECT_THAT(draft.body(), Not(HasSubstr("\"kinds\"")));
}

TEST_F(DraftRules, AreCreatedWhereWanted)
{
    addRule(R"("name": "Last", "action": "allow")");
    addRule(R"("name": "First", "action": "allow")", R"({"edge": "first"})");
    addRule(R"("name": "Above two", "action": "allow")",
            std::string(R"({"before": ")") + Two + R"("})");
    addRule(R"("name": "Second of A", "action": "allow")", R"({"section": "A", "position": 2})");
    addRule(R"("name": "End of A", "action": "allow")", R"({"section": "A"})");
    EXPECT_THAT(names(), ElementsAre("First", "One", "Second of A", "Above two", "Two", "End of A",
                                     "Three", "Last"));
    EXPECT_EQ(rule(Two).json()->getValue<int>("number"), 5);
    EXPECT_THAT(ask("GET", "/policy/draft").body(), HasSubstr(R"("kinds":["new"])"));
    EXPECT_THAT(told(), HasSubstr("policy {\"event\":\"draft\""));
    EXPECT_THAT(trail(), HasSubstr("policy.rule-create"));
}

TEST_F(DraftRules, KeepUnchangedFieldsOfAPatch)
{
    const auto before = rule(One);
    const auto reply =
        ask("PATCH", pathOf(One), R"({"name": "Uno", "when": {"port": null, "user": ["ann"]}})",
            before.tag());
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_NE(reply.tag(), before.tag());
    EXPECT_THAT(reply.body(), HasSubstr(R"("name": "Uno")"));
    EXPECT_THAT(reply.body(), HasSubstr("one.example"));
    EXPECT_THAT(reply.body(), Not(HasSubstr("443")));
    EXPECT_THAT(reply.body(), HasSubstr(R"("fields":["name","when.port","when.user"])"));
    EXPECT_EQ(reply.text("changed_by"), "ann");
    EXPECT_THAT(trail(), HasSubstr("policy.rule-edit"));
}

TEST_F(DraftRules, TakeAndDropTheTextOfTheBlockPage)
{
    const auto set =
        ask("PATCH", pathOf(One), R"({"action": "deny", "blockText": "Not <here>\nAsk 4711"})",
            rule(One).tag());
    ASSERT_EQ(set.status(), 200U) << set.body();
    EXPECT_EQ(set.text("blockText"), "Not <here>\nAsk 4711");
    EXPECT_THAT(set.body(), HasSubstr(R"("fields":["action","blockText"])"));
    EXPECT_THAT(ask("GET", "/policy/document?policy=draft").body(), HasSubstr("Not <here>"));
    const auto tooLong = ask("PATCH", pathOf(One),
                             R"({"blockText": ")" + std::string(501, 'x') + R"("})", set.tag());
    ASSERT_EQ(tooLong.status(), 422U) << tooLong.body();
    EXPECT_EQ(tooLong.firstError(), "/blockText");
    EXPECT_THAT(tooLong.body(), HasSubstr("has 501 characters; expected at most 500"));
    const auto gone = ask("PATCH", pathOf(One), R"({"blockText": null})", set.tag());
    ASSERT_EQ(gone.status(), 200U) << gone.body();
    EXPECT_THAT(gone.body(), Not(HasSubstr("blockText")));
}

TEST_F(DraftRules, NeedTheStateTheyAreChangedFrom)
{
    EXPECT_EQ(ask("PATCH", pathOf(One), R"({"name": "x"})").status(), 428U);
    EXPECT_EQ(ask("DELETE", pathOf(One)).status(), 428U);
    EXPECT_EQ(ask("DELETE", pathOf(One), "", "\"old\"").status(), 412U);
    EXPECT_EQ(ask("DELETE", pathOf(One), "", rule(One).tag()).status(), 204U);
    EXPECT_EQ(ask("PATCH", pathOf("99999999-1111-4111-8111-111111111111"), "{}", "\"x\"").status(),
              404U);
}

TEST_F(DraftRules, KeepChangesOfTwoPersonsToDifferentFields)
{
    const auto seen = rule(One).tag();
    ASSERT_EQ(ask("PATCH", pathOf(One), R"({"name": "Uno"})", seen).status(), 200U);
    caller_ = person("bob", api::Role::Editor);
    const auto reply = ask("PATCH", pathOf(One), R"({"when": {"host": ["uno.example"]}})", seen);
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_THAT(reply.body(), HasSubstr("Uno"));
    EXPECT_THAT(reply.body(), HasSubstr("uno.example"));
}

TEST_F(DraftRules, TellWhoChangedTheSameField)
{
    const auto seen = rule(One).tag();
    ASSERT_EQ(ask("PATCH", pathOf(One), R"({"when": {"host": ["a.example"]}})", seen).status(),
              200U);
    caller_ = person("bob", api::Role::Editor);
    const auto reply = ask("PATCH", pathOf(One), R"({"when": {"host": ["b.example"]}})", seen);
    ASSERT_EQ(reply.status(), 412U) << reply.body();
    EXPECT_EQ(reply.text("changed_by"), "ann");
    EXPECT_THAT(reply.body(), HasSubstr("a.example"));
    EXPECT_EQ(reply.json()->getArray("fields")->getElement<std::string>(0), "when.host");
}

TEST_F(DraftRules, DoNotDisturbEachOther)
{
    const auto two = rule(Two).tag();
    ASSERT_EQ(ask("PATCH", pathOf(One), R"({"name": "Uno"})", rule(One).tag()).status(), 200U);
    caller_ = person("bob", api::Role::Editor);
    EXPECT_EQ(ask("PATCH", pathOf(Two), R"({"enabled": false})", two).status(), 200U);
}

TEST_F(DraftRules, MoveWithinTheirLayer)
{
    const auto reply =
        ask("POST", pathOf(Three) + "/move", std::string(R"({"before": ")") + One + R"("})");
    ASSERT_EQ(reply.status(), 200U) << reply.body();
    EXPECT_THAT(names(), ElementsAre("Three", "One", "Two"));
    EXPECT_EQ(reply.text("section"), "A");
    EXPECT_THAT(reply.body(), HasSubstr(R"("kinds":["edited","moved"],"was":3)"));
    EXPECT_EQ(ask("POST", pathOf(Three) + "/move", R"({"before": "nobody"})").status(), 422U);
    EXPECT_EQ(ask("POST", pathOf(Three) + "/move", R"({})").status(), 422U);
    EXPECT_EQ(ask("POST", pathOf(Three) + "/move", R"({"edge": "last"})").status(), 200U);
    EXPECT_THAT(names(), ElementsAre("One", "Two", "Three"));
}

TEST_F(DraftRules, ComeBackByTheirIdWhenRemoved)
{
    ASSERT_EQ(ask("DELETE", pathOf(Two), "", rule(Two).tag()).status(), 204U);
    EXPECT_THAT(ask("GET", "/policy/draft").body(), HasSubstr(R"("removed":[{"id":")"));
    addRule(std::string(R"("id": ")") + Two +
                R"(", "name": "Two", "action": "deny", "when": {"host": ["two.example"]})",
            std::string(R"({"after": ")") + One + R"("})");
    EXPECT_THAT(names(), ElementsAre("One", "Two", "Three"));
    EXPECT_EQ(ask("GET", "/policy/draft").json()->getValue<int>("change_count"), 0);
}

struct WrongCase {
    const char* name;
    const char* rule;
    const char* pointer;
};
class WrongRule : public DraftRules, public testing::WithParamInterface<WrongCase> {};

TEST_P(WrongRule, IsRefusedAtItsField)
{
    const auto reply = ask("POST", "/policy/draft/rules",
                           std::string(R"({"layer": "access", "rule": )") + GetParam().rule + '}');
    ASSERT_EQ(reply.status(), 422U) << reply.body();
    EXPECT_EQ(reply.firstError(), GetParam().pointer) << reply.body();
    EXPECT_FALSE(ask("GET", "/policy/draft").json()->getValue<bool>("exists"));
}
INSTANTIATE_TEST_SUITE_P(
    Fields, WrongRule,
    testing::Values(
        WrongCase{"NameMissing", R"({"action": "allow"})", "/rule/name"},
        WrongCase{"ActionOfOtherLayer", R"({"name": "x", "action": "observe"})", "/rule/action"},
        WrongCase{"UnknownMember", R"({"name": "x", "action": "allow", "colour": 1})",
                  "/rule/colour"},
        WrongCase{"UnknownCondition",
                  R"({"name": "x", "action": "allow", "when": {"planet": ["a"]}})",
                  "/rule/when/planet"},
        WrongCase{"Port", R"({"name": "x", "action": "allow", "when": {"port": [443, 70000]}})",
                  "/rule/when/port/1"},
        WrongCase{"PortInNot",
                  R"({"name": "x", "action": "allow", "when": {"not": {"port": ["x"]}}})",
                  "/rule/when/not/port/0"},
        WrongCase{"Expression",
                  R"({"name": "x", "action": "allow", "when": {"host": ["a.b", "regex:("]}})",
                  "/rule/when/host/1"},
        WrongCase{"TimeZone",
                  R"({"name": "x", "action": "allow",
                      "when": {"time": ["mon-fri 08:00-18:00 Nowhere/Land"]}})",
                  "/rule/when/time/0"},
        WrongCase{"MissingList",
                  R"({"name": "x", "action": "allow", "when": {"sni": ["list:gone"]}})",
                  "/rule/when/sni/0"},
        WrongCase{"MissingAddressList",
                  R"({"name": "x", "action": "allow",
                      "when": {"address": ["10.0.0.0/8", "list:gone"]}})",
                  "/rule/when/address/1"},
        WrongCase{"TakenId",
                  R"({"id": "11111111-1111-4111-8111-111111111111", "name": "x",
                      "action": "allow"})",
                  "/rule/id"},
        WrongCase{"Expires", R"({"name": "x", "action": "allow", "expires": "soon"})",
                  "/rule/expires"}),
    [](const auto& info) { return info.param.name; });

TEST_F(DraftRules, NameOnlyProfilesThatThereAre)
{
    const auto reply = ask("POST", "/policy/draft/rules",
                           R"({"layer": "inspection", "rule": {"name": "x", "action": "observe",
                               "profile": "gone"}})");
    ASSERT_EQ(reply.status(), 422U) << reply.body();
    EXPECT_EQ(reply.firstError(), "/rule/profile");
}

TEST_F(DraftRules, AreForEditors)
{
    caller_ = person("eve", api::Role::Auditor);
    EXPECT_EQ(ask("POST", "/policy/draft/rules", "{}").status(), 403U);
    EXPECT_EQ(ask("PATCH", pathOf(One), "{}", "\"x\"").status(), 403U);
    EXPECT_EQ(ask("DELETE", pathOf(One), "", "\"x\"").status(), 403U);
    EXPECT_EQ(ask("POST", pathOf(One) + "/move", "{}").status(), 403U);
    EXPECT_EQ(ask("DELETE", "/policy/draft", "", "\"x\"").status(), 403U);
    EXPECT_EQ(ask("PUT", "/policy/draft/document", "{}", "\"x\"").status(), 403U);
    EXPECT_EQ(ask("GET", "/policy/draft").status(), 200U);
}

TEST_F(DraftRules, FormSections)
{
    const auto sections = ask("GET", "/policy/draft").json()->getObject("sections");
    const auto first = sections->getArray("access")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("name"), "A");
    EXPECT_EQ(first->getValue<int>("rules"), 2);
    const auto tag = '"' + first->getValue<std::string>("etag") + '"';
    const std::string section = "/policy/draft/sections/access/A";
    EXPECT_EQ(ask("PATCH", section, R"({"name": "C"})").status(), 428U);
    EXPECT_EQ(ask("PATCH", section, R"({"name": "C"})", tag).status(), 200U);
    EXPECT_EQ(rule(Two).text("section"), "C");
    EXPECT_EQ(ask("POST", "/policy/draft/sections/access/C/move", R"({"after": "B"})").status(),
              200U);
    EXPECT_THAT(names(), ElementsAre("Three", "One", "Two"));
    EXPECT_EQ(ask("POST", "/policy/draft/sections/access/C/move", R"({"after": "Z"})").status(),
              422U);
    EXPECT_EQ(ask("DELETE", "/policy/draft/sections/access/B", "", "*").status(), 204U);
    EXPECT_EQ(ask("DELETE", "/policy/draft/sections/access/B", "", "*").status(), 404U);
}

TEST_F(DraftRules, SeeChangesThatOthersMadeToTheFile)
{
    static_cast<void>(ask("GET", "/policy/draft"));
    auto document = policy::PolicyDocument::parse(DraftPolicy);
    document.rows(policy::Layer::Access).pop_back();
    db::PolicyStore(std::filesystem::path(folder_.file("policy.db"))).saveDraft(document, "root");
    EXPECT_THAT(names(), ElementsAre("One", "Two"));
    EXPECT_EQ(ask("GET", "/policy/draft").text("changed_by"), "root");
}

TEST_F(DraftRules, WarnOfRulesThatAreNeverReached)
{
    addRule(R"("name": "Shadowed", "action": "allow", "when": {"host": ["two.example"]})",
            std::string(R"({"after": ")") + Two + R"("})");
    const auto draft = ask("GET", "/policy/draft");
    EXPECT_THAT(draft.body(), HasSubstr(R"("kind":"contradicting")"));
    EXPECT_THAT(draft.body(), HasSubstr(std::string(R"("other_rule_id":")") + Two));
}

TEST_F(DraftRules, WarnOfARuleThatLeavesNothingToTheOthers)
{
    const auto id = addRule(R"("name": "All", "action": "allow")", R"({"edge": "first"})");
    EXPECT_THAT(ask("GET", "/policy/draft").body(),
                HasSubstr(R"({"kind":"covers-rest","severity":"warning","layer":"access",)"
                          R"("rule_id":")" +
                          id));
}

TEST_F(DraftRules, WarnOfDates)
{
    const auto soon = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                      std::chrono::hours(30);
    addRule(R"("name": "Brief", "action": "deny", "when": {"host": ["x.example"]}, "expires": ")" +
                api::timeText(std::chrono::time_point_cast<std::chrono::microseconds>(soon)) + '"',
            R"({"edge": "first"})");
    EXPECT_THAT(ask("GET", "/policy/draft").body(), HasSubstr("expires within 2 days"));
}

TEST_F(DraftRules, WarnOfOnesThatWereNotHitForLong)
{
    api_.reset();
    auto database = db::Database::openExisting(folder_.file("policy.db"));
    database.execute("DROP TRIGGER policy_version_is_final; "
                     "UPDATE policy_version SET created = 1");
    const std::vector<db::RowHits> hits{
        {.row = One,
         .hits = 1,
         .wouldHits = 0,
         .bytes = 0,
         .lastHit = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())}};
    db::PolicyStore(std::filesystem::path(folder_.file("policy.db"))).addHits(hits);
    open();
    const auto draft = ask("GET", "/policy/draft");
    EXPECT_THAT(draft.body(), HasSubstr(std::string(R"("kind":"no-hit","severity":"note",)") +
                                        R"("layer":"access","rule_id":")" + Two));
    EXPECT_THAT(draft.body(), Not(HasSubstr(std::string(R"("kind":"no-hit","severity":"note",)") +
                                            R"("layer":"access","rule_id":")" + One)));
}

} // namespace
} // namespace sallyport::admin
