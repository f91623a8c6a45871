#include "unit/admin/accounts/Site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* Password = Site::AdminPassword;

class SigningIn : public testing::Test {
protected:
    SigningIn() { EXPECT_EQ(ann_.setUp().status, 201); }

    // Gives ann a second factor; returns its secret in base32.
    std::string withTotp()
    {
        auto offer = ann_.post("/me/totp");
        EXPECT_EQ(offer.status, 200) << offer.body;
        const auto secret = offer.text("secret");
        const auto on = ann_.post("/me/totp/confirm", code(secret));
        EXPECT_EQ(on.status, 200) << on.body;
        recovery_ = on.json()->getArray("recovery_codes")->getElement<std::string>(0);
        site_.pass(std::chrono::seconds(60));
        return secret;
    }
    [[nodiscard]] std::string code(const std::string& secret) const
    {
        return R"({"code": ")" + codeFor(secret, site_.now()) + R"("})";
    }

    Site site_;
    Visitor ann_{site_};
    Visitor visitor_{site_};
    std::string recovery_;
};

TEST_F(SigningIn, TellsWhoItIsAndWhatMayBeDone)
{
    const auto reply = visitor_.signIn("Ann", Password);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.text("stage"), "signed-in");
    const auto session = visitor_.get("/session");
    ASSERT_EQ(session.status, 200);
    EXPECT_EQ(session.object("user")->getValue<std::string>("name"), "ann");
    EXPECT_EQ(session.text("role"), "admin");
    EXPECT_EQ(session.text("node"), "proxy-1");
    EXPECT_THAT(session.body, HasSubstr(R"("people.edit")"));
    EXPECT_THAT(session.body, HasSubstr(R"("features":["websocket"])"));
    EXPECT_THAT(session.text("idle_expires_at"), HasSubstr("T"));
    EXPECT_EQ(session.text("csrf").size(), 43);
    EXPECT_EQ(visitor_.caller().csrf, session.text("csrf"));
    EXPECT_EQ(visitor_.caller().name, "ann");
}

TEST_F(SigningIn, KeepsTheCsrfValueForTheWholeSession)
{
    const auto before = ann_.get("/session").text("csrf");
    site_.pass(std::chrono::minutes(20));
    EXPECT_EQ(ann_.get("/session").text("csrf"), before);
    site_.open();
    EXPECT_EQ(ann_.get("/session").text("csrf"), before);
    Visitor other(site_);
    other.signIn("ann", Password);
    EXPECT_NE(other.get("/session").text("csrf"), before);
}

TEST_F(SigningIn, DoesNotTellANameFromAPassword)
{
    const auto wrongPassword = visitor_.signIn("ann", "wrong horse battery");
    const auto wrongName = visitor_.signIn("bob", Password);
    EXPECT_EQ(wrongPassword.status, 401);
    EXPECT_EQ(wrongPassword.body, wrongName.body);
    EXPECT_EQ(wrongPassword.fields, wrongName.fields);
    EXPECT_EQ(visitor_.get("/session").status, 401);
    EXPECT_THAT(site_.actLines(), Contains("nobody session.sign-in-failed ann"));
    EXPECT_THAT(site_.actLines(), Contains("nobody session.sign-in-failed unknown name"));
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr("bob")));
}

TEST_F(SigningIn, LocksOutByNameAndAddressWithAGrowingWait)
{
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(visitor_.signIn("ann", "wrong").status, 401) << i;
    const auto fifth = visitor_.signIn("ann", "wrong");
    EXPECT_EQ(fifth.status, 401);
    EXPECT_THAT(fifth.body, HasSubstr(R"("wait_s": 5)"));

    const auto locked = visitor_.signIn("ann", Password);
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(locked.field("Retry-After"), "5");
    EXPECT_THAT(locked.body, HasSubstr(R"("wait_s": 5)"));

    Visitor elsewhere(site_, "192.0.2.9");
    EXPECT_EQ(elsewhere.signIn("ann", Password).status, 200);
    EXPECT_EQ(visitor_.signIn("bob", "wrong").status, 401);

    site_.pass(std::chrono::seconds(5));
    EXPECT_EQ(visitor_.signIn("ann", "wrong").status, 401);
    EXPECT_EQ(visitor_.signIn("ann", Password).field("Retry-After"), "10");
    site_.pass(std::chrono::seconds(10));
    EXPECT_EQ(visitor_.signIn("ann", Password).status, 200);
    EXPECT_EQ(visitor_.signIn("ann", "wrong").status, 401); // forgotten
}

TEST_F(SigningIn, EndsWhenIdle)
{
    for (int i = 0; i < 6; ++i) {
        site_.pass(std::chrono::minutes(30) - std::chrono::seconds(1));
        ASSERT_EQ(ann_.get("/session").status, 200) << i;
        site_.pass(std::chrono::seconds(31)); // used again before the next write is due
        ASSERT_EQ(ann_.get("/session").status, 200) << i;
    }
    site_.pass(std::chrono::minutes(30));
    EXPECT_EQ(ann_.get("/session").status, 401);
}

