// The admin API of the real process, over HTTPS: what administrators do there is what the proxy
// does next, and nobody does what his role does not let him.
#include "support/AdminClient.h"
#include "support/Exchange.h"
#include "support/FirstAdministrator.h"
#include "support/ProxyProcess.h"
#include "support/TestOrigin.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* Password = FirstPassword;

Poco::JSON::Object::Ptr json(const Response& response)
{
    return Poco::JSON::Parser().parse(response.body).extract<Poco::JSON::Object::Ptr>();
}

std::string tagOf(const Response& response)
{
    return response.field("ETag");
}

class AdminApi : public testing::Test {
protected:
    explicit AdminApi(ProxySettings settings = {})
        : proxy_(std::move(settings)), admin_(firstAdministrator(proxy_))
    {}

    /// A person of that role, signed in.
    [[nodiscard]] AdminClient personWith(const std::string& role)
    {
        const auto made = admin_.ask("POST", "/api/v1/people",
                                     R"({"name": ")" + role + R"(-person", "role": ")" + role +
                                         R"(", "password": ")" + Password +
                                         R"(", "must_change_password": false})");
        EXPECT_EQ(made.status, 201) << made.body;
        AdminClient client(proxy_.adminPort());
        const auto begun =
            client.ask("POST", "/api/v1/session",
                       R"({"name": ")" + role + R"(-person", "password": ")" + Password + "\"}");
        EXPECT_EQ(begun.status, 200) << begun.body;
        signInBy(client, begun);
        return client;
    }

    [[nodiscard]] Response connect(const std::string& authority) const
    {
        return proxy_.ask(connectRequest(authority), "CONNECT");
    }

    [[nodiscard]] std::string liveVersion() const
    {
        return json(admin_.get("/api/v1/policy/live"))->getValue<std::string>("version");
    }

    void publishDraft(const std::string& note)
    {
        const auto draft = admin_.get("/api/v1/policy/draft");
        const auto published =
            admin_.ask("POST", "/api/v1/policy/publish", R"({"note": ")" + note + "\"}",
                       {{"If-Match", tagOf(draft)}});
        ASSERT_EQ(published.status, 200) << published.body;
    }

    TestOrigin origin_;
    ProxyProcess proxy_;
    AdminClient admin_;
};

TEST_F(AdminApi, PublishingChangesTheNextDecisionAndRollingBackRestoresIt)
{
    const auto before = liveVersion();
    EXPECT_EQ(connect(origin_.authority()).status, 200);
    const auto added = admin_.ask(
        "POST", "/api/v1/policy/draft/rules",
        R"({"layer": "access", "place": {"edge": "first"}, "rule": {"name": "No more", "action": "deny", "when": {"port": [)" +
            std::to_string(origin_.port()) + R"(]}}})");
    ASSERT_EQ(added.status, 201) << added.body;
    EXPECT_EQ(connect(origin_.authority()).status, 200) << "a draft decides nothing";

    publishDraft("close it");
    const auto refused = connect(origin_.authority());
    EXPECT_EQ(refused.status, 403);
    static_cast<void>(proxy_.awaitEnding({{"session_id", refused.session()}}));
    const auto why = admin_.get("/api/v1/audit/why?session=" + refused.session());
    EXPECT_THAT(why.body, HasSubstr("No more"));

    const auto back = admin_.ask("POST", "/api/v1/policy/rollback",
                                 R"({"to_version": )" + before + R"(, "note": "open again"})",
                                 {{"If-Match", tagOf(admin_.get("/api/v1/policy/live"))}});
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(connect(origin_.authority()).status, 200);
    static_cast<void>(
        proxy_.awaitRecord({{"event", "admin"}, {"admin_action", "policy.rollback"}}));
    EXPECT_THAT(admin_.get("/api/v1/audit/admin").body, HasSubstr("policy.rollback"));
}

class AdminApiOfManyWorkers : public AdminApi {
protected:
    AdminApiOfManyWorkers() : AdminApi({.options = {{"workers", "4"}}}) {}
};

