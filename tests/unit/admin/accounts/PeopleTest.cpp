#include "unit/admin/accounts/Site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* BobsPassword = "first password 1";

class People : public testing::Test {
protected:
    People() { EXPECT_EQ(ann_.setUp().status, 201); }

    // Gives the id.
    std::string add(const std::string& name, const std::string& role)
    {
        const auto reply = ann_.post("/people", R"({"name": ")" + name + R"(", "role": ")" + role +
                                                    R"(", "must_change_password": false,
                                                        "password": "first password 1"})");
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.text("id");
    }
    [[nodiscard]] std::string annsId()
    {
        return ann_.get("/session").object("user")->getValue<std::string>("id");
    }
    // Turns the second factor of a visitor on.
    void turnTotpOn(Visitor& visitor)
    {
        const auto secret = visitor.post("/me/totp").text("secret");
        EXPECT_EQ(
            visitor
                .post("/me/totp/confirm", R"({"code": ")" + codeFor(secret, site_.now()) + R"("})")
                .status,
            200);
    }
    [[nodiscard]] static std::vector<std::string> namesIn(const Reply& reply)
    {
        std::vector<std::string> names;
        const auto items = reply.json()->getArray("items");
        for (unsigned i = 0; i < items->size(); ++i)
            names.push_back(items->getObject(i)->getValue<std::string>("name"));
        return names;
    }

    Site site_;
    Visitor ann_{site_};
    Visitor bob_{site_};
};

TEST_F(People, AreMadeWithARole)
{
    const auto made = ann_.post("/people", R"({"name": "bob", "display": "Bob Ünal",
                                               "role": "auditor", "password": "first password 1"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.field("Location"), "/api/v1/people/" + made.text("id"));
    EXPECT_EQ(made.field("ETag"), "\"v1\"");
    const auto shown = ann_.get("/people/" + made.text("id"));
    EXPECT_EQ(shown.text("display"), "Bob Ünal");
    EXPECT_EQ(shown.text("role"), "auditor");
    EXPECT_THAT(shown.body, HasSubstr(R"("must_change_password":true)"));
    EXPECT_THAT(shown.body, HasSubstr(R"("last_sign_in_at":null)"));
    EXPECT_THAT(shown.body, Not(HasSubstr("argon2")));
    EXPECT_THAT(site_.actLines(), Contains("ann person.create bob"));
    EXPECT_EQ(ann_.post("/people", R"({"name": "BOB", "role": "editor",
                                       "password": "first password 1"})")
                  .status,
              409);
}

TEST_F(People, AreListedByNameInPages)
{
    for (const char* name : {"dan", "Bob", "eve", "cid"})
        add(name, "editor");
    EXPECT_THAT(namesIn(ann_.get("/people")), ElementsAre("ann", "Bob", "cid", "dan", "eve"));
    const auto first = ann_.get("/people?limit=2");
    EXPECT_THAT(namesIn(first), ElementsAre("ann", "Bob"));
    EXPECT_TRUE(first.json()->isNull("prev_cursor"));
    const auto second = ann_.get("/people?limit=2&cursor=" + first.text("next_cursor"));
    EXPECT_THAT(namesIn(second), ElementsAre("cid", "dan"));
    const auto third = ann_.get("/people?limit=2&cursor=" + second.text("next_cursor"));
    EXPECT_THAT(namesIn(third), ElementsAre("eve"));
    EXPECT_TRUE(third.json()->isNull("next_cursor"));
    EXPECT_THAT(namesIn(ann_.get("/people?limit=2&cursor=" + third.text("prev_cursor"))),
                ElementsAre("cid", "dan"));
    EXPECT_THAT(namesIn(ann_.get("/people?role=admin")), ElementsAre("ann"));
    EXPECT_THAT(namesIn(ann_.get("/people?q=D")), ElementsAre("cid", "dan"));
    EXPECT_EQ(ann_.get("/people?cursor=zzz").status, 422);
    EXPECT_EQ(ann_.get("/people?role=boss").status, 422);
    EXPECT_EQ(ann_.get("/people?sort=name").status, 422);
    EXPECT_EQ(ann_.get("/people?limit=501").status, 422);
}

TEST_F(People, AreChangedOnlyAsTheyWereRead)
{
    const auto path = "/people/" + add("bob", "editor");
    const auto tag = ann_.get(path).field("ETag");
    EXPECT_EQ(ann_.ask("PATCH", path, R"({"display": "B"})").status, 428);
    EXPECT_EQ(ann_.ask("PATCH", path, R"({"display": "B"})", {{"if-match", tag}}).status, 200);
    EXPECT_EQ(ann_.ask("PATCH", path, R"({"display": "C"})", {{"if-match", tag}}).status, 412);
    EXPECT_EQ(ann_.ask("DELETE", path, "", {{"if-match", tag}}).status, 412);
    EXPECT_EQ(ann_.ask("DELETE", path).status, 428);
    EXPECT_EQ(ann_.get(path).text("display"), "B");
}