TEST_F(SigningIn, EndsAfterTwelveHoursHoweverUsed)
{
    for (int i = 0; i < 12 * 3 - 1; ++i) {
        site_.pass(std::chrono::minutes(20));
        ASSERT_EQ(ann_.get("/session").status, 200) << i;
    }
    site_.pass(std::chrono::minutes(20));
    EXPECT_EQ(ann_.get("/session").status, 401);
}

TEST_F(SigningIn, OutlivesARestart)
{
    site_.open();
    EXPECT_EQ(ann_.get("/session").status, 200);
}

TEST_F(SigningIn, OutEndsItAndClearsTheCookie)
{
    const auto cookie = ann_.cookie();
    const auto out = ann_.ask("DELETE", "/session");
    EXPECT_EQ(out.status, 204);
    EXPECT_THAT(out.field("Set-Cookie"), HasSubstr("Max-Age=0"));
    ann_.setCookie(cookie);
    EXPECT_EQ(ann_.get("/session").status, 401);
    EXPECT_THAT(site_.actLines(), Contains("ann session.sign-out ann"));
    EXPECT_EQ(ann_.ask("DELETE", "/session").status, 204);
}

TEST_F(SigningIn, AgainEndsTheOneBefore)
{
    const auto cookie = ann_.cookie();
    ann_.signIn("ann", Password);
    EXPECT_NE(ann_.cookie(), cookie);
    ann_.setCookie(cookie);
    EXPECT_EQ(ann_.get("/session").status, 401);
}

TEST_F(SigningIn, CountsAsConfirmedForFiveMinutes)
{
    EXPECT_EQ(ann_.caller().confirmed, api::Caller::Confirmed::Yes);
    site_.pass(std::chrono::minutes(5));
    EXPECT_EQ(ann_.caller().confirmed, api::Caller::Confirmed::No);
    EXPECT_EQ(ann_.post("/session/confirm", R"({"password": "wrong"})").status, 422);
    EXPECT_EQ(ann_.caller().confirmed, api::Caller::Confirmed::No);
    const auto reply =
        ann_.post("/session/confirm", R"({"password": ")" + std::string(Password) + R"("})");
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.text("confirmed_until"), HasSubstr("T"));
    EXPECT_EQ(ann_.caller().confirmed, api::Caller::Confirmed::Yes);
    EXPECT_EQ(visitor_.post("/session/confirm", R"({"password": "x"})").status, 401);
}

TEST_F(SigningIn, ConfirmingIsUnderTheLockOutToo)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ann_.post("/session/confirm", R"({"password": "wrong"})").status, 422);
    EXPECT_EQ(ann_.post("/session/confirm", R"({"password": "wrong"})").status, 429);
}

TEST_F(SigningIn, AsksForTheCodeBeforeAnythingIsOpen)
{
    const auto secret = withTotp();
    EXPECT_EQ(visitor_.signIn("ann", Password).text("stage"), "totp");
    const auto pending = visitor_.cookie();
    EXPECT_FALSE(visitor_.caller().isSignedIn());
    EXPECT_EQ(visitor_.get("/session").status, 401);
    EXPECT_EQ(visitor_.get("/session").text("stage"), "totp");
    EXPECT_EQ(visitor_.get("/me").status, 401);
    EXPECT_EQ(visitor_.post("/session/totp", R"({"code": "000000"})").status, 401);
    EXPECT_EQ(visitor_.post("/session/totp", code(secret)).text("stage"), "signed-in");
    EXPECT_NE(visitor_.cookie(), pending);
    EXPECT_EQ(visitor_.get("/session").status, 200);
    visitor_.setCookie(pending);
    EXPECT_EQ(visitor_.get("/session").status, 401);
}

TEST_F(SigningIn, TakesACodeOnce) // RFC 6238 section 5.2
{
    const auto secret = withTotp();
    const auto given = code(secret);
    visitor_.signIn("ann", Password);
    EXPECT_EQ(visitor_.post("/session/totp", given).status, 200);
    Visitor thief(site_);
    thief.signIn("ann", Password);
    EXPECT_EQ(thief.post("/session/totp", given).status, 401);
    site_.pass(std::chrono::seconds(30));
    EXPECT_EQ(thief.post("/session/totp", code(secret)).status, 200);
}

TEST_F(SigningIn, TakesARecoveryCodeOnce)
{
    withTotp();
    visitor_.signIn("ann", Password);
    EXPECT_EQ(visitor_.post("/session/totp", R"({"code": ")" + recovery_ + R"("})").status, 200);
    EXPECT_THAT(visitor_.get("/me").body, HasSubstr(R"("recovery_codes_left":7)"));
    Visitor thief(site_);
    thief.signIn("ann", Password);
    EXPECT_EQ(thief.post("/session/totp", R"({"code": ")" + recovery_ + R"("})").status, 401);
}

