#include "db/ListStore.h"

#include "db/ContentHash.h"
#include "policy/ListEntry.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"

#include <algorithm>

namespace sallyport::db {
namespace {

using policy::PolicyError;

constexpr std::size_t ChunkBytes = 64 * 1024;
constexpr std::int64_t NoContent = 0; // no content has this id, and so it has no entries

constexpr std::string_view VersionColumns =
    "name, content_hash, hosts, networks, number, created, who, source, note, lines, added, "
    "removed, rejected";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

void requireListName(std::string_view name)
{
    if (!name.empty() && name.size() <= ListStore::MaxNameLength && name.front() != '-' &&
        name.front() != '.' && std::ranges::all_of(name, isNameCharacter))
        return;
    throw PolicyError(
        '"' + std::string(name) + "\" can be no list's name: it must have 1 to " +
        std::to_string(ListStore::MaxNameLength) +
        R"( lower-case letters, digits, "-", "_" and ".", the first a letter or digit)");
}

[[noreturn]] void refuseUnknown(std::string_view name)
{
    throw PolicyError("there is no list \"" + std::string(name) +
                      "\"; import it with `sallyport list import " + std::string(name) + " FILE`");
}

std::uint64_t count(const Statement& row, int column)
{
    return static_cast<std::uint64_t>(row.integer(column));
}

ListStore::Version versionOf(const Statement& row)
{
    ListStore::Version version;
    version.identity.name = row.text(0);
    version.identity.contentHash = row.text(1);
    version.identity.hosts = count(row, 2);
    version.identity.networks = count(row, 3);
    version.number = static_cast<std::uint32_t>(row.integer(4));
    version.created += std::chrono::microseconds(row.integer(5));
    version.origin.who = row.text(6);
    version.origin.source = row.text(7);
    version.origin.note = row.text(8);
    version.lines = count(row, 9);
    version.added = count(row, 10);
    version.removed = count(row, 11);
    version.rejected = count(row, 12);
    return version;
}

std::string_view textOf(std::span<const std::uint8_t> blob)
{
    return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

std::span<const std::uint8_t> blobOf(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The chunks of a content in their order; a view is valid until the next. None may be asked for
// behind the last.
class Chunks {
public:
    Chunks(const Database& database, std::int64_t content)
        : rows_(database.prepare(
              "SELECT body FROM list_chunk WHERE content = ?1 ORDER BY first_entry"))
    {
        rows_.bind(1, content);
    }

    // Empty: there is none left.
    std::string_view next() { return rows_.step() ? textOf(rows_.blob(0)) : std::string_view(); }

private:
    Statement rows_;
};

// The same entry by entry.
class StoredEntries {
public:
    StoredEntries(const Database& database, std::int64_t content) : chunks_(database, content) {}

    // Empty: there is none left.
    std::string_view next()
    {
        if (chunk_.empty())
            chunk_ = chunks_.next();
        return policy::takeEntry(chunk_);
    }

private:
    Chunks chunks_;
    std::string_view chunk_;
};

// Entries that hold the host, or the address that `entry` is the network of.
std::vector<std::string> entriesWith(const std::string& entry)
{
    std::vector<std::string> entries;
    if (!policy::isNetworkEntry(entry)) {
        entries.push_back(entry);
        for (auto dot = entry.find('.'); dot != entry.npos; dot = entry.find('.', dot + 1))
            entries.push_back(std::string(policy::NamesBelow) + entry.substr(dot + 1));
        return entries;
    }
    auto network = policy::parseNetwork(entry).value();
    const unsigned shortest = policy::isIpv4(network.base) ? 96 : 0;
    for (unsigned bits = network.prefixBits;; --bits) {
        network.prefixBits = static_cast<std::uint8_t>(bits);
        entries.push_back(policy::networkText(network));
        if (bits == shortest)
            return entries;
        network.base[(bits - 1) / 8] &= static_cast<std::uint8_t>(~(0x80U >> ((bits - 1) % 8)));
    }
}

std::vector<std::string> entriesWithHost(std::string_view host)
{
    const auto parsed = policy::parseListEntry(host, policy::BareName::ThatHost);
    if (!parsed)
        throw PolicyError('"' + std::string(host) + "\" " + parsed.error());
    const auto& entry = parsed->back();
    if (host.starts_with('.') || host.starts_with(policy::NamesBelow) ||
        policy::isNetworkEntry(host))
        throw PolicyError('"' + std::string(host) +
                          "\" stands for many; ask for one host name or address");
    return entriesWith(entry);
}

bool holdsLine(std::string_view chunk, const std::string& entry)
{
    const auto line = entry + '\n';
    return chunk.starts_with(line) || chunk.contains('\n' + line);
}

} // namespace

ListStore::Import ListStore::import(std::string_view name, const policy::ImportedList& list,
                                    const ListOrigin& origin,
                                    const std::function<void(const Import&)>& beforeCommit)
{
    requireListName(name);
    Import import;
    auto& version = import.version;
    version.identity.name = name;
    version.identity.contentHash = contentHash(list.entries);
    version.identity.hosts = list.counts.hosts;
    version.identity.networks = list.counts.networks;
    version.created =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    version.origin = origin;
    version.lines = list.counts.lines;
    version.rejected = list.counts.rejected;

    Transaction transaction(database_);
    storeContent(version.identity.contentHash, list);
    const auto before = findNewest(name);
    if (before && before->identity.contentHash == version.identity.contentHash) {
        import.outcome = ImportOutcome::Unchanged;
        version = *before;
    } else {
        version.number = before ? before->number + 1 : 1;
        countDifference(version, before ? before->identity.contentHash : "", list.entries);
        storeVersion(version);
    }
    if (beforeCommit)
        beforeCommit(import);
    transaction.commit();
    return import;
}

std::vector<std::string> ListStore::names() const
{
    std::vector<std::string> names;
    Statement rows = database_.prepare("SELECT DISTINCT name FROM list_version ORDER BY name");
    while (rows.step())
        names.emplace_back(rows.text(0));
    return names;
}

ListStore::Version ListStore::newest(std::string_view name) const
{
    auto version = findNewest(name);
    if (!version)
        refuseUnknown(name);
    return *std::move(version);
}

std::vector<ListStore::Version> ListStore::versions(std::string_view name) const
{
    std::vector<Version> versions;
    Statement rows = database_.prepare("SELECT " + std::string(VersionColumns) +
                                       " FROM list_version WHERE name = ?1 ORDER BY number DESC");
    rows.bind(1, name);
    while (rows.step())
        versions.push_back(versionOf(rows));
    return versions;
}

std::vector<ListBinding> ListStore::bindingsFor(const std::set<std::string>& names) const
{
    std::vector<ListBinding> bindings;
    for (const auto& name : names)
        bindings.push_back({name, newest(name).identity.contentHash});
    return bindings;
}

std::shared_ptr<const policy::DestinationLists>
ListStore::load(std::span<const ListBinding> bindings) const
{
    policy::DestinationLists::Builder builder;
    Statement counts = database_.prepare("SELECT hosts, networks FROM list_content WHERE id = ?1");
    for (const auto& [name, wanted] : bindings) {
        const auto refuse = [&](DatabaseError::Kind kind, const char* what) {
            throw DatabaseError(kind, database_.file().string() + ": what the list \"" + name +
                                          "\" holds " + what +
                                          "; import it again with `sallyport "
                                          "list import " +
                                          name + " FILE` (content " + wanted + ')');
        };
        const auto content = findContent(wanted);
        if (!content)
            refuse(DatabaseError::Kind::Refused, "is not there");
        counts.bind(1, content.value());
        static_cast<void>(counts.step());
        builder.begin({name, count(counts, 0), count(counts, 1), wanted});
        counts.reset();

        ContentHash hash;
        Chunks chunks(database_, content.value());
        for (auto chunk = chunks.next(); !chunk.empty(); chunk = chunks.next()) {
            hash.add(chunk);
            while (!chunk.empty())
                builder.add(policy::takeEntry(chunk));
        }
        if (hash.finish() != wanted)
            refuse(DatabaseError::Kind::Corrupt, "is damaged");
    }
    return std::move(builder).build();
}

std::vector<std::string> ListStore::page(std::string_view name, std::string_view after,
                                         std::size_t limit) const
{
    std::vector<std::string> entries;
    const auto content = findContent(newest(name).identity.contentHash);
    if (!content)
        return entries;
    Statement rows = database_.prepare(
        "SELECT body FROM list_chunk WHERE content = ?1 AND first_entry >= coalesce((SELECT "
        "max(first_entry) FROM list_chunk WHERE content = ?1 AND first_entry <= ?2), '') "
        "ORDER BY first_entry");
    rows.bind(1, *content);
    rows.bind(2, after);
    while (entries.size() < limit && rows.step())
        for (auto chunk = textOf(rows.blob(0)); !chunk.empty() && entries.size() < limit;)
            if (const auto entry = policy::takeEntry(chunk); entry > after)
                entries.emplace_back(entry);
    return entries;
}

std::vector<std::string> ListStore::search(std::string_view name, std::string_view part,
                                           std::string_view after, std::size_t limit) const
{
    std::vector<std::string> entries;
    // Only a look through all of them finds those that end with it: some tens of milliseconds for
    // a million.
    StoredEntries stored(database_,
                         findContent(newest(name).identity.contentHash).value_or(NoContent));
    for (auto entry = stored.next(); !entry.empty() && entries.size() < limit;
         entry = stored.next())
        if (entry > after && (entry.starts_with(part) || entry.ends_with(part)))
            entries.emplace_back(entry);
    return entries;
}

void ListStore::read(std::string_view name, const std::function<void(std::string_view)>& take) const
{
    Chunks chunks(database_, findContent(newest(name).identity.contentHash).value_or(NoContent));
    for (auto chunk = chunks.next(); !chunk.empty(); chunk = chunks.next())
        take(chunk);
}

std::vector<ListStore::Finding> ListStore::lookUp(std::string_view host) const
{
    std::vector<Finding> findings;
    const auto wanted = entriesWithHost(host);
    Statement chunk =
        database_.prepare("SELECT body FROM list_chunk WHERE content = ?1 AND first_entry <= ?2 "
                          "ORDER BY first_entry DESC LIMIT 1");
    for (const auto& name : names()) {
        const auto content = findContent(newest(name).identity.contentHash);
        if (!content)
            continue;
        for (const auto& entry : wanted) {
            chunk.bind(1, *content);
            chunk.bind(2, entry);
            if (chunk.step() && holdsLine(textOf(chunk.blob(0)), entry))
                findings.push_back({name, entry});
            chunk.reset();
        }
    }
    return findings;
}

std::optional<std::string> ListStore::contentInForce(std::string_view name) const
{
    Statement row =
        database_.prepare("SELECT content_hash FROM policy_version_list WHERE name = ?1 "
                          "AND version = (SELECT max(version) FROM policy_version)");
    row.bind(1, name);
    if (!row.step())
        return std::nullopt;
    return std::string(row.text(0));
}

void ListStore::remove(std::string_view name, const std::function<void()>& beforeCommit)
{
    Transaction transaction(database_);
    static_cast<void>(newest(name));
    for (const char* const table : {"list_version", "list_description"}) {
        Statement row = database_.prepare("DELETE FROM " + std::string(table) + " WHERE name = ?1");
        row.bind(1, name);
        row.run();
    }
    if (beforeCommit)
        beforeCommit();
    transaction.commit();
}

std::size_t ListStore::dropUnused()
{
    constexpr std::string_view Unused =
        "(SELECT id FROM list_content WHERE hash NOT IN (SELECT content_hash FROM "
        "policy_version_list) AND hash NOT IN (SELECT content_hash FROM list_version AS newest "
        "WHERE "
        "number = (SELECT max(number) FROM list_version WHERE name = newest.name)))";
    Transaction transaction(database_);
    const auto before = database_.integer("SELECT count(*) FROM list_content");
    database_.execute("DELETE FROM list_chunk WHERE content IN " + std::string(Unused));
    database_.execute("DELETE FROM list_content WHERE id IN " + std::string(Unused));
    const auto after = database_.integer("SELECT count(*) FROM list_content");
    transaction.commit();
    return static_cast<std::size_t>(before - after);
}

std::optional<ListStore::Version> ListStore::findNewest(std::string_view name) const
{
    Statement row =
        database_.prepare("SELECT " + std::string(VersionColumns) +
                          " FROM list_version WHERE name = ?1 ORDER BY number DESC LIMIT 1");
    row.bind(1, name);
    if (!row.step())
        return std::nullopt;
    return versionOf(row);
}

std::optional<std::int64_t> ListStore::findContent(std::string_view hash) const
{
    Statement row = database_.prepare("SELECT id FROM list_content WHERE hash = ?1");
    row.bind(1, hash);
    if (!row.step())
        return std::nullopt;
    return row.integer(0);
}

bool ListStore::isIntact(std::int64_t content, std::string_view hash) const
{
    ContentHash found;
    Chunks chunks(database_, content);
    for (auto chunk = chunks.next(); !chunk.empty(); chunk = chunks.next())
        found.add(chunk);
    return found.finish() == hash;
}

// Importing a list again is also what repairs it.
void ListStore::storeContent(std::string_view hash, const policy::ImportedList& list)
{
    if (const auto known = findContent(hash)) {
        if (isIntact(*known, hash))
            return;
        const auto id = std::to_string(*known);
        database_.execute("DELETE FROM list_chunk WHERE content = " + id +
                          "; DELETE FROM list_content WHERE id = " + id);
    }
    Statement row =
        database_.prepare("INSERT INTO list_content (hash, hosts, networks) VALUES (?1, ?2, ?3)");
    row.bind(1, hash);
    row.bind(2, static_cast<std::int64_t>(list.counts.hosts));
    row.bind(3, static_cast<std::int64_t>(list.counts.networks));
    row.run();
    storeChunks(database_.lastInsertId(), list.entries);
}

void ListStore::storeChunks(std::int64_t content, std::string_view entries)
{
    Statement row = database_.prepare("INSERT INTO list_chunk VALUES (?1, ?2, ?3)");
    row.bind(1, content);
    while (!entries.empty()) {
        const auto end = entries.find('\n', std::min(ChunkBytes, entries.size()) - 1);
        const auto chunk = entries.substr(0, end + 1);
        row.bindBorrowed(2, chunk.substr(0, chunk.find('\n')));
        row.bindBorrowed(3, blobOf(chunk));
        row.run();
        entries.remove_prefix(chunk.size());
    }
}

void ListStore::countDifference(Version& version, std::string_view before,
                                std::string_view entries) const
{
    StoredEntries stored(database_, findContent(before).value_or(NoContent));
    auto old = stored.next();
    auto fresh = policy::takeEntry(entries);
    while (!old.empty() || !fresh.empty()) {
        const auto isRemoved = fresh.empty() || (!old.empty() && old < fresh);
        const auto isAdded = old.empty() || (!fresh.empty() && fresh < old);
        version.removed += isRemoved ? 1 : 0;
        version.added += isAdded ? 1 : 0;
        if (!isAdded)
            old = stored.next();
        if (!isRemoved)
            fresh = policy::takeEntry(entries);
    }
}

void ListStore::storeVersion(const Version& version)
{
    Statement row = database_.prepare("INSERT INTO list_version (" + std::string(VersionColumns) +
                                      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                                      "?12, ?13)");
    row.bind(1, version.identity.name);
    row.bind(2, version.identity.contentHash);
    row.bind(3, static_cast<std::int64_t>(version.identity.hosts));
    row.bind(4, static_cast<std::int64_t>(version.identity.networks));
    row.bind(5, version.number);
    row.bind(6, version.created.time_since_epoch().count());
    row.bind(7, version.origin.who);
    row.bind(8, version.origin.source);
    row.bind(9, version.origin.note);
    row.bind(10, static_cast<std::int64_t>(version.lines));
    row.bind(11, static_cast<std::int64_t>(version.added));
    row.bind(12, static_cast<std::int64_t>(version.removed));
    row.bind(13, static_cast<std::int64_t>(version.rejected));
    row.run();
}

} // namespace sallyport::db
