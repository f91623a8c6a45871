// The lists of the API: made, described, edited, imported in two steps, looked up, fetched; nothing
// without the trail.

#include "ApiCalls.h"
#include "admin/lists/FindLists.h"
#include "admin/lists/Lists.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <gmock/gmock.h>

#include <functional>

namespace sallyport::admin::lists {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ListsApi : public ApiCalls {
protected:
    ListsApi() { lists_.addTo(router_); }

    std::string make(const std::string& name, const std::string& text = "")
    {
        EXPECT_EQ(ask("POST", "/lists", R"({"name": ")" + name + R"("})").status, 201U);
        return text.empty() ? tagOf(name) : import(name, text);
    }

    std::string import(const std::string& name, const std::string& text,
                       const std::string& query = "")
    {
        const auto read = send(name, text, query);
        EXPECT_EQ(read.status, 201U) << read.body;
        const auto applied =
            ask("POST", read.location.substr(std::string("/api/v1").size()) + "/apply");
        EXPECT_EQ(applied.status, 200U) << applied.body;
        return applied.tag;
    }

    Asked send(const std::string& name, const std::string& text, const std::string& query = "")
    {
        Extra extra;
        extra.mediaType = "text/plain";
        return ask("POST", "/lists/" + name + "/import" + query, text, extra);
    }

    std::string tagOf(const std::string& name) { return ask("GET", "/lists/" + name).tag; }

    std::vector<std::string> entries(const std::string& name, const std::string& query = "")
    {
        std::vector<std::string> found;
        const auto items =
            ask("GET", "/lists/" + name + "/entries" + query).json()->getArray("items");
        for (unsigned i = 0; i < items->size(); ++i)
            found.push_back(items->getObject(i)->getValue<std::string>("entry"));
        return found;
    }

    void publish(const std::string& document)
    {
        db::PolicyStore(policyFile_).publish(policy::PolicyDocument::parse(document), "alice", "");
    }

    Lists lists_{policyFile_, trail_, jobs_};
};

constexpr const char* UsesAds = R"({"format": 1, "access": [
    {"name": "No ads", "action": "deny", "when": {"host": ["list:ads"]}}]})";

TEST_F(ListsApi, AreFoundByAPartOfNameOrComment)
{
    make("bad-hosts");
    EXPECT_EQ(ask("POST", "/lists", R"({"name": "ads", "comment": "All BAD trackers"})").status,
              201U);
    const auto found = findLists(policyFile_, "bad", 6);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, "list");
    EXPECT_EQ(found[0].label, "ads");
    EXPECT_EQ(found[0].detail, "All BAD trackers");
    EXPECT_EQ(found[0].route, "/lists/ads");
    EXPECT_EQ(found[1].route, "/lists/bad-hosts");
    EXPECT_EQ(findLists(policyFile_, "bad", 1).size(), 1U);
    EXPECT_THAT(findLists(policyFile_, "good", 6), IsEmpty());
}

TEST_F(ListsApi, AreMadeAndShownAndRecorded)
{
    const auto made = ask("POST", "/lists", R"({"name": "ads", "comment": "from the vendor"})");
    EXPECT_EQ(made.status, 201U);
    EXPECT_EQ(made.location, "/api/v1/lists/ads");
    const auto shown = ask("GET", "/lists/ads");
    EXPECT_EQ(shown.tag, made.tag);
    EXPECT_EQ(shown.json()->getValue<std::string>("comment"), "from the vendor");
    EXPECT_EQ(shown.json()->getValue<std::string>("kind"), "empty");
    EXPECT_EQ(shown.json()->getValue<std::string>("changed_by"), "ann");
    EXPECT_THAT(trailText(), HasSubstr("list.create"));
    EXPECT_EQ(ask("GET", "/lists/other").status, 404U);
}

struct BadList {
    const char* name;
    const char* body;
    unsigned status;
    const char* pointer;
};

class ListsRefused : public ListsApi, public testing::WithParamInterface<BadList> {};

