#include "db/PolicyStore.h"

#include "db/ContentHash.h"
#include "db/ListStore.h"
#include "db/Migrations.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::db {
namespace {

using Kind = PolicyStore::Kind;
using Time = PolicyStore::Time;

constexpr std::array AllKinds{Kind::Import, Kind::Publish, Kind::Rollback, Kind::Republish};

constexpr std::string_view Entry =
    "SELECT version, parent, kind, created, who, note, test_override, document_hash, document "
    "FROM policy_version ";
constexpr int DocumentColumn = 8;
constexpr const char* DeleteDraft = "DELETE FROM policy_draft; DELETE FROM policy_draft_author";

constexpr const char* EndConfirmation = "DELETE FROM policy_confirmation";

Database migrated(Database database)
{
    migrate(database, policySchema());
    return database;
}

Time timeOf(std::int64_t microseconds)
{
    return Time(std::chrono::microseconds(microseconds));
}

std::int64_t now()
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now())
        .time_since_epoch()
        .count();
}

Kind kindOf(std::string_view name)
{
    const auto* found = std::ranges::find(AllKinds, name, versionKindName);
    return found != AllKinds.end() ? *found : Kind::Import; // the table takes no other names
}

void readEntry(const Statement& row, PolicyStore::VersionEntry& entry)
{
    entry.number = static_cast<std::uint32_t>(row.integer(0));
    entry.parent = static_cast<std::uint32_t>(row.integer(1));
    entry.kind = kindOf(row.text(2));
    entry.created = timeOf(row.integer(3));
    entry.who = row.text(4);
    entry.note = row.text(5);
    entry.testOverride = row.text(6);
    entry.documentHash = row.text(7);
}

RowHits hitsOf(const Statement& row)
{
    RowHits hits;
    hits.row = row.text(0);
    hits.hits = static_cast<std::uint64_t>(row.integer(1));
    hits.wouldHits = static_cast<std::uint64_t>(row.integer(2));
    hits.bytes = static_cast<std::uint64_t>(row.integer(3));
    hits.lastHit += std::chrono::seconds(row.integer(4));
    return hits;
}

std::vector<RowHits> allHits(Statement rows)
{
    std::vector<RowHits> hits;
    while (rows.step())
        hits.push_back(hitsOf(rows));
    return hits;
}

[[noreturn]] void refuse(const Database& database, const std::string& why)
{
    throw DatabaseError(DatabaseError::Kind::Refused, database.file().string() + ": " + why);
}

[[noreturn]] void refuseOutdated(const Database& database, const std::string& why)
{
    throw DatabaseError(DatabaseError::Kind::Outdated, database.file().string() + ": " + why);
}

// The text to be stored. One that comes back changed would decide otherwise than what was checked.
std::string textOf(const Database& database, const policy::PolicyDocument& document)
{
    std::string text = document.toJson();
    if (policy::PolicyDocument::parse(text) != document)
        refuse(database, "a part of this policy cannot be written down: read back it differs");
    return text;
}

} // namespace

struct PolicyStore::NewVersion {
    std::uint32_t parent;
    Kind kind;
    std::string_view who;
    std::string_view note;
    std::string_view testOverride;
    std::string_view document;
    std::span<const ListBinding> lists;
};

PolicyStore::PolicyStore(const std::filesystem::path& file)
    : PolicyStore(Database::openOrCreate(file, Durability::Full))
{}

PolicyStore::PolicyStore(Database database)
    : database_(migrated(std::move(database))),
      newest_(database_.prepare("SELECT coalesce(max(version), 0) FROM policy_version"))
{}

void PolicyStore::ensureInitial()
{
    if (changeStamp() != 0)
        return;
    Transaction transaction(database_);
    if (changeStamp() == 0) // still: another process may have been first
        insert({.parent = 0,
                .kind = Kind::Import,
                .who = "sallyport",
                .note = "first start",
                .testOverride = {},
                .document = policy::PolicyDocument::initial().toJson(),
                .lists = {}});
    transaction.commit();
}

PolicyStore::Version PolicyStore::current() const
{
    return version(changeStamp());
}

