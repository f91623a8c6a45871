#include "app/UserCommand.h"

#include "db/AccountStore.h"
#include "db/AdminSpool.h"
#include "support/TemporaryFolder.h"
#include "unit/app/CommandResult.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class UserCommands : public testing::Test {
protected:
    // With `input` as standard input.
    [[nodiscard]] CommandResult run(std::vector<std::string> arguments,
                                    const std::string& input = "") const
    {
        arguments.insert(arguments.end(), {"--data-dir", folder_.path()});
        std::istringstream typed(input);
        auto* const before = std::cin.rdbuf(typed.rdbuf());
        std::cin.clear();
        const auto result = resultOf([&] { return runUserCommand(arguments); });
        std::cin.rdbuf(before);
        return result;
    }
    [[nodiscard]] db::AccountStore store() const
    {
        return db::AccountStore(folder_.file(db::AccountStore::FileName));
    }
    [[nodiscard]] std::vector<db::AdminAct> acts() const
    {
        const auto unread = db::AdminSpool(folder_.path()).read([](const auto&) { return 0; });
        return unread ? unread->acts : std::vector<db::AdminAct>();
    }

    // Tests may be started from a terminal, on which the command would ask.
    static void SetUpTestSuite()
    {
        const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::dup2(nothing, STDIN_FILENO);
        ::close(nothing);
    }

    test::TemporaryFolder folder_;
};

TEST_F(UserCommands, AddSomebodyAndTellTheAuditLog)
{
    const auto added = run({"add", "ann", "--role", "admin"}, "correct horse battery\n");
    EXPECT_EQ(added.exitCode, 0) << added.error;
    EXPECT_EQ(added.out, "ann may sign in as admin.\n");
    const auto ann = store().personNamed("ann");
    ASSERT_TRUE(ann);
    EXPECT_THAT(ann->passwordHash, StartsWith("$argon2id$"));
    EXPECT_EQ(ann->passwordState, db::Person::PasswordState::Lasting);
    ASSERT_EQ(acts().size(), 1);
    EXPECT_EQ(acts()[0].action, "person.create");
    EXPECT_EQ(acts()[0].object, "ann");
    EXPECT_THAT(acts()[0].who, HasSubstr("uid"));
    EXPECT_THAT(acts()[0].after, Not(HasSubstr("correct horse")));
}

TEST_F(UserCommands, GiveANewPasswordThatEndsSignIns)
{
    ASSERT_EQ(run({"add", "ann", "--role", "admin"}, "correct horse battery\n").exitCode, 0);
    const auto before = store().personNamed("ann").value();
    store().addSignIn({.id = "s_1",
                       .hash = "h",
                       .person = before.id,
                       .csrf = "c",
                       .created = {},
                       .lastSeen = {},
                       .confirmed = {},
                       .address = "",
                       .userAgent = ""});
    EXPECT_EQ(run({"passwd", "ANN", "--must-change"}, "another horse 12\r\n").exitCode, 0);
    const auto after = store().personNamed("ann").value();
    EXPECT_NE(after.passwordHash, before.passwordHash);
    EXPECT_EQ(after.passwordState, db::Person::PasswordState::ToBeChanged);
    EXPECT_FALSE(store().signIn("s_1"));
    EXPECT_EQ(acts().back().note, "with a new password");
}

TEST_F(UserCommands, ListWhoMaySignIn)
{
    EXPECT_THAT(run({"list"}).out, HasSubstr("nobody yet"));
    ASSERT_EQ(run({"add", "ann", "--role", "admin"}, "correct horse battery\n").exitCode, 0);
    EXPECT_THAT(run({"list"}).out, HasSubstr("ann"));
    const auto json = run({"list", "--json"}).out;
    EXPECT_THAT(json, HasSubstr(R"("name":"ann")"));
    EXPECT_THAT(json, Not(HasSubstr("argon2")));
}

struct RefusedCase {
    const char* name;
    std::vector<std::string> arguments;
    const char* input;
    int exitCode;
    const char* words;
};

class UserCommandRefuses : public UserCommands, public testing::WithParamInterface<RefusedCase> {};

TEST_P(UserCommandRefuses, AndSaysWhy)
{
    ASSERT_EQ(run({"add", "ann", "--role", "admin"}, "correct horse battery\n").exitCode, 0);
    const auto result = run(GetParam().arguments, GetParam().input);
    EXPECT_EQ(result.exitCode, GetParam().exitCode);
    EXPECT_THAT(result.error, HasSubstr(GetParam().words));
    EXPECT_EQ(acts().size(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, UserCommandRefuses,
    testing::Values(
        RefusedCase{"NoRole", {"add", "bob"}, "long enough 12\n", 2, "--role is missing"},
        RefusedCase{"WrongRole", {"add", "bob", "--role", "root"}, "x\n", 2, "--role: write"},
        RefusedCase{"WrongName", {"add", "b b", "--role", "editor"}, "x\n", 2, "NAME may have"},
        RefusedCase{"Taken", {"add", "Ann", "--role", "editor"}, "long enough 12\n", 1, "already"},
        RefusedCase{"Short", {"add", "bob", "--role", "editor"}, "short\n", 1, "12 characters"},
        RefusedCase{"Nothing", {"add", "bob", "--role", "editor"}, "", 1, "no password"},
        RefusedCase{"Unknown", {"passwd", "bob"}, "long enough 12\n", 1, "nobody named bob"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::app
