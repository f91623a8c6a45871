#include "db/AdminSpool.h"

#include "db/DatabaseError.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

namespace sallyport::db {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

AdminAct act(const std::string& object)
{
    return {.time = AuditTime(std::chrono::microseconds(1'700'000'000'123'456)),
            .who = "ann (uid 1000)",
            .source = "command line",
            .action = "policy.publish",
            .object = object,
            .before = R"({"version":1})",
            .after = R"({"version":2})",
            .note = "NET-12: \"the\nwiki\""};
}

class AdminSpoolFile : public testing::Test {
protected:
    // What the log would do: takes acts in with their position.
    std::vector<std::string> taken()
    {
        std::vector<std::string> objects;
        while (const auto unread = spool_.read([this](const auto& id) { return positions_[id]; })) {
            for (const AdminAct& each : unread->acts)
                objects.push_back(each.object.empty() ? each.action : each.object);
            positions_[unread->id] = unread->position;
            last_ = *unread;
        }
        return objects;
    }

    [[nodiscard]] std::string text() const
    {
        std::ostringstream out;
        out << std::ifstream(file_).rdbuf();
        return out.str();
    }
    void append(std::string_view bytes) const { std::ofstream(file_, std::ios::app) << bytes; }

    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file(AdminSpool::FileName);
    AdminSpool spool_{folder_.path()};
    std::map<AdminSpool::Id, std::uint64_t> positions_;
    AdminSpool::Unread last_;
};

TEST_F(AdminSpoolFile, GivesEachActOnceInItsOrder)
{
    EXPECT_THAT(taken(), IsEmpty());
    spool_.append(act("one"));
    spool_.append(act("two"));
    EXPECT_THAT(taken(), ElementsAre("one", "two"));
    EXPECT_THAT(taken(), IsEmpty());
    spool_.append(act("three"));
    EXPECT_THAT(taken(), ElementsAre("three"));
}

TEST_F(AdminSpoolFile, KeepsAllThatAnActSays)
{
    const AdminAct written = act("policy \xff");
    spool_.append(written);
    const auto unread = spool_.read([](const auto&) { return 0; });
    ASSERT_TRUE(unread);
    ASSERT_THAT(unread->acts, SizeIs(1));
    const AdminAct& read = unread->acts.front();
    EXPECT_EQ(read.time, written.time);
    EXPECT_EQ(read.who, written.who);
    EXPECT_EQ(read.source, written.source);
    EXPECT_EQ(read.action, written.action);
    EXPECT_EQ(read.object, "policy \uFFFD");
    EXPECT_EQ(read.before, written.before);
    EXPECT_EQ(read.after, written.after);
    EXPECT_EQ(read.note, written.note);
}

TEST_F(AdminSpoolFile, IsForItsOwnerOnly)
{
    spool_.append(act("one"));
    EXPECT_EQ(std::filesystem::status(file_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AdminSpoolFile, BeginsAnewUnderAnotherIdWhenItIsCleared)
{
    spool_.append(act("one"));
    (void)taken();
    const auto before = last_;
    spool_.clear(before.id, before.position);
    EXPECT_EQ(text().size(), 33);
    spool_.append(act("two"));
    EXPECT_THAT(taken(), ElementsAre("two"));
    EXPECT_NE(last_.id, before.id);
}

TEST_F(AdminSpoolFile, IsNotClearedOfWhatWasNotRead)
{
    spool_.append(act("one"));
    (void)taken();
    spool_.append(act("two"));
    spool_.clear(last_.id, last_.position);
    EXPECT_THAT(taken(), ElementsAre("two"));
    spool_.clear({}, last_.position);
    EXPECT_GT(text().size(), 33);
}

TEST_F(AdminSpoolFile, IsClearedAlthoughAnEarlierTryDied)
{
    spool_.append(act("one"));
    (void)taken();
    folder_.write(std::string(AdminSpool::FileName) + ".new", "half of an id");
    spool_.clear(last_.id, last_.position);
    spool_.append(act("two"));
    EXPECT_THAT(taken(), ElementsAre("two"));
}

// Each place where a process may have died while it wrote.
TEST_F(AdminSpoolFile, IsWholeAfterATornLine)
{
    spool_.append(act("one"));
    const std::string whole = text();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        folder_.write(AdminSpool::FileName, whole.substr(0, size));
        positions_.clear();
        if (size >= 33) {
            EXPECT_THAT(taken(), IsEmpty()) << size;
        }
        spool_.append(act("two"));
        EXPECT_THAT(taken(), ElementsAre("two")) << size;
    }
}

TEST_F(AdminSpoolFile, SaysThatALineTellsOfNoAct)
{
    spool_.append(act("one"));
    append("{\"time\":\n[]\n{}\n");
    spool_.append(act("two"));
    const auto unread = spool_.read([](const auto&) { return 0; });
    ASSERT_TRUE(unread);
    ASSERT_THAT(unread->acts, SizeIs(5));
    for (std::size_t index : {1, 2, 3})
        EXPECT_EQ(unread->acts[index].action, "admin.unreadable");
    EXPECT_EQ(unread->acts[4].object, "two");
}

TEST_F(AdminSpoolFile, RefusesAFileThatBeginsOtherwise)
{
    folder_.write(AdminSpool::FileName, "an old list of things that somebody wrote down here\n");
    EXPECT_THROW(spool_.append(act("one")), DatabaseError);
    EXPECT_THROW((void)taken(), DatabaseError);
    EXPECT_THAT(text(), HasSubstr("an old list"));
}

TEST_F(AdminSpoolFile, LetsReadersGoOnWhileSomebodyHoldsIt)
{
    spool_.append(act("one"));
    const int other = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(other, LOCK_EX), 0);
    EXPECT_THAT(taken(), IsEmpty());
    ::close(other);
    EXPECT_THAT(taken(), ElementsAre("one"));
}

TEST_F(AdminSpoolFile, SaysWhoMayAppend)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0500));
    try {
        spool_.requireWritable();
        ADD_FAILURE() << "it could be written";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::ReadOnly);
        EXPECT_THAT(error.what(), HasSubstr("run this as the user that the server runs as"));
    }
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0700));
}

