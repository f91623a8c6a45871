#include "admin/policy/WhatIfQuestion.h"
#include "db/AuditFolder.h"
#include "unit/admin/audit/AuditDesk.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>

namespace sallyport::admin::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class AuditSessionPages : public test::AuditDesk {
protected:
    // Numbers 1, 2, …: allowed, denied, failed, looked into, open.
    void fill()
    {
        auto inspected = test::sampleFullOpen(4);
        auto failed = test::sampleDecision(3);
        failed.verdict = policy::Answer::Allow;
        failed.closeReason = db::CloseReason::ConnectRefused;
        failed.host = "down.example.net";
        auto denied = test::sampleDecision(2);
        test::decideBySampleRule(denied);
        denied.user = "bob";
        denied.host = "www.dropbox.example";
        auto open = test::sampleOpen(5);
        open.port = 8443;
        log_->write({test::sampleOpen(1), test::sampleClose(1), denied, failed, inspected,
                     test::sampleFullClose(4), open});
    }
    std::vector<std::string> idsOf(const Json& page)
    {
        std::vector<std::string> ids;
        const auto items = page->getArray("items");
        for (std::size_t i = 0; i < items->size(); ++i)
            ids.push_back(
                items->getObject(static_cast<unsigned>(i))->getValue<std::string>("id").substr(34));
        return ids;
    }
    std::vector<std::string> found(const std::string& query)
    {
        return idsOf(get("/audit/sessions?" + query));
    }
};

TEST_F(AuditSessionPages, ListSessionsNewestFirstAsTheyStand)
{
    fill();
    const auto page = get("/audit/sessions");
    EXPECT_EQ(page->getValue<std::string>("ending"), "exhausted");
    EXPECT_TRUE(page->isNull("next_cursor"));
    EXPECT_FALSE(page->isNull("prev_cursor"));
    const auto items = page->getArray("items");
    ASSERT_EQ(items->size(), 5U);
    const auto first = items->getObject(4);
    EXPECT_EQ(first->getValue<std::string>("verdict"), "allow");
    EXPECT_EQ(first->getValue<std::string>("state"), "ended");
    EXPECT_EQ(first->getValue<std::string>("rx_bytes"), "5000000000");
    EXPECT_EQ(first->getValue<std::string>("time"), "2026-11-23T09:00:00.000Z");
    EXPECT_TRUE(first->isNull("user"));
    EXPECT_TRUE(first->getObject("rule")->isNull("id"));
    EXPECT_EQ(first->getObject("rule")->getValue<std::string>("name"), "default");
    const auto denied = items->getObject(3);
    EXPECT_EQ(denied->getValue<std::string>("verdict"), "deny");
    EXPECT_EQ(denied->getValue<std::string>("state"), "refused");
    EXPECT_EQ(denied->getValue<std::string>("user"), "bob");
    EXPECT_TRUE(denied->isNull("rx_bytes"));
    EXPECT_EQ(items->getObject(2)->getValue<std::string>("verdict"), "error");
    EXPECT_EQ(items->getObject(1)->getValue<std::string>("verdict"), "inspect");
    EXPECT_EQ(items->getObject(0)->getValue<std::string>("state"), "open");
    EXPECT_TRUE(items->getObject(0)->isNull("reason"));
}

struct FindCase {
    const char* name;
    const char* query;
    std::vector<std::string> ids;
};
class AuditSessionSearch : public AuditSessionPages,
                           public testing::WithParamInterface<FindCase> {};

TEST_P(AuditSessionSearch, Finds)
{
    fill();
    EXPECT_EQ(found(GetParam().query), GetParam().ids);
}

