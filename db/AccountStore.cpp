#include "db/AccountStore.h"

#include "db/Migrations.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::db {
namespace {

using Stage = SignIn::Stage;

constexpr std::array<std::pair<Stage, std::string_view>, 3> Stages{{
    {Stage::Open, "open"},
    {Stage::Totp, "totp"},
    {Stage::Password, "password"},
}};

constexpr std::string_view PersonColumns =
    "p.id, p.name, p.display, p.role, p.disabled, p.password_hash, p.must_change_password, "
    "p.totp_secret, p.totp_offered, p.created, p.last_sign_in, p.preferences, p.version";
constexpr int PersonWidth = 13;
constexpr std::string_view SignInColumns = "s.id, s.hash, s.person, s.stage, s.csrf, s.created, "
                                           "s.last_seen, s.confirmed, s.address, s.user_agent";
constexpr int SignInWidth = 10;
constexpr std::string_view TokenColumns = "t.id, t.hash, t.name, t.role, t.maker, t.networks, "
                                          "t.created, t.expires, t.last_used, t.version";
constexpr int TokenWidth = 10;

constexpr std::string_view Entries =
    ", (SELECT count(*) FROM sign_in s WHERE s.person = p.id AND s.stage = 'open'), "
    "(SELECT count(*) FROM token t WHERE t.maker = p.id) FROM person p ";

Database migrated(Database database)
{
    migrate(database, accountsSchema());
    return database;
}

AccountTime timeOf(std::int64_t microseconds)
{
    return AccountTime(std::chrono::microseconds(microseconds));
}

std::int64_t number(AccountTime time)
{
    return time.time_since_epoch().count();
}

std::string bytesOf(std::span<const std::uint8_t> blob)
{
    return {blob.begin(), blob.end()};
}

void bindBytes(Statement& statement, int position, const std::string& bytes)
{
    if (bytes.empty())
        statement.bindNull(position);
    else
        statement.bind(
            position, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const auto& line : lines)
        (text += line) += '\n';
    return text;
}

// These read from column `from` on, in the order of the columns above.

Person personAt(const Statement& row, int from)
{
    Person person;
    person.id = row.text(from);
    person.name = row.text(from + 1);
    person.display = row.text(from + 2);
    person.role = row.text(from + 3);
    person.access = row.integer(from + 4) ? Person::Access::Disabled : Person::Access::Enabled;
    person.passwordHash = row.text(from + 5);
    person.passwordState =
        row.integer(from + 6) ? Person::PasswordState::ToBeChanged : Person::PasswordState::Lasting;
    person.totpSecret = bytesOf(row.blob(from + 7));
    person.totpOffered = bytesOf(row.blob(from + 8));
    person.created = timeOf(row.integer(from + 9));
    person.lastSignIn = timeOf(row.integer(from + 10));
    person.preferences = row.text(from + 11);
    person.version = row.integer(from + 12);
    return person;
}

PersonEntry entryOf(const Statement& row)
{
    return {personAt(row, 0), row.integer(PersonWidth), row.integer(PersonWidth + 1)};
}

SignIn signInOf(const Statement& row)
{
    SignIn signIn;
    signIn.id = row.text(0);
    signIn.hash = row.text(1);
    signIn.person = row.text(2);
    signIn.stage =
        std::ranges::find(Stages, row.text(3), &std::pair<Stage, std::string_view>::second)->first;
    signIn.csrf = row.text(4);
    signIn.created = timeOf(row.integer(5));
    signIn.lastSeen = timeOf(row.integer(6));
    signIn.confirmed = timeOf(row.integer(7));
    signIn.address = row.text(8);
    signIn.userAgent = row.text(9);
    return signIn;
}

PersonsToken tokenOf(const Statement& row)
{
    Token token;
    token.id = row.text(0);
    token.hash = row.text(1);
    token.name = row.text(2);
    token.role = row.text(3);
    token.maker = row.text(4);
    token.networks = linesOf(row.text(5));
    token.created = timeOf(row.integer(6));
    token.expires = timeOf(row.integer(7));
    token.lastUsed = timeOf(row.integer(8));
    token.version = row.integer(9);
    return {std::move(token), personAt(row, TokenWidth)};
}

// Runs a statement with RETURNING to its end, where it commits; false: it changed nothing.
bool changedSomething(Statement& statement)
{
    const bool changed = statement.step();
    if (changed)
        static_cast<void>(statement.step());
    statement.reset();
    return changed;
}

std::string select(std::string_view columns, std::string_view rest)
{
    return "SELECT " + std::string(columns) + ' ' + std::string(rest);
}

std::string tokensWhere(std::string_view where)
{
    return select(TokenColumns, ", " + std::string(PersonColumns) +
                                    " FROM token t JOIN person p ON p.id = t.maker " +
                                    std::string(where));
}

} // namespace

