#include "db/AuditExportStore.h"

#include "db/AdminSchema.h"

namespace sallyport::db {
namespace {

constexpr std::string_view Select =
    "SELECT id, owner, by, state, format, rows, filter, note, created, lines, bytes, sha256, "
    "chain_seq, chain_head, expires, job FROM audit_export ";

AuditExportEntry::Time timeOf(std::int64_t microseconds)
{
    return AuditExportEntry::Time{std::chrono::microseconds(microseconds)};
}

std::vector<AuditExportEntry> read(Statement& rows)
{
    enum Column : int {
        Id,
        Owner,
        By,
        State,
        Format,
        Rows,
        Filter,
        Note,
        Created,
        Lines,
        Bytes,
        Sha256,
        ChainSeq,
        ChainHead,
        Expires,
        Job
    };
    const auto number = [&rows](Column column) {
        return rows.isNull(column)
                   ? std::nullopt
                   : std::optional(static_cast<std::uint64_t>(rows.integer(column)));
    };
    std::vector<AuditExportEntry> entries;
    while (rows.step()) {
        auto& entry = entries.emplace_back();
        entry.id = rows.text(Id);
        entry.owner = rows.text(Owner);
        entry.by = rows.text(By);
        entry.state = rows.text(State);
        entry.format = rows.text(Format);
        entry.rows = rows.text(Rows);
        entry.filter = rows.text(Filter);
        entry.note = rows.text(Note);
        entry.created = timeOf(rows.integer(Created));
        entry.lines = number(Lines);
        entry.bytes = number(Bytes);
        entry.sha256 = rows.text(Sha256);
        entry.chainSeq = static_cast<std::uint64_t>(rows.integer(ChainSeq));
        entry.chainHead = rows.text(ChainHead);
        if (!rows.isNull(Expires))
            entry.expires = timeOf(rows.integer(Expires));
        entry.job = rows.text(Job);
    }
    return entries;
}

} // namespace

AuditExportStore::AuditExportStore(const std::filesystem::path& dataDirectory)
    : database_(Database::openOrCreate(dataDirectory / AdminDatabaseName, Durability::Full))
{
    migrate(database_, adminSchema());
}

std::vector<AuditExportEntry> AuditExportStore::all() const
{
    Statement rows = database_.prepare(std::string(Select) + "ORDER BY created DESC, id");
    return read(rows);
}

std::optional<AuditExportEntry> AuditExportStore::find(std::string_view id) const
{
    Statement rows = database_.prepare(std::string(Select) + "WHERE id = ?1");
    rows.bind(1, id);
    auto found = read(rows);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void AuditExportStore::keep(const AuditExportEntry& entry)
{
    Statement replace = database_.prepare(
        "INSERT OR REPLACE INTO audit_export (id, owner, by, state, format, rows, filter, note, "
        "created, lines, bytes, sha256, chain_seq, chain_head, expires, job) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
    int position = 0;
    const auto number = [&](const std::optional<std::int64_t>& value) {
        ++position;
        value ? replace.bind(position, *value) : replace.bindNull(position);
    };
    const auto known = [](const std::optional<std::uint64_t>& value) {
        return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
    };
    for (const auto* text : {&entry.id, &entry.owner, &entry.by, &entry.state, &entry.format,
                             &entry.rows, &entry.filter, &entry.note})
        replace.bind(++position, std::string_view(*text));
    number(entry.created.time_since_epoch().count());
    number(known(entry.lines));
    number(known(entry.bytes));
    replace.bind(++position, std::string_view(entry.sha256));
    number(static_cast<std::int64_t>(entry.chainSeq));
    replace.bind(++position, std::string_view(entry.chainHead));
    number(entry.expires ? std::optional(entry.expires->time_since_epoch().count()) : std::nullopt);
    replace.bind(++position, std::string_view(entry.job));
    replace.run();
}

void AuditExportStore::remove(std::string_view id)
{
    Statement statement = database_.prepare("DELETE FROM audit_export WHERE id = ?1");
    statement.bind(1, id);
    statement.run();
}

void AuditExportStore::failUnfinished()
{
    database_.execute("UPDATE audit_export SET state = 'failed' WHERE state = 'running'");
}

} // namespace sallyport::db