INSTANTIATE_TEST_SUITE_P(
    Audit, AuditSessionSearch,
    testing::Values(
        FindCase{"Verdict", "verdict=deny", {"02"}},
        FindCase{"Verdicts", "verdict=deny&verdict=error", {"03", "02"}},
        FindCase{"NotVerdict", "verdict=!allow", {"04", "03", "02"}},
        FindCase{"Host", "host=.example.com", {"05", "04", "01"}},
        FindCase{"HostPattern", "host=*dropbox*", {"02"}}, FindCase{"User", "user=bob", {"02"}},
        FindCase{"NoUser", "user=", {"05", "03", "01"}},
        FindCase{"NotUser", "user=!bob&user=!alice", {"05", "03", "01"}},
        FindCase{"Port", "port=8000..9000", {"05"}}, FindCase{"NotPort", "port=!443", {"05"}},
        FindCase{"Version", "version=7", {"04", "02"}}, FindCase{"Open", "state=open", {"05"}},
        FindCase{"Rule", "rule=Staff,%20web", {"04", "02"}},
        FindCase{"DefaultRow", "rule=default", {"05", "03", "01"}},
        FindCase{"Query", "q=verdict:deny", {"02"}},
        FindCase{"QueryExcludes", "q=-verdict:deny%20host:*example*", {"05", "04", "03", "01"}},
        FindCase{"QueryText", "q=dropbox", {"02"}},
        FindCase{"QueryQuoted", "q=rule:%22Staff,%20web%22", {"04", "02"}},
        FindCase{"QueryRange", "q=rx:%3E4GiB", {"04", "01"}},
        FindCase{"QueryDuration", "q=duration:%3C2s%20tx:1000", {"04", "01"}},
        FindCase{"QueryAndFacet", "q=host:www*&user=bob", {"02"}},
        FindCase{"From", "from=2026-11-24T00:00:00Z", {}},
        FindCase{"To", "to=2026-11-24", {"05", "04", "03", "02", "01"}}),
    [](const auto& info) { return info.param.name; });

struct WrongCase {
    const char* name;
    const char* query;
    const char* pointer;
};
class AuditWrongSearch : public AuditSessionPages, public testing::WithParamInterface<WrongCase> {};

TEST_P(AuditWrongSearch, IsRefusedAtItsPlace)
{
    const auto problem = get(std::string("/audit/sessions?") + GetParam().query, 422);
    EXPECT_EQ(problem->getArray("errors")->getObject(0)->getValue<std::string>("pointer"),
              GetParam().pointer);
}

