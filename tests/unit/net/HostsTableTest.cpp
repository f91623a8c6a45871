// HostsTable and FileChange: what a hosts file says, and when it is read again.

#include "net/HostsTable.h"

#include "Samples.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace sallyport::net {
namespace {

using testing::ElementsAre;
using testing::Pointee;

constexpr auto LookAgain = std::chrono::seconds(2);

class HostsTableFile : public testing::Test {
protected:
    void replace(std::string_view text)
    {
        // By rename, as editors and configuration tools do: another inode even within one tick of
        // the file's clock.
        const auto fresh = folder.write("hosts.new", text);
        ASSERT_EQ(std::rename(fresh.c_str(), path.c_str()), 0);
    }

    test::TemporaryFolder folder;
    std::string path = folder.file("hosts");
    HostsTable table{path};
};

TEST_F(HostsTableFile, GivesEveryNameOfALine)
{
    replace("192.0.2.1\talpha.test  beta.test\tgamma\n");
    for (const auto* name : {"alpha.test", "beta.test", "gamma"})
        EXPECT_THAT(table.find(name, Start), Pointee(ElementsAre(address("192.0.2.1")))) << name;
    EXPECT_EQ(table.find("delta.test", Start), nullptr);
}

TEST_F(HostsTableFile, JoinsLinesOfOneNameInTheirOrderWithoutDoubles)
{
    replace("2001:db8::1 both.test\n192.0.2.1 both.test\n192.0.2.1 both.test\n");
    EXPECT_THAT(table.find("both.test", Start),
                Pointee(ElementsAre(address("2001:db8::1"), address("192.0.2.1"))));
}

TEST_F(HostsTableFile, FoldsCaseAndDropsATrailingDot)
{
    replace("192.0.2.1 Alpha.TEST.\n");
    EXPECT_NE(table.find("alpha.test", Start), nullptr);
}

TEST_F(HostsTableFile, PassesOverCommentsAndWhatItCannotRead)
{
    replace("# 192.0.2.1 comment.test\n"
            "192.0.2.2 kept.test # late.test\n"
            "\n"
            "   \n"
            "fe80::1%eth0 zone.test\n"
            "not-an-address broken.test\n"
            "192.0.2.3\n"
            "192.0.2.4 windows.test\r\n"
            "192.0.2.5 unfinished.test");
    for (const auto* name : {"kept.test", "windows.test", "unfinished.test"})
        EXPECT_NE(table.find(name, Start), nullptr) << name;
    for (const auto* name : {"comment.test", "late.test", "zone.test", "broken.test", "#", ""})
        EXPECT_EQ(table.find(name, Start), nullptr) << name;
}

TEST_F(HostsTableFile, IsEmptyWithoutAFile)
{
    EXPECT_EQ(table.find("alpha.test", Start), nullptr);
}

TEST_F(HostsTableFile, IsReadAgainWhenTheFileIsAnother)
{
    replace("192.0.2.1 name.test\n");
    ASSERT_NE(table.find("name.test", Start), nullptr);
    replace("192.0.2.2 name.test\n");
    EXPECT_THAT(table.find("name.test", Start + LookAgain),
                Pointee(ElementsAre(address("192.0.2.2"))));
    ASSERT_EQ(std::remove(path.c_str()), 0);
    EXPECT_EQ(table.find("name.test", Start + 2 * LookAgain), nullptr);
}

TEST_F(HostsTableFile, IsLookedAtAtMostOnceASecond)
{
    replace("192.0.2.1 name.test\n");
    ASSERT_NE(table.find("name.test", Start), nullptr);
    replace("");
    EXPECT_NE(table.find("name.test", Start + std::chrono::milliseconds(999)), nullptr);
    EXPECT_EQ(table.find("name.test", Start + std::chrono::milliseconds(1000)), nullptr);
}

TEST(FileChange, HappensOnceForEachChange)
{
    const test::TemporaryFolder folder;
    FileChange change(folder.file("one"));
    EXPECT_TRUE(change.happened(Start));
    EXPECT_FALSE(change.happened(Start + LookAgain));
    folder.write("one", "x");
    EXPECT_TRUE(change.happened(Start + 2 * LookAgain));
    EXPECT_FALSE(change.happened(Start + 3 * LookAgain));
}

} // namespace
} // namespace sallyport::net
