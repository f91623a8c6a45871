#include "admin/live/SessionsResource.h"

#include "db/AdminSpool.h"
#include "unit/admin/live/Proxied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace sallyport::admin::live {
namespace {

using api::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Query = std::vector<std::pair<std::string, std::string>>;

class Sessions : public testing::Test {
protected:
    Sessions() { resource_.addTo(router_); }

    std::vector<std::string> hosts(Query query)
    {
        const auto answer = ask(router_, "GET", "/sessions", std::move(query));
        EXPECT_EQ(answer.status, 200U) << answer.body;
        const auto items = jsonOf(answer)->getArray("items");
        std::vector<std::string> found;
        for (unsigned i = 0; i < items->size(); ++i)
            found.push_back(items->getObject(i)->getValue<std::string>("host"));
        return found;
    }
    std::vector<db::AdminAct> acts() const
    {
        const auto unread =
            db::AdminSpool(folder_.path()).read([](const db::AdminSpool::Id&) { return 0; });
        return unread ? unread->acts : std::vector<db::AdminAct>();
    }

    test::TemporaryFolder folder_;
    Proxied proxied_;
    api::Trail trail_{folder_.path()};
    SessionBoard board_{proxied_.view};
    SessionsResource resource_{proxied_.view, board_, trail_};
    api::Router router_;
};

TEST_F(Sessions, SayWhatIsOpen)
{
    auto& session = proxied_.add(7, "mail.example");
    session.bytesUp = 1ULL << 60;
    session.verdict = LiveSession::Verdict::Inspect;
    session.ruleId = "r-1";
    session.ruleName = "Mail";
    session.destination = policy::parseAddress("192.0.2.1");
    const auto json = jsonOf(ask(router_, "GET", "/sessions"));
    EXPECT_EQ(json->getValue<int>("total"), 1);
    const auto item = json->getArray("items")->getObject(0);
    EXPECT_EQ(item->getValue<std::string>("id"), "00000000-0000-0000-0000-000000000007");
    EXPECT_TRUE(item->isNull("user"));
    EXPECT_EQ(item->getValue<std::string>("client_ip"), "10.0.0.7");
    EXPECT_EQ(item->getValue<std::string>("bytes_up"), "1152921504606846976");
    EXPECT_EQ(item->getValue<std::string>("protocol"), "tls");
    EXPECT_EQ(item->getValue<std::string>("form"), "connect");
    EXPECT_EQ(item->getValue<std::string>("verdict"), "inspect");
    EXPECT_EQ(item->getObject("rule")->getValue<std::string>("name"), "Mail");
    EXPECT_EQ(item->getObject("rule")->getValue<std::string>("layer"), "access");
    EXPECT_EQ(item->getValue<std::string>("destination_ip"), "192.0.2.1");
    EXPECT_TRUE(item->isNull("rate_up"));
    EXPECT_NEAR(item->getValue<double>("age_s"), 7, 1);
}

TEST_F(Sessions, KeepNamesOfUsersBackWhileTheyAreMasked)
{
    auto names = api::UserNames::Masked;
    api::Router router;
    SessionsResource masked(proxied_.view, board_, trail_,
                            [&](const api::Caller&) { return names; });
    masked.addTo(router);
    proxied_.add(1, "mail.example").user = "ada";
    proxied_.add(2, "docs.example");
    const auto items = jsonOf(ask(router, "GET", "/sessions"))->getArray("items");
    ASSERT_EQ(items->size(), 2U);
    std::size_t hidden = 0;
    for (unsigned i = 0; i < 2; ++i) {
        EXPECT_TRUE(items->getObject(i)->isNull("user"));
        hidden += items->getObject(i)->getValue<bool>("user_masked") ? 1 : 0;
    }
    EXPECT_EQ(hidden, 1U);
    EXPECT_EQ(jsonOf(ask(router, "GET", "/sessions", {{"q", "ada"}}))->getValue<int>("total"), 0);
    EXPECT_EQ(ask(router, "GET", "/sessions", {{"user", "ada"}}).status, 403U);
    EXPECT_EQ(ask(router, "GET", "/sessions", {{"group", "user"}}).status, 403U);
    EXPECT_EQ(ask(router, "POST", "/sessions/terminate", {},
                  R"({"filter": {"user": "ada"}, "expected_count": 1, "reason": "test"})")
                  .status,
              403U);
    names = api::UserNames::Shown;
    EXPECT_EQ(jsonOf(ask(router, "GET", "/sessions", {{"user", "ada"}}))->getValue<int>("total"),
              1);
}

struct FilterCase {
    const char* name;
    Query query;
    std::vector<std::string> hosts;
};

class SessionFilters : public Sessions, public testing::WithParamInterface<FilterCase> {};

TEST_P(SessionFilters, Choose)
{
    proxied_.add(1, "a.example").ruleId = "r-1";
    auto& b = proxied_.add(2, "b.example");
    b.user = "bob";
    b.protocol = policy::Protocol::WebSocket;
    proxied_.add(3, "deep.b.example").verdict = LiveSession::Verdict::Inspect;
    auto query = GetParam().query;
    query.emplace_back("sort", "age");
    EXPECT_EQ(hosts(query), GetParam().hosts);
}

INSTANTIATE_TEST_SUITE_P(
    All, SessionFilters,
    testing::Values(
        FilterCase{"Everything", {}, {"deep.b.example", "b.example", "a.example"}},
        FilterCase{"Host", {{"host", "b.example"}}, {"b.example"}},
        FilterCase{"HostAndBelow", {{"host", "*.b.example"}}, {"deep.b.example", "b.example"}},
        FilterCase{"User", {{"user", "bob"}}, {"b.example"}},
        FilterCase{"Nobody", {{"user", "-"}}, {"deep.b.example", "a.example"}},
        FilterCase{"Rule", {{"rule", "r-1"}}, {"a.example"}},
        FilterCase{"DefaultRow", {{"rule", "default"}}, {"deep.b.example", "b.example"}},
        FilterCase{"Protocol", {{"protocol", "websocket"}}, {"b.example"}},
        FilterCase{"Client", {{"client", "10.0.0.2/31"}}, {"deep.b.example", "b.example"}},
        FilterCase{"Verdict", {{"verdict", "inspect"}}, {"deep.b.example"}},
        FilterCase{"Text", {{"q", "DEEP"}}, {"deep.b.example"}},
        FilterCase{"TextOfClient", {{"q", "10.0.0.1"}}, {"a.example"}},
        FilterCase{"Limit", {{"limit", "1"}}, {"deep.b.example"}},
        FilterCase{"Both", {{"user", "bob"}, {"q", "deep"}}, {}}),
    [](const auto& info) { return info.param.name; });

struct WrongCase {
    const char* name;
    Query query;
    const char* pointer;
};

class WrongSessionQueries : public Sessions, public testing::WithParamInterface<WrongCase> {};

TEST_P(WrongSessionQueries, NameTheParameter)
{
    const auto answer = ask(router_, "GET", "/sessions", GetParam().query);
    EXPECT_EQ(answer.status, 422U);
    EXPECT_THAT(answer.body, HasSubstr(GetParam().pointer));
}

INSTANTIATE_TEST_SUITE_P(All, WrongSessionQueries,
                         testing::Values(WrongCase{"Protocol", {{"protocol", "x"}}, "?protocol"},
                                         WrongCase{"Client", {{"client", "10.0.0.1/8"}}, "?client"},
                                         WrongCase{"Verdict", {{"verdict", "deny"}}, "?verdict"},
                                         WrongCase{"Sort", {{"sort", "name"}}, "?sort"},
                                         WrongCase{"Group", {{"group", "port"}}, "?group"},
                                         WrongCase{"Limit", {{"limit", "501"}}, "?limit"},
                                         WrongCase{"Unknown", {{"from", "now"}}, "?from"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(Sessions, AreSummedUpByGroup)
{
    proxied_.add(1, "a.example").bytesDown = 5;
    proxied_.add(2, "a.example").bytesDown = 6;
    proxied_.add(3, "b.example").user = "bob";
    const auto json = jsonOf(ask(router_, "GET", "/sessions", {{"group", "host"}}));
    EXPECT_EQ(json->getArray("items")->size(), 0U);
    EXPECT_EQ(json->getValue<int>("total"), 3);
    const auto first = json->getArray("groups")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("value"), "a.example");
    EXPECT_EQ(first->getValue<int>("sessions"), 2);
    EXPECT_EQ(first->getValue<std::string>("bytes_down"), "11");
    const auto users = jsonOf(ask(router_, "GET", "/sessions", {{"group", "user"}}));
    EXPECT_EQ(users->getArray("groups")->getObject(0)->getValue<std::string>("value"), "-");
    const auto rules = jsonOf(ask(router_, "GET", "/sessions", {{"group", "rule"}}));
    EXPECT_EQ(rules->getArray("groups")->getObject(0)->getValue<std::string>("value"), "default");
}

TEST_F(Sessions, AreAskedForOnceASecond)
{
    proxied_.add(1, "a.example");
    for (int i = 0; i < 5; ++i)
        (void)ask(router_, "GET", "/sessions");
    EXPECT_EQ(proxied_.looks, 1);
}

TEST_F(Sessions, HaveRatesFromTheSecondLookOn)
{
    using std::chrono_literals::operator""s;
    proxied_.add(1, "a.example").bytesUp = 1000;
    proxied_.sessions[0].bytesDown = 10;
    const auto begin = SessionBoard::Clock::now();
    EXPECT_EQ(board_.look(begin)->rows.at(0).rates, std::nullopt);
    proxied_.sessions[0].bytesUp = 5000;
    EXPECT_EQ(board_.look(begin + 2s)->rows.at(0).rates, (Rates{.up = 2000, .down = 0}));
    proxied_.add(0, "first.example");
    const auto third = board_.look(begin + 3s);
    EXPECT_EQ(third->rows.at(0).rates, std::nullopt);
    EXPECT_EQ(third->rows.at(1).rates, (Rates{.up = 0, .down = 0}));
    EXPECT_EQ(board_.look(begin + 100s)->rows.at(1).rates, std::nullopt);
}

TEST_F(Sessions, AreBusyWhenAWorkerDoesNotAnswer)
{
    proxied_.silent = true;
    EXPECT_EQ(ask(router_, "GET", "/sessions").status, 503U);
}

TEST_F(Sessions, CanBeAskedForOne)
{
    proxied_.add(7, "a.example");
    const auto answer = ask(router_, "GET", "/sessions/00000000-0000-0000-0000-000000000007");
    EXPECT_EQ(jsonOf(answer)->getValue<std::string>("host"), "a.example");
    EXPECT_EQ(ask(router_, "GET", "/sessions/00000000-0000-0000-0000-000000000008").status, 404U);
    // One that came after the last look.
    proxied_.add(8, "b.example");
    EXPECT_EQ(ask(router_, "GET", "/sessions/00000000-0000-0000-0000-000000000008").status, 200U);
}

TEST_F(Sessions, AreEndedForAReasonThatIsRecorded)
{
    proxied_.add(7, "a.example");
    proxied_.add(8, "b.example");
    const std::string path = "/sessions/00000000-0000-0000-0000-000000000007";
    EXPECT_EQ(ask(router_, "DELETE", path).status, 422U);
    EXPECT_EQ(ask(router_, "DELETE", path, {}, R"({"reason":"INC-9"})", Role::Auditor).status,
              403U);
    ASSERT_THAT(proxied_.sessions, SizeIs(2));
    EXPECT_THAT(acts(), IsEmpty());
    const auto answer = ask(router_, "DELETE", path, {}, R"({"reason":"INC-9"})", Role::Editor);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(jsonOf(answer)->getValue<int>("terminated"), 1);
    EXPECT_THAT(hosts({}), ElementsAre("b.example"));
    ASSERT_THAT(acts(), SizeIs(1));
    const auto act = acts().front();
    EXPECT_EQ(act.action, "session.terminate");
    EXPECT_EQ(act.object, "00000000-0000-0000-0000-000000000007");
    EXPECT_EQ(act.note, "INC-9");
    EXPECT_THAT(act.before, HasSubstr("a.example"));
    EXPECT_EQ(ask(router_, "DELETE", path, {}, R"({"reason":"INC-9"})").status, 404U);
}

std::string terminateBody(const std::string& filter, int expected)
{
    return R"({"filter":)" + filter + R"(,"expected_count":)" + std::to_string(expected) +
           R"(,"reason":"leak"})";
}

TEST_F(Sessions, AreEndedTogetherIfAboutAsManyAsExpected)
{
    for (std::uint8_t i = 1; i <= 20; ++i)
        proxied_.add(i, i <= 11 ? "a.example" : "b.example");
    const auto end = [this](int expected) {
        return ask(router_, "POST", "/sessions/terminate", {},
                   terminateBody(R"({"host":"a.example"})", expected));
    };
    const auto tooMany = end(9);
    EXPECT_EQ(tooMany.status, 409U);
    EXPECT_EQ(jsonOf(tooMany)->getValue<int>("count"), 11);
    EXPECT_EQ(end(13).status, 409U);
    EXPECT_THAT(proxied_.sessions, SizeIs(20));
    EXPECT_THAT(acts(), IsEmpty());
    EXPECT_EQ(jsonOf(end(10))->getValue<int>("terminated"), 11);
    EXPECT_THAT(proxied_.sessions, SizeIs(9));
    ASSERT_THAT(acts(), SizeIs(1));
    EXPECT_EQ(acts().front().object, R"({"host":"a.example"})");
    EXPECT_THAT(acts().front().before, HasSubstr(R"("count":11)"));
}

struct WrongBody {
    const char* name;
    std::string body;
    const char* pointer;
};

class WrongTerminations : public Sessions, public testing::WithParamInterface<WrongBody> {};

TEST_P(WrongTerminations, NameTheMember)
{
    proxied_.add(1, "a.example");
    const auto answer = ask(router_, "POST", "/sessions/terminate", {}, GetParam().body);
    EXPECT_EQ(answer.status, 422U);
    EXPECT_THAT(answer.body, HasSubstr('"' + std::string(GetParam().pointer) + '"'));
    EXPECT_THAT(proxied_.sessions, SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongTerminations,
    testing::Values(
        WrongBody{"NoFilter", R"({"expected_count":1,"reason":"abc"})", "/filter"},
        WrongBody{"NoCount", R"({"filter":{},"reason":"abc"})", "/expected_count"},
        WrongBody{"NoReason", R"({"filter":{},"expected_count":1})", "/reason"},
        WrongBody{"UnknownMember", terminateBody(R"({"hosts":"a"})", 1), "/filter/hosts"},
        WrongBody{"BadClient", terminateBody(R"({"client":"x"})", 1), "/filter/client"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::admin::live