AccountStore::AccountStore(const std::filesystem::path& file)
    : database_(migrated(Database::openOrCreate(file, Durability::Full)))
{}

void AccountStore::refuse(const std::string& why)
{
    throw DatabaseError(DatabaseError::Kind::Refused, why);
}

void AccountStore::refuseOutdated()
{
    throw DatabaseError(DatabaseError::Kind::Outdated,
                        "It was changed since it was read. Read it again and decide anew.");
}

// People

bool AccountStore::hasPeople() const
{
    const std::scoped_lock lock(mutex_);
    return database_.integer("SELECT EXISTS (SELECT 1 FROM person)") != 0;
}

std::vector<PersonEntry> AccountStore::people() const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(select(PersonColumns, std::string(Entries) + "ORDER BY p.name"));
    std::vector<PersonEntry> people;
    while (row.step())
        people.push_back(entryOf(row));
    return people;
}

std::optional<PersonEntry> AccountStore::entry(std::string_view id) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(select(PersonColumns, std::string(Entries) + "WHERE p.id = ?1"));
    row.bind(1, id);
    return row.step() ? std::optional(entryOf(row)) : std::nullopt;
}

std::optional<Person> AccountStore::findPerson(std::string_view where, std::string_view value) const
{
    auto row = database_.prepare(select(PersonColumns, "FROM person p " + std::string(where)));
    row.bind(1, value);
    return row.step() ? std::optional(personAt(row, 0)) : std::nullopt;
}

std::optional<Person> AccountStore::person(std::string_view id) const
{
    const std::scoped_lock lock(mutex_);
    return findPerson("WHERE p.id = ?1", id);
}

std::optional<Person> AccountStore::personNamed(std::string_view name) const
{
    const std::scoped_lock lock(mutex_);
    return findPerson("WHERE p.name = ?1", name);
}

void AccountStore::insert(const Person& person)
{
    if (findPerson("WHERE p.name = ?1", person.name))
        refuse("There is somebody named " + person.name + " already.");
    auto row = database_.prepare(
        "INSERT INTO person (id, name, display, role, disabled, password_hash, "
        "must_change_password, totp_secret, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    row.bind(1, person.id);
    row.bind(2, person.name);
    row.bind(3, person.display);
    row.bind(4, person.role);
    row.bind(5, person.isEnabled() ? 0 : 1);
    row.bind(6, person.passwordHash);
    row.bind(7, person.passwordState == Person::PasswordState::ToBeChanged ? 1 : 0);
    bindBytes(row, 8, person.totpSecret);
    row.bind(9, number(person.created));
    row.run();
}

void AccountStore::add(const Person& person, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    insert(person);
    step();
    transaction.commit();
}

void AccountStore::addFirst(const Person& person, std::span<const std::string> recoveryHashes,
                            const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (database_.integer("SELECT EXISTS (SELECT 1 FROM person)") != 0)
        refuse("There is an administrator already.");
    insert(person);
    putRecoveryCodes(person.id, recoveryHashes);
    step();
    transaction.commit();
}

void AccountStore::putRecoveryCodes(std::string_view person, std::span<const std::string> hashes)
{
    auto drop = database_.prepare("DELETE FROM recovery_code WHERE person = ?1");
    drop.bind(1, person);
    drop.run();
    auto put = database_.prepare("INSERT INTO recovery_code (person, hash) VALUES (?1, ?2)");
    put.bind(1, person);
    for (const auto& hash : hashes) {
        put.bind(2, hash);
        put.run();
    }
}

std::int64_t AccountStore::administratorsWithTotp() const
{
    return database_.integer("SELECT count(*) FROM person WHERE role = 'admin' AND disabled = 0 "
                             "AND totp_secret IS NOT NULL");
}

void AccountStore::requireAdministrators(std::int64_t withTotpBefore) const
{
    if (database_.integer("SELECT count(*) FROM person WHERE role = 'admin' AND disabled = 0") == 0)
        refuse("At least one enabled administrator must remain: make another one first.");
    if (withTotpBefore != 0 && administratorsWithTotp() == 0)
        refuse("This is the last administrator with a second factor: let another one set it up "
               "first.");
}

void AccountStore::update(const Person& person, std::string_view keeping)
{
    const auto before = findPerson("WHERE p.id = ?1", person.id);
    if (!before || before->version != person.version)
        refuseOutdated();
    auto row = database_.prepare(
        "UPDATE person SET display = ?2, role = ?3, disabled = ?4, password_hash = ?5, "
        "must_change_password = ?6, totp_secret = ?7, totp_offered = ?8, version = version + 1 "
        "WHERE id = ?1");
    row.bind(1, person.id);
    row.bind(2, person.display);
    row.bind(3, person.role);
    row.bind(4, person.isEnabled() ? 0 : 1);
    row.bind(5, person.passwordHash);
    row.bind(6, person.passwordState == Person::PasswordState::ToBeChanged ? 1 : 0);
    bindBytes(row, 7, person.totpSecret);
    bindBytes(row, 8, person.totpOffered);
    row.run();
    const bool endsSignIns =
        before->role != person.role || before->passwordHash != person.passwordHash ||
        before->access != person.access || before->totpSecret != person.totpSecret;
    if (!endsSignIns)
        return;
    auto end = database_.prepare("DELETE FROM sign_in WHERE person = ?1 AND id <> ?2");
    end.bind(1, person.id);
    end.bind(2, keeping);
    end.run();
}

void AccountStore::change(const Person& person, std::string_view keeping, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    const auto withTotp = administratorsWithTotp();
    update(person, keeping);
    if (!person.hasTotp())
        putRecoveryCodes(person.id, {});
    requireAdministrators(withTotp);
    step();
    transaction.commit();
}

void AccountStore::change(const Person& person, std::span<const std::string> recoveryHashes,
                          std::string_view keeping, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    const auto withTotp = administratorsWithTotp();
    update(person, keeping);
    putRecoveryCodes(person.id, recoveryHashes);
    requireAdministrators(withTotp);
    step();
    transaction.commit();
}

void AccountStore::remove(const Person& person, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    const auto withTotp = administratorsWithTotp();
    auto row = database_.prepare("DELETE FROM person WHERE id = ?1 AND version = ?2 RETURNING 1");
    row.bind(1, person.id);
    row.bind(2, person.version);
    if (!changedSomething(row))
        refuseOutdated();
    requireAdministrators(withTotp);
    step();
    transaction.commit();
}

void AccountStore::changePreferences(std::string_view id, std::string_view json)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("UPDATE person SET preferences = ?2 WHERE id = ?1");
    row.bind(1, id);
    row.bind(2, json);
    row.run();
}

