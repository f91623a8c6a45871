#include "db/SavedSearchStore.h"

#include "db/AdminSchema.h"

#include <ranges>

namespace sallyport::db {
namespace {

constexpr std::string_view Select =
    "SELECT id, owner, by, shared, name, query, columns, created, changed, version "
    "FROM saved_search ";

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const auto& text : texts)
        all += (all.empty() ? "" : ",") + text;
    return all;
}

std::vector<std::string> split(std::string_view all)
{
    std::vector<std::string> texts;
    if (!all.empty())
        for (const auto part : std::views::split(all, ','))
            texts.emplace_back(std::string_view(part));
    return texts;
}

SavedSearch::Time timeOf(std::int64_t microseconds)
{
    return SavedSearch::Time{std::chrono::microseconds(microseconds)};
}

} // namespace

SavedSearchStore::SavedSearchStore(const std::filesystem::path& dataDirectory)
    : database_(Database::openOrCreate(dataDirectory / AdminDatabaseName, Durability::Full))
{
    migrate(database_, adminSchema());
}

std::vector<SavedSearch> SavedSearchStore::read(Statement& rows) const
{
    enum Column : int { Id, Owner, By, Shared, Name, Query, Columns, Created, Changed, Version };
    std::vector<SavedSearch> searches;
    while (rows.step()) {
        auto& search = searches.emplace_back();
        search.id = rows.integer(Id);
        search.owner = rows.text(Owner);
        search.by = rows.text(By);
        search.reach =
            rows.integer(Shared) == 0 ? SavedSearch::Reach::Private : SavedSearch::Reach::Shared;
        search.name = rows.text(Name);
        search.query = rows.text(Query);
        search.columns = split(rows.text(Columns));
        search.created = timeOf(rows.integer(Created));
        search.changed = timeOf(rows.integer(Changed));
        search.version = rows.integer(Version);
    }
    return searches;
}

std::vector<SavedSearch> SavedSearchStore::visibleTo(std::string_view owner) const
{
    Statement rows =
        database_.prepare(std::string(Select) + "WHERE owner = ?1 OR shared = 1 ORDER BY name, id");
    rows.bind(1, owner);
    return read(rows);
}

std::optional<SavedSearch> SavedSearchStore::find(std::int64_t id) const
{
    Statement rows = database_.prepare(std::string(Select) + "WHERE id = ?1");
    rows.bind(1, id);
    auto found = read(rows);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

SavedSearch SavedSearchStore::add(SavedSearch search)
{
    Statement insert = database_.prepare(
        "INSERT INTO saved_search (owner, by, shared, name, query, columns, created, changed, "
        "version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1) RETURNING id");
    insert.bind(1, std::string_view(search.owner));
    insert.bind(2, std::string_view(search.by));
    insert.bind(3, std::int64_t{search.reach == SavedSearch::Reach::Shared});
    insert.bind(4, std::string_view(search.name));
    insert.bind(5, std::string_view(search.query));
    insert.bind(6, std::string_view(joined(search.columns)));
    insert.bind(7, search.created.time_since_epoch().count());
    if (insert.step())
        search.id = insert.integer(0);
    insert.reset();
    search.changed = search.created;
    search.version = 1;
    return search;
}

bool SavedSearchStore::change(SavedSearch& search)
{
    Statement update = database_.prepare(
        "UPDATE saved_search SET shared = ?3, name = ?4, query = ?5, columns = ?6, changed = ?7, "
        "version = version + 1 WHERE id = ?1 AND version = ?2 RETURNING version");
    update.bind(1, search.id);
    update.bind(2, search.version);
    update.bind(3, std::int64_t{search.reach == SavedSearch::Reach::Shared});
    update.bind(4, std::string_view(search.name));
    update.bind(5, std::string_view(search.query));
    update.bind(6, std::string_view(joined(search.columns)));
    update.bind(7, search.changed.time_since_epoch().count());
    const bool changed = update.step();
    if (changed)
        search.version = update.integer(0);
    update.reset();
    return changed;
}

void SavedSearchStore::remove(std::int64_t id)
{
    Statement statement = database_.prepare("DELETE FROM saved_search WHERE id = ?1");
    statement.bind(1, id);
    statement.run();
}

} // namespace sallyport::db
