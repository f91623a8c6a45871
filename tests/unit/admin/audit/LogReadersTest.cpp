#include "admin/audit/LogReaders.h"

#include "admin/audit/Views.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

namespace sallyport::admin::audit {
namespace {

class AuditLogReaders : public testing::Test {
protected:
    std::size_t openFiles() const
    {
        std::size_t count = 0;
        std::error_code gone;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
            if (std::filesystem::read_symlink(entry, gone)
                    .string()
                    .contains(log_.folder().string()))
                ++count;
        return count;
    }

    const test::TemporaryFolder folder_;
    test::AuditLog log_{folder_.path()};
};

TEST_F(AuditLogReaders, LetGoOfAFileThatIsNoLongerWritten)
{
    log_.write({test::sampleDecision(1)});
    const auto before = openFiles();
    LogReaders readers(log_.folder());
    static_cast<void>(readers.search()->page({}, "", 1, [](const auto&) {}));
    EXPECT_GT(openFiles(), before);                                   // waits for the next question
    log_.write({test::sampleDecision(2)}, test::sampleTime(200'000)); // another day
    const auto written = openFiles();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (openFiles() >= written && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_LT(openFiles(), written);
}

TEST_F(AuditLogReaders, AreLentToSoManyAtOnce)
{
    log_.write({test::sampleDecision(1)});
    LogReaders readers(log_.folder());
    std::vector<LogReaders::Loan<db::AuditReader>> loans;
    for (std::size_t i = 0; i < LogReaders::MostAtOnce; ++i)
        loans.push_back(readers.reader());
    EXPECT_THROW(static_cast<void>(readers.search()), api::ApiError);
    loans.pop_back();
    EXPECT_EQ(readers.search()->unreadable().size(), 0U);
    EXPECT_EQ(loans.front()->lastSeq(), 1U);
}

TEST_F(AuditLogReaders, ThatCannotBeOpenedCountForNothing)
{
    LogReaders readers(folder_.file("nowhere"));
    for (std::size_t i = 0; i < 2 * LogReaders::MostAtOnce; ++i)
        EXPECT_THROW(static_cast<void>(readers.search()), db::DatabaseError);
}

TEST(AuditViews, EndTheOlderRequestOfTheSamePage)
{
    Views views;
    const Views::Turn other(views, "other");
    const Views::Turn none(views, "");
    std::optional<Views::Turn> first(std::in_place, views, "page");
    EXPECT_FALSE(first->isOvertaken());
    {
        const Views::Turn second(views, "page");
        const Views::Turn noneAgain(views, "");
        EXPECT_TRUE(first->isOvertaken());
        EXPECT_FALSE(second.isOvertaken());
        first.reset();
        const Views::Turn third(views, "page");
        EXPECT_TRUE(second.isOvertaken());
    }
    EXPECT_FALSE(other.isOvertaken());
    EXPECT_FALSE(none.isOvertaken());
}

} // namespace
} // namespace sallyport::admin::audit
