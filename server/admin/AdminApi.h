// AdminApi: the resources of the API put together on one router.
//
// Knows every area's class and what each needs of the others; nothing of sockets.
#pragma once

#include "admin/accounts/Accounts.h"
#include "admin/api/Jobs.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"

#include <filesystem>
#include <functional>
#include <string>

namespace sallyport::admin {

/// What the process hands in.
struct AdminApiParts {
    std::filesystem::path dataDirectory;
    std::string node;
    std::function<accounts::ProxyListener()> listener; ///< the first that clients connect to
    std::function<std::string()> pacUrl;
};

class AdminApi {
public:
    explicit AdminApi(AdminApiParts parts);

    [[nodiscard]] api::Router& router() { return router_; }
    [[nodiscard]] accounts::Accounts& accounts() { return accounts_; }

private:
    [[nodiscard]] std::filesystem::path policyFile() const;

    const AdminApiParts parts_;
    const api::Trail trail_;
    api::Router router_;
    accounts::Accounts accounts_;
    api::Jobs jobs_; ///< behind all that its work may use: it ends first
};

} // namespace sallyport::admin