PolicyStore::Version PolicyStore::version(std::uint32_t number) const
{
    Statement row = database_.prepare(std::string(Entry) + "WHERE version = ?1");
    row.bind(1, number);
    if (!row.step())
        refuse(database_, number == 0 ? "there is no policy in it yet"
                                      : "there is no policy version " + std::to_string(number) +
                                            "; `sallyport policy versions` lists them");
    Version version;
    readEntry(row, version);
    const std::string_view text = row.text(DocumentColumn);
    if (contentHash(text) != version.documentHash)
        throw DatabaseError(DatabaseError::Kind::Corrupt,
                            database_.file().string() + ": policy version " +
                                std::to_string(number) +
                                " is damaged: its document is not the one that was published; "
                                "publish a right one, or go back with `sallyport policy rollback` "
                                "to a version that is whole");
    version.document = policy::PolicyDocument::parse(text);
    version.lists = listsOf(number);
    return version;
}

std::vector<PolicyStore::VersionEntry> PolicyStore::versions() const
{
    std::vector<VersionEntry> versions;
    Statement rows = database_.prepare(std::string(Entry) + "ORDER BY version DESC");
    while (rows.step())
        readEntry(rows, versions.emplace_back());
    return versions;
}

std::uint32_t PolicyStore::changeStamp() const
{
    const std::uint32_t newest =
        newest_.step() ? static_cast<std::uint32_t>(newest_.integer(0)) : 0;
    newest_.reset();
    return newest;
}

std::uint32_t PolicyStore::publish(const policy::PolicyDocument& document, std::string_view who,
                                   std::string_view note, std::string_view testOverride)
{
    const std::string text = textOf(database_, document);
    Transaction transaction(database_);
    const std::uint32_t number = insert({.parent = changeStamp(),
                                         .kind = Kind::Import,
                                         .who = who,
                                         .note = note,
                                         .testOverride = testOverride,
                                         .document = text,
                                         .lists = listBindingsFor(document)});
    commit(transaction, Change::Version);
    return number;
}

std::uint32_t PolicyStore::republish(std::string_view who, std::string_view note,
                                     std::string_view testOverride)
{
    Transaction transaction(database_);
    const Version inForce = current();
    const std::uint32_t number = insert({.parent = inForce.number,
                                         .kind = Kind::Republish,
                                         .who = who,
                                         .note = note,
                                         .testOverride = testOverride,
                                         .document = textOf(database_, inForce.document),
                                         .lists = listBindingsFor(inForce.document)});
    commit(transaction, Change::Version);
    return number;
}

std::uint32_t PolicyStore::republishList(std::string_view list, std::string_view who,
                                         std::string_view note)
{
    Transaction transaction(database_);
    Version inForce = current();
    const auto bound = std::ranges::find(inForce.lists, list, &ListBinding::name);
    if (bound == inForce.lists.end())
        return 0;
    auto newest = ListStore(database_).newest(list).identity.contentHash;
    if (bound->contentHash == newest)
        return 0;
    bound->contentHash = std::move(newest);
    const std::uint32_t number = insert({.parent = inForce.number,
                                         .kind = Kind::Republish,
                                         .who = who,
                                         .note = note,
                                         .testOverride = {},
                                         .document = textOf(database_, inForce.document),
                                         .lists = inForce.lists});
    // The document is the same, so that a draft of it undoes nothing of this version.
    Statement rebase =
        database_.prepare("UPDATE policy_draft SET base_version = ?1 WHERE base_version = ?2");
    rebase.bind(1, number);
    rebase.bind(2, inForce.number);
    rebase.run();
    commit(transaction, Change::Version);
    return number;
}

std::uint32_t PolicyStore::rollBack(std::uint32_t number, std::string_view who,
                                    std::string_view note)
{
    Transaction transaction(database_);
    const Version earlier = version(number);
    const std::uint32_t added = insert({.parent = number,
                                        .kind = Kind::Rollback,
                                        .who = who,
                                        .note = note,
                                        .testOverride = {},
                                        .document = textOf(database_, earlier.document),
                                        .lists = earlier.lists});
    commit(transaction, Change::Version);
    return added;
}

