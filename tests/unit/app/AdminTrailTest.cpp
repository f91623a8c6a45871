#include "app/AdminTrail.h"

#include "app/ListCommand.h"
#include "app/PolicyCommand.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class AdminTrail : public testing::Test {
protected:
    int run(int (*group)(std::span<const std::string>), std::vector<std::string> arguments)
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path()});
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int exitCode = group(arguments);
        static_cast<void>(testing::internal::GetCapturedStdout());
        error_ = testing::internal::GetCapturedStderr();
        return exitCode;
    }
    int policy(std::vector<std::string> arguments)
    {
        return run(runPolicyCommand, std::move(arguments));
    }

    [[nodiscard]] std::vector<db::AdminAct> acts() const
    {
        const auto unread = db::AdminSpool(folder_.path()).read([](const auto&) { return 0; });
        return unread ? unread->acts : std::vector<db::AdminAct>();
    }

    [[nodiscard]] std::string document(std::string_view name, std::string_view rules) const
    {
        return folder_.write(name, R"({"format": 1, "access": [)" + std::string(rules) + "]}");
    }
    [[nodiscard]] std::string one() const
    {
        return document("one.json", R"({"id": "00000000-0000-0000-0000-000000000001",
            "name": "One", "action": "allow", "when": {"host": ["a.example"]}})");
    }
    [[nodiscard]] std::string two() const
    {
        return document("two.json", R"({"id": "00000000-0000-0000-0000-000000000002",
            "name": "Two", "action": "allow", "when": {"host": ["b.example"]}})");
    }

    test::TemporaryFolder folder_;
    std::string error_;
};

TEST_F(AdminTrail, TellsWhoPublishedWhatAndWhy)
{
    using namespace std::chrono;
    const auto begin = floor<microseconds>(system_clock::now());
    ASSERT_EQ(policy({"import", one(), "--note", "NET-12"}), 0) << error_;
    ASSERT_EQ(policy({"import", two()}), 0) << error_;
    const auto all = acts();
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_GE(all[0].time, begin);
    EXPECT_EQ(all[0].who, actor());
    EXPECT_EQ(all[0].source, "command line");
    EXPECT_EQ(all[0].action, "policy.import");
    EXPECT_EQ(all[0].object, "policy");
    EXPECT_EQ(all[0].before, "");
    EXPECT_EQ(all[0].after,
              R"({"version":1,"summary":"0 guard rules, 1 access rule, otherwise deny"})");
    EXPECT_EQ(all[0].note, "NET-12");
    EXPECT_EQ(all[1].before, R"({"version":1})");
    EXPECT_EQ(all[1].after, R"({"version":2,"made_from":1,)"
                            R"("summary":"0 guard rules, 1 access rule, otherwise deny",)"
                            R"("difference":{"rules_added":1,"rules_removed":1}})");
}

TEST_F(AdminTrail, TellsOfDraftsAndRollbacks)
{
    ASSERT_EQ(policy({"import", one()}), 0) << error_;
    ASSERT_EQ(policy({"draft", "save", two()}), 0) << error_;
    ASSERT_EQ(policy({"publish", "--note", "go"}), 0) << error_;
    ASSERT_EQ(policy({"draft", "save", one()}), 0) << error_;
    ASSERT_EQ(policy({"draft", "discard"}), 0) << error_;
    ASSERT_EQ(policy({"draft", "discard"}), 0) << error_; // there is none
    ASSERT_EQ(policy({"rollback", "1"}), 0) << error_;
    const auto all = acts();
    ASSERT_THAT(all, SizeIs(6));
    EXPECT_EQ(all[1].action, "policy.draft-save");
    EXPECT_THAT(all[1].after, HasSubstr("\"base_version\":1"));
    EXPECT_EQ(all[2].action, "policy.publish");
    EXPECT_EQ(all[2].note, "go");
    EXPECT_EQ(all[4].action, "policy.draft-discard");
    EXPECT_THAT(all[4].before, HasSubstr("\"base_version\":2"));
    EXPECT_EQ(all[5].action, "policy.rollback");
    EXPECT_EQ(all[5].before, R"({"version":2})");
    EXPECT_THAT(all[5].after, StartsWith(R"({"version":3,"made_from":1,)"));
}

