#include "db/Migrations.h"

#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sallyport::db {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> Steps = {
    "CREATE TABLE a (x); CREATE TABLE b (x)",
    "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (1, 2)"};
constexpr std::array<std::string_view, 2> WrongSteps = {
    Steps[0], "INSERT INTO b VALUES (1); CREATE TABLE a (x)"};

class Migration : public testing::Test {
protected:
    static Schema schemaOf(std::span<const std::string_view> steps)
    {
        return {"test", 0x1234, steps};
    }

    std::string refusalOf(const Schema& schema)
    {
        try {
            migrate(database_, schema);
        } catch (const DatabaseError& error) {
            return error.what();
        }
        return "";
    }

    test::TemporaryFolder folder_;
    Database database_ = Database::openOrCreate(folder_.file("some.db"), Durability::Normal);
};

TEST_F(Migration, AppliesEachStepOnce)
{
    migrate(database_, schemaOf(std::span(Steps).first<1>()));
    EXPECT_EQ(database_.integer("PRAGMA user_version"), 1);
    migrate(database_, schemaOf(Steps));
    migrate(database_, schemaOf(Steps));
    EXPECT_EQ(database_.integer("PRAGMA user_version"), 2);
    EXPECT_EQ(database_.integer("SELECT count(*) FROM a"), 1);
}

TEST_F(Migration, ThatFailsChangesNothing)
{
    migrate(database_, schemaOf(std::span(WrongSteps).first<1>()));
    EXPECT_THAT(refusalOf(schemaOf(WrongSteps)), HasSubstr("table a already exists"));
    EXPECT_EQ(database_.integer("PRAGMA user_version"), 1);
    EXPECT_EQ(database_.integer("SELECT count(*) FROM b"), 0);
}

TEST_F(Migration, RefusesTheFileOfANewerProgram)
{
    migrate(database_, schemaOf(Steps));
    EXPECT_THAT(refusalOf(schemaOf(std::span(Steps).first<1>())),
                AllOf(HasSubstr("newer Sallyport"), HasSubstr("schema 2"), HasSubstr("up to 1")));
}

TEST_F(Migration, RefusesTheFileOfAnotherSubjectAndNamesBoth)
{
    migrate(database_, policySchema());
    EXPECT_THAT(refusalOf(auditSchema()),
                AllOf(HasSubstr("this is Sallyport's policy database"),
                      HasSubstr("Sallyport's audit database was expected")));
}

TEST_F(Migration, RefusesTheFileOfAnotherProgram)
{
    database_.execute("CREATE TABLE theirs (x)");
    EXPECT_THAT(refusalOf(auditSchema()), HasSubstr("another program's"));
    EXPECT_EQ(database_.integer("SELECT count(*) FROM sqlite_master"), 1);
}

TEST_F(Migration, IsAskedForByReaders)
{
    EXPECT_THROW(requireSchema(database_, auditSchema()), DatabaseError);
    migrate(database_, auditSchema());
    EXPECT_NO_THROW(requireSchema(database_, auditSchema()));
}

} // namespace
} // namespace sallyport::db
