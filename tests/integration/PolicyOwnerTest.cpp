// Who owns the policy is who changes it over the API of the real process: every operation that the
// contract marks is refused to others, and all else goes on.
#include "support/AdminClient.h"
#include "support/FirstAdministrator.h"
#include "support/ProxyProcess.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Timespan.h>
#include <Poco/Timestamp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <memory>
#include <regex>
#include <string>
#include <vector>

namespace sallyport::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Operation {
    std::string method;
    std::string path;
    enum class Changes { NotThePolicy, ThePolicy } changes = Changes::NotThePolicy;
};

/// Of the contract, those under the paths of the policy.
std::vector<Operation> policyOperations()
{
    static const std::regex path("^  (/[^:]*):.*");
    static const std::regex method("^    (get|post|put|patch|delete):.*");
    static const std::regex ofPolicy("^/(policy|lists|ws-rules|pac)(/.*)?$");
    std::ifstream contract(SALLYPORT_SOURCE_DIR "/server/admin/openapi.yaml");
    std::vector<Operation> operations;
    std::string target;
    bool isOfPolicy = false;
    for (std::string line; std::getline(contract, line) && line != "components:";) {
        std::smatch match;
        if (std::regex_match(line, match, path)) {
            target = std::regex_replace(match[1].str(), std::regex("\\{n\\}"), "1");
            target = std::regex_replace(target, std::regex("\\{[a-z_]+\\}"), "none");
            isOfPolicy = std::regex_match(target, ofPolicy);
        } else if (std::regex_match(line, match, method) && isOfPolicy) {
            auto word = match[1].str();
            std::ranges::transform(word, word.begin(), ::toupper);
            operations.push_back({word, target});
        } else if (line == "      x-changes: policy") {
            operations.back().changes = Operation::Changes::ThePolicy;
        }
    }
    return operations;
}

class PolicyOwner : public testing::Test {
protected:
    void start(const std::string& owner)
    {
        proxy_ =
            std::make_unique<ProxyProcess>(ProxySettings{.options = {{"policy-owner", owner}}});
    }

    [[nodiscard]] AdminClient token(const AdminClient& admin) const
    {
        const auto confirmed = admin.ask("POST", "/api/v1/session/confirm",
                                         R"({"password": ")" + std::string(FirstPassword) + "\"}");
        EXPECT_EQ(confirmed.status, 200) << confirmed.body;
        const auto soon =
            Poco::DateTimeFormatter::format(Poco::Timestamp() + Poco::Timespan(1, 0, 0, 0, 0),
                                            Poco::DateTimeFormat::ISO8601_FORMAT);
        const auto made =
            admin.ask("POST", "/api/v1/tokens",
                      R"({"name": "deploy", "role": "editor", "expires_at": ")" + soon + "\"}");
        EXPECT_EQ(made.status, 201) << made.body;
        AdminClient client(proxy_->adminPort());
        client.useToken(Poco::JSON::Parser()
                            .parse(made.body)
                            .extract<Poco::JSON::Object::Ptr>()
                            ->getValue<std::string>("secret"));
        return client;
    }

    /// Every operation once, so that only what the owner decides about is refused for it.
    static void expectOwnedByOther(const AdminClient& client, const std::string& owner)
    {
        const auto isOwners = HasSubstr("\"policy_owner\": \"" + owner + '"');
        std::size_t refused = 0;
        for (const auto& operation : policyOperations()) {
            const auto what = operation.method + ' ' + operation.path;
            const auto body = operation.method == "GET" ? "" : "{}";
            const auto answer = client.ask(operation.method, "/api/v1" + operation.path, body);
            EXPECT_LT(answer.status, 500) << what << answer.body;
            if (operation.changes == Operation::Changes::NotThePolicy) {
                EXPECT_NE(answer.status, 403) << what << answer.body;
                continue;
            }
            ++refused;
            EXPECT_EQ(answer.status, 403) << what << answer.body;
            EXPECT_EQ(answer.field("Content-Type"), "application/problem+json") << what;
            EXPECT_THAT(answer.body, AllOf(HasSubstr("/problems/forbidden"), isOwners)) << what;
        }
        EXPECT_GE(refused, 25U);
    }

    [[nodiscard]] static Response addRule(const AdminClient& client)
    {
        return client.ask("POST", "/api/v1/policy/draft/rules",
                          R"({"layer": "access", "rule": {"name": "New", "action": "deny"}})");
    }

    std::unique_ptr<ProxyProcess> proxy_;
};

