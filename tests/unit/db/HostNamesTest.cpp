#include "db/HostNames.h"

#include "db/AuditFolder.h"
#include "support/TemporaryFolder.h"
#include "unit/db/RandomLog.h"

#include <gtest/gtest.h>

#include <map>

namespace sallyport::db {
namespace {

std::map<std::int64_t, std::string> told(const HostNames::OfFile& names)
{
    std::map<std::int64_t, std::string> all;
    names.forEach([&](std::int64_t number, std::string_view host) { all[number] = host; });
    return all;
}

std::map<std::int64_t, std::string> inDictionary(const Database& database)
{
    std::map<std::int64_t, std::string> all;
    Statement row = database.prepare("SELECT id, text FROM dict WHERE kind = 'host'");
    while (row.step())
        all[row.integer(0)] = row.text(1);
    return all;
}

TEST(HostNames, AreThoseOfTheDictionaryAlsoWhenItGrows)
{
    const test::TemporaryFolder folder;
    test::RandomLog log(folder.file("audit"), 3);
    log.add(5);
    const auto file = AuditFolder(folder.file("audit")).files().front();
    const Database database = Database::openReadOnly(file.path);
    HostNames names;
    const auto first = names.of(database, 1);
    EXPECT_EQ(told(*first), inDictionary(database));
    EXPECT_EQ(names.of(database, 1), first) << "nothing new";
    const auto before = told(*first);
    Database::openExisting(file.path)
        .execute("INSERT INTO dict VALUES (1000000, 1, 'host', 'later.test'), "
                 "(1000001, 1, 'agent', 'no host')");
    const auto later = names.of(database, 1);
    EXPECT_EQ(told(*later), inDictionary(database));
    EXPECT_EQ(told(*later).size(), before.size() + 1);
    EXPECT_EQ(told(*first), before) << "who has it keeps it";
}

} // namespace
} // namespace sallyport::db
