#include "db/AuditFolder.h"

#include "db/AuditHead.h"
#include "support/TemporaryFolder.h"
#include "unit/db/AuditLog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace sallyport::db {
namespace {

using namespace std::chrono_literals;
using test::sampleDecision;
using test::sampleTime;
using testing::ElementsAre;

struct NameCase {
    const char* name;
    std::string_view text;
    bool isOne;
};
void PrintTo(const NameCase& each, std::ostream* out)
{
    *out << each.name;
}
class AuditFileNames : public testing::TestWithParam<NameCase> {};

TEST_P(AuditFileNames, HaveOneForm)
{
    const auto name = AuditFileName::parse(GetParam().text);
    EXPECT_EQ(name.has_value(), GetParam().isOne);
    if (name) {
        EXPECT_EQ(name->text(), GetParam().text);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, AuditFileNames,
                         testing::Values(NameCase{"FirstOfADay", "2026-11-23.db", true},
                                         NameCase{"SecondOfADay", "2026-11-23.2.db", true},
                                         NameCase{"TwelfthOfADay", "2026-11-23.12.db", true},
                                         NameCase{"PartOne", "2026-11-23.1.db", false},
                                         NameCase{"PartWithZero", "2026-11-23.02.db", false},
                                         NameCase{"NoPart", "2026-11-23..db", false},
                                         NameCase{"OtherSeparator", "2026-11-23-2.db", false},
                                         NameCase{"NoDay", "2026-02-30.db", false},
                                         NameCase{"Wal", "2026-11-23.db-wal", false},
                                         NameCase{"Damaged", "2026-11-23.db.damaged", false},
                                         NameCase{"Head", "head", false},
                                         NameCase{"Empty", "", false}),
                         [](const auto& info) { return info.param.name; });

TEST(AuditFileNameOrder, GoesByDayThenByPart)
{
    const auto name = [](std::string_view text) { return *AuditFileName::parse(text); };
    EXPECT_LT(name("2026-11-23.db"), name("2026-11-23.2.db"));
    EXPECT_LT(name("2026-11-23.2.db"), name("2026-11-23.10.db"));
    EXPECT_LT(name("2026-11-23.10.db"), name("2026-11-24.db"));
    const auto day = name("2026-11-23.db").day;
    EXPECT_EQ(name("2026-11-23.db").next(day).text(), "2026-11-23.2.db");
    EXPECT_EQ(name("2026-11-23.db").next(day - std::chrono::days(1)).text(), "2026-11-23.2.db")
        << "never back";
    EXPECT_EQ(name("2026-11-23.5.db").next(day + std::chrono::days(1)).text(), "2026-11-24.db");
}

TEST(AuditFolderList, NamesWhatCanBeReadAndWhatCannot)
{
    const test::TemporaryFolder folder;
    test::AuditLog log(folder.path());
    log.write({sampleDecision(1)});
    log.write({sampleDecision(2), sampleDecision(3)}, sampleTime(0) + 24h);
    std::ofstream(log.folder() / "2026-11-25.db") << "this is no database, however you look at it";
    std::ofstream(log.folder() / "notes.txt") << "x";

    AuditFolder list(log.folder());
    const auto files = list.files();
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].path.filename(), "2026-11-23.db");
    EXPECT_EQ(files[0].firstTime, sampleTime(0));
    EXPECT_EQ(files[1].firstSeq, 3u);
    EXPECT_EQ(files[1].lastSeq, 4u);
    EXPECT_GT(files[1].bytes, 8192u);
    EXPECT_FALSE(files[1].sealed);
    ASSERT_EQ(list.unreadable().size(), 1u);
    EXPECT_EQ(list.unreadable()[0].path.filename(), "2026-11-25.db");
}

TEST(AuditFolderList, IsEmptyWithoutAFolder)
{
    EXPECT_TRUE(AuditFolder("/nonexistent/audit").files().empty());
}

TEST(AuditHeadFile, GivesBackWhatWasWrittenUnlessItIsDamaged)
{
    const test::TemporaryFolder folder;
    EXPECT_FALSE(readAuditHead(folder.path()));
    ChainPlace place{.seq = 0x0102030405060708, .link = {}};
    place.link.fill(0xab);
    {
        AuditHead head(folder.path());
        EXPECT_FALSE(readAuditHead(folder.path())) << "nothing was written yet";
        head.write({});
        head.write(place);
    }
    EXPECT_EQ(readAuditHead(folder.path()), place);
    {
        std::fstream file(folder.file("head"), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(10);
        file.put('\0');
    }
    EXPECT_FALSE(readAuditHead(folder.path()));
}

} // namespace
} // namespace sallyport::db
