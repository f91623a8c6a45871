#include "admin/api/TimeText.h"
#include "unit/admin/accounts/Site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Tokens : public testing::Test {
protected:
    Tokens() { EXPECT_EQ(ann_.setUp().status, 201); }

    [[nodiscard]] std::string in(std::chrono::hours time) const
    {
        return api::timeText(site_.now() + time);
    }
    Reply add(const std::string& role, const std::string& networks = "[]")
    {
        return ann_.post("/tokens", R"({"name": "ci", "role": ")" + role + R"(", "networks": )" +
                                        networks + R"(, "expires_at": ")" +
                                        in(std::chrono::hours(24)) + R"("})");
    }
    [[nodiscard]] Visitor program(const Reply& made, const std::string& address = "127.0.0.1")
    {
        Visitor visitor(site_, address);
        visitor.setBearer(made.text("secret"));
        return visitor;
    }
    [[nodiscard]] static std::string pathOf(const Reply& made)
    {
        return made.field("Location").substr(std::string("/api/v1").size());
    }

    Site site_;
    Visitor ann_{site_};
};

TEST_F(Tokens, AreToldOnceAndActWithTheirRole)
{
    const auto made = add("editor");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto secret = made.text("secret");
    EXPECT_THAT(secret, StartsWith("spt_"));
    EXPECT_THAT(ann_.get(pathOf(made)).body, Not(HasSubstr(secret)));
    EXPECT_THAT(ann_.get("/tokens").body, Not(HasSubstr(secret)));
    EXPECT_THAT(site_.spoolText(), Not(HasSubstr(secret)));

    auto ci = program(made);
    const auto caller = ci.caller();
    EXPECT_EQ(caller.way, api::Caller::Way::Token);
    EXPECT_EQ(caller.name, "token ci (ann)");
    EXPECT_EQ(caller.role, api::Role::Editor);
    EXPECT_EQ(caller.csrf, "");
    EXPECT_EQ(caller.confirmed, api::Caller::Confirmed::No);
    const auto session = ci.get("/session");
    EXPECT_EQ(session.text("role"), "editor");
    EXPECT_TRUE(session.json()->isNull("idle_expires_at"));
    EXPECT_THAT(ann_.get(pathOf(made)).text("last_used_at"), HasSubstr("T"));
    EXPECT_THAT(site_.actLines(), Contains("ann token.create ci"));
}

TEST_F(Tokens, AreNotInTheDatabaseAsTheyAre)
{
    const auto secret = add("editor").text("secret");
    for (const char* name : {"accounts.db", "accounts.db-wal"}) {
        std::ifstream file(site_.folder() + '/' + name, std::ios::binary);
        std::stringstream bytes;
        bytes << file.rdbuf();
        EXPECT_THAT(bytes.str(), Not(HasSubstr(secret)));
        EXPECT_THAT(bytes.str(), Not(HasSubstr(Site::AdminPassword)));
        EXPECT_THAT(bytes.str(), Not(HasSubstr(ann_.cookie())));
    }
}

struct NetworkCase {
    const char* name;
    const char* networks;
    const char* address;
    bool holds;
};

class TokenNetworks : public Tokens, public testing::WithParamInterface<NetworkCase> {};

