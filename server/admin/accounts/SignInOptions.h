// SignInOptions: the settings of how people sign in and publish, which are made in the UI and kept
// with the accounts. Safe for several threads at once.
#pragma once

#include "db/AccountStore.h"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace sallyport::admin::accounts {

class SignInOptions {
public:
    enum class Publishing : std::uint8_t { OnePerson, TwoPeople };
    struct Values {
        Publishing publishing = Publishing::OnePerson;
        std::chrono::minutes idle{30};   ///< a sign-in ends when it was not used for so long
        std::chrono::hours absolute{12}; ///< and so long after it began in any case

        friend bool operator==(const Values&, const Values&) = default;
    };

    explicit SignInOptions(db::AccountStore& store);

    [[nodiscard]] Values values() const;
    /// `step` is the store's last step before it counts.
    void change(const Values& values, const db::AccountStore::BeforeCommit& step);
    /// Whether who last changed a draft may not be the one who publishes it.
    [[nodiscard]] bool twoPersonPublishing() const
    {
        return values().publishing == Publishing::TwoPeople;
    }

private:
    db::AccountStore& store_;
    mutable std::mutex mutex_;
    Values values_;
};

} // namespace sallyport::admin::accounts