TEST_P(ListsRefused, NamesTheField)
{
    make("ads");
    const auto answer = ask("POST", "/lists", GetParam().body);
    EXPECT_EQ(answer.status, GetParam().status) << answer.body;
    if (answer.status == 422U)
        EXPECT_EQ(answer.pointer(), GetParam().pointer);
    EXPECT_EQ(ask("GET", "/lists").json()->getValue<int>("total"), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ListsRefused,
    testing::Values(
        BadList{"NoName", "{}", 422, "/name"},
        BadList{"Spelling", R"({"name": "Ads"})", 422, "/name"},
        BadList{"Known", R"({"name": "ads"})", 409, ""},
        BadList{"Word", R"({"name": "lookup"})", 422, "/name"},
        BadList{"Unknown", R"({"name": "b", "x": 1})", 422, "/x"},
        BadList{"FeedScheme", R"({"name": "b", "feed": {"url": "file:///etc/passwd"}})", 422,
                "/feed/url"},
        BadList{"FeedPassword", R"({"name": "b", "feed": {"url": "http://a:b@c.example/"}})", 422,
                "/feed/url"},
        BadList{"FeedInterval",
                R"({"name": "b", "feed": {"url": "http://c.example/", "interval_s": 5}})", 422,
                "/feed/interval_s"},
        BadList{"FeedForm", R"({"name": "b", "feed": {"url": "http://c.example/", "format": "x"}})",
                422, "/feed/format"}),
    [](const auto& info) { return info.param.name; });

struct RoleCase {
    const char* name;
    const char* method;
    const char* target;
    api::Role least;
};

class ListsRoles : public ListsApi, public testing::WithParamInterface<RoleCase> {};

TEST_P(ListsRoles, AreRefusedBelowTheLeast)
{
    for (const auto role :
         {api::Role::HelpDesk, api::Role::Auditor, api::Role::Editor, api::Role::Admin}) {
        role_ = role;
        const auto status = ask(GetParam().method, GetParam().target, "{}").status;
        EXPECT_EQ(status == 403U, role < GetParam().least) << api::roleName(role) << status;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Routes, ListsRoles,
    testing::Values(RoleCase{"All", "GET", "/lists", api::Role::HelpDesk},
                    RoleCase{"Make", "POST", "/lists", api::Role::Editor},
                    RoleCase{"LookUp", "GET", "/lists/lookup", api::Role::HelpDesk},
                    RoleCase{"One", "GET", "/lists/a", api::Role::HelpDesk},
                    RoleCase{"Change", "PATCH", "/lists/a", api::Role::Editor},
                    RoleCase{"Delete", "DELETE", "/lists/a", api::Role::Editor},
                    RoleCase{"Versions", "GET", "/lists/a/versions", api::Role::HelpDesk},
                    RoleCase{"Entries", "GET", "/lists/a/entries", api::Role::HelpDesk},
                    RoleCase{"Add", "POST", "/lists/a/entries", api::Role::Editor},
                    RoleCase{"Remove", "DELETE", "/lists/a/entries", api::Role::Editor},
                    RoleCase{"Import", "POST", "/lists/a/import", api::Role::Editor},
                    RoleCase{"Apply", "POST", "/lists/a/import/x/apply", api::Role::Editor},
                    RoleCase{"Refresh", "POST", "/lists/a/refresh", api::Role::Editor},
                    RoleCase{"Export", "GET", "/lists/a/export", api::Role::HelpDesk}),
    [](const auto& info) { return info.param.name; });

TEST_F(ListsApi, ArePagedAndFiltered)
{
    for (const auto* name : {"a", "b", "c"})
        make(name);
    import("b", "10.0.0.0/8\n");
    auto page = ask("GET", "/lists?limit=2").json();
    EXPECT_EQ(page->getArray("items")->size(), 2U);
    EXPECT_EQ(page->getValue<std::string>("next_cursor"), "b");
    page = ask("GET", "/lists?limit=2&cursor=b").json();
    EXPECT_EQ(page->getArray("items")->size(), 1U);
    EXPECT_TRUE(page->isNull("next_cursor"));
    page = ask("GET", "/lists?kind=networks").json();
    EXPECT_EQ(page->getValue<int>("total"), 1);
    EXPECT_EQ(ask("GET", "/lists?q=C").json()->getValue<int>("total"), 1);
    EXPECT_EQ(ask("GET", "/lists?x=1").status, 422U);
    EXPECT_EQ(ask("GET", "/lists?limit=501").pointer(), "?limit");
}

TEST_F(ListsApi, ChangesNeedTheStateTheyGoBy)
{
    const auto tag = make("ads");
    EXPECT_EQ(ask("PATCH", "/lists/ads", R"({"comment": "x"})").status, 428U);
    EXPECT_EQ(askWithMatch("PATCH", "/lists/ads", "other", R"({"comment": "x"})").status, 412U);
    const auto changed = askWithMatch("PATCH", "/lists/ads", tag, R"({"comment": "x"})");
    EXPECT_EQ(changed.status, 200U);
    EXPECT_NE(changed.tag, tag);
    EXPECT_EQ(askWithMatch("DELETE", "/lists/ads", tag).status, 412U);
    EXPECT_EQ(askWithMatch("DELETE", "/lists/ads", changed.tag).status, 204U);
    EXPECT_EQ(ask("GET", "/lists/ads").status, 404U);
    EXPECT_THAT(trailText(), HasSubstr("list.delete"));
}

TEST_F(ListsApi, AreKeptWhileARuleRefersToThem)
{
    const auto tag = make("ads", "ads.example\n");
    publish(UsesAds);
    const auto use = ask("GET", "/lists/ads").json()->getObject("used_by");
    EXPECT_EQ(use->getValue<int>("live"), 1);
    EXPECT_EQ(use->getArray("rules")->getObject(0)->getValue<std::string>("name"), "No ads");
    const auto answer = askWithMatch("DELETE", "/lists/ads", tag);
    EXPECT_EQ(answer.status, 409U);
    EXPECT_EQ(answer.json()->getArray("rules")->size(), 1U);
}

TEST_F(ListsApi, AreEditedByHandForTheNextPublication)
{
    auto tag = make("ads", "ads.example\n");
    publish(UsesAds);
    auto answer = askWithMatch("POST", "/lists/ads/entries", tag,
                               R"({"entries": [".Bad.example", "10.1.2.3", "ads.example"]})");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_TRUE(answer.json()->getValue<bool>("pending"));
    EXPECT_THAT(entries("ads"),
                ElementsAre("*.bad.example", "10.1.2.3/32", "ads.example", "bad.example"));
    answer = askWithMatch("DELETE", "/lists/ads/entries", answer.tag,
                          R"({"entries": ["*.bad.example"], "note": "too much"})");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.json()->getValue<std::string>("note"), "too much");
    EXPECT_THAT(entries("ads"), ElementsAre("10.1.2.3/32", "ads.example", "bad.example"));
    EXPECT_THAT(trailText(), HasSubstr("list.edit"));
    EXPECT_EQ(ask("GET", "/lists/ads/versions").json()->getArray("items")->size(), 4U);

    answer = askWithMatch("POST", "/lists/ads/entries", answer.tag,
                          R"({"entries": ["fine.example", "not fine"]})");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.pointer(), "/entries/1");
    EXPECT_THAT(entries("ads"), Not(testing::Contains("fine.example")));
}