void AccountStore::noteSignIn(std::string_view id, AccountTime time)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("UPDATE person SET last_sign_in = ?2 WHERE id = ?1");
    row.bind(1, id);
    row.bind(2, number(time));
    row.run();
}

bool AccountStore::useTotpStep(std::string_view id, std::int64_t totpStep)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("UPDATE person SET totp_used_step = ?2 "
                                 "WHERE id = ?1 AND totp_used_step < ?2 RETURNING 1");
    row.bind(1, id);
    row.bind(2, totpStep);
    return changedSomething(row);
}

bool AccountStore::useRecoveryCode(std::string_view id, std::string_view hash)
{
    const std::scoped_lock lock(mutex_);
    auto row =
        database_.prepare("DELETE FROM recovery_code WHERE person = ?1 AND hash = ?2 RETURNING 1");
    row.bind(1, id);
    row.bind(2, hash);
    return changedSomething(row);
}

std::int64_t AccountStore::recoveryCodesLeft(std::string_view id) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("SELECT count(*) FROM recovery_code WHERE person = ?1");
    row.bind(1, id);
    return row.step() ? row.integer(0) : 0;
}

// Sign-ins

void AccountStore::addSignIn(const SignIn& signIn)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("INSERT INTO sign_in (id, hash, person, stage, csrf, created, "
                                 "last_seen, confirmed, address, user_agent) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    row.bind(1, signIn.id);
    row.bind(2, signIn.hash);
    row.bind(3, signIn.person);
    row.bind(4, std::ranges::find(Stages, signIn.stage, &std::pair<Stage, std::string_view>::first)
                    ->second);
    row.bind(5, signIn.csrf);
    row.bind(6, number(signIn.created));
    row.bind(7, number(signIn.lastSeen));
    row.bind(8, number(signIn.confirmed));
    row.bind(9, signIn.address);
    row.bind(10, signIn.userAgent);
    row.run();
}

std::optional<PersonsSignIn> AccountStore::findSignIn(std::string_view where,
                                                      std::string_view value) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(
        select(SignInColumns, ", " + std::string(PersonColumns) +
                                  " FROM sign_in s JOIN person p ON p.id = s.person " +
                                  std::string(where)));
    row.bind(1, value);
    if (!row.step())
        return std::nullopt;
    return PersonsSignIn{signInOf(row), personAt(row, SignInWidth)};
}

std::optional<PersonsSignIn> AccountStore::signInByHash(std::string_view hash) const
{
    return findSignIn("WHERE s.hash = ?1", hash);
}

std::optional<PersonsSignIn> AccountStore::signIn(std::string_view id) const
{
    return findSignIn("WHERE s.id = ?1", id);
}

