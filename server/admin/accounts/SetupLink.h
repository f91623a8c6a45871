// SetupLink: the one-time link by which the first administrator is made. Whoever reads the server's
// log holds it; the server keeps only its hash. Safe for several threads at once.
#pragma once

#include "admin/accounts/Clock.h"
#include "db/AccountStore.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

class SetupLink {
public:
    static constexpr std::chrono::minutes ValidFor{30};

    SetupLink(const db::AccountStore& store, Clock clock);

    /// Nobody is there yet.
    [[nodiscard]] bool isNeeded() const { return !store_.hasPeople(); }
    /// A new link, in place of the one before: `site` is "https://127.0.0.1:8443". Nothing: it is
    /// not needed.
    [[nodiscard]] std::optional<std::string> renew(std::string_view site);
    /// Throws ApiError: NotFound when set-up is over, Forbidden when the link does not hold.
    void require(std::string_view token) const;
    [[nodiscard]] db::AccountTime expires() const;

private:
    const db::AccountStore& store_;
    Clock clock_;
    mutable std::mutex mutex_;
    std::string hash_; ///< empty: there is no link
    db::AccountTime expires_;
};

} // namespace sallyport::admin::accounts
