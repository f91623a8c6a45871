#include "admin/api/Router.h"

#include "db/DatabaseError.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace sallyport::admin::api {
namespace {

using testing::HasSubstr;

Caller callerWith(Role role)
{
    return {.way = Caller::Way::Session,
            .account = "7",
            .name = "ann",
            .session = "s1",
            .role = role,
            .address = "127.0.0.1",
            .csrf = "c",
            .confirmed = Caller::Confirmed::No};
}

class ApiRouter : public testing::Test {
protected:
    Answer ask(const std::string& method, const std::string& path,
               std::map<std::string, std::string> fields = {}, const std::string& body = "")
    {
        std::istringstream stream(body);
        Call call({.method = method,
                   .path = path,
                   .query = {},
                   .fields = std::move(fields),
                   .body = body.empty() ? nullptr : &stream,
                   .bodyBytes = body.size(),
                   .caller = caller_,
                   .traceId = "t-1"});
        return router_.answer(call);
    }

    Router router_;
    Caller caller_ = callerWith(Role::Editor);
};

TEST_F(ApiRouter, GivesWhatStandsInThePath)
{
    router_.add("GET", "/lists/{id}/entries", Access::anybody(),
                [](Call& call) { return jsonAnswer('"' + call.inPath("id") + '"'); });
    EXPECT_EQ(ask("GET", "/lists/a%2Fb/entries").body, R"("a/b")");
    EXPECT_EQ(ask("HEAD", "/lists/x/entries").status, 200);
    EXPECT_EQ(ask("GET", "/lists//entries").status, 404);
    EXPECT_EQ(ask("GET", "/lists/x/entries/y").status, 404);
}

TEST_F(ApiRouter, PrefersThePatternThatSaysMore)
{
    router_.add("GET", "/lists/{id}", Access::anybody(), [](Call&) { return jsonAnswer("1"); });
    router_.add("GET", "/lists/lookup", Access::anybody(), [](Call&) { return jsonAnswer("2"); });
    EXPECT_EQ(ask("GET", "/lists/lookup").body, "2");
    EXPECT_EQ(ask("GET", "/lists/other").body, "1");
}

TEST_F(ApiRouter, SaysWhichMethodsThereAre)
{
    router_.add("GET", "/pac", Access::anybody(), [](Call&) { return noContent(); });
    router_.add("PUT", "/pac", Access::anybody(), [](Call&) { return noContent(); });
    const auto answer = ask("DELETE", "/pac");
    EXPECT_EQ(answer.status, 405);
    EXPECT_THAT(answer.body, HasSubstr("GET, PUT"));
    EXPECT_EQ(answer.mediaType, "application/problem+json");
}

struct AccessCase {
    const char* name;
    Caller caller;
    Access access;
    unsigned status;
};

class ApiAccess : public testing::TestWithParam<AccessCase> {};

TEST_P(ApiAccess, IsDecidedBeforeTheResourceIsAsked)
{
    Router router;
    bool asked = false;
    router.add("POST", "/x", GetParam().access, [&](Call&) {
        asked = true;
        return noContent();
    });
    Call call({.method = "POST",
               .path = "/x",
               .query = {},
               .fields = {},
               .body = nullptr,
               .bodyBytes = {},
               .caller = GetParam().caller,
               .traceId = "t"});
    EXPECT_EQ(router.answer(call).status, GetParam().status);
    EXPECT_EQ(asked, GetParam().status == 204);
}

INSTANTIATE_TEST_SUITE_P(
    Roles, ApiAccess,
    testing::Values(AccessCase{"NobodyWhereAnybodyMay", {}, Access::anybody(), 204},
                    AccessCase{"NobodyWhereSomebodyMust", {}, Access::from(Role::HelpDesk), 401},
                    AccessCase{"TooLow", callerWith(Role::Auditor), Access::from(Role::Editor),
                               403},
                    AccessCase{"Enough", callerWith(Role::Editor), Access::from(Role::Editor), 204},
                    AccessCase{"More", callerWith(Role::Admin), Access::from(Role::HelpDesk), 204},
                    AccessCase{"Unconfirmed", callerWith(Role::Admin),
                               Access::from(Role::Admin).confirmed(), 403},
                    AccessCase{"Confirmed",
                               [] {
                                   auto caller = callerWith(Role::Admin);
                                   caller.confirmed = Caller::Confirmed::Yes;
                                   return caller;
                               }(),
                               Access::from(Role::Admin).confirmed(), 204}),
    [](const auto& info) { return info.param.name; });

struct OwnerCase {
    const char* name;
    PolicyOwner owner;
    Caller::Way way;
    unsigned status;
};

class PolicyOwnership : public testing::TestWithParam<OwnerCase> {};

TEST_P(PolicyOwnership, KeepsOthersFromWhatChangesThePolicy)
{
    Router router([] { return GetParam().owner; });
    bool asked = false;
    router.add("POST", "/draft", Access::from(Role::Editor).changingPolicy(), [&](Call&) {
        asked = true;
        return noContent();
    });
    router.add("POST", "/what-if", Access::from(Role::Editor), [](Call&) { return noContent(); });
    const auto ask = [&](const std::string& path, Role role) {
        auto caller = callerWith(role);
        caller.way = GetParam().way;
        Call call({.method = "POST",
                   .path = path,
                   .query = {},
                   .fields = {},
                   .body = nullptr,
                   .bodyBytes = {},
                   .caller = caller,
                   .traceId = "t"});
        return router.answer(call);
    };
    const auto answer = ask("/draft", Role::Admin);
    EXPECT_EQ(answer.status, GetParam().status);
    EXPECT_EQ(asked, GetParam().status == 204);
    if (answer.status == 403) {
        EXPECT_THAT(answer.body, HasSubstr("/problems/forbidden"));
        EXPECT_THAT(answer.body, HasSubstr("\"policy_owner\": \"" +
                                           std::string(policyOwnerName(GetParam().owner)) + '"'));
    }
    EXPECT_EQ(ask("/what-if", Role::Admin).status, 204);
    EXPECT_THAT(ask("/draft", Role::HelpDesk).body, HasSubstr("\"needs\": \"editor\""))
        << "a role that is too low is said first";
}

INSTANTIATE_TEST_SUITE_P(
    Owners, PolicyOwnership,
    testing::Values(OwnerCase{"PeopleToAPerson", PolicyOwner::People, Caller::Way::Session, 204},
                    OwnerCase{"PeopleToAToken", PolicyOwner::People, Caller::Way::Token, 204},
                    OwnerCase{"ApiToAPerson", PolicyOwner::Api, Caller::Way::Session, 403},
                    OwnerCase{"ApiToAToken", PolicyOwner::Api, Caller::Way::Token, 204},
                    OwnerCase{"FileToAPerson", PolicyOwner::File, Caller::Way::Session, 403},
                    OwnerCase{"FileToAToken", PolicyOwner::File, Caller::Way::Token, 403}),
    [](const auto& info) { return info.param.name; });

TEST_F(ApiRouter, TellsWrongFieldsByTheirPlace)
{
    router_.add("POST", "/tokens", Access::anybody(), [](Call& call) {
        auto& body = call.json();
        static_cast<void>(body.text("name"));
        if (auto when = body.object("when"))
            static_cast<void>(when->texts("host", 10));
        static_cast<void>(body.optionalInteger("days", 1, 365));
        body.refuseOthers();
        body.throwIfWrong();
        return noContent();
    });
    const auto answer = ask("POST", "/tokens", {{"content-type", "application/json"}},
                            R"({"when": {"host": ["a", 7]}, "days": 1000, "a/b": 1})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr(R"("pointer": "/name")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("pointer": "/when/host/1")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("pointer": "/days")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("pointer": "/a~1b")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("trace_id": "t-1")"));
}

struct BodyCase {
    const char* name;
    const char* type;
    const char* body;
    unsigned status;
};

class ApiBody : public testing::TestWithParam<BodyCase> {};

TEST_P(ApiBody, MustBeAJsonObject)
{
    Router router;
    router.add("POST", "/x", Access::anybody(), [](Call& call) {
        call.json(64).throwIfWrong();
        return noContent();
    });
    std::istringstream body(GetParam().body);
    Call call({.method = "POST",
               .path = "/x",
               .query = {},
               .fields = {{"content-type", GetParam().type}},
               .body = &body,
               .bodyBytes = {},
               .caller = {},
               .traceId = "t"});
    EXPECT_EQ(router.answer(call).status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ApiBody,
    testing::Values(BodyCase{"Object", "application/json", "{}", 204},
                    BodyCase{"WithParameter", "Application/JSON; charset=utf-8", "{}", 204},
                    BodyCase{"Form", "application/x-www-form-urlencoded", "a=b", 415},
                    BodyCase{"PlainText", "text/plain", "{}", 415},
                    BodyCase{"Array", "application/json", "[]", 400},
                    BodyCase{"Half", "application/json", "{\"a\":", 400},
                    BodyCase{"Nothing", "application/json", "", 204},
                    BodyCase{"Deep", "application/json",
                             "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 400},
                    BodyCase{"TooLong", "application/json",
                             "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}",
                             413}),
    [](const auto& info) { return info.param.name; });

struct MatchCase {
    const char* name;
    const char* field;
    unsigned status;
};

class ApiIfMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(ApiIfMatch, GuardsAgainstLostUpdates) // RFC 9110 section 13.1.1
{
    Router router;
    router.add("PUT", "/x", Access::anybody(), [](Call& call) {
        call.requireMatch("v2");
        return noContent();
    });
    std::map<std::string, std::string> fields;
    if (*GetParam().field)
        fields["if-match"] = GetParam().field;
    Call call({.method = "PUT",
               .path = "/x",
               .query = {},
               .fields = std::move(fields),
               .body = nullptr,
               .bodyBytes = {},
               .caller = {},
               .traceId = "t"});
    EXPECT_EQ(router.answer(call).status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ApiIfMatch,
    testing::Values(MatchCase{"Missing", "", 428}, MatchCase{"Same", "\"v2\"", 204},
                    MatchCase{"OneOfSeveral", "\"v1\", \"v2\"", 204}, MatchCase{"Any", "*", 204},
                    MatchCase{"Older", "\"v1\"", 412}, MatchCase{"Weak", "W/\"v2\"", 412},
                    MatchCase{"NoQuotes", "v2", 412}),
    [](const auto& info) { return info.param.name; });

TEST_F(ApiRouter, DoesARepeatedPostOnce)
{
    int times = 0;
    router_.add("POST", "/tokens", Access::anybody(),
                [&](Call&) { return jsonAnswer(std::to_string(++times), 201); });
    EXPECT_EQ(ask("POST", "/tokens", {{"idempotency-key", "k"}}).body, "1");
    EXPECT_EQ(ask("POST", "/tokens", {{"idempotency-key", "k"}}).body, "1");
    EXPECT_EQ(ask("POST", "/tokens", {{"idempotency-key", "other"}}).body, "2");
    caller_.session = "s2";
    EXPECT_EQ(ask("POST", "/tokens", {{"idempotency-key", "k"}}).body, "3");
    EXPECT_EQ(ask("POST", "/tokens").body, "4");
}

TEST_F(ApiRouter, HidesWhatFailedInsideAndNamesTheTrace)
{
    router_.add("GET", "/a", Access::anybody(),
                [](Call&) -> Answer { throw std::runtime_error("/secret/path"); });
    router_.add("GET", "/b", Access::anybody(), [](Call&) -> Answer {
        throw db::DatabaseError(db::DatabaseError::Kind::Locked, "policy.db is locked");
    });
    const auto failed = ask("GET", "/a");
    EXPECT_EQ(failed.status, 500);
    EXPECT_THAT(failed.body, testing::Not(HasSubstr("secret")));
    EXPECT_THAT(failed.body, HasSubstr("t-1"));
    const auto busy = ask("GET", "/b");
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.fields.front().first, "Retry-After");
}

TEST_F(ApiRouter, AnswersWhatBecameStaleAfterItsCheckAsWhatWasStaleBefore)
{
    router_.add("GET", "/a", Access::anybody(), [](Call&) -> Answer {
        throw db::DatabaseError(db::DatabaseError::Kind::Outdated, "changed since it was read");
    });
    const auto answer = ask("GET", "/a");
    EXPECT_EQ(answer.status, 412);
    EXPECT_THAT(answer.body, HasSubstr("/problems/stale"));
}

} // namespace
} // namespace sallyport::admin::api