std::vector<SignIn> AccountStore::signInsOf(std::string_view person) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(select(SignInColumns, "FROM sign_in s WHERE s.person = ?1 AND "
                                                       "s.stage = 'open' ORDER BY s.created DESC, "
                                                       "s.id"));
    row.bind(1, person);
    std::vector<SignIn> signIns;
    while (row.step())
        signIns.push_back(signInOf(row));
    return signIns;
}

void AccountStore::noteSeen(const SignIn& signIn)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(
        "UPDATE sign_in SET last_seen = ?2, address = ?3, user_agent = ?4 WHERE id = ?1");
    row.bind(1, signIn.id);
    row.bind(2, number(signIn.lastSeen));
    row.bind(3, signIn.address);
    row.bind(4, signIn.userAgent);
    row.run();
}

void AccountStore::noteConfirmed(std::string_view id, AccountTime time)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("UPDATE sign_in SET confirmed = ?2 WHERE id = ?1");
    row.bind(1, id);
    row.bind(2, number(time));
    row.run();
}

void AccountStore::endSignIn(std::string_view id, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("DELETE FROM sign_in WHERE id = ?1");
    row.bind(1, id);
    row.run();
    step();
    transaction.commit();
}

void AccountStore::endSignInsOf(std::string_view person, std::string_view keeping,
                                const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("DELETE FROM sign_in WHERE person = ?1 AND id <> ?2");
    row.bind(1, person);
    row.bind(2, keeping);
    row.run();
    step();
    transaction.commit();
}

void AccountStore::dropSignIns(AccountTime begun, AccountTime seen, AccountTime unfinished)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("DELETE FROM sign_in WHERE created < ?1 OR last_seen < ?2 "
                                 "OR (stage <> 'open' AND created < ?3)");
    row.bind(1, number(begun));
    row.bind(2, number(seen));
    row.bind(3, number(unfinished));
    row.run();
}

// Tokens

std::vector<PersonsToken> AccountStore::tokens() const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(tokensWhere("ORDER BY t.created DESC, t.id"));
    std::vector<PersonsToken> tokens;
    while (row.step())
        tokens.push_back(tokenOf(row));
    return tokens;
}

std::optional<PersonsToken> AccountStore::findToken(std::string_view where,
                                                    std::string_view value) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(tokensWhere(where));
    row.bind(1, value);
    return row.step() ? std::optional(tokenOf(row)) : std::nullopt;
}

std::optional<PersonsToken> AccountStore::token(std::string_view id) const
{
    return findToken("WHERE t.id = ?1", id);
}

std::optional<PersonsToken> AccountStore::tokenByHash(std::string_view hash) const
{
    return findToken("WHERE t.hash = ?1", hash);
}

void AccountStore::add(const Token& token, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("INSERT INTO token (id, hash, name, role, maker, networks, "
                                 "created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    row.bind(1, token.id);
    row.bind(2, token.hash);
    row.bind(3, token.name);
    row.bind(4, token.role);
    row.bind(5, token.maker);
    row.bind(6, joined(token.networks));
    row.bind(7, number(token.created));
    row.bind(8, number(token.expires));
    row.run();
    step();
    transaction.commit();
}

void AccountStore::change(const Token& token, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("UPDATE token SET name = ?3, networks = ?4, version = version + 1 "
                                 "WHERE id = ?1 AND version = ?2 RETURNING 1");
    row.bind(1, token.id);
    row.bind(2, token.version);
    row.bind(3, token.name);
    row.bind(4, joined(token.networks));
    if (!changedSomething(row))
        refuseOutdated();
    step();
    transaction.commit();
}

void AccountStore::remove(const Token& token, const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("DELETE FROM token WHERE id = ?1 AND version = ?2 RETURNING 1");
    row.bind(1, token.id);
    row.bind(2, token.version);
    if (!changedSomething(row))
        refuseOutdated();
    step();
    transaction.commit();
}

void AccountStore::noteUsed(std::string_view id, AccountTime time)
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("UPDATE token SET last_used = ?2 WHERE id = ?1");
    row.bind(1, id);
    row.bind(2, number(time));
    row.run();
}

// Settings

std::optional<std::string> AccountStore::setting(std::string_view name) const
{
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("SELECT value FROM setting WHERE name = ?1");
    row.bind(1, name);
    return row.step() ? std::optional(std::string(row.text(0))) : std::nullopt;
}

void AccountStore::changeSettings(std::span<const std::pair<std::string, std::string>> values,
                                  const BeforeCommit& step)
{
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    auto row = database_.prepare("INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                 "ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    for (const auto& [name, value] : values) {
        row.bind(1, name);
        row.bind(2, value);
        row.run();
    }
    step();
    transaction.commit();
}

} // namespace sallyport::db
