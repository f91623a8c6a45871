#include "unit/admin/accounts/Site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

using testing::Contains;
using testing::HasSubstr;

class SignInSettings : public testing::Test {
protected:
    SignInSettings() { EXPECT_EQ(ann_.setUp().status, 201); }

    Site site_;
    Visitor ann_{site_};
};

constexpr const char* Path = "/settings/sign-in";

TEST_F(SignInSettings, HaveDefaults)
{
    EXPECT_EQ(ann_.get(Path).body, R"({"two_person":false,"idle_minutes":30,"absolute_hours":12})");
    EXPECT_FALSE(site_.accounts().twoPersonPublishing());
}

TEST_F(SignInSettings, CountAtOnceAndAfterARestart)
{
    EXPECT_EQ(ann_.patch(Path, R"({"two_person": true, "idle_minutes": 10})").status, 200);
    EXPECT_TRUE(site_.accounts().twoPersonPublishing());
    EXPECT_THAT(ann_.get("/session").body, HasSubstr(R"("two-person")"));
    EXPECT_THAT(site_.actLines(), Contains("ann settings.change sign-in"));
    site_.open();
    EXPECT_TRUE(site_.accounts().twoPersonPublishing());
    EXPECT_THAT(ann_.get(Path).body, HasSubstr(R"("idle_minutes":10)"));
    site_.pass(std::chrono::minutes(10));
    EXPECT_EQ(ann_.get("/session").status, 401);
}

TEST_F(SignInSettings, AreGuardedAndChecked)
{
    EXPECT_EQ(ann_.ask("PATCH", Path, "{}").status, 428);
    EXPECT_EQ(ann_.ask("PATCH", Path, "{}", {{"if-match", "\"x\""}}).status, 412);
    EXPECT_EQ(ann_.patch(Path, R"({"idle_minutes": 4})").status, 422);
    EXPECT_EQ(ann_.patch(Path, R"({"absolute_hours": 25})").status, 422);
    EXPECT_EQ(ann_.patch(Path, R"({"two_person": 1})").status, 422);
    EXPECT_EQ(ann_.patch(Path, R"({"other": 1})").status, 422);
}

} // namespace
} // namespace sallyport::admin::accounts
