// AdminApi: the resources of the API put together on one router.
//
// Knows every area's class and what each needs of the others; nothing of sockets.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"

#include <filesystem>

namespace sallyport::admin {

/// What the process hands in.
struct AdminApiParts {
    std::filesystem::path dataDirectory;
};

class AdminApi {
public:
    explicit AdminApi(AdminApiParts parts);

    [[nodiscard]] api::Router& router() { return router_; }

private:
    const AdminApiParts parts_;
    const api::Trail trail_;
    api::Router router_;
    api::Jobs jobs_; ///< behind all that its work may use: it ends first
};

} // namespace sallyport::admin