TEST_F(ListsApi, EntriesAreFoundByBeginningAndEndAndPaged)
{
    make("ads", "a.example\nb.example\nexample.org\n10.0.0.0/8\n");
    EXPECT_THAT(entries("ads", "?q=example"), ElementsAre("a.example", "b.example", "example.org"));
    EXPECT_THAT(entries("ads", "?limit=2"), ElementsAre("10.0.0.0/8", "a.example"));
    const auto page = ask("GET", "/lists/ads/entries?limit=2").json();
    EXPECT_THAT(entries("ads", "?limit=2&cursor=" + page->getValue<std::string>("next_cursor")),
                ElementsAre("b.example", "example.org"));
    EXPECT_EQ(ask("GET", "/lists/ads/export").body,
              "10.0.0.0/8\na.example\nb.example\nexample.org\n");
}

TEST_F(ListsApi, AreLookedUp)
{
    make("ads", "*.ads.example\n");
    make("nets", "10.0.0.0/8\n");
    publish(UsesAds);
    auto found = ask("GET", "/lists/lookup?host=x.ads.example").json()->getArray("items");
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->getObject(0)->getValue<std::string>("entry"), "*.ads.example");
    EXPECT_TRUE(found->getObject(0)->getValue<bool>("in_force"));
    found = ask("GET", "/lists/lookup?host=10.1.2.3").json()->getArray("items");
    ASSERT_EQ(found->size(), 1U);
    EXPECT_FALSE(found->getObject(0)->getValue<bool>("in_force"));
    EXPECT_EQ(ask("GET", "/lists/lookup?host=*.a").pointer(), "?host");
    EXPECT_EQ(ask("GET", "/lists/lookup").pointer(), "?host");
}

