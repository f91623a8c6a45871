// SignIns: who a cookie or token stands for, for how long, and from where.
//
// A cookie is known by its hash only. Knows neither HTTP nor passwords. Safe for several threads at
// once.
#pragma once

#include "admin/accounts/Clock.h"
#include "admin/accounts/SignInOptions.h"
#include "admin/api/Authenticate.h"
#include "db/AccountStore.h"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::admin::accounts {

class SignIns {
public:
    static constexpr std::chrono::minutes ConfirmedFor{5};
    static constexpr std::chrono::minutes UnfinishedFor{10};
    static constexpr std::chrono::seconds WriteSeenEvery{60};
    static constexpr std::size_t MostPerPerson = 50; ///< more end the oldest
    static constexpr std::string_view TokenPrefix = "spt_";

    SignIns(db::AccountStore& store, const SignInOptions& options, Clock clock);

    /// As api::Authenticate. Counts as use of what it finds.
    [[nodiscard]] api::Caller authenticate(const api::Credentials& credentials) noexcept;
    /// Who the sign-in or token with this id (Caller::session) stands for now; nothing: it does not
    /// hold any more. No use of it. Never throws.
    [[nodiscard]] std::optional<api::Caller> callerOf(const std::string& id) const noexcept;

    struct Begun {
        std::string id;
        std::string cookie; ///< to be sent, and nowhere kept
    };
    Begun begin(const db::Person& person, db::SignIn::Stage stage, std::string_view address,
                std::string_view userAgent);
    /// The sign-in of a caller who is nobody yet, if it waits for that.
    [[nodiscard]] std::optional<db::PersonsSignIn> unfinished(const api::Caller& caller,
                                                              db::SignIn::Stage stage) const;
    /// What it waits for; nothing: there is none, or it is not waiting.
    [[nodiscard]] std::optional<db::SignIn::Stage> waitsFor(const api::Caller& caller) const;
    /// The password was given again; until when that counts.
    db::AccountTime confirm(const std::string& id);

    /// When it ends if it is not used any more, and at the latest.
    [[nodiscard]] db::AccountTime idleEnd(const db::SignIn& signIn) const;
    [[nodiscard]] db::AccountTime end(const db::SignIn& signIn) const;
    void dropEnded();

    [[nodiscard]] db::AccountTime now() const { return clock_(); }

private:
    [[nodiscard]] api::Caller byCookie(const api::Credentials& credentials);
    [[nodiscard]] api::Caller byToken(const api::Credentials& credentials);
    [[nodiscard]] api::Caller callerFor(const db::PersonsSignIn& found) const;
    [[nodiscard]] static api::Caller callerFor(const db::PersonsToken& found);
    [[nodiscard]] bool holds(const db::PersonsSignIn& found) const;
    [[nodiscard]] bool holds(const db::PersonsToken& found) const;
    [[nodiscard]] db::AccountTime lastSeen(const db::SignIn& signIn) const;
    void noteSeen(db::SignIn signIn, const api::Credentials& credentials);
    void noteUsed(const db::Token& token);

    db::AccountStore& store_;
    const SignInOptions& options_;
    Clock clock_;
    mutable std::mutex mutex_;
    /// Newer than what is written, which happens once a minute at most.
    std::unordered_map<std::string, db::AccountTime> seen_;
};

} // namespace sallyport::admin::accounts