std::uint32_t PolicyStore::publishDraft(const Draft& draft, BaseCheck check, std::string_view who,
                                        std::string_view note, std::string_view testOverride,
                                        std::optional<Time> confirmBy)
{
    const std::string text = textOf(database_, draft.document);
    Transaction transaction(database_);
    const std::optional<Draft> stored = this->draft();
    if (!stored || stored->changed != draft.changed || stored->document != draft.document)
        refuseOutdated(database_, "the draft was changed while it was being checked; look at it "
                                  "again with `sallyport policy draft diff`");
    const std::uint32_t inForce = changeStamp();
    if (check == BaseCheck::Require && inForce != draft.baseVersion) {
        const std::string base = std::to_string(draft.baseVersion);
        const std::string now = std::to_string(inForce);
        refuse(database_, "the draft was begun on version " + base + ", but version " + now +
                              " is in force by now; see `sallyport policy diff " + base + " " +
                              now +
                              "`, take that into the draft, and publish it with --force. Without "
                              "it the draft would undo that");
    }
    const std::uint32_t number = insert({.parent = draft.baseVersion,
                                         .kind = Kind::Publish,
                                         .who = who,
                                         .note = note,
                                         .testOverride = testOverride,
                                         .document = text,
                                         .lists = listBindingsFor(draft.document)});
    database_.execute(DeleteDraft);
    if (confirmBy)
        awaitConfirmation({number, inForce, *confirmBy, std::string(who)});
    commit(transaction, Change::Version);
    return number;
}

void PolicyStore::awaitConfirmation(const Confirmation& awaited)
{
    Statement row = database_.prepare("INSERT INTO policy_confirmation (only_row, version, "
                                      "back_to, deadline, who) VALUES (1, ?1, ?2, ?3, ?4)");
    row.bind(1, awaited.version);
    row.bind(2, awaited.backTo);
    row.bind(3, awaited.deadline.time_since_epoch().count());
    row.bind(4, awaited.who);
    row.run();
}

std::optional<PolicyStore::Confirmation> PolicyStore::confirmation() const
{
    Statement row =
        database_.prepare("SELECT version, back_to, deadline, who FROM policy_confirmation");
    if (!row.step())
        return std::nullopt;
    return Confirmation{static_cast<std::uint32_t>(row.integer(0)),
                        static_cast<std::uint32_t>(row.integer(1)), timeOf(row.integer(2)),
                        std::string(row.text(3))};
}

void PolicyStore::confirm(std::uint32_t number)
{
    Transaction transaction(database_);
    const auto awaited = confirmation();
    if (!awaited || awaited->version != number)
        refuse(database_,
               "policy version " + std::to_string(number) + " does not wait to be confirmed");
    database_.execute(EndConfirmation);
    commit(transaction, Change::Confirmed);
}

std::optional<PolicyStore::Draft> PolicyStore::draft() const
{
    Statement row =
        database_.prepare("SELECT base_version, who, changed, document FROM policy_draft");
    if (!row.step())
        return std::nullopt;
    Draft draft;
    draft.baseVersion = static_cast<std::uint32_t>(row.integer(0));
    draft.who = row.text(1);
    draft.changed = timeOf(row.integer(2));
    draft.document = policy::PolicyDocument::parse(row.text(3));
    return draft;
}

void PolicyStore::saveDraft(const policy::PolicyDocument& document, std::string_view who)
{
    const std::string text = textOf(database_, document);
    Transaction transaction(database_);
    storeDraft(text, {std::string(who), ""});
    commit(transaction, Change::DraftSaved);
}

void PolicyStore::changeDraft(const policy::PolicyDocument& document, const Author& by,
                              const std::optional<DraftStamp>& seen)
{
    const std::string text = textOf(database_, document);
    Transaction transaction(database_);
    if (draftStamp() != seen)
        refuseOutdated(database_, "the draft was changed meanwhile; look at it again");
    storeDraft(text, by);
    commit(transaction, Change::DraftSaved);
}

void PolicyStore::editDraft(const std::function<void(policy::PolicyDocument&)>& edit,
                            const Author& by)
{
    Transaction transaction(database_);
    auto before = draft();
    auto document = before ? std::move(before->document) : current().document;
    edit(document);
    storeDraft(textOf(database_, document), by);
    commit(transaction, Change::DraftSaved);
}

void PolicyStore::storeDraft(std::string_view document, const Author& by)
{
    Statement save = database_.prepare(
        "INSERT INTO policy_draft (only_row, base_version, document, who, changed) "
        "VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (only_row) DO UPDATE SET "
        "document = excluded.document, who = excluded.who, "
        "changed = max(excluded.changed, changed + 1)");
    save.bind(1, changeStamp());
    save.bind(2, document);
    save.bind(3, by.who);
    save.bind(4, now());
    save.run();
    Statement author =
        database_.prepare("INSERT OR IGNORE INTO policy_draft_author VALUES (?1, ?2)");
    author.bind(1, by.who);
    author.bind(2, by.account);
    author.run();
}

