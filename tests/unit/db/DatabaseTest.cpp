#include "db/Database.h"

#include "db/FileLock.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>

namespace sallyport::db {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DatabaseFile : public testing::Test {
protected:
    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("some.db");
};

// The error that `use` ends with; fails the test if there is none.
template <class Use>
DatabaseError errorOf(Use use)
{
    try {
        use();
    } catch (const DatabaseError& error) {
        return error;
    }
    ADD_FAILURE() << "no DatabaseError";
    return {DatabaseError::Kind::Failed, ""};
}

TEST_F(DatabaseFile, IsReadableByItsOwnerOnly)
{
    Database database = Database::openOrCreate(file_, Durability::Normal);
    database.execute("CREATE TABLE t (a)");
    using std::filesystem::perms;
    for (const char* name : {"some.db", "some.db-wal"})
        EXPECT_EQ(std::filesystem::status(folder_.file(name)).permissions(),
                  perms::owner_read | perms::owner_write)
            << name;
}

TEST_F(DatabaseFile, IsReadAfterSomebodyWasKilledWhileChangingIt)
{
    Database::openOrCreate(file_, Durability::Full)
        .execute("PRAGMA journal_mode = DELETE; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const pid_t child = ::fork();
    if (child == 0) {
        try { // more than the cache holds, so that some of it is in the file already
            Database database = Database::openExisting(file_);
            database.execute(
                "PRAGMA cache_size = 1; BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                "SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT "
                "hex(randomblob(500)) FROM n; UPDATE t SET a = 2 WHERE a = 1");
            ::_exit(0); // before it is rolled back
        } catch (const std::exception&) {
            ::_exit(1);
        }
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    ASSERT_TRUE(std::filesystem::exists(folder_.file("some.db-journal")));
    const Database reading = Database::openReadOnly(file_);
    EXPECT_EQ(reading.integer("SELECT count(*) FROM t"), 1);
    EXPECT_EQ(reading.integer("SELECT a FROM t"), 1);
}

TEST_F(DatabaseFile, GivesBackValuesAsTheyWereBound)
{
    Database database = Database::openOrCreate(file_, Durability::Full);
    database.execute("CREATE TABLE t (a, b, c, d)");
    const std::array<std::uint8_t, 3> blob = {0, 1, 255};
    const std::string_view textWithNul("x\0y", 3);
    Statement insert = database.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)");
    insert.bind(1, std::int64_t{-5'000'000'000});
    insert.bind(2, textWithNul);
    insert.bindBorrowed(3, blob);
    insert.bindNull(4);
    insert.run();
    insert.bind(2, "");
    insert.run();

    Statement select = database.prepare("SELECT * FROM t");
    ASSERT_TRUE(select.step());
    EXPECT_EQ(select.integer(0), -5'000'000'000);
    EXPECT_EQ(select.text(1), textWithNul);
    EXPECT_THAT(select.blob(2), testing::ElementsAreArray(blob));
    EXPECT_TRUE(select.isNull(3));
    ASSERT_TRUE(select.step());
    EXPECT_FALSE(select.isNull(1)) << "an empty text is not NULL";
    EXPECT_FALSE(select.step());
}

TEST_F(DatabaseFile, LosesATransactionThatIsNotCommitted)
{
    Database database = Database::openOrCreate(file_, Durability::Normal);
    database.execute("CREATE TABLE t (a)");
    {
        Transaction transaction(database);
        database.execute("INSERT INTO t VALUES (1)");
    }
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 0);
    {
        Transaction transaction(database);
        database.execute("INSERT INTO t VALUES (1)");
        transaction.commit();
    }
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseFile, OpenedReadOnlyRefusesToWrite)
{
    Database::openOrCreate(file_, Durability::Normal).execute("CREATE TABLE t (a)");
    Database reader = Database::openReadOnly(file_);
    const DatabaseError error = errorOf([&] { reader.execute("INSERT INTO t VALUES (1)"); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::ReadOnly);
}

TEST_F(DatabaseFile, MissingIsNamedAndNotMade)
{
    const DatabaseError error = errorOf([&] { static_cast<void>(Database::openReadOnly(file_)); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::CannotOpen);
    EXPECT_THAT(error.what(), HasSubstr(file_.string()));
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(DatabaseFile, OfAnotherKindIsRefused)
{
    folder_.write("some.db", std::string(5000, 'x'));
    const DatabaseError error =
        errorOf([&] { static_cast<void>(Database::openOrCreate(file_, Durability::Normal)); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::NotADatabase);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(file_.string()), HasSubstr("not a SQLite database")));
}

TEST_F(DatabaseFile, DamagedIsReportedAsSuch)
{
    {
        Database database = Database::openOrCreate(file_, Durability::Normal);
        database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))");
    }
    {
        // Keep the header with the schema's page, spoil the table's pages.
        std::FILE* raw = std::fopen(file_.c_str(), "r+b");
        ASSERT_NE(raw, nullptr);
        std::fseek(raw, 8192, SEEK_SET);
        const std::string garbage(50'000, '\xfe');
        EXPECT_EQ(std::fwrite(garbage.data(), 1, garbage.size(), raw), garbage.size());
        std::fclose(raw);
    }
    Database database = Database::openOrCreate(file_, Durability::Normal);
    const DatabaseError error =
        errorOf([&] { static_cast<void>(database.integer("SELECT sum(length(a)) FROM t")); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Corrupt);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr(file_.string()), HasSubstr("damaged"), HasSubstr("backup")));
}

TEST_F(DatabaseFile, ThatIsFullSaysSoAndKeepsWhatItHad)
{
    Database database = Database::openOrCreate(file_, Durability::Normal);
    database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA max_page_count = 4");
    const DatabaseError error = errorOf([&] {
        Transaction transaction(database);
        database.execute("INSERT INTO t VALUES (zeroblob(1000000))");
    });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Full);
    EXPECT_THAT(error.what(), HasSubstr("no space left"));
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseFile, IsBackedUpWhileItIsWritten)
{
    Database database = Database::openOrCreate(file_, Durability::Normal);
    database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
    Transaction open(database);
    database.execute("INSERT INTO t VALUES (3)");
    const std::filesystem::path copy = folder_.write("copy.db", "what was there before");
    Database::openReadOnly(file_).backUpTo(copy);
    open.commit();

    EXPECT_EQ(Database::openReadOnly(copy).integer("SELECT count(*) FROM t"), 2);
    for (const char* beside : {"-wal", "-shm", "-journal"})
        EXPECT_FALSE(std::filesystem::exists(copy.string() + beside)) << beside;
    EXPECT_EQ(std::filesystem::status(copy).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(DatabaseFile, IsNotBackedUpWhereNothingCanBeWritten)
{
    const Database database = Database::openOrCreate(file_, Durability::Normal);
    const DatabaseError error = errorOf([&] { database.backUpTo(folder_.file("none/copy.db")); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::CannotOpen);
}

TEST(FileLock, IsHeldOnceAtATime)
{
    const test::TemporaryFolder folder;
    const std::filesystem::path file = folder.file("some.lock");
    {
        const FileLock lock(file, "writing");
        const DatabaseError error = errorOf([&] { FileLock second(file, "writing"); });
        EXPECT_EQ(error.kind(), DatabaseError::Kind::Locked);
        EXPECT_THAT(error.what(),
                    HasSubstr("process " + std::to_string(getpid()) + " is writing already"));
    }
    EXPECT_NO_THROW(FileLock(file, "writing"));
}

} // namespace
} // namespace sallyport::db
