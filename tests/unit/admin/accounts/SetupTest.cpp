#include "unit/admin/accounts/Site.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class SetUp : public testing::Test {
protected:
    [[nodiscard]] static std::string
    body(const std::string& token, const std::string& admin,
         const std::string& rest = R"("starting_policy": {"kind": "keep"})")
    {
        return R"({"token": ")" + token + R"(", "admin": )" + admin + ", " + rest + "}";
    }

    static constexpr const char* Ann = R"({"name": "ann", "password": "correct horse battery"})";

    Site site_;
    Visitor visitor_{site_};
};

TEST_F(SetUp, MakesAnAdministratorWhoIsSignedIn)
{
    EXPECT_EQ(visitor_.get("/setup").body, R"({"needed":true})");
    const auto done = visitor_.post("/setup", body(site_.setupToken(), Ann));
    ASSERT_EQ(done.status, 201) << done.body;
    EXPECT_EQ(done.text("stage"), "signed-in");
    EXPECT_EQ(done.object("session")->getValue<std::string>("role"), "admin");
    EXPECT_THAT(done.field("Set-Cookie"),
                testing::AllOf(StartsWith("__Host-sallyport="), HasSubstr("Secure"),
                               HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"),
                               HasSubstr("Path=/"), Not(HasSubstr("Domain"))));
    EXPECT_EQ(visitor_.get("/session").status, 200);
    EXPECT_THAT(site_.policies(), ElementsAre("ann keep "));
    EXPECT_THAT(site_.actLines(), ElementsAre("ann setup.finish ann", "ann session.sign-in ann"));
}

TEST_F(SetUp, IsOverOnceSomebodyIsThere)
{
    const auto token = site_.setupToken();
    ASSERT_EQ(visitor_.post("/setup", body(token, Ann)).status, 201);
    Visitor other(site_);
    EXPECT_EQ(other.get("/setup").status, 404);
    EXPECT_EQ(other.post("/setup", body(token, Ann)).status, 404);
    EXPECT_EQ(other.post("/setup/check", R"({"token": ")" + token + R"("})").status, 404);
    EXPECT_FALSE(site_.accounts().setupLink("https://x"));
    site_.open();
    EXPECT_FALSE(site_.accounts().setupLink("https://x"));
}

TEST_F(SetUp, LinkHoldsHalfAnHourAndUntilTheNextStart)
{
    const auto old = site_.setupToken();
    const auto check = [this](const std::string& token) {
        return visitor_.post("/setup/check", R"({"token": ")" + token + R"("})").status;
    };
    EXPECT_EQ(check(old), 200);
    site_.pass(std::chrono::minutes(30));
    EXPECT_EQ(check(old), 403);
    EXPECT_EQ(visitor_.post("/setup", body(old, Ann)).status, 403);
    const auto next = site_.setupToken();
    EXPECT_EQ(check(next), 200);
    EXPECT_EQ(check("x"), 403);
    site_.open();
    EXPECT_EQ(check(next), 403);
}

TEST_F(SetUp, TellsWhereTheProxyListens)
{
    const auto facts =
        visitor_.post("/setup/check", R"({"token": ")" + site_.setupToken() + R"("})");
    EXPECT_THAT(facts.body, HasSubstr(R"("listener":{"address":"127.0.0.1","port":3128})"));
    EXPECT_THAT(facts.body, HasSubstr(R"("can_change_listener":false)"));
    EXPECT_THAT(facts.body, HasSubstr("proxy.pac"));
    EXPECT_THAT(facts.body, HasSubstr(R"("policy_owner":"people")"));
}

struct WrongSetUpCase {
    const char* name;
    const char* admin;
    const char* rest;
    const char* pointer;
};

class SetUpRefuses : public SetUp, public testing::WithParamInterface<WrongSetUpCase> {};

TEST_P(SetUpRefuses, WrongInputAndKeepsNothing)
{
    const auto reply =
        visitor_.post("/setup", body(site_.setupToken(), GetParam().admin, GetParam().rest));
    EXPECT_EQ(reply.status, 422);
    EXPECT_THAT(reply.body, HasSubstr('"' + std::string(GetParam().pointer) + '"'));
    EXPECT_EQ(visitor_.get("/setup").status, 200);
    EXPECT_THAT(site_.policies(), SizeIs(0));
}

constexpr const char* Keep = R"("starting_policy": {"kind": "keep"})";
constexpr const char* GoodAdmin = R"({"name": "ann", "password": "correct horse battery"})";