TEST_F(ListsApi, ImportsShowWhatTheyWouldChangeBeforeTheyDo)
{
    make("ads", "a.example\nb.example\n");
    const auto read = send("ads", "b.example\nc.example\nno good\n", "?file=new.txt");
    ASSERT_EQ(read.status, 201U) << read.body;
    const auto preview = read.json();
    EXPECT_EQ(preview->getValue<std::string>("state"), "ready");
    EXPECT_EQ(preview->getValue<int>("adds"), 1);
    EXPECT_EQ(preview->getValue<int>("removes"), 1);
    EXPECT_EQ(preview->getValue<int>("rejected"), 1);
    EXPECT_EQ(preview->getValue<std::string>("source"), "new.txt");
    EXPECT_THAT(entries("ads"), ElementsAre("a.example", "b.example"));

    const auto path = "/lists/ads/import/" + preview->getValue<std::string>("id");
    EXPECT_THAT(ask("GET", path + "/rejected").body, HasSubstr("3,\"no good\","));
    EXPECT_EQ(ask("POST", path + "/apply", R"({"note": "weekly"})").status, 200U);
    EXPECT_THAT(entries("ads"), ElementsAre("b.example", "c.example"));
    EXPECT_EQ(ask("GET", path).status, 404U);
    EXPECT_THAT(trailText(), HasSubstr("weekly"));
}

TEST_F(ListsApi, ImportsCanAdd)
{
    make("ads", "a.example\n");
    import("ads", "0.0.0.0 b.example\n", "?format=hosts&mode=add&bare_name=with_subdomains");
    EXPECT_THAT(entries("ads"), ElementsAre("*.b.example", "a.example", "b.example"));
    import("ads", "name;host\nx;c.example\n",
           "?format=csv&separator=semicolon&column=host&mode=add");
    EXPECT_THAT(entries("ads"), testing::Contains("c.example"));
}

TEST_F(ListsApi, ImportsLeaveNothingWhenTheyAreDroppedOrCut)
{
    make("ads", "a.example\n");
    const auto read = send("ads", "b.example\n", "?import_id=my-own-id-1");
    EXPECT_EQ(ask("DELETE", "/lists/ads/import/my-own-id-1").status, 204U);
    EXPECT_EQ(ask("POST", "/lists/ads/import/my-own-id-1/apply").status, 404U);

    Extra cut;
    cut.mediaType = "text/plain";
    cut.bodyBytes = 1000;
    const auto answer = ask("POST", "/lists/ads/import", "b.example\n", cut);
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(ask("GET", "/lists/ads/import").json()->getArray("items")->size(), 0U);
    EXPECT_THAT(entries("ads"), ElementsAre("a.example"));
}

TEST_F(ListsApi, ImportsOfSomethingElseAreRefusedWithTheLines)
{
    make("ads");
    const auto answer = send("ads", "<html>\n<p>no list</p>\n");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.json()->getObject("import")->getValue<int>("rejected"), 2);
    EXPECT_EQ(send("ads", "a\n", "?format=xml").pointer(), "?format");
    EXPECT_EQ(send("none", "a.example\n").status, 404U);
}

