#include "db/AdminActs.h"

#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AdminActReading : public testing::Test {
protected:
    void add(const std::string& who, const std::string& action, int seconds)
    {
        AdminAct act = test::sampleAct();
        act.who = who;
        act.action = action;
        act.object = "object of " + who;
        act.time = test::sampleTime(seconds);
        log_.act(act, test::sampleTime(seconds));
    }
    void fill()
    {
        for (int i = 0; i < 6; ++i) {
            log_.write({test::sampleDecision(static_cast<std::uint16_t>(i))});
            add(i % 2 == 0 ? "ann" : "bob", i < 4 ? "policy.publish" : "audit.export", 1'000 * i);
        }
    }
    static std::vector<std::uint64_t> seqs(const AdminActs::Page& page)
    {
        std::vector<std::uint64_t> seqs;
        for (const auto& found : page.acts)
            seqs.push_back(found.seq);
        return seqs;
    }

    const test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

TEST_F(AdminActReading, GivesPagesUpAndDown)
{
    fill();
    AdminActs acts(log_.folder());
    const auto first = acts.before(std::nullopt, {}, 4);
    EXPECT_THAT(seqs(first), ElementsAre(12, 10, 8, 6));
    EXPECT_EQ(first.older, AdminActs::Page::Older::There);
    EXPECT_EQ(first.acts.front().act.before, R"({"version":7})");
    const auto second = acts.before(6, {}, 4);
    EXPECT_THAT(seqs(second), ElementsAre(4, 2));
    EXPECT_EQ(second.older, AdminActs::Page::Older::None);
    EXPECT_THAT(seqs(acts.after(4, {}, 2)), ElementsAre(8, 6));
    EXPECT_THAT(seqs(acts.after(12, {}, 2)), IsEmpty());
    add("eve", "audit.verify", 7'000);
    EXPECT_THAT(seqs(acts.after(12, {}, 2)), ElementsAre(13));
}

TEST_F(AdminActReading, GivesWhatTheFilterAsks)
{
    fill();
    AdminActs acts(log_.folder());
    const auto found = [&](const ActFilter& filter) {
        return seqs(acts.before(std::nullopt, filter, 100));
    };
    ActFilter filter;
    filter.who = {"bob"};
    EXPECT_THAT(found(filter), ElementsAre(12, 8, 4));
    filter.actions = {"policy.*"};
    EXPECT_THAT(found(filter), ElementsAre(8, 4));
    filter = {};
    filter.objectText = "OF ANN";
    EXPECT_THAT(found(filter), ElementsAre(10, 6, 2));
    filter = {};
    filter.period.since = test::sampleTime(3'000);
    filter.period.until = test::sampleTime(5'000);
    EXPECT_THAT(found(filter), ElementsAre(10, 8));
}

} // namespace
} // namespace sallyport::db