TEST_F(SigningIn, LocksOutGuessersOfCodesWhereverTheyAre)
{
    const auto secret = withTotp();
    for (int i = 0; i < 5; ++i) {
        Visitor guesser(site_, "192.0.2." + std::to_string(i + 1));
        EXPECT_EQ(guesser.signIn("ann", Password).text("stage"), "totp");
        EXPECT_EQ(guesser.post("/session/totp", R"({"code": "000000"})").status, 401);
    }
    visitor_.signIn("ann", Password);
    const auto locked = visitor_.post("/session/totp", code(secret));
    EXPECT_EQ(locked.status, 429);
    EXPECT_THAT(locked.body, HasSubstr("wait_s"));
    site_.pass(std::chrono::seconds(5));
    EXPECT_EQ(visitor_.post("/session/totp", code(secret)).status, 200);
}

TEST_F(SigningIn, HalfWayHoldsTenMinutes)
{
    const auto secret = withTotp();
    visitor_.signIn("ann", Password);
    site_.pass(std::chrono::minutes(10));
    const auto late = visitor_.post("/session/totp", code(secret));
    EXPECT_EQ(late.status, 401);
    EXPECT_EQ(late.text("stage"), "none");
}

TEST_F(SigningIn, AsksForANewPasswordWhenItMustBeChanged)
{
    ASSERT_EQ(ann_.post("/people", R"({"name": "bob", "role": "editor",
                                       "password": "first password 1"})")
                  .status,
              201);
    EXPECT_EQ(visitor_.signIn("bob", "first password 1").text("stage"), "password");
    EXPECT_EQ(visitor_.get("/session").text("stage"), "password");
    EXPECT_EQ(visitor_.post("/session/password", R"({"password": "short"})").status, 422);
    EXPECT_EQ(visitor_.post("/session/password", R"({"password": "first password 1"})").status,
              422);
    const auto done = visitor_.post("/session/password", R"({"password": "second password 2"})");
    EXPECT_EQ(done.text("stage"), "signed-in");
    EXPECT_EQ(visitor_.get("/session").text("role"), "editor");
    Visitor later(site_);
    EXPECT_EQ(later.signIn("bob", "first password 1").status, 401);
    EXPECT_EQ(later.signIn("bob", "second password 2").text("stage"), "signed-in");
    EXPECT_EQ(later.post("/session/password", R"({"password": "third password 3"})").status, 401);
}

TEST_F(SigningIn, IsRefusedToTheDisabledAndEndsForThem)
{
    ASSERT_EQ(ann_.post("/people", R"({"name": "bob", "role": "editor",
                    "password": "first password 1", "must_change_password": false})")
                  .status,
              201);
    EXPECT_EQ(visitor_.signIn("bob", "first password 1").status, 200);
    const auto id = visitor_.get("/session").object("user")->getValue<std::string>("id");
    EXPECT_EQ(ann_.patch("/people/" + id, R"({"disabled": true})").status, 200);
    EXPECT_EQ(visitor_.get("/session").status, 401);
    EXPECT_EQ(visitor_.signIn("bob", "first password 1").status, 401);
    EXPECT_EQ(ann_.patch("/people/" + id, R"({"disabled": false})").status, 200);
    EXPECT_EQ(visitor_.signIn("bob", "first password 1").status, 200);
}

TEST_F(SigningIn, SurvivesManyAtOnce)
{
    std::vector<std::jthread> threads;
    std::atomic<int> signedIn = 0;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            Visitor visitor(site_, "192.0.2." + std::to_string(i + 1));
            signedIn += visitor.signIn("ann", Password).status == 200 &&
                        visitor.get("/session").status == 200;
        });
    threads.clear();
    EXPECT_EQ(signedIn, 8);
}

struct BodyCase {
    const char* name;
    const char* path;
    const char* body;
    const char* pointer;
};

class SessionBody : public SigningIn, public testing::WithParamInterface<BodyCase> {};

TEST_P(SessionBody, IsCheckedFieldByField)
{
    const auto reply = ann_.post(GetParam().path, GetParam().body);
    EXPECT_EQ(reply.status, 422);
    EXPECT_THAT(reply.body, HasSubstr(R"("pointer": ")" + std::string(GetParam().pointer) + '"'));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, SessionBody,
    testing::Values(BodyCase{"NoName", "/session", R"({"password": "x"})", "/name"},
                    BodyCase{"NoPassword", "/session", R"({"name": "x"})", "/password"},
                    BodyCase{"NumberAsName", "/session", R"({"name": 1, "password": "x"})",
                             "/name"},
                    BodyCase{"Unknown", "/session", R"({"name":"a","password":"x","y":1})", "/y"},
                    BodyCase{"NoCode", "/session/totp", "{}", "/code"},
                    BodyCase{"NoNewPassword", "/session/password", "{}", "/password"},
                    BodyCase{"NothingToConfirm", "/session/confirm", "{}", "/password"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::accounts
