#include "db/AuditHead.h"
#include "unit/admin/audit/AuditDesk.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

namespace sallyport::admin::audit {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class AuditKeptPages : public test::AuditDesk {
protected:
    void fill()
    {
        for (std::uint16_t i = 0; i < 5; ++i)
            log_->write({test::sampleOpen(i), test::sampleClose(i),
                         test::sampleDecision(static_cast<std::uint16_t>(100 + i))});
    }
    Json finished(const std::string& job)
    {
        for (int i = 0; i < 1000; ++i) {
            const auto state = get("/jobs/" + job);
            if (state->getValue<std::string>("state") != "running")
                return state;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ADD_FAILURE() << "no end";
        return {};
    }
    Json exported(const std::string& body)
    {
        const auto job = json("POST", "/audit/exports", 202, body)->getValue<std::string>("job");
        const auto state = finished(job);
        EXPECT_EQ(state->getValue<std::string>("state"), "done");
        return state->getObject("result");
    }
    std::string fileOf(const std::string& id)
    {
        const auto answer = ask("GET", "/audit/exports/" + id + "/file");
        EXPECT_EQ(answer.status, 200);
        std::ostringstream text;
        answer.stream(text);
        return text.str();
    }
    std::string trail()
    {
        std::string told;
        db::AdminSpool(data())
            .read([](const auto&) { return std::uint64_t{0}; })
            .transform([&told](const db::AdminSpool::Unread& unread) {
                for (const auto& act : unread.acts)
                    told += act.action + ' ' + act.object + '\n';
                return 0;
            });
        return told;
    }
};

TEST_F(AuditKeptPages, ExportWhatTheSearchFinds)
{
    fill();
    const auto entry = exported(R"({"format":"csv","filter":"verdict=deny","note":"INC-7"})");
    EXPECT_EQ(entry->getValue<int>("count"), 5);
    EXPECT_EQ(entry->getValue<std::string>("state"), "done");
    EXPECT_EQ(entry->getValue<std::string>("chain_seq"), "15");
    EXPECT_THAT(entry->getValue<std::string>("chain_head"), SizeIs(64));
    const auto id = entry->getValue<std::string>("id");
    const auto text = fileOf(id);
    EXPECT_EQ(std::ranges::count(text, '\n'), 6); // with the header
    EXPECT_EQ(entry->getValue<std::string>("bytes"), std::to_string(text.size()));
    const auto path = data() / "exports" / (id + ".csv");
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(get("/audit/exports")->getArray("items")->size(), 1U);
    EXPECT_THAT(trail(), HasSubstr("audit.export " + id));
    EXPECT_THAT(trail(), HasSubstr("audit.export.download " + id));

    EXPECT_EQ(ask("DELETE", "/audit/exports/" + id).status, 428);
    caller_.account = "8";
    EXPECT_EQ(ask("DELETE", "/audit/exports/" + id, "", {{"if-match", "\"done\""}}).status, 403);
    caller_.account = "7";
    EXPECT_EQ(ask("DELETE", "/audit/exports/" + id, "", {{"if-match", "\"done\""}}).status, 204);
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(ask("GET", "/audit/exports/" + id).status, 404);
}

struct ExportCase {
    const char* name;
    const char* body;
    int lines;
};
class AuditExportFormat : public AuditKeptPages, public testing::WithParamInterface<ExportCase> {};

TEST_P(AuditExportFormat, HasALineForEach)
{
    fill();
    const auto entry = exported(GetParam().body);
    EXPECT_EQ(entry->getValue<int>("count"), GetParam().lines);
    const auto text = fileOf(entry->getValue<std::string>("id"));
    EXPECT_EQ(std::ranges::count(text, '\n'), GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    Audit, AuditExportFormat,
    testing::Values(ExportCase{"Sessions", R"({"format":"jsonl","filter":""})", 10},
                    ExportCase{"Events", R"({"format":"jsonl","filter":"","rows":"events"})", 15},
                    ExportCase{"EventsOfSome",
                               R"({"format":"jsonl","filter":"state=ended","rows":"events"})", 10},
                    ExportCase{"None",
                               R"({"format":"jsonl","filter":"host=x.test","rows":"events"})", 0},
                    ExportCase{"Ecs", R"({"format":"ecs","filter":"verdict=allow"})", 5},
                    ExportCase{"Ocsf", R"({"format":"ocsf","filter":"verdict=allow"})", 5}),
    [](const auto& info) { return info.param.name; });

TEST_F(AuditKeptPages, RefuseExportsThatCannotBe)
{
    EXPECT_EQ(ask("POST", "/audit/exports", R"({"format":"pdf","filter":""})").status, 422);
    EXPECT_EQ(ask("POST", "/audit/exports", R"({"format":"csv","filter":"verdict=no"})").status,
              422);
    EXPECT_EQ(ask("POST", "/audit/exports", R"({"format":"csv","colour":1})").status, 422);
    caller_.role = Role::HelpDesk;
    EXPECT_EQ(ask("POST", "/audit/exports", R"({"format":"csv","filter":""})").status, 403);
    EXPECT_EQ(ask("GET", "/audit/exports").status, 403);
}

TEST_F(AuditKeptPages, KeepSearchesOfOneAndOfAll)
{
    const auto mine = json("POST", "/audit/searches", 201,
                           R"({"name":"Mine","query":"verdict=deny","columns":["time","host"]})");
    EXPECT_TRUE(mine->getValue<bool>("mine"));
    EXPECT_EQ(ask("POST", "/audit/searches", R"({"name":"Mine","query":""})").status, 409);
    json("POST", "/audit/searches", 201, R"({"name":"Ours","query":"host=a","shared":true})");
    EXPECT_EQ(get("/audit/searches")->getArray("items")->size(), 5U); // three are built in
    const auto path = "/audit/searches/" + mine->getValue<std::string>("id");
    const std::map<std::string, std::string> match{
        {"if-match", '"' + mine->getValue<std::string>("etag") + '"'}};
    EXPECT_EQ(ask("PATCH", path, R"({"name":"Other"})").status, 428);
    const auto changed = json("PATCH", path, 200, R"({"name":"Other"})", match);
    EXPECT_EQ(changed->getValue<std::string>("query"), "verdict=deny");
    EXPECT_EQ(changed->getArray("columns")->size(), 2U);
    EXPECT_EQ(ask("PATCH", path, R"({"name":"Again"})", match).status, 412);
    EXPECT_EQ(ask("PATCH", path, R"({"colour":"red"})", {{"if-match", "*"}}).status, 422);

    caller_.account = "8";
    EXPECT_EQ(ask("GET", path).status, 404);
    EXPECT_EQ(get("/audit/searches")->getArray("items")->size(), 4U);
    const auto shared = get("/audit/searches")->getArray("items")->getObject(3);
    const auto sharedPath = "/audit/searches/" + shared->getValue<std::string>("id");
    EXPECT_EQ(ask("DELETE", sharedPath, "", {{"if-match", "*"}}).status, 403);
    caller_.role = Role::HelpDesk;
    EXPECT_EQ(ask("POST", "/audit/searches", R"({"name":"S","query":"","shared":true})").status,
              403);
    caller_.role = Role::Admin;
    EXPECT_EQ(ask("DELETE", sharedPath, "", {{"if-match", "*"}}).status, 204);
    EXPECT_THAT(trail(), HasSubstr("search.delete Ours"));
}

TEST_F(AuditKeptPages, TellWhatAdministratorsDid)
{
    for (int i = 0; i < 5; ++i) {
        auto act = test::sampleAct();
        act.action = i < 3 ? "policy.publish" : "audit.export";
        log_->act(act);
    }
    const auto page = get("/audit/admin?limit=2");
    const auto first = page->getArray("items")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("who"), "admin");
    EXPECT_EQ(first->getObject("before")->getValue<int>("version"), 7);
    EXPECT_EQ(first->getValue<std::string>("note"), "CHG-1234");
    const auto older =
        get("/audit/admin?limit=2&cursor=" + page->getValue<std::string>("next_cursor"));
    EXPECT_EQ(older->getArray("items")->getObject(0)->getValue<std::string>("seq"), "3");
    log_->act(test::sampleAct());
    const auto newer = get("/audit/admin?cursor=" + page->getValue<std::string>("prev_cursor"));
    EXPECT_EQ(newer->getArray("items")->size(), 1U);
    const auto exports = get("/audit/admin?action=audit.*");
    EXPECT_EQ(exports->getArray("items")->size(), 2U);
    EXPECT_TRUE(exports->isNull("next_cursor"));
    EXPECT_EQ(ask("GET", "/audit/admin?cursor=x").status, 422);
    EXPECT_EQ(ask("GET", "/audit/admin?from=x").status, 422);
    caller_.role = Role::HelpDesk;
    EXPECT_EQ(ask("GET", "/audit/admin").status, 403);
}

TEST_F(AuditKeptPages, FindPagesAndWhatOthersKnow)
{
    AuditPagesSettings settings;
    settings.find.emplace_back([](const api::Caller&, std::string_view text, std::size_t) {
        return std::vector<FindItem>{{"rule", "Rule " + std::string(text), "", "/rules?id=1"}};
    });
    serve(settings);
    const auto items = get("/find?q=exp")->getArray("items");
    ASSERT_EQ(items->size(), 3U);
    EXPECT_EQ(items->getObject(0)->getValue<std::string>("route"), "/audit/exports");
    EXPECT_EQ(items->getObject(2)->getValue<std::string>("kind"), "rule");
    EXPECT_EQ(ask("GET", "/find").status, 422);
    caller_.role = Role::HelpDesk;
    EXPECT_EQ(get("/find?q=people")->getArray("items")->size(), 1U);
}

} // namespace
} // namespace sallyport::admin::audit