TEST_F(ListsApi, ImportsAreStaleWhenTheListWasChangedMeanwhile)
{
    const auto tag = make("ads", "a.example\n");
    const auto read = send("ads", "b.example\n");
    EXPECT_EQ(
        askWithMatch("POST", "/lists/ads/entries", tag, R"({"entries": ["c.example"]})").status,
        200U);
    const auto path = "/lists/ads/import/" + read.json()->getValue<std::string>("id");
    EXPECT_EQ(ask("POST", path + "/apply").status, 412U);
}

TEST_F(ListsApi, TakesAMillionEntries)
{
    make("big");
    std::string text;
    for (std::int64_t i = 0; i < 1'000'000; ++i)
        text.append("host-").append(std::to_string(i * 7919 % 1'000'003)).append(".example\n");
    import("big", text);
    EXPECT_EQ(ask("GET", "/lists/big").json()->getValue<int>("hosts"), 1'000'000);
    EXPECT_THAT(entries("big", "?q=host-999999."), ElementsAre("host-999999.example"));
}

// What a server on loopback answers to every request.
struct FileServer {
    struct Handler : Poco::Net::HTTPRequestHandler {
        explicit Handler(FileServer& server) : server_(server) {}
        void handleRequest(Poco::Net::HTTPServerRequest& request,
                           Poco::Net::HTTPServerResponse& response) override
        {
            if (request.getURI() == "/moved") {
                response.redirect("/file");
                return;
            }
            response.setStatus(server_.status);
            response.send() << server_.text;
        }
        FileServer& server_;
    };
    struct Factory : Poco::Net::HTTPRequestHandlerFactory {
        explicit Factory(FileServer& server) : server_(server) {}
        Poco::Net::HTTPRequestHandler*
        createRequestHandler(const Poco::Net::HTTPServerRequest&) override
        {
            return new Handler(server_);
        }
        FileServer& server_;
    };

    FileServer() { server.start(); }
    ~FileServer() { server.stopAll(true); }
    [[nodiscard]] std::string url(const std::string& path = "/file") const
    {
        return "http://" + socket.address().toString() + path;
    }

    std::string text = "a.example\nb.example\n";
    Poco::Net::HTTPResponse::HTTPStatus status = Poco::Net::HTTPResponse::HTTP_OK;
    Poco::Net::ServerSocket socket{Poco::Net::SocketAddress("127.0.0.1", 0)};
    Poco::Net::HTTPServer server{new Factory(*this), socket, new Poco::Net::HTTPServerParams};
};

TEST_F(ListsApi, AreImportedFromAnAddress)
{
    FileServer server;
    make("ads");
    const auto asked =
        ask("POST", "/lists/ads/import", R"({"url": ")" + server.url("/moved") + R"("})");
    ASSERT_EQ(asked.status, 202U) << asked.body;
    const auto job = jobAfterwards(asked.location);
    EXPECT_EQ(job->getValue<std::string>("state"), "done");
    EXPECT_EQ(job->getObject("result")->getValue<int>("adds"), 2);
    EXPECT_THAT(entries("ads"), IsEmpty());
}

class FeedsApi : public ListsApi {
protected:
    FeedsApi()
    {
        EXPECT_EQ(
            ask("POST", "/lists", R"({"name": "ads", "feed": {"url": ")" + server_.url() + R"("}})")
                .status,
            201U);
    }

    Poco::JSON::Object::Ptr refresh()
    {
        return jobAfterwards(ask("POST", "/lists/ads/refresh").location);
    }
    Poco::JSON::Object::Ptr feed() { return ask("GET", "/lists/ads").json()->getObject("feed"); }

    FileServer server_;
};