TEST_F(PolicyOwner, AFileLetsNobodyChangeItButTheCommandLine)
{
    start("file");
    const auto admin = firstAdministrator(*proxy_);
    EXPECT_THAT(admin.get("/api/v1/session").body, HasSubstr(R"("policy_owner":"file")"));
    expectOwnedByOther(admin, "file");
    expectOwnedByOther(token(admin), "file");
    EXPECT_THAT(addRule(admin).body, HasSubstr("sallyport policy import FILE"));

    const auto document = admin.get("/api/v1/policy/document");
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(admin.get("/api/v1/policy/versions").status, 200);
    const auto asked = admin.ask("POST", "/api/v1/policy/what-if",
                                 R"({"policy": "live", "url": "http://a.example/"})");
    EXPECT_EQ(asked.status, 200) << asked.body;

    const auto imported = proxy_->importPolicy(loopbackPolicy());
    EXPECT_EQ(imported.exitCode, 0) << imported.errors;
    proxy_->awaitLog("policy version 2 is in force");
    EXPECT_THAT(admin.get("/api/v1/policy/live").body, HasSubstr(R"("version":2)"));
}

TEST_F(PolicyOwner, TheApiLetsTokensAloneChangeIt)
{
    start("api");
    const auto admin = firstAdministrator(*proxy_);
    EXPECT_THAT(admin.get("/api/v1/session").body, HasSubstr(R"("policy_owner":"api")"));
    expectOwnedByOther(admin, "api");

    const auto program = token(admin);
    const auto added = addRule(program);
    ASSERT_EQ(added.status, 201) << added.body;
    const auto draft = program.get("/api/v1/policy/draft");
    const auto refused = admin.ask("POST", "/api/v1/policy/publish", R"({"note": "mine"})",
                                   {{"If-Match", draft.field("ETag")}});
    EXPECT_EQ(refused.status, 403) << refused.body;
    const auto published = program.ask("POST", "/api/v1/policy/publish", R"({"note": "deployed"})",
                                       {{"If-Match", draft.field("ETag")}});
    EXPECT_EQ(published.status, 200) << published.body;
}

TEST_F(PolicyOwner, AnotherThanPeopleKeepsThePolicyAtSetUp)
{
    start("file");
    const auto refused = finishSetUp(*proxy_, R"({"kind": "watch"})");
    EXPECT_EQ(refused.status, 403) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("policy_owner"));
    const auto done = finishSetUp(*proxy_, R"({"kind": "keep"})");
    EXPECT_EQ(done.status, 201) << done.body;
}

TEST_F(PolicyOwner, CannotBeChangedByThoseWhomItKeepsOut)
{
    proxy_ = std::make_unique<ProxyProcess>(ProxySettings{.configFile = "policy-owner = file\n"});
    const auto admin = firstAdministrator(*proxy_);
    const auto tab = admin.get("/api/v1/settings/listeners");
    const auto changed =
        admin.ask("PATCH", "/api/v1/settings/listeners",
                  R"({"values": {"policy-owner": "people"}})", {{"If-Match", tab.field("ETag")}});
    EXPECT_EQ(changed.status, 422) << changed.body;
    EXPECT_EQ(addRule(admin).status, 403);
}

} // namespace
} // namespace sallyport::test
