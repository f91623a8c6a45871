// Privacy and monitoring settings of the API, and what they change.

#include "ApiCalls.h"
#include "admin/settings/OversightResource.h"

#include <gmock/gmock.h>

namespace sallyport::admin::settings {
namespace {

using testing::HasSubstr;

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

} // namespace
} // namespace sallyport::admin::settings