TEST_F(AdminTrail, TellsOfListsAndWhatPublishingThemDid)
{
    ASSERT_EQ(policy({"import", document("p.json", R"({"name": "A", "action": "allow"})")}), 0);
    const std::string file = folder_.write("ads.txt", "a.example\nb.example\n");
    ASSERT_EQ(run(runListCommand, {"import", "ads", file, "--note", "daily"}), 0) << error_;
    ASSERT_EQ(run(runListCommand, {"import", "ads", file}), 0) << error_;
    ASSERT_EQ(policy({"import", document("list.json", R"({"name": "No ads", "action": "deny",
                                                        "when": {"host": ["list:ads"]}})")}),
              0)
        << error_;
    const std::string more = folder_.write("ads.txt", "a.example\nc.example\nd.example\n");
    ASSERT_EQ(run(runListCommand, {"import", "ads", more, "--publish"}), 0) << error_;
    const auto all = acts();
    ASSERT_THAT(all, SizeIs(6));
    EXPECT_EQ(all[1].action, "list.import");
    EXPECT_EQ(all[1].object, "ads");
    EXPECT_EQ(all[1].before, "");
    EXPECT_THAT(all[1].after, HasSubstr(R"("hosts":2,"networks":0,"added":2,"removed":0)"));
    EXPECT_EQ(all[1].note, "daily");
    EXPECT_EQ(all[2].before, R"({"version":1})");
    EXPECT_THAT(all[2].after, HasSubstr(R"("added":0)"));
    EXPECT_EQ(all[4].before, R"({"version":1})");
    EXPECT_EQ(all[5].action, "policy.republish");
    EXPECT_THAT(all[5].after, HasSubstr(R"("difference":{"lists_changed":1})"));
}

TEST_F(AdminTrail, HasNothingOfWhatWasRefused)
{
    ASSERT_EQ(policy({"import", one()}), 0) << error_;
    EXPECT_EQ(policy({"import", folder_.write("bad.json", "{}")}), 1);
    EXPECT_EQ(policy({"publish"}), 1);
    EXPECT_EQ(policy({"rollback", "7"}), 1);
    EXPECT_THAT(acts(), SizeIs(1));
}

TEST_F(AdminTrail, LetsNothingHappenThatItCannotTell)
{
    ASSERT_EQ(policy({"import", one()}), 0) << error_;
    ASSERT_EQ(policy({"draft", "save", two()}), 0) << error_;
    const std::string spool = folder_.file(db::AdminSpool::FileName);
    std::filesystem::remove(spool);
    std::filesystem::create_directory(spool);
    EXPECT_EQ(policy({"import", two()}), 1);
    EXPECT_THAT(error_, HasSubstr("cannot be opened for writing"));
    EXPECT_EQ(policy({"publish"}), 1);
    EXPECT_EQ(policy({"rollback", "1"}), 1);
    EXPECT_EQ(policy({"draft", "discard"}), 1);
    EXPECT_EQ(policy({"draft", "save", one()}), 1);
    EXPECT_EQ(run(runListCommand, {"import", "ads", folder_.write("ads.txt", "a.example\n")}), 1);
    EXPECT_EQ(run(runListCommand, {"show", "ads"}), 1); // there is no such list
    EXPECT_EQ(db::PolicyStore(folder_.file(db::PolicyStore::FileName)).changeStamp(), 1);
    EXPECT_EQ(policy({"draft", "diff"}), 0) << error_;
}

TEST(AdminTrailActor, IsThePersonBehindSudo)
{
    const std::string self = actor();
    EXPECT_THAT(self, HasSubstr("(uid " + std::to_string(::geteuid()) + ")"));
    if (::geteuid() != 0)
        GTEST_SKIP() << "not root";
    ::setenv("SUDO_UID", "4242", 1);
    EXPECT_EQ(actor(), "user (uid 4242) as root");
    ::setenv("SUDO_UID", "ann", 1);
    EXPECT_EQ(actor(), self);
    ::unsetenv("SUDO_UID");
}

} // namespace
} // namespace sallyport::app