TEST_P(TokenNetworks, SayWhereItMayBeUsed)
{
    const auto made = add("editor", GetParam().networks);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(program(made, GetParam().address).caller().isSignedIn(), GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(
    Networks, TokenNetworks,
    testing::Values(NetworkCase{"Anywhere", "[]", "203.0.113.1", true},
                    NetworkCase{"Inside", R"(["10.0.0.0/8"])", "10.1.2.3", true},
                    NetworkCase{"Outside", R"(["10.0.0.0/8"])", "11.1.2.3", false},
                    NetworkCase{"OneOfTwo", R"(["10.0.0.0/8", "192.0.2.7"])", "192.0.2.7", true},
                    NetworkCase{"BesideTheAddress", R"(["192.0.2.7"])", "192.0.2.8", false},
                    NetworkCase{"Mapped", R"(["10.0.0.0/8"])", "::ffff:10.1.2.3", true},
                    NetworkCase{"Ipv6", R"(["2001:db8::/32"])", "2001:db8::1", true},
                    NetworkCase{"NoAddress", R"(["10.0.0.0/8"])", "", false}),
    [](const auto& info) { return info.param.name; });

TEST_F(Tokens, EndOnTheirDay)
{
    const auto made = add("editor");
    site_.pass(std::chrono::hours(24) - std::chrono::seconds(1));
    EXPECT_TRUE(program(made).caller().isSignedIn());
    site_.pass(std::chrono::seconds(1));
    EXPECT_FALSE(program(made).caller().isSignedIn());
    ann_.signIn("ann", Site::AdminPassword);
    EXPECT_EQ(ann_.get(pathOf(made)).text("state"), "expired");
}

TEST_F(Tokens, EndWithTheirMakerAndSinkWithTheRole)
{
    ASSERT_EQ(ann_.post("/people", R"({"name": "bob", "role": "admin",
                    "password": "first password 1", "must_change_password": false})")
                  .status,
              201);
    Visitor bob(site_);
    bob.signIn("bob", "first password 1");
    const auto id = bob.caller().account;
    const auto made = bob.post("/tokens", R"({"name": "ci", "role": "admin", "expires_at": ")" +
                                              in(std::chrono::hours(1)) + R"("})");
    EXPECT_EQ(program(made).caller().role, api::Role::Admin);
    ann_.patch("/people/" + id, R"({"role": "auditor"})");
    EXPECT_EQ(program(made).caller().role, api::Role::Auditor);
    ann_.patch("/people/" + id, R"({"disabled": true})");
    EXPECT_FALSE(program(made).caller().isSignedIn());
    EXPECT_EQ(ann_.get(pathOf(made)).text("state"), "maker-disabled");
    ann_.remove("/people/" + id);
    EXPECT_EQ(ann_.get(pathOf(made)).status, 404);
}

TEST_F(Tokens, AreTakenBackAtOnce)
{
    const auto made = add("editor");
    EXPECT_EQ(ann_.ask("DELETE", pathOf(made)).status, 428);
    EXPECT_EQ(ann_.remove(pathOf(made)).status, 204);
    EXPECT_FALSE(program(made).caller().isSignedIn());
    EXPECT_EQ(ann_.get(pathOf(made)).status, 404);
    EXPECT_THAT(site_.actLines(), Contains("ann token.remove ci"));
}

TEST_F(Tokens, ChangeNameAndNetworks)
{
    const auto made = add("editor");
    const auto path = pathOf(made);
    EXPECT_EQ(ann_.patch(path, R"({"networks": ["10.0.0.0/8"]})").status, 200);
    EXPECT_FALSE(program(made).caller().isSignedIn());
    EXPECT_EQ(ann_.patch(path, R"({"name": "deploy"})").text("name"), "deploy");
    EXPECT_THAT(ann_.get(path).body, HasSubstr(R"("networks":["10.0.0.0/8"])"));
    EXPECT_EQ(ann_.patch(path, R"({"role": "admin"})").status, 422);
    EXPECT_EQ(ann_.ask("PATCH", path, "{}", {{"if-match", "\"v1\""}}).status, 412);
    EXPECT_EQ(ann_.ask("PATCH", path, "{}").status, 428);
}

TEST_F(Tokens, CannotMakeTokensOrPeople)
{
    auto ci = program(add("admin"));
    EXPECT_EQ(ci.get("/tokens").status, 200);
    EXPECT_THAT(ci.post("/tokens", "{}").body, HasSubstr("reauth-required"));
    EXPECT_THAT(ci.post("/people", "{}").body, HasSubstr("reauth-required"));
}

