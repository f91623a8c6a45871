// Accounts: everything about the people who sign in at the admin server, put together: their store,
// their sign-ins, set-up, and the resources for them.
#pragma once

#include "admin/accounts/Clock.h"
#include "admin/accounts/SetupSources.h"
#include "admin/accounts/SignInSteps.h"
#include "admin/api/Authenticate.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/AccountStore.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

class Accounts {
public:
    struct Parts {
        std::filesystem::path dataDirectory;
        const api::Trail& trail;
        ServerFacts facts;
        SetupSources setup;
        Clock clock = wallTime;
    };

    /// Opens or makes accounts.db. Throws db::DatabaseError.
    explicit Accounts(Parts parts);
    ~Accounts();
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

    void addTo(api::Router& router);
    /// Valid as long as this object.
    [[nodiscard]] api::Authenticate authenticate();
    /// Who a sign-in or token (Caller::session) stands for now, without counting as use; nothing:
    /// it does not hold any more. For what stays open long.
    [[nodiscard]] std::optional<api::Caller> callerOf(const std::string& session) const;
    /// A new one-time link for the log at each start: `site` is "https://127.0.0.1:8443". Nothing:
    /// set-up is done.
    [[nodiscard]] std::optional<std::string> setupLink(std::string_view site);
    /// For other settings that are kept with the accounts.
    [[nodiscard]] db::AccountStore& store();
    /// Whether who last changed a draft may not be the one who publishes it.
    [[nodiscard]] bool twoPersonPublishing() const;

private:
    struct Rooms;
    std::unique_ptr<Rooms> rooms_;
};

} // namespace sallyport::admin::accounts
