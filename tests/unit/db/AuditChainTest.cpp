#include "db/AuditChain.h"

#include "db/AuditKey.h"
#include "db/Database.h"
#include "db/Migrations.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <fstream>
#include <set>

namespace sallyport::db {
namespace {

ChainLink sha256(std::string_view bytes)
{
    ChainLink hash{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

std::string textOf(const ChainLink& link)
{
    return {link.begin(), link.end()};
}

TEST(AuditChain, LinksTheDocumentedBytes)
{
    using namespace std::string_literals;
    ChainedRecord record;
    record.begin(1);
    const std::array<std::uint8_t, 2> blob{0xde, 0xad};
    record.beginRow(ChainedTable::Contents);
    record.add(ChainedTable::Contents, 0, -2);
    record.beginRow(ChainedTable::Dict); // while the other row is under way
    record.addText(ChainedTable::Dict, 3, "word");
    record.endRow(ChainedTable::Dict);
    record.addBlob(ChainedTable::Contents, 4, blob);
    record.endRow(ChainedTable::Contents);

    AuditChain chain(ChainLink{});
    const std::string bytes = "\x00\x03t\x04\0\0\0word\xff"s
                              "\x07\x00i\xfe\xff\xff\xff\xff\xff\xff\xff\x04"
                              "b\x02\0\0\0\xde\xad\xff"s;
    const ChainLink first = chain.append(record);
    EXPECT_EQ(first, sha256(std::string(32, '\0') + bytes));
    EXPECT_EQ(chain.append(record), sha256(textOf(first) + bytes));
    EXPECT_NE(chain.last(), first);
    chain.rewind(first);
    record.begin(2);
    EXPECT_EQ(chain.append(record), sha256(textOf(first)));
}

TEST(AuditChain, KnowsEveryColumnOfItsTables)
{
    const test::TemporaryFolder folder;
    Database database = Database::openOrCreate(folder.file("a.db"), Durability::Normal);
    migrate(database, auditSchema());
    for (std::size_t i = 0; i < ChainedTables; ++i) {
        const ChainedColumns& known = chainedColumns(static_cast<ChainedTable>(i));
        Statement columns =
            database.prepare("SELECT name FROM pragma_table_info('" + std::string(known.table) +
                             "') WHERE name <> 'link' ORDER BY cid");
        std::vector<std::string> names;
        while (columns.step())
            names.emplace_back(columns.text(0));
        EXPECT_THAT(names, testing::ElementsAreArray(known.columns)) << known.table;
    }
}

TEST(AuditKey, IsMadeOnceAndProvesWhatItSigned)
{
    const test::TemporaryFolder folder;
    const AuditKey key = AuditKey::openOrCreate(folder.path());
    const AuditKey again = AuditKey::openOrCreate(folder.path());
    EXPECT_EQ(key.id(), again.id());
    const AuditPublicKey open(folder.file("audit.pub"));
    EXPECT_EQ(open.id(), key.id());
    AuditSignature signature = key.sign("text");
    EXPECT_TRUE(open.hasSigned("text", signature));
    EXPECT_FALSE(open.hasSigned("texT", signature));
    signature[5] ^= 1;
    EXPECT_FALSE(open.hasSigned("text", signature));
}

TEST(AuditKey, RefusesWhatIsNoKey)
{
    const test::TemporaryFolder folder;
    folder.write("audit.key", "hello");
    EXPECT_THROW(static_cast<void>(AuditKey::openOrCreate(folder.path())), DatabaseError);
    EXPECT_THROW(AuditPublicKey(folder.file("audit.pub")), DatabaseError);
}

TEST(AuditKey, SignsNodeNumberTimeAndHead)
{
    Checkpoint checkpoint;
    checkpoint.seq = 17;
    checkpoint.time = AuditTime{std::chrono::microseconds(1'000'002)};
    checkpoint.head.fill(0xa0);
    std::string zeros;
    for (int i = 0; i < 32; ++i)
        zeros += "a0";
    EXPECT_EQ(signedText("n1", checkpoint),
              "sallyport audit checkpoint 1\nn1\n17\n1000002\n" + zeros);
}

} // namespace
} // namespace sallyport::db