std::optional<PolicyStore::DraftStamp> PolicyStore::draftStamp() const
{
    Statement row = database_.prepare("SELECT base_version, changed FROM policy_draft");
    if (!row.step())
        return std::nullopt;
    return DraftStamp{static_cast<std::uint32_t>(row.integer(0)), timeOf(row.integer(1))};
}

std::vector<PolicyStore::Author> PolicyStore::draftAuthors() const
{
    std::vector<Author> authors;
    Statement rows =
        database_.prepare("SELECT who, account FROM policy_draft_author ORDER BY who, account");
    while (rows.step())
        authors.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
    return authors;
}

void PolicyStore::discardDraft()
{
    Transaction transaction(database_);
    discardDraft(transaction);
}

void PolicyStore::discardDraft(const std::optional<DraftStamp>& seen)
{
    Transaction transaction(database_);
    if (draftStamp() != seen)
        refuseOutdated(database_, "the draft was changed meanwhile; look at it again");
    discardDraft(transaction);
}

void PolicyStore::discardDraft(Transaction& transaction)
{
    if (beforeCommit_ && draft())
        beforeCommit_(*this, Change::DraftDiscarded);
    database_.execute(DeleteDraft);
    transaction.commit();
}

void PolicyStore::commit(Transaction& transaction, Change change) const
{
    if (beforeCommit_)
        beforeCommit_(*this, change);
    transaction.commit();
}

void PolicyStore::addHits(std::span<const RowHits> hits)
{
    using namespace std::chrono;
    Transaction transaction(database_);
    Statement total = database_.prepare(
        "INSERT INTO row_hits (row, hits, would_hits, bytes, last_hit) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (row) DO UPDATE SET "
        "hits = hits + excluded.hits, would_hits = would_hits + excluded.would_hits, "
        "bytes = bytes + excluded.bytes, last_hit = max(last_hit, excluded.last_hit)");
    Statement daily =
        database_.prepare("INSERT INTO row_hits_day (row, hits, would_hits, bytes, day) "
                          "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (row, day) DO UPDATE SET "
                          "hits = hits + excluded.hits, "
                          "would_hits = would_hits + excluded.would_hits, "
                          "bytes = bytes + excluded.bytes");
    const sys_seconds today = floor<seconds>(system_clock::now());
    for (const RowHits& each : hits) {
        const sys_seconds moment = each.lastHit == sys_seconds() ? today : each.lastHit;
        for (Statement* insert : {&total, &daily}) {
            insert->bind(1, each.row);
            insert->bind(2, static_cast<std::int64_t>(each.hits));
            insert->bind(3, static_cast<std::int64_t>(each.wouldHits));
            insert->bind(4, static_cast<std::int64_t>(each.bytes));
        }
        total.bind(5, each.lastHit.time_since_epoch().count());
        daily.bind(5, floor<days>(moment).time_since_epoch().count());
        total.run();
        daily.run();
    }
    transaction.commit();
}

std::vector<RowHits> PolicyStore::hits() const
{
    return allHits(database_.prepare(
        "SELECT row, hits, would_hits, bytes, last_hit FROM row_hits ORDER BY row"));
}

std::vector<RowHits> PolicyStore::hitsSince(std::chrono::sys_days day) const
{
    Statement rows = database_.prepare(
        "SELECT t.row, coalesce(sum(d.hits), 0), coalesce(sum(d.would_hits), 0), "
        "coalesce(sum(d.bytes), 0), t.last_hit "
        "FROM row_hits AS t LEFT JOIN row_hits_day AS d ON d.row = t.row AND d.day >= ?1 "
        "GROUP BY t.row ORDER BY t.row");
    rows.bind(1, day.time_since_epoch().count());
    return allHits(std::move(rows));
}

