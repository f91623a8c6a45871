#include "unit/admin/accounts/Site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Me : public testing::Test {
protected:
    Me() { EXPECT_EQ(ann_.setUp().status, 201); }

    Site site_;
    Visitor ann_{site_};
    Visitor elsewhere_{site_, "192.0.2.5"};
};

TEST_F(Me, KeepsPreferencesMemberByMember)
{
    EXPECT_EQ(ann_.patch("/me", R"({"preferences": {"density": "compact", "columns": ["a", "b"]}})")
                  .status,
              200);
    EXPECT_EQ(ann_.patch("/me", R"({"preferences": {"density": null, "theme": "dark"}})").status,
              200);
    EXPECT_THAT(ann_.get("/me").body,
                HasSubstr(R"("preferences":{"columns":["a","b"],"theme":"dark"})"));
    EXPECT_THAT(ann_.get("/session").body, HasSubstr(R"("theme":"dark")"));
    const auto big = R"({"preferences": {"x": ")" + std::string(16 << 10, 'x') + R"("}})";
    EXPECT_EQ(ann_.patch("/me", big).status, 422);
    EXPECT_EQ(ann_.ask("PATCH", "/me", "{}").status, 428);
    EXPECT_EQ(ann_.ask("PATCH", "/me", "{}", {{"if-match", "\"v1-x\""}}).status, 412);
}

TEST_F(Me, ChangesTheDisplayName)
{
    EXPECT_EQ(ann_.patch("/me", R"({"display": "Ann Okafor"})").text("display"), "Ann Okafor");
    EXPECT_EQ(ann_.get("/session").status, 200);
    EXPECT_EQ(ann_.patch("/me", R"({"role": "help-desk"})").status, 422);
    EXPECT_THAT(site_.actLines(), Contains("ann person.change ann"));
}

TEST_F(Me, ChangingThePasswordEndsTheOtherSignIns)
{
    elsewhere_.signIn("ann", Site::AdminPassword);
    const auto change = [this](const std::string& current, const std::string& wanted) {
        return ann_.post("/me/password",
                         R"({"current": ")" + current + R"(", "new": ")" + wanted + R"("})");
    };
    EXPECT_EQ(change("wrong horse", "another horse 12").status, 422);
    EXPECT_EQ(change(Site::AdminPassword, "short").status, 422);
    EXPECT_EQ(change(Site::AdminPassword, Site::AdminPassword).status, 422);
    EXPECT_EQ(elsewhere_.get("/session").status, 200);
    EXPECT_EQ(change(Site::AdminPassword, "another horse 12").status, 204);
    EXPECT_EQ(ann_.get("/session").status, 200);
    EXPECT_EQ(elsewhere_.get("/session").status, 401);
    EXPECT_EQ(elsewhere_.signIn("ann", Site::AdminPassword).status, 401);
    EXPECT_EQ(elsewhere_.signIn("ann", "another horse 12").status, 200);
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr("another horse")));
}

TEST_F(Me, TurnsTheSecondFactorOnWithItsFirstCode)
{
    EXPECT_EQ(ann_.post("/me/totp/confirm", R"({"code": "123456"})").status, 409);
    const auto offer = ann_.post("/me/totp");
    EXPECT_THAT(offer.text("uri"), HasSubstr("secret=" + offer.text("secret")));
    EXPECT_THAT(ann_.get("/me").body, HasSubstr(R"("totp":false)"));
    EXPECT_EQ(ann_.post("/me/totp/confirm", R"({"code": "000000"})").status, 422);
    const auto code = R"({"code": ")" + codeFor(offer.text("secret"), site_.now()) + R"("})";
    const auto on = ann_.post("/me/totp/confirm", code);
    ASSERT_EQ(on.status, 200);
    EXPECT_EQ(on.json()->getArray("recovery_codes")->size(), 8);
    EXPECT_THAT(ann_.get("/me").body, HasSubstr(R"("totp":true,"recovery_codes_left":8)"));
    elsewhere_.signIn("ann", Site::AdminPassword);
    EXPECT_EQ(elsewhere_.post("/session/totp", code).status, 401); // was used to turn it on
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr(offer.text("secret"))));
}

TEST_F(Me, RenewsRecoveryCodes)
{
    EXPECT_EQ(ann_.post("/me/recovery-codes").status, 409);
    const auto secret = ann_.post("/me/totp").text("secret");
    const auto first =
        ann_.post("/me/totp/confirm", R"({"code": ")" + codeFor(secret, site_.now()) + R"("})");
    const auto old = first.json()->getArray("recovery_codes")->getElement<std::string>(0);
    EXPECT_EQ(ann_.post("/me/recovery-codes").json()->getArray("recovery_codes")->size(), 8);
    elsewhere_.signIn("ann", Site::AdminPassword);
    EXPECT_EQ(elsewhere_.post("/session/totp", R"({"code": ")" + old + R"("})").status, 401);
}

TEST_F(Me, ShowsAndEndsOwnSignIns)
{
    elsewhere_.signIn("ann", Site::AdminPassword);
    Visitor third(site_);
    third.signIn("ann", Site::AdminPassword);
    const auto list = ann_.get("/me/sign-ins");
    EXPECT_EQ(list.json()->getArray("items")->size(), 3);
    EXPECT_THAT(list.body, HasSubstr(R"("id":")" + ann_.caller().session + R"(","current":true)"));
    EXPECT_EQ(ann_.ask("DELETE", "/me/sign-ins/" + third.caller().session).status, 204);
    EXPECT_EQ(third.get("/session").status, 401);
    EXPECT_EQ(ann_.ask("DELETE", "/me/sign-ins/s_other").status, 404);
    EXPECT_EQ(ann_.ask("DELETE", "/me/sign-ins").status, 204);
    EXPECT_EQ(elsewhere_.get("/session").status, 401);
    EXPECT_EQ(ann_.get("/session").status, 200);
}

TEST_F(Me, WantsConfirmationForTheSecondFactor)
{
    site_.pass(std::chrono::minutes(6));
    for (const auto& [method, path] :
         {std::pair{"POST", "/me/totp"}, {"DELETE", "/me/totp"}, {"POST", "/me/recovery-codes"}})
        EXPECT_THAT(ann_.ask(method, path).body, HasSubstr("reauth-required")) << path;
}

TEST_F(Me, IsForPeopleOnly)
{
    const auto made = ann_.post("/tokens", R"({"name": "ci", "role": "admin",
                                               "expires_at": "2026-12-31T00:00:00Z"})");
    ASSERT_EQ(made.status, 201) << made.body;
    Visitor program(site_);
    program.setBearer(made.text("secret"));
    EXPECT_EQ(program.get("/session").status, 200);
    EXPECT_EQ(program.get("/me").status, 403);
    EXPECT_EQ(program.get("/me/sign-ins").status, 403);
    EXPECT_EQ(program.post("/me/password", R"({"current":"x","new":"long enough 12"})").status,
              403);
    EXPECT_EQ(program.post("/session/confirm", R"({"password":"x"})").status, 403);
    EXPECT_EQ(program.ask("DELETE", "/session").status, 403);
    Visitor nobody(site_);
    EXPECT_EQ(nobody.get("/me").status, 401);
}

} // namespace
} // namespace sallyport::admin::accounts