TEST_F(FeedsApi, TakeEffectAtOnceAlone)
{
    EXPECT_EQ(feed()->getValue<std::string>("state"), "waiting");
    EXPECT_EQ(refresh()->getValue<std::string>("state"), "done");
    const auto tag = make("other", "x.example\n");
    publish(R"({"format": 1, "access": [{"name": "No ads", "action": "deny",
            "when": {"host": ["list:ads", "list:other"]}}]})");
    askWithMatch("POST", "/lists/other/entries", tag, R"({"entries": ["y.example"]})");

    server_.text += "c.example\n";
    lists_.stop();
    auto fields = R"({"feed": {"url": ")" + server_.url() + R"(", "most_change_percent": 60}})";
    EXPECT_EQ(askWithMatch("PATCH", "/lists/ads", tagOf("ads"), fields).status, 200U);
    const auto job = refresh();
    ASSERT_EQ(job->getValue<std::string>("state"), "done");
    EXPECT_EQ(job->getObject("result")->getValue<int>("added"), 1);
    EXPECT_EQ(job->getObject("result")->getValue<int>("policy_version"), 3);
    EXPECT_EQ(feed()->getValue<std::string>("state"), "fresh");
    EXPECT_TRUE(lists_.troubledFeeds().empty());
    EXPECT_FALSE(ask("GET", "/lists/ads").json()->getValue<bool>("pending"));
    EXPECT_TRUE(ask("GET", "/lists/other").json()->getValue<bool>("pending"));
    EXPECT_THAT(trailText(), HasSubstr("list.refresh"));
}

TEST_F(FeedsApi, AreRefusedWhenTheyChangeTooMuchOrFail)
{
    static_cast<void>(refresh());
    server_.text = "a.example\nb.example\nc.example\nd.example\n";
    const auto job = refresh();
    EXPECT_EQ(job->getValue<std::string>("state"), "failed");
    EXPECT_THAT(feed()->getValue<std::string>("error"), HasSubstr("from 2 to 4"));
    EXPECT_EQ(feed()->getValue<std::string>("state"), "failed");
    server_.status = Poco::Net::HTTPResponse::HTTP_NOT_FOUND;
    EXPECT_EQ(refresh()->getValue<std::string>("state"), "failed");
    EXPECT_THAT(feed()->getValue<std::string>("error"), HasSubstr("404"));
    const auto troubled = lists_.troubledFeeds();
    ASSERT_EQ(troubled.size(), 1U);
    EXPECT_EQ(troubled[0].list, "ads");
    EXPECT_THAT(troubled[0].text, HasSubstr("404"));
    EXPECT_THAT(entries("ads"), ElementsAre("a.example", "b.example"));
    EXPECT_THAT(trailText(), HasSubstr("list.refresh-refused"));
}

TEST_F(FeedsApi, AreFetchedByThemselves)
{
    lists_.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (feed()->getValue<std::string>("state") != "fresh" &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    lists_.stop();
    EXPECT_EQ(feed()->getValue<std::string>("state"), "fresh");
    EXPECT_THAT(entries("ads"), ElementsAre("a.example", "b.example"));
}

TEST_F(ListsApi, WithoutAFeedAreNotRefreshed)
{
    make("ads");
    EXPECT_EQ(ask("POST", "/lists/ads/refresh").status, 409U);
}

TEST_F(ListsApi, AreNotChangedWithoutTheTrail)
{
    const auto tag = make("ads", "a.example\n");
    std::filesystem::remove(folder_.path() + "/admin.spool");
    std::filesystem::create_directory(folder_.path() + "/admin.spool");
    EXPECT_GE(
        askWithMatch("POST", "/lists/ads/entries", tag, R"({"entries": ["c.example"]})").status,
        500U);
    EXPECT_GE(askWithMatch("PATCH", "/lists/ads", tag, R"({"comment": "x"})").status, 500U);
    EXPECT_GE(askWithMatch("DELETE", "/lists/ads", tag).status, 500U);
    EXPECT_EQ(tagOf("ads"), tag);
    EXPECT_THAT(entries("ads"), ElementsAre("a.example"));
}

} // namespace
} // namespace sallyport::admin::lists