INSTANTIATE_TEST_SUITE_P(Audit, AuditWrongSearch,
                         testing::Values(WrongCase{"Verdict", "verdict=maybe", "?verdict"},
                                         WrongCase{"Client", "client=10.0.0.1/8", "?client"},
                                         WrongCase{"Port", "port=99999", "?port"},
                                         WrongCase{"Reason", "reason=bored", "?reason"},
                                         WrongCase{"From", "from=yesterday", "?from"},
                                         WrongCase{"Limit", "limit=501", "?limit"},
                                         WrongCase{"Cursor", "cursor=x", "?cursor"},
                                         WrongCase{"UnknownField", "q=host:a%20colour:red",
                                                   "?q#at=7&length=10"},
                                         WrongCase{"OpenQuote", "q=host:%22a", "?q#at=5&length=2"},
                                         WrongCase{"NoValue", "q=host:", "?q#at=0&length=5"},
                                         WrongCase{"BadRange", "q=rx:%3Emuch", "?q#at=0&length=8"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(AuditSessionPages, GoUpAndDownWithoutGapOrDouble)
{
    for (std::uint16_t i = 0; i < 60; ++i)
        log_->write({test::sampleDecision(i)});
    std::vector<std::string> down;
    std::string cursor;
    std::string up;
    std::uint16_t added = 60;
    do {
        const auto page = get("/audit/sessions?limit=7&cursor=" + cursor);
        for (auto& id : idsOf(page))
            down.push_back(id);
        up = page->getValue<std::string>("prev_cursor");
        cursor = page->isNull("next_cursor") ? "" : page->getValue<std::string>("next_cursor");
        log_->write({test::sampleDecision(added++)});
    } while (!cursor.empty());
    EXPECT_EQ(down.size(), 60U);
    EXPECT_EQ(std::set(down.begin(), down.end()).size(), 60U);
    std::set<std::string> seen(down.end() - 4, down.end());
    for (int pages = 0; pages < 30; ++pages) {
        const auto page = get("/audit/sessions?limit=7&cursor=" + up);
        const auto ids = idsOf(page);
        if (ids.empty())
            break;
        EXPECT_GT(ids.front(), ids.back());
        for (const auto& id : ids)
            EXPECT_TRUE(seen.insert(id).second) << id;
        up = page->getValue<std::string>("prev_cursor");
    }
    EXPECT_EQ(seen.size(), added);
}

TEST_F(AuditSessionPages, ShowOneSessionWithWhyFirst)
{
    fill();
    const auto list = get("/audit/sessions?verdict=inspect");
    const auto id = list->getArray("items")->getObject(0)->getValue<std::string>("id");
    log_->store().checkpoint(test::sampleTime(9));
    const auto session = get("/audit/sessions/" + id);
    EXPECT_EQ(session->getObject("why")->getValue<std::string>("title"),
              "Allowed and looked into, by access rule \u201cStaff, web\u201d");
    EXPECT_EQ(session->getObject("row")->getValue<std::string>("user"), "alice");
    EXPECT_EQ(session->getArray("events")->size(), 2U);
    EXPECT_FALSE(session->getObject("considered")->getValue<bool>("available")); // no version 7
    EXPECT_EQ(session->getObject("integrity")->getValue<std::string>("verified"), "unknown");
    EXPECT_FALSE(session->getObject("integrity")->isNull("checkpoint_seq"));
    EXPECT_THAT(ask("GET", "/audit/sessions/" + id).body, HasSubstr("curl/7.88.1"));
    EXPECT_EQ(session->getObject("what_if")->getValue<std::string>("host"), "www.example.com");

    caller_.role = Role::HelpDesk;
    const auto less = ask("GET", "/audit/sessions/" + id).body;
    EXPECT_THAT(less, Not(HasSubstr("curl/7.88.1")));
    EXPECT_THAT(less, Not(HasSubstr("room=1")));
    EXPECT_THAT(less, Not(HasSubstr("app.example.com"))); // Origin
}

TEST_F(AuditSessionPages, ExplainByThePolicyThatDecided)
{
    auto document = policy::PolicyDocument::parse(
        R"({"format":1,"access":[{"id":"11111111-2222-4333-8444-000000000001","name":"Nobody",
        "action":"allow","when":{"user":["nobody"]}},
        {"id":"11111111-2222-4333-8444-555555555555","name":"Staff, web","action":"deny",
        "when":{"host":["*.dropbox.example"]}}]})");
    db::PolicyStore store(data() / db::PolicyStore::FileName);
    const auto version = store.publish(document, "ann", "no sharing");
    auto denied = test::sampleDecision(2);
    test::decideBySampleRule(denied);
    denied.policyVersion = version;
    denied.host = "www.dropbox.example";
    log_->write({denied});
    const auto id =
        get("/audit/sessions")->getArray("items")->getObject(0)->getValue<std::string>("id");
    const auto session = get("/audit/sessions/" + id);
    const auto why = session->getObject("why");
    EXPECT_EQ(why->getValue<std::string>("title"), "Denied by access rule \u201cStaff, web\u201d");
    EXPECT_EQ(why->getValue<std::string>("sentence"),
              "The host www.dropbox.example is below *.dropbox.example. 1 rule before it did not "
              "match.");
    const auto considered = session->getObject("considered");
    EXPECT_TRUE(considered->getValue<bool>("agrees"));
    EXPECT_TRUE(session->getValue<bool>("policy_is_live"));
    EXPECT_FALSE(session->isNull("policy_published_at"));
    std::vector<std::string> outcomes;
    const auto rules = considered->getArray("rules");
    for (unsigned i = 0; i < rules->size(); ++i)
        if (rules->getObject(i)->getValue<std::string>("layer") == "access")
            outcomes.push_back(rules->getObject(i)->getValue<std::string>("outcome"));
    EXPECT_THAT(outcomes, ElementsAre("no", "match"));

    caller_.role = Role::HelpDesk;
    const auto sentence = get("/audit/why?session=" + id);
    EXPECT_EQ(sentence->getValue<std::string>("sentence"),
              "Denied by access rule \u201cStaff, web\u201d. The host "
              "www.dropbox.example is below *.dropbox.example. 1 rule before it did not match.");
    const auto asked = get("/audit/why?url=www.dropbox.example");
    EXPECT_EQ(asked->getValue<std::string>("session"), id);
    const auto other = get("/audit/why?url=https://cdn.dropbox.example/x&user=bob");
    EXPECT_EQ(other->getValue<std::string>("source"), "what-if");
    EXPECT_EQ(other->getValue<std::string>("verdict"), "deny");
    EXPECT_THAT(other->getValue<std::string>("sentence"),
                HasSubstr("the policy says: Denied by rule 2 \u201cStaff, web\u201d of the access "
                          "layer, because the host cdn.dropbox.example is below "
                          "*.dropbox.example."));
    EXPECT_EQ(ask("GET", "/audit/why?user=bob").status, 422);
}

