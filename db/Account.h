// Account: the people who may sign in at the admin server, their sign-ins and tokens, as they are
// kept. Plain values; knows no rule about them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

using AccountTime = std::chrono::sys_time<std::chrono::microseconds>;

struct Person {
    enum class Access : std::uint8_t { Enabled, Disabled };
    enum class PasswordState : std::uint8_t { Lasting, ToBeChanged };

    std::string id;
    std::string name; ///< what is typed to sign in; upper and lower case are the same
    std::string display;
    std::string role; ///< "help-desk", "auditor", "editor", "admin"
    Access access = Access::Enabled;
    std::string passwordHash;
    PasswordState passwordState = PasswordState::Lasting;
    std::string totpSecret;  ///< bytes; empty: no second factor
    std::string totpOffered; ///< bytes; a new secret of which no code was given yet
    AccountTime created;
    AccountTime lastSignIn; ///< zero: never
    std::string preferences = "{}";
    std::int64_t version = 1;

    [[nodiscard]] bool isEnabled() const { return access == Access::Enabled; }
    [[nodiscard]] bool hasTotp() const { return !totpSecret.empty(); }
};

/// A person as a list of people shows it.
struct PersonEntry {
    Person person;
    std::int64_t openSignIns = 0;
    std::int64_t tokens = 0;
};

struct SignIn {
    /// What is still missing, if anything.
    enum class Stage : std::uint8_t { Open, Totp, Password };

    std::string id;
    std::string hash; ///< SHA-256 of the cookie, hexadecimal
    std::string person;
    Stage stage = Stage::Open;
    std::string csrf;
    AccountTime created;
    AccountTime lastSeen;
    AccountTime confirmed; ///< when the password was given last
    std::string address;   ///< last seen from
    std::string userAgent;
};

struct Token {
    std::string id;
    std::string hash; ///< SHA-256 of the secret, hexadecimal
    std::string name;
    std::string role;
    std::string maker;                 ///< id of the person
    std::vector<std::string> networks; ///< CIDR; none: from anywhere
    AccountTime created;
    AccountTime expires;
    AccountTime lastUsed; ///< zero: never
    std::int64_t version = 1;
};

/// A sign-in or token with the person it is of.
struct PersonsSignIn {
    SignIn signIn;
    Person person;
};
struct PersonsToken {
    Token token;
    Person maker;
};

} // namespace sallyport::db