std::vector<RowHits> PolicyStore::hitsShownSince(std::chrono::sys_days day) const
{
    // A reset on a day before the first one is in none of the days that are added up.
    Statement rows =
        database_.prepare("SELECT t.row, coalesce(sum(d.hits), 0) - iif(r.day >= ?1, r.hits, 0), "
                          "coalesce(sum(d.would_hits), 0) - iif(r.day >= ?1, r.would_hits, 0), "
                          "coalesce(sum(d.bytes), 0) - iif(r.day >= ?1, r.bytes, 0), t.last_hit "
                          "FROM row_hits AS t LEFT JOIN row_hits_reset AS r ON r.row = t.row "
                          "LEFT JOIN row_hits_day AS d ON d.row = t.row AND d.day >= ?1 "
                          "AND d.day >= coalesce(r.day, ?1) "
                          "GROUP BY t.row ORDER BY t.row");
    rows.bind(1, day.time_since_epoch().count());
    return allHits(std::move(rows));
}

void PolicyStore::resetHits(std::span<const std::string> rows, Time now,
                            const std::function<void()>& step)
{
    Transaction transaction(database_);
    Statement put = database_.prepare(
        "INSERT OR REPLACE INTO row_hits_reset (row, moment, day, hits, would_hits, bytes) "
        "SELECT ?1, ?2, ?3, coalesce(sum(hits), 0), coalesce(sum(would_hits), 0), "
        "coalesce(sum(bytes), 0) FROM row_hits_day WHERE row = ?1 AND day = ?3");
    for (const auto& row : rows) {
        put.bind(1, row);
        put.bind(2, now.time_since_epoch().count());
        put.bind(3, std::chrono::floor<std::chrono::days>(now).time_since_epoch().count());
        put.run();
    }
    step();
    transaction.commit();
}

std::map<std::string, PolicyStore::Time> PolicyStore::hitResets() const
{
    Statement rows = database_.prepare("SELECT row, moment FROM row_hits_reset");
    std::map<std::string, Time> resets;
    while (rows.step())
        resets.emplace(rows.text(0), timeOf(rows.integer(1)));
    return resets;
}

std::vector<PolicyStore::DayHits> PolicyStore::hitsByDay(std::chrono::sys_days day) const
{
    Statement rows = database_.prepare("SELECT row, day, hits, would_hits FROM row_hits_day "
                                       "WHERE day >= ?1 ORDER BY row, day");
    rows.bind(1, day.time_since_epoch().count());
    std::vector<DayHits> hits;
    while (rows.step())
        hits.push_back({std::string(rows.text(0)),
                        std::chrono::sys_days(std::chrono::days(rows.integer(1))),
                        static_cast<std::uint64_t>(rows.integer(2)),
                        static_cast<std::uint64_t>(rows.integer(3))});
    return hits;
}

std::vector<ListBinding> PolicyStore::listBindingsFor(const policy::PolicyDocument& document)
{
    return ListStore(database_).bindingsFor(document.listsUsed());
}

std::vector<ListBinding> PolicyStore::listsOf(std::uint32_t version) const
{
    std::vector<ListBinding> lists;
    Statement rows = database_.prepare(
        "SELECT name, content_hash FROM policy_version_list WHERE version = ?1 ORDER BY name");
    rows.bind(1, version);
    while (rows.step())
        lists.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
    return lists;
}

std::uint32_t PolicyStore::insert(const NewVersion& version)
{
    database_.execute(EndConfirmation); // of a version that is in force no more
    const std::uint32_t number = changeStamp() + 1;
    Statement row = database_.prepare(
        "INSERT INTO policy_version (version, parent, kind, created, who, note, test_override, "
        "document, document_hash) VALUES (?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    row.bind(1, number);
    row.bind(2, version.parent);
    row.bind(3, versionKindName(version.kind));
    row.bind(4, now());
    row.bind(5, version.who);
    row.bind(6, version.note);
    row.bind(7, version.testOverride);
    row.bindBorrowed(8, version.document);
    row.bind(9, contentHash(version.document));
    row.run();
    Statement binding = database_.prepare("INSERT INTO policy_version_list VALUES (?1, ?2, ?3)");
    for (const ListBinding& list : version.lists) {
        binding.bind(1, number);
        binding.bind(2, list.name);
        binding.bind(3, list.contentHash);
        binding.run();
    }
    return number;
}

std::string_view versionKindName(PolicyStore::Kind kind)
{
    switch (kind) {
    case Kind::Import:
        return "import";
    case Kind::Publish:
        return "publish";
    case Kind::Rollback:
        return "rollback";
    case Kind::Republish:
        return "republish";
    }
    return "";
}

} // namespace sallyport::db