TEST_F(AuditSessionPages, AskThePolicyOfTheAddressThatTheHostHasNow)
{
    auto document = policy::PolicyDocument::parse(
        R"({"format":1,"access":[{"name":"Everybody","action":"allow"}]})");
    db::PolicyStore(data() / db::PolicyStore::FileName).publish(document, "ann", "open");
    const auto askAbout = [this](const std::string& host) {
        return get("/audit/why?user=bob&url=https://" + host + "/");
    };
    const auto unknown = askAbout("www.example.org");
    EXPECT_EQ(unknown->getValue<std::string>("verdict"), "undecided");
    EXPECT_THAT(unknown->getValue<std::string>("sentence"), HasSubstr("Undecided"));

    serve({.dataDirectory = {}, .resolve = [](const std::string& host) {
               if (host == "nowhere.example.org")
                   throw std::runtime_error("no such name");
               return std::vector<std::string>{host.starts_with("www") ? "203.0.114.9"
                                                                       : "10.0.0.7"};
           }});
    const auto allowed = askAbout("www.example.org");
    EXPECT_EQ(allowed->getValue<std::string>("verdict"), "allow");
    EXPECT_THAT(allowed->getValue<std::string>("sentence"), HasSubstr("Everybody"));
    EXPECT_EQ(askAbout("intranet.example.org")->getValue<std::string>("verdict"), "deny");
    const auto nowhere = askAbout("nowhere.example.org");
    EXPECT_EQ(nowhere->getValue<std::string>("verdict"), "error");
    EXPECT_THAT(nowhere->getValue<std::string>("sentence"), HasSubstr("no address of nowhere"));
}

TEST_F(AuditSessionPages, SayWhatAnAnswerWaitsFor)
{
    db::PolicyStore store(data() / db::PolicyStore::FileName);
    store.publish(policy::PolicyDocument::parse(
                      R"({"format":1,"access":[{"id":"11111111-2222-4333-8444-000000000001",
        "name":"One host","action":"allow","when":{"host":["a.example"]}}]})"),
                  "ann", "one host");
    const auto asked = get("/audit/why?url=a.example:443&client=10.0.0.1");
    EXPECT_EQ(asked->getValue<std::string>("source"), "what-if");
    EXPECT_EQ(asked->getValue<std::string>("verdict"), "undecided");
    EXPECT_THAT(asked->getValue<std::string>("sentence"),
                AllOf(HasSubstr("Undecided: "), HasSubstr("asks for it.")));
}

