// Privacy and monitoring settings of the API, and what they change.

#include "ApiCalls.h"
#include "admin/accounts/FindPeople.h"
#include "admin/settings/OversightResource.h"

#include <gmock/gmock.h>

namespace sallyport::admin::settings {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class OversightApi : public ApiCalls {
protected:
    OversightApi()
    {
        role_ = api::Role::Admin;
        resource_.addTo(router_);
    }
    Asked change(const std::string& body)
    {
        return askWithMatch("PATCH", Path, ask("GET", Path).tag, body);
    }

    static constexpr const char* Path = "/settings/oversight";
    db::AccountStore store_{folder_.file(db::AccountStore::FileName)};
    OversightOptions options_{store_};
    OversightResource resource_{options_, trail_};
};

TEST_F(OversightApi, ShowsAllAndMasksNothingAtFirst)
{
    EXPECT_EQ(
        ask("GET", Path).body,
        R"({"mask_users":false,"record_details":false,"metrics":"signed-in","quiet_days":30})");
    EXPECT_EQ(options_.values(), OversightOptions::Values());
}

TEST_F(OversightApi, KeepsWhatWasChanged)
{
    const auto body =
        R"({"mask_users":true,"record_details":true,"metrics":"everybody","quiet_days":7})";
    EXPECT_EQ(change(body).body, body);
    const OversightOptions again(store_);
    EXPECT_EQ(again.values(), options_.values());
    EXPECT_EQ(again.values().privacy.users, audit::UserNames::Masked);
    EXPECT_EQ(again.values().privacy.details, audit::PrivacySettings::Details::Recorded);
    EXPECT_EQ(again.values().metrics, live::MetricsPage::OpenTo::Everybody);
    EXPECT_EQ(again.values().quiet, std::chrono::days(7));
    EXPECT_THAT(trailText(), HasSubstr("settings.change"));
}

TEST_F(OversightApi, IsGuardedAndChecked)
{
    EXPECT_EQ(ask("PATCH", Path, "{}").status, 428U);
    EXPECT_EQ(askWithMatch("PATCH", Path, "old", "{}").status, 412U);
    EXPECT_EQ(change(R"({"quiet_days": 0})").pointer(), "/quiet_days");
    EXPECT_EQ(change(R"({"metrics": "nobody"})").pointer(), "/metrics");
    EXPECT_EQ(change(R"({"other": 1})").status, 422U);
    role_ = api::Role::Auditor;
    EXPECT_EQ(ask("GET", Path).status, 403U);
}

TEST_F(OversightApi, PeopleAreFoundByAdmins)
{
    db::Person ann;
    ann.id = "p_ann";
    ann.name = "a.okafor";
    ann.display = "Ada Okafor";
    ann.role = "admin";
    store_.add(ann, [] {});
    const auto found = accounts::findPeople(store_, callerWith(api::Role::Admin), "ADA", 6);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, "person");
    EXPECT_EQ(found[0].label, "a.okafor");
    EXPECT_EQ(found[0].detail, "Ada Okafor, admin");
    EXPECT_EQ(found[0].route, "/people?id=p_ann");
    EXPECT_THAT(accounts::findPeople(store_, callerWith(api::Role::Admin), "zoe", 6), IsEmpty());
    EXPECT_THAT(accounts::findPeople(store_, callerWith(api::Role::Editor), "ada", 6), IsEmpty());
}

} // namespace
} // namespace sallyport::admin::settings