TEST_F(People, SignInsEndWithTheRoleTheyWereBegunUnder)
{
    const auto path = "/people/" + add("bob", "editor");
    bob_.signIn("bob", BobsPassword);
    EXPECT_EQ(ann_.patch(path, R"({"display": "Bob"})").status, 200);
    EXPECT_EQ(bob_.get("/session").status, 200);
    EXPECT_EQ(ann_.patch(path, R"({"role": "help-desk"})").status, 200);
    EXPECT_EQ(bob_.get("/session").status, 401);
    bob_.signIn("bob", BobsPassword);
    EXPECT_EQ(bob_.get("/session").text("role"), "help-desk");
    const auto acts = site_.acts();
    const auto change = std::ranges::find_if(acts, [](const auto& act) {
        return act.action == "person.change" && act.after.contains("help-desk");
    });
    ASSERT_NE(change, acts.end());
    EXPECT_THAT(change->before, HasSubstr(R"("role":"editor")"));
}

TEST_F(People, GetANewPasswordThatTheyMustChange)
{
    const auto path = "/people/" + add("bob", "editor");
    bob_.signIn("bob", BobsPassword);
    EXPECT_EQ(ann_.patch(path, R"({"password": "given by admin 7"})").status, 200);
    EXPECT_EQ(bob_.get("/session").status, 401);
    EXPECT_EQ(bob_.signIn("bob", BobsPassword).status, 401);
    EXPECT_EQ(bob_.signIn("bob", "given by admin 7").text("stage"), "password");
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr("given by admin 7")));
    EXPECT_THAT(site_.spoolText(), HasSubstr("with a new password"));
}

TEST_F(People, AreRemovedWithTheirSignIns)
{
    const auto path = "/people/" + add("bob", "editor");
    bob_.signIn("bob", BobsPassword);
    EXPECT_EQ(ann_.remove(path).status, 204);
    EXPECT_EQ(ann_.get(path).status, 404);
    EXPECT_EQ(bob_.get("/session").status, 401);
    EXPECT_THAT(site_.actLines(), Contains("ann person.remove bob"));
}

TEST_F(People, KeepAtLeastOneAdministrator)
{
    const auto ann = "/people/" + annsId();
    EXPECT_EQ(ann_.remove(ann).status, 409);
    EXPECT_EQ(ann_.patch(ann, R"({"disabled": true})").status, 409);
    EXPECT_EQ(ann_.patch(ann, R"({"role": "editor"})").status, 409);
    const auto bob = "/people/" + add("bob", "admin");
    EXPECT_EQ(ann_.patch(bob, R"({"disabled": true})").status, 200);
    EXPECT_EQ(ann_.remove(ann).status, 409); // the other one is disabled
    EXPECT_EQ(ann_.patch(bob, R"({"disabled": false})").status, 200);
    EXPECT_EQ(ann_.patch(ann, R"({"role": "editor"})").status, 200);
    EXPECT_EQ(ann_.get("/session").status, 401);
    EXPECT_THAT(site_.actLines(), Not(Contains("ann person.remove ann")));
}

TEST_F(People, KeepTheLastAdministratorWithASecondFactor)
{
    const auto bob = "/people/" + add("bob", "admin");
    turnTotpOn(ann_);
    const auto ann = "/people/" + annsId();
    EXPECT_EQ(ann_.post(ann + "/reset-totp").status, 409);
    EXPECT_EQ(ann_.ask("DELETE", "/me/totp").status, 409);
    EXPECT_EQ(ann_.remove(ann).status, 409);
    EXPECT_EQ(ann_.patch(ann, R"({"role": "auditor"})").status, 409);
    EXPECT_EQ(ann_.remove(bob).status, 204);
}

TEST_F(People, LoseTheSecondFactorAndTheirSignInsWhenItIsReset)
{
    const auto bob = "/people/" + add("bob", "admin");
    bob_.signIn("bob", BobsPassword);
    turnTotpOn(ann_);
    turnTotpOn(bob_);
    EXPECT_THAT(ann_.get(bob).body, HasSubstr(R"("totp":true)"));
    const auto reset = ann_.post(bob + "/reset-totp");
    EXPECT_EQ(reset.status, 200) << reset.body;
    EXPECT_THAT(reset.body, HasSubstr(R"("totp":false)"));
    EXPECT_EQ(bob_.get("/session").status, 401);
    EXPECT_EQ(bob_.signIn("bob", BobsPassword).text("stage"), "signed-in");
    EXPECT_THAT(bob_.get("/me").body, HasSubstr(R"("recovery_codes_left":0)"));
}