TEST_F(AuditSessionPages, GiveWhatAWhatIfAsksFor)
{
    auto tunnel = test::sampleFullOpen(3);
    log_->write({tunnel});
    const auto id =
        get("/audit/sessions")->getArray("items")->getObject(0)->getValue<std::string>("id");
    const auto asked = get("/audit/sessions/" + id)->getObject("what_if");
    api::JsonFields body(new Poco::JSON::Object(*asked));
    EXPECT_EQ(body.text("policy"), "draft");
    EXPECT_EQ(questionIn(body).facts.host, tunnel.host);
    body.refuseOthers();
    body.throwIfWrong();
}

TEST_F(AuditSessionPages, AnswerIdsThatAreNone)
{
    fill();
    EXPECT_EQ(ask("GET", "/audit/sessions/0193").status, 422);
    EXPECT_EQ(ask("GET", "/audit/sessions/zzzzzzzzzzzz").status, 422);
    EXPECT_EQ(ask("GET", "/audit/sessions/0193ffff").status, 404);
    const auto several = get("/audit/sessions/01935a10", 409);
    EXPECT_EQ(several->getArray("candidates")->size(), 5U);
}

TEST_F(AuditSessionPages, MaskUsersUntilSomebodySaysWhy)
{
    fill();
    serve({.dataDirectory = {}, .privacy = [] {
               return PrivacySettings{UserNames::Masked, PrivacySettings::Details::Recorded};
           }});
    const auto denied = [this] {
        return get("/audit/sessions?verdict=deny")->getArray("items")->getObject(0);
    };
    EXPECT_TRUE(denied()->isNull("user"));
    EXPECT_TRUE(denied()->getValue<bool>("user_masked"));
    EXPECT_EQ(ask("GET", "/audit/sessions?user=bob").status, 403);
    EXPECT_EQ(ask("GET", "/audit/sessions?q=-user:bob").status, 403);
    const auto id = denied()->getValue<std::string>("id");
    EXPECT_THAT(ask("GET", "/audit/sessions/" + id).body, Not(HasSubstr("bob")));
    EXPECT_THAT(ask("GET", "/audit/facets?fields=user").body, Not(HasSubstr("bob")));
    EXPECT_THAT(ask("GET", "/audit/facet-values?field=user&prefix=b").body, Not(HasSubstr("bob")));
    EXPECT_EQ(ask("POST", "/audit/reveal", "{}").status, 422);
    const auto state = json("POST", "/audit/reveal", 200, R"({"reason":"INC-7"})");
    EXPECT_FALSE(state->getValue<bool>("users_masked"));
    EXPECT_EQ(denied()->getValue<std::string>("user"), "bob");
    EXPECT_EQ(found("user=bob").size(), 1U);
    caller_.session = "another";
    EXPECT_TRUE(denied()->isNull("user"));
    std::string told;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data()))
        if (entry.path().string().contains("admin.spool")) {
            std::ifstream file(entry.path(), std::ios::binary);
            told.append(std::istreambuf_iterator<char>(file), {});
        }
    EXPECT_THAT(told, HasSubstr("audit.reveal"));
    EXPECT_THAT(told, HasSubstr("INC-7"));
    EXPECT_THAT(told, HasSubstr("audit.show"));
}