INSTANTIATE_TEST_SUITE_P(
    Input, SetUpRefuses,
    testing::Values(
        WrongSetUpCase{"ShortPassword", R"({"name": "ann", "password": "elevenchars"})", Keep,
                       "/admin/password"},
        WrongSetUpCase{"NoPassword", R"({"name": "ann"})", Keep, "/admin/password"},
        WrongSetUpCase{"NameInPassword", R"({"name": "annabel", "password": "annabel12345"})", Keep,
                       "/admin/password"},
        WrongSetUpCase{"OneLetter", R"({"name": "ann", "password": "aaaaaaaaaaaaaaaa"})", Keep,
                       "/admin/password"},
        WrongSetUpCase{"NameWithSpace", R"({"name": "a b", "password": "correct horse battery"})",
                       Keep, "/admin/name"},
        WrongSetUpCase{"UncheckedTotp",
                       R"({"name": "ann", "password": "correct horse battery", "totp": true})",
                       Keep, "/admin/totp"},
        WrongSetUpCase{"UnknownMember", R"({"name": "ann", "password": "correct horse", "x": 1})",
                       Keep, "/admin/x"},
        WrongSetUpCase{"UnknownPolicy", GoodAdmin, R"("starting_policy": {"kind": "other"})",
                       "/starting_policy/kind"},
        WrongSetUpCase{"NoPolicy", GoodAdmin, R"("listener": null)", "/starting_policy"},
        WrongSetUpCase{
            "FixedListener", GoodAdmin,
            R"("starting_policy": {"kind": "keep"}, "listener": {"address": "::", "port": 1})",
            "/listener"},
        WrongSetUpCase{"HostAsListener", GoodAdmin,
                       R"("starting_policy": {"kind": "keep"},
                     "listener": {"address": "localhost", "port": 3128})",
                       "/listener/address"}),
    [](const auto& info) { return info.param.name; });

TEST_F(SetUp, TakesASecondFactorWhoseCodeWasChecked)
{
    const auto token = site_.setupToken();
    const auto offer =
        visitor_.post("/setup/totp", R"({"token": ")" + token + R"(", "name": "ann"})");
    ASSERT_EQ(offer.status, 200) << offer.body;
    EXPECT_THAT(offer.text("uri"), StartsWith("otpauth://totp/Sallyport:ann?secret="));
    const auto codes = offer.json()->getArray("recovery_codes");
    EXPECT_EQ(codes->size(), 8);
    const auto check = [&](const std::string& code) {
        return visitor_.post("/setup/totp/check",
                             R"({"token": ")" + token + R"(", "code": ")" + code + R"("})");
    };
    EXPECT_EQ(check("000000").status, 422);
    EXPECT_EQ(check(codeFor(offer.text("secret"), site_.now())).status, 204);
    ASSERT_EQ(visitor_
                  .post("/setup", body(token, R"({"name": "ann", "totp": true,
                                              "password": "correct horse battery"})"))
                  .status,
              201);
    Visitor later(site_);
    EXPECT_EQ(later.signIn("ann", "correct horse battery").text("stage"), "totp");
    EXPECT_EQ(
        later.post("/session/totp", R"({"code": ")" + codes->getElement<std::string>(0) + R"("})")
            .text("stage"),
        "signed-in");
}

TEST_F(SetUp, FindsOutWhetherTheProxyCouldListen)
{
    const auto token = site_.setupToken();
    const auto test = [&](const std::string& address, int port) {
        return visitor_.post("/setup/test-listen", R"({"token": ")" + token + R"(", "address": ")" +
                                                       address + R"(", "port": )" +
                                                       std::to_string(port) + "}");
    };
    EXPECT_THAT(test("127.0.0.1", 3128).body, HasSubstr("listens there already"));
    EXPECT_THAT(test("192.0.2.77", 3128).body, HasSubstr(R"("ok":false)"));
    const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
    EXPECT_THAT(test("127.0.0.1", taken.address().port()).body, HasSubstr(R"("ok":false)"));
    EXPECT_EQ(test("localhost", 3128).status, 422);
    EXPECT_EQ(test("127.0.0.1", 0).status, 422);
}

TEST_F(SetUp, KeepsNoSecretInTheTrail)
{
    const auto token = site_.setupToken();
    ASSERT_EQ(visitor_.post("/setup", body(token, Ann)).status, 201);
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr("correct horse")));
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr(token)));
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr("argon2")));
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr(visitor_.cookie())));
}

} // namespace
} // namespace sallyport::admin::accounts