TEST_F(AdminSpoolFile, LeavesAloneWhatAnotherProcessJustMakes)
{
    std::ofstream(file_).close(); // made, and not yet given its id
    EXPECT_NO_THROW(spool_.clear({}, 0));
    EXPECT_FALSE(spool_.read([](const AdminSpool::Id&) { return 0; }));
}

TEST_F(AdminSpoolFile, LosesNothingBetweenProcesses)
{
    constexpr int Processes = 4;
    constexpr int Acts = 50;
    std::vector<pid_t> children;
    for (int process = 0; process < Processes; ++process) {
        const pid_t child = ::fork();
        if (child == 0) {
            try { // else the child would go on as a second test program
                for (int number = 0; number < Acts; ++number)
                    spool_.append(act(std::to_string(process) + '/' + std::to_string(number)));
            } catch (const std::exception& e) {
                std::cerr << e.what() << '\n';
                ::_exit(1);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    std::vector<std::string> all;
    const auto take = [&] {
        for (const std::string& object : taken())
            all.push_back(object);
        spool_.clear(last_.id, last_.position);
    };
    for (const pid_t child : children) {
        int status = 0;
        while (::waitpid(child, &status, WNOHANG) == 0) {
            take();
            // As the server does: who comes back at once leaves the others no turn on a slow disk.
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        EXPECT_EQ(status, 0);
    }
    take();
    EXPECT_THAT(all, SizeIs(Processes * Acts));
    std::map<std::string, int> times;
    for (const std::string& object : all)
        EXPECT_EQ(++times[object], 1) << object;
}

} // namespace
} // namespace sallyport::db