TEST_F(AuditSessionPages, AddUpToWhatTheListHolds)
{
    fill();
    const auto histogram = get("/audit/histogram");
    const auto totals = histogram->getObject("totals");
    EXPECT_EQ(totals->getValue<int>("deny"), 1);
    EXPECT_EQ(totals->getValue<int>("error"), 1);
    EXPECT_EQ(totals->getValue<int>("inspect"), 1);
    EXPECT_EQ(totals->getValue<int>("allow"), 2);
    EXPECT_FALSE(histogram->getValue<bool>("approx"));
    const auto series = histogram->getObject("series");
    for (const char* name : {"deny", "error", "inspect", "allow"})
        EXPECT_EQ(series->getArray(name)->size(), series->getArray("deny")->size());

    const auto facets = get("/audit/facets?verdict=deny")->getObject("facets");
    EXPECT_EQ(facets->getObject("verdict")->getValue<int>("distinct"), 4); // its own choice aside
    EXPECT_EQ(facets->getObject("host")->getValue<int>("distinct"), 1);
    EXPECT_EQ(
        facets->getObject("user")->getArray("values")->getObject(0)->getValue<std::string>("value"),
        "bob");
    EXPECT_EQ(get("/audit/facets?fields=port")
                  ->getObject("facets")
                  ->getObject("port")
                  ->getValue<int>("distinct"),
              2);
    EXPECT_EQ(ask("GET", "/audit/facets?fields=colour").status, 422);

    const auto values = get("/audit/facet-values?field=host&prefix=drop")->getArray("values");
    ASSERT_EQ(values->size(), 1U);
    EXPECT_EQ(values->getObject(0)->getValue<std::string>("value"), "www.dropbox.example");
    EXPECT_EQ(get("/audit/facet-values?field=reason&prefix=connect")->getArray("values")->size(),
              3U);
    EXPECT_EQ(get("/audit/facet-values?field=user&prefix=AL")->getArray("values")->size(), 1U);
}

TEST_F(AuditSessionPages, MarkWhatWasPublished)
{
    auto event = test::sampleDecision(1);
    event.time = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) -
                 std::chrono::hours(1);
    auto later = test::sampleDecision(2);
    later.time = event.time + std::chrono::hours(2);
    log_->write({event, later});
    const auto marks = get("/audit/histogram")->getArray("marks");
    ASSERT_EQ(marks->size(), 1U);
    EXPECT_EQ(marks->getObject(0)->getValue<int>("version"), 1);
}

TEST_F(AuditSessionPages, CheckTheChainAsAJob)
{
    fill();
    EXPECT_EQ(get("/audit/integrity")->getValue<std::string>("state"), "never");
    const auto check = [this] {
        const auto job = json("POST", "/audit/integrity/verify", 202)->getValue<std::string>("job");
        for (int i = 0; i < 1000; ++i) {
            if (get("/jobs/" + job)->getValue<std::string>("state") != "running")
                break;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return get("/audit/integrity");
    };
    log_->store().checkpoint(test::sampleTime(9));
    const auto whole = check();
    EXPECT_EQ(whole->getValue<std::string>("state"), "whole");
    EXPECT_TRUE(whole->getValue<bool>("signatures_checked"));
    EXPECT_EQ(whole->getValue<std::string>("by"), "ann");
    EXPECT_TRUE(whole->isNull("first_bad"));
    const auto id = get("/audit/sessions?verdict=deny")
                        ->getArray("items")
                        ->getObject(0)
                        ->getValue<std::string>("id");
    EXPECT_EQ(
        get("/audit/sessions/" + id)->getObject("integrity")->getValue<std::string>("verified"),
        "yes");

    log_->close();
    for (const auto& file : db::auditFilePaths(log_->folder()))
        db::Database::openOrCreate(file, db::Durability::Normal)
            .execute("UPDATE session SET port = 1 WHERE seq = 3");
    const auto broken = check();
    EXPECT_EQ(broken->getValue<std::string>("state"), "broken");
    EXPECT_EQ(broken->getObject("first_bad")->getValue<std::string>("seq"), "3");
    serve(); // as after a restart
    EXPECT_EQ(get("/audit/integrity")->getValue<std::string>("state"), "broken");
    EXPECT_EQ(
        get("/audit/sessions/" + id)->getObject("integrity")->getValue<std::string>("verified"),
        "no");
    caller_.role = Role::HelpDesk;
    EXPECT_EQ(ask("POST", "/audit/integrity/verify").status, 403);
}

} // namespace
} // namespace sallyport::admin::audit
