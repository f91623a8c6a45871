// AdminApi: the areas of the API put together on one router.
//
// Knows what each area needs of the others; nothing of sockets and of workers.
#pragma once

#include "admin/accounts/Accounts.h"
#include "admin/api/Jobs.h"
#include "admin/api/PolicyOwner.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/audit/AuditPages.h"
#include "admin/lists/Lists.h"
#include "admin/live/LivePages.h"
#include "admin/pac/PacResource.h"
#include "admin/pac/PacTestsResource.h"
#include "admin/policy/PolicyApi.h"
#include "admin/settings/OversightOptions.h"
#include "admin/settings/OversightResource.h"
#include "admin/settings/SettingsResource.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace sallyport::admin {

/// What the process hands in.
struct AdminApiParts {
    std::filesystem::path dataDirectory;
    std::string node;
    std::function<accounts::ProxyListener()> listener; ///< the first that clients connect to
    std::function<std::string()> pacUrl;
    api::AskPolicyOwner policyOwner = api::ownedByPeople;
    /// Returns when the proxy decides by that version, which was just published, or will not soon.
    PolicyDesk::TakeUp takeUpPolicy;
    live::ProxyView proxy;
    live::BundleSources bundle;
    std::function<std::optional<live::WallTime>()> certificateExpiry; ///< of the admin site
    pac::PacParts pac;
    settings::SettingsParts settings;
    WhatIfResource::BlockPage blockPage;
    ImpactResource::AskOpenSessions askOpenSessions;
};

class AdminApi {
public:
    /// Opens or makes the stores of the data directory. Throws db::DatabaseError.
    explicit AdminApi(AdminApiParts parts);
    AdminApi(const AdminApi&) = delete;
    AdminApi& operator=(const AdminApi&) = delete;

    /// When the workers run.
    void start();
    /// Ends what goes on by itself: before the workers end. May be called twice.
    void stop();

    [[nodiscard]] api::Router& router() { return router_; }
    [[nodiscard]] accounts::Accounts& accounts() { return accounts_; }
    [[nodiscard]] live::LivePages& live() { return live_; }

private:
    [[nodiscard]] std::filesystem::path policyFile() const;
    [[nodiscard]] live::LiveSources liveSources();
    [[nodiscard]] std::vector<audit::FindSource> findSources();
    [[nodiscard]] std::optional<live::ChainState> chainState() const;
    [[nodiscard]] std::vector<live::StaleFeed> staleFeeds() const;

    const AdminApiParts parts_;
    const api::Trail trail_;
    api::Router router_;
    accounts::Accounts accounts_;
    settings::OversightOptions oversight_;
    live::LivePages live_;
    PolicyApi policy_;
    audit::AuditPages audit_;
    lists::Lists lists_;
    pac::PacResource pac_;
    pac::PacTestsResource pacTests_;
    settings::SettingsResource settings_;
    settings::OversightResource oversightPage_;
    api::Jobs jobs_; ///< behind all that its work may use: it ends first
};

} // namespace sallyport::admin