TEST_F(Tokens, ThatAreWrongAreNobody)
{
    for (const char* bearer :
         {"spt_", "spt_wrong", "x", "spt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        Visitor visitor(site_);
        visitor.setCookie(ann_.cookie()); // does not help a wrong token
        visitor.setBearer(bearer);
        EXPECT_FALSE(visitor.caller().isSignedIn()) << bearer;
    }
}

TEST_F(Tokens, AreMadeOnceForOneIdempotencyKey)
{
    const auto body =
        R"({"name": "ci", "role": "editor", "expires_at": ")" + in(std::chrono::hours(1)) + R"("})";
    const auto once = ann_.ask("POST", "/tokens", body, {{"idempotency-key", "k"}});
    const auto again = ann_.ask("POST", "/tokens", body, {{"idempotency-key", "k"}});
    EXPECT_EQ(once.body, again.body);
    EXPECT_EQ(ann_.get("/tokens").json()->getArray("items")->size(), 1);
}

TEST_F(Tokens, AreListedNewestFirstInPages)
{
    for (int i = 0; i < 3; ++i) {
        add("editor");
        site_.pass(std::chrono::seconds(1));
    }
    const auto all = ann_.get("/tokens").json()->getArray("items");
    ASSERT_EQ(all->size(), 3);
    EXPECT_GT(all->getObject(0)->getValue<std::string>("created_at"),
              all->getObject(2)->getValue<std::string>("created_at"));
    const auto first = ann_.get("/tokens?limit=2");
    const auto second = ann_.get("/tokens?limit=2&cursor=" + first.text("next_cursor"));
    EXPECT_EQ(second.json()->getArray("items")->getObject(0)->getValue<std::string>("id"),
              all->getObject(2)->getValue<std::string>("id"));
    EXPECT_EQ(ann_.get("/tokens?q=nothing").json()->getArray("items")->size(), 0);
    EXPECT_EQ(ann_.get("/tokens?role=editor").json()->getArray("items")->size(), 3);
}

struct WrongTokenCase {
    const char* name;
    const char* body;
    const char* pointer;
};

class TokenInput : public Tokens, public testing::WithParamInterface<WrongTokenCase> {};

TEST_P(TokenInput, IsCheckedFieldByField)
{
    const auto reply = ann_.post("/tokens", GetParam().body);
    EXPECT_EQ(reply.status, 422);
    EXPECT_THAT(reply.body, HasSubstr(R"("pointer": ")" + std::string(GetParam().pointer) + '"'));
}

// The site's clock begins in September 2026.
INSTANTIATE_TEST_SUITE_P(
    Bodies, TokenInput,
    testing::Values(
        WrongTokenCase{"NoName", R"({"role":"editor","expires_at":"2026-12-01T00:00:00Z"})",
                       "/name"},
        WrongTokenCase{"EmptyName",
                       R"({"name":"","role":"editor","expires_at":"2026-12-01T00:00:00Z"})",
                       "/name"},
        WrongTokenCase{"NoRole", R"({"name":"ci","expires_at":"2026-12-01T00:00:00Z"})", "/role"},
        WrongTokenCase{"NoEnd", R"({"name":"ci","role":"editor"})", "/expires_at"},
        WrongTokenCase{"EndIsNoTime", R"({"name":"ci","role":"editor","expires_at":"soon"})",
                       "/expires_at"},
        WrongTokenCase{"EndHasPassed",
                       R"({"name":"ci","role":"editor","expires_at":"2020-01-01T00:00:00Z"})",
                       "/expires_at"},
        WrongTokenCase{"EndIsFar",
                       R"({"name":"ci","role":"editor","expires_at":"2027-12-01T00:00:00Z"})",
                       "/expires_at"},
        WrongTokenCase{"HostBits", R"({"name":"ci","role":"editor","networks":["10.0.0.1/8"],
                                  "expires_at":"2026-12-01T00:00:00Z"})",
                       "/networks"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::accounts
