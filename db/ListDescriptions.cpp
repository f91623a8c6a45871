#include "db/ListDescriptions.h"

namespace sallyport::db {
namespace {

constexpr const char* Columns =
    "SELECT name, comment, feed, last_try, last_success, last_error FROM list_description ";

ListDescription::Time timeOf(std::int64_t microseconds)
{
    return ListDescription::Time(std::chrono::microseconds(microseconds));
}

ListDescription descriptionOf(const Statement& row)
{
    return {.name = std::string(row.text(0)),
            .comment = std::string(row.text(1)),
            .feed = std::string(row.text(2)),
            .lastTry = timeOf(row.integer(3)),
            .lastSuccess = timeOf(row.integer(4)),
            .lastError = std::string(row.text(5))};
}

} // namespace

ListDescription ListDescriptions::of(std::string_view list) const
{
    Statement row = database_.prepare(std::string(Columns) + "WHERE name = ?1");
    row.bind(1, list);
    if (row.step())
        return descriptionOf(row);
    ListDescription none;
    none.name = list;
    return none;
}

std::vector<ListDescription> ListDescriptions::all() const
{
    std::vector<ListDescription> all;
    Statement rows = database_.prepare(std::string(Columns) + "ORDER BY name");
    while (rows.step())
        all.push_back(descriptionOf(rows));
    return all;
}

void ListDescriptions::save(std::string_view list, std::string_view comment, std::string_view feed,
                            const std::function<void()>& beforeCommit)
{
    Transaction transaction(database_);
    // In a SET, columns mean what was there before.
    Statement row = database_.prepare(
        "INSERT INTO list_description VALUES (?1, ?2, ?3, 0, 0, '') ON CONFLICT (name) DO UPDATE "
        "SET comment = excluded.comment, feed = excluded.feed, "
        "last_try = iif(feed = excluded.feed, last_try, 0), "
        "last_success = iif(feed = excluded.feed, last_success, 0), "
        "last_error = iif(feed = excluded.feed, last_error, '')");
    row.bind(1, list);
    row.bind(2, comment);
    row.bind(3, feed);
    row.run();
    if (beforeCommit)
        beforeCommit();
    transaction.commit();
}

void ListDescriptions::noteTry(std::string_view list, ListDescription::Time time,
                               std::string_view error)
{
    Statement row =
        database_.prepare("UPDATE list_description SET last_try = ?2, last_error = ?3, "
                          "last_success = iif(?3 = '', ?2, last_success) WHERE name = ?1");
    row.bind(1, list);
    row.bind(2, time.time_since_epoch().count());
    row.bind(3, error);
    row.run();
}

} // namespace sallyport::db