// Each time on a connection of its own, which any of the workers may get.
TEST_F(AdminApiOfManyWorkers, HaveTheNextRequestDecidedByWhatWasPublished)
{
    const auto open = liveVersion();
    for (int i = 0; i < 50; ++i) {
        const auto added = admin_.ask(
            "POST", "/api/v1/policy/draft/rules",
            R"({"layer": "access", "place": {"edge": "first"}, "rule": {"name": "No more", "action": "deny"}})");
        ASSERT_EQ(added.status, 201) << added.body;
        publishDraft("close it");
        ASSERT_EQ(connect(origin_.authority()).status, 403) << "after publishing " << i;
        const auto back = admin_.ask("POST", "/api/v1/policy/rollback",
                                     R"({"to_version": )" + open + R"(, "note": "open again"})",
                                     {{"If-Match", tagOf(admin_.get("/api/v1/policy/live"))}});
        ASSERT_EQ(back.status, 200) << back.body;
        ASSERT_EQ(connect(origin_.authority()).status, 200) << "after rolling back " << i;
    }
}

TEST_F(AdminApi, AnOlderStateIsNotOverwritten)
{
    const auto draft = admin_.get("/api/v1/policy/draft");
    const auto withoutTag = admin_.ask("POST", "/api/v1/policy/publish", R"({"note": "x"})");
    EXPECT_EQ(withoutTag.status, 428) << withoutTag.body;
    const auto stale = admin_.ask("POST", "/api/v1/policy/publish", R"({"note": "x"})",
                                  {{"If-Match", "\"older\""}});
    EXPECT_EQ(stale.status, 412) << stale.body;
}

TEST_F(AdminApi, EndsATunnelInTheAdministratorsName)
{
    RawClient client = proxy_.tunnelTo(origin_.authority());
    RawConnection upstream = origin_.accept();
    client.send("ping");
    EXPECT_EQ(upstream.receiveExactly(4), "ping");
    const auto sessions = json(admin_.get("/api/v1/sessions"));
    ASSERT_EQ(sessions->getArray("items")->size(), 1U);
    const auto id = sessions->getArray("items")->getObject(0)->getValue<std::string>("id");
    const auto ended =
        admin_.ask("DELETE", "/api/v1/sessions/" + id, R"({"reason": "NET-7: leak"})");
    EXPECT_LT(ended.status, 300) << ended.body;
    EXPECT_EQ(client.receiveToEnd(), "");
    const auto record = proxy_.awaitEnding({{"session_id", id}});
    EXPECT_EQ(record["close_by"], "admin") << record.line();
    EXPECT_EQ(record["close_reason"], "terminated") << record.line();
    static_cast<void>(proxy_.awaitRecord({{"event", "admin"}, {"admin_note", "NET-7: leak"}}));
    EXPECT_THAT(admin_.get("/api/v1/audit/admin").body, HasSubstr("NET-7: leak"));
}

TEST_F(AdminApi, FindsSessionsInTheLog)
{
    const auto refused = connect("127.0.0.1:" + std::to_string(proxy_.adminPort()));
    static_cast<void>(proxy_.awaitEnding({{"session_id", refused.session()}}));
    const auto found =
        admin_.get("/api/v1/audit/sessions?port=" + std::to_string(proxy_.adminPort()));
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.body, HasSubstr(refused.session()));
    EXPECT_EQ(admin_.get("/api/v1/audit/sessions/" + refused.session()).status, 200);
    EXPECT_THAT(admin_.get("/api/v1/audit/sessions?q=nonsense:x").body, HasSubstr("?q"));
    EXPECT_EQ(admin_.get("/api/v1/audit/facets?fields=verdict").status, 200);
    EXPECT_EQ(admin_.get("/api/v1/audit/histogram").status, 200);
}

