// AccountStore: the people of the admin server in accounts.db, with their sign-ins, tokens and
// recovery codes, and the settings that are made there.
//
// Keeps what must never be broken: names are unique, an administrator remains, what was issued
// under an older role or password ends with it. Knows hashes, not how they are made. Safe for
// several threads and processes at once.
#pragma once

#include "db/Account.h"
#include "db/Database.h"

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

class AccountStore {
public:
    static constexpr std::string_view FileName = "accounts.db";

    /// Done as the last step of a change, while it can still fail: what it throws is thrown on, and
    /// nothing has changed then. Must not call the store.
    using BeforeCommit = std::function<void()>;

    /// Opens or makes `file`. Throws DatabaseError, as all of these do: Refused for what breaks a
    /// rule, with a text for people.
    explicit AccountStore(const std::filesystem::path& file);

    [[nodiscard]] bool hasPeople() const;
    [[nodiscard]] std::vector<PersonEntry> people() const; ///< by name
    [[nodiscard]] std::optional<PersonEntry> entry(std::string_view id) const;
    [[nodiscard]] std::optional<Person> person(std::string_view id) const;
    [[nodiscard]] std::optional<Person> personNamed(std::string_view name) const;

    void add(const Person& person, const BeforeCommit& step);
    /// Refused if there is somebody already.
    void addFirst(const Person& person, std::span<const std::string> recoveryHashes,
                  const BeforeCommit& step);
    /// Writes all but name, created, last sign-in and preferences. Refused if it was changed since
    /// it was read. When role, password, access or second factor become others, the person's
    /// sign-ins end, except the one with the id `keeping`.
    void change(const Person& person, std::string_view keeping, const BeforeCommit& step);
    /// The same together with new recovery codes.
    void change(const Person& person, std::span<const std::string> recoveryHashes,
                std::string_view keeping, const BeforeCommit& step);
    void remove(const Person& person, const BeforeCommit& step);

    /// No other version: what pages keep for a person is not what an administrator changes.
    void changePreferences(std::string_view id, std::string_view json);
    void noteSignIn(std::string_view id, AccountTime time);
    /// False: this code, or a later one, was given before.
    [[nodiscard]] bool useTotpStep(std::string_view id, std::int64_t totpStep);
    [[nodiscard]] bool useRecoveryCode(std::string_view id, std::string_view hash);
    [[nodiscard]] std::int64_t recoveryCodesLeft(std::string_view id) const;

    void addSignIn(const SignIn& signIn);
    [[nodiscard]] std::optional<PersonsSignIn> signInByHash(std::string_view hash) const;
    [[nodiscard]] std::optional<PersonsSignIn> signIn(std::string_view id) const;
    /// The open ones, newest first.
    [[nodiscard]] std::vector<SignIn> signInsOf(std::string_view person) const;
    void noteSeen(const SignIn& signIn); ///< lastSeen, address, userAgent
    void noteConfirmed(std::string_view id, AccountTime time);
    void endSignIn(std::string_view id, const BeforeCommit& step);
    void endSignInsOf(std::string_view person, std::string_view keeping, const BeforeCommit& step);
    /// Drops those that were begun, or seen last, before these times, and unfinished ones begun
    /// before `unfinished`.
    void dropSignIns(AccountTime begun, AccountTime seen, AccountTime unfinished);

    [[nodiscard]] std::vector<PersonsToken> tokens() const; ///< newest first
    [[nodiscard]] std::optional<PersonsToken> token(std::string_view id) const;
    [[nodiscard]] std::optional<PersonsToken> tokenByHash(std::string_view hash) const;
    void add(const Token& token, const BeforeCommit& step);
    /// Writes name and networks. Refused if it was changed since it was read.
    void change(const Token& token, const BeforeCommit& step);
    void remove(const Token& token, const BeforeCommit& step);
    void noteUsed(std::string_view id, AccountTime time);

    [[nodiscard]] std::optional<std::string> setting(std::string_view name) const;
    void changeSettings(std::span<const std::pair<std::string, std::string>> values,
                        const BeforeCommit& step);

private:
    [[noreturn]] static void refuse(const std::string& why);
    [[noreturn]] static void refuseOutdated();
    void insert(const Person& person);
    void putRecoveryCodes(std::string_view person, std::span<const std::string> hashes);
    void update(const Person& person, std::string_view keeping);
    void requireAdministrators(std::int64_t withTotpBefore) const;
    [[nodiscard]] std::int64_t administratorsWithTotp() const;
    [[nodiscard]] std::optional<Person> findPerson(std::string_view where,
                                                   std::string_view value) const;
    [[nodiscard]] std::optional<PersonsSignIn> findSignIn(std::string_view where,
                                                          std::string_view value) const;
    [[nodiscard]] std::optional<PersonsToken> findToken(std::string_view where,
                                                        std::string_view value) const;

    mutable std::mutex mutex_;
    Database database_;
};

} // namespace sallyport::db