TEST_F(People, HaveSignInsThatAnAdministratorEnds)
{
    const auto bob = "/people/" + add("bob", "editor");
    bob_.signIn("bob", BobsPassword);
    Visitor phone(site_, "192.0.2.5");
    phone.signIn("bob", BobsPassword);
    EXPECT_THAT(ann_.get(bob).body, HasSubstr(R"("open_sign_ins":2)"));
    const auto list = ann_.get(bob + "/sign-ins");
    const auto items = list.json()->getArray("items");
    ASSERT_EQ(items->size(), 2);
    EXPECT_THAT(list.body, HasSubstr(R"("user_agent":"Firefox")"));
    EXPECT_THAT(list.body, HasSubstr(R"("address":"192.0.2.5")"));
    EXPECT_EQ(ann_.ask("DELETE", bob + "/sign-ins/" + phone.caller().session).status, 204);
    EXPECT_EQ(phone.get("/session").status, 401);
    EXPECT_EQ(bob_.get("/session").status, 200);
    EXPECT_EQ(ann_.ask("DELETE", bob + "/sign-ins/" + ann_.caller().session).status, 404);
    EXPECT_EQ(ann_.ask("DELETE", bob + "/sign-ins").status, 204);
    EXPECT_EQ(bob_.get("/session").status, 401);
    EXPECT_EQ(ann_.get("/session").status, 200);
}

struct RouteCase {
    const char* method;
    const char* path;
    const char* body;
    bool wantsConfirmation;
};

constexpr RouteCase AdminRoutes[] = {
    {"GET", "/people", "", false},
    {"POST", "/people", R"({"name":"x","role":"editor","password":"long enough 12"})", true},
    {"GET", "/people/BOB", "", false},
    {"PATCH", "/people/BOB", "{}", true},
    {"DELETE", "/people/BOB", "", true},
    {"POST", "/people/BOB/reset-totp", "", true},
    {"GET", "/people/BOB/sign-ins", "", false},
    {"DELETE", "/people/BOB/sign-ins", "", false},
    {"DELETE", "/people/BOB/sign-ins/s_1", "", false},
    {"GET", "/tokens", "", false},
    {"POST", "/tokens", R"({"name":"x","role":"editor","expires_at":"2027-01-01"})", true},
    {"GET", "/tokens/t_1", "", false},
    {"PATCH", "/tokens/t_1", "{}", true},
    {"DELETE", "/tokens/t_1", "", false},
    {"GET", "/settings/sign-in", "", false},
    {"PATCH", "/settings/sign-in", "{}", true},
};

TEST_F(People, AndTokensAndSettingsAreForAdministratorsOnly)
{
    const auto bob = add("bob", "editor");
    for (const char* role : {"help-desk", "auditor", "editor"}) {
        const auto name = std::string("a-") + role;
        add(name, role);
        Visitor visitor(site_);
        ASSERT_EQ(visitor.signIn(name, BobsPassword).status, 200);
        for (const auto& route : AdminRoutes) {
            const auto reply = visitor.ask(route.method, route.path, route.body);
            EXPECT_EQ(reply.status, 403) << role << ' ' << route.method << ' ' << route.path;
            EXPECT_THAT(reply.body, HasSubstr(R"("needs": "admin")"));
        }
    }
    Visitor nobody(site_);
    for (const auto& route : AdminRoutes)
        EXPECT_EQ(nobody.ask(route.method, route.path, route.body).status, 401) << route.path;
}

TEST_F(People, AreChangedByWhoHasConfirmed)
{
    const auto bob = add("bob", "editor");
    site_.pass(std::chrono::minutes(6));
    for (const auto& route : AdminRoutes) {
        std::string path = route.path;
        if (const auto at = path.find("BOB"); at != std::string::npos)
            path.replace(at, 3, bob);
        const auto reply = ann_.ask(route.method, path, route.body);
        EXPECT_EQ(reply.body.contains("/problems/reauth-required"), route.wantsConfirmation)
            << route.method << ' ' << path << reply.body;
    }
}

struct WrongPersonCase {
    const char* name;
    const char* body;
    const char* pointer;
};

class PersonInput : public People, public testing::WithParamInterface<WrongPersonCase> {};

TEST_P(PersonInput, IsCheckedFieldByField)
{
    const auto reply = ann_.post("/people", GetParam().body);
    EXPECT_EQ(reply.status, 422);
    EXPECT_THAT(reply.body, HasSubstr(R"("pointer": ")" + std::string(GetParam().pointer) + '"'));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, PersonInput,
    testing::Values(
        WrongPersonCase{"NoName", R"({"role":"editor","password":"long enough 12"})", "/name"},
        WrongPersonCase{"NoRole", R"({"name":"bob","password":"long enough 12"})", "/role"},
        WrongPersonCase{"WrongRole", R"({"name":"bob","role":"root","password":"long enough 12"})",
                        "/role"},
        WrongPersonCase{"NoPassword", R"({"name":"bob","role":"editor"})", "/password"},
        WrongPersonCase{"ShortPassword", R"({"name":"bob","role":"editor","password":"short"})",
                        "/password"},
        WrongPersonCase{
            "LineBreakInDisplay",
            R"({"name":"bob","role":"editor","password":"long enough 12","display":"a\nb"})",
            "/display"},
        WrongPersonCase{"FlagAsText",
                        R"({"name":"bob","role":"editor","password":"long enough 12",
                      "must_change_password":"yes"})",
                        "/must_change_password"},
        WrongPersonCase{"Unknown",
                        R"({"name":"bob","role":"editor","password":"long enough 12","id":"1"})",
                        "/id"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::accounts