TEST_F(AdminApi, TellsProgramsHowItIs)
{
    static_cast<void>(connect(origin_.authority()));
    const AdminClient anybody(proxy_.adminPort());
    EXPECT_EQ(anybody.get("/healthz").status, 200);
    EXPECT_EQ(anybody.get("/readyz").status, 200);
    const auto metrics = anybody.get("/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_THAT(metrics.body, HasSubstr("# TYPE sallyport_"));
    EXPECT_EQ(admin_.get("/api/v1/health").status, 200);
    EXPECT_EQ(admin_.get("/api/v1/overview?span=1h").status, 200);
}

TEST_F(AdminApi, KeepsSecretsOutOfWhatItSays)
{
    for (const auto* path : {"/api/v1/people", "/api/v1/audit/admin", "/api/v1/me"})
        EXPECT_THAT(admin_.get(path).body, Not(HasSubstr("argon2"))) << path;
    EXPECT_THAT(proxy_.log(), Not(HasSubstr(Password)));
}

TEST_F(AdminApi, SlowClientsHoldUpNoTraffic)
{
    std::vector<RawClient> slow;
    for (int i = 0; i < 300; ++i) {
        slow.emplace_back(proxy_.adminPort());
        slow.back().send("\x16");
    }
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(connect(origin_.authority()).status, 200);
    EXPECT_EQ(proxy_.ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
}

struct RoleCase {
    const char* method;
    const char* path;
    const char* body;
    int least; ///< place in Roles
};

constexpr const char* Roles[] = {"help-desk", "auditor", "editor", "admin"};

/// A sample of each area; what is sent is mostly refused for another reason when the role is
/// enough.
constexpr RoleCase RoleCases[] = {
    {"GET", "/overview", "", 0},
    {"GET", "/sessions", "", 0},
    {"POST", "/sessions/terminate", "{}", 2},
    {"DELETE", "/sessions/01900000-0000-7000-8000-000000000000", R"({"reason": "x"})", 2},
    {"GET", "/policy/live", "", 0},
    {"GET", "/policy/draft", "", 0},
    {"POST", "/policy/draft/rules", "{}", 2},
    {"PATCH", "/policy/draft/rules/none", "{}", 2},
    {"DELETE", "/policy/draft/rules/none", "", 2},
    {"POST", "/policy/draft/rules/none/move", "{}", 2},
    {"DELETE", "/policy/draft", "", 2},
    {"PUT", "/policy/draft/document", "{}", 2},
    {"POST", "/policy/publish", "{}", 2},
    {"POST", "/policy/rollback", "{}", 2},
    {"POST", "/policy/what-if", R"({"policy": "live", "url": "https://a.example/"})", 0},
    {"POST", "/policy/tests", "{}", 2},
    {"POST", "/ws-rules", "{}", 2},
    {"GET", "/policy/versions", "", 0},
    {"GET", "/policy/stats", "", 0},
    {"GET", "/lists", "", 0},
    {"POST", "/lists", "{}", 2},
    {"GET", "/lists/lookup?host=a.example", "", 0},
    {"GET", "/pac", "", 0},
    {"PUT", "/pac/draft", "{}", 2},
    {"GET", "/audit/sessions", "", 0},
    {"GET", "/audit/facets?fields=verdict", "", 0},
    {"GET", "/audit/admin", "", 1},
    {"GET", "/audit/exports", "", 1},
    {"POST", "/audit/exports", "{}", 1},
    {"POST", "/audit/integrity/verify", "", 1},
    {"GET", "/people", "", 3},
    {"POST", "/people", "{}", 3},
    {"PATCH", "/people/none", "{}", 3},
    {"GET", "/tokens", "", 3},
    {"POST", "/tokens", "{}", 3},
    {"GET", "/settings/listeners", "", 3},
    {"PATCH", "/settings/listeners", "{}", 3},
    {"GET", "/health", "", 0},
    {"GET", "/find?q=a", "", 0},
    {"GET", "/me", "", 0},
};

TEST_F(AdminApi, EachRoleDoesWhatItMayAndNoMore)
{
    std::vector<AdminClient> people;
    for (const auto* role : Roles)
        people.push_back(personWith(role));
    const AdminClient nobody(proxy_.adminPort());
    for (const auto& test : RoleCases) {
        const std::string what = std::string(test.method) + ' ' + test.path;
        const std::string path = "/api/v1" + std::string(test.path);
        EXPECT_EQ(nobody.ask(test.method, path, test.body).status, 401) << what;
        for (int role = 0; role < 4; ++role) {
            const auto answer =
                people[static_cast<std::size_t>(role)].ask(test.method, path, test.body);
            if (role < test.least) {
                EXPECT_EQ(answer.status, 403) << what << " as " << Roles[role] << answer.body;
                EXPECT_THAT(answer.body, HasSubstr("needs")) << what;
            } else {
                EXPECT_NE(answer.status, 401) << what << " as " << Roles[role] << answer.body;
                EXPECT_NE(answer.status, 403) << what << " as " << Roles[role] << answer.body;
                EXPECT_NE(answer.status, 405) << what << answer.body;
                EXPECT_LT(answer.status, 500) << what << answer.body;
            }
        }
    }
}

} // namespace
} // namespace sallyport::test
