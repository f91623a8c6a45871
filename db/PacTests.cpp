#include "db/PacTests.h"

namespace sallyport::db {
namespace {

PacTest testOf(const Statement& row)
{
    return {.id = row.integer(0),
            .url = std::string(row.text(1)),
            .expected = std::string(row.text(2)),
            .myIp = std::string(row.text(3)),
            .resolvesTo = std::string(row.text(4))};
}

void bindFields(Statement& row, const PacTest& test)
{
    row.bind(1, test.url);
    row.bind(2, test.expected);
    row.bind(3, test.myIp);
    row.bind(4, test.resolvesTo);
}

void commit(Transaction& transaction, const PacTests::BeforeCommit& beforeCommit)
{
    if (beforeCommit)
        beforeCommit();
    transaction.commit();
}

} // namespace

std::vector<PacTest> PacTests::all() const
{
    std::vector<PacTest> tests;
    Statement rows =
        database_.prepare("SELECT id, url, expected, my_ip, resolves_to FROM pac_test ORDER BY id");
    while (rows.step())
        tests.push_back(testOf(rows));
    return tests;
}

std::optional<PacTest> PacTests::find(std::int64_t id) const
{
    Statement row = database_.prepare(
        "SELECT id, url, expected, my_ip, resolves_to FROM pac_test WHERE id = ?1");
    row.bind(1, id);
    return row.step() ? std::optional(testOf(row)) : std::nullopt;
}

std::int64_t PacTests::add(const PacTest& test, const BeforeCommit& beforeCommit)
{
    Transaction transaction(database_);
    Statement row = database_.prepare(
        "INSERT INTO pac_test (url, expected, my_ip, resolves_to) VALUES (?1, ?2, ?3, ?4)");
    bindFields(row, test);
    row.run();
    const auto id = database_.lastInsertId();
    commit(transaction, beforeCommit);
    return id;
}

void PacTests::change(const PacTest& test, const BeforeCommit& beforeCommit)
{
    Transaction transaction(database_);
    Statement row = database_.prepare("UPDATE pac_test SET url = ?1, expected = ?2, my_ip = ?3, "
                                      "resolves_to = ?4 WHERE id = ?5");
    bindFields(row, test);
    row.bind(5, test.id);
    row.run();
    commit(transaction, beforeCommit);
}

void PacTests::remove(std::int64_t id, const BeforeCommit& beforeCommit)
{
    Transaction transaction(database_);
    Statement row = database_.prepare("DELETE FROM pac_test WHERE id = ?1");
    row.bind(1, id);
    row.run();
    commit(transaction, beforeCommit);
}

} // namespace sallyport::db
