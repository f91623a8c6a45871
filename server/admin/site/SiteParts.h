// SiteParts: what the admin server serves, handed in by the process that puts it together.
#pragma once

#include "admin/api/Authenticate.h"
#include "admin/api/Router.h"
#include "admin/api/Standing.h"
#include "admin/site/PacPage.h"
#include "admin/site/Page.h"
#include "admin/site/UiFiles.h"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace Poco::Net {
class HTTPServerRequest;
class HTTPServerResponse;
} // namespace Poco::Net

namespace sallyport::admin::site {

/// Serves one live feed until it ends.
using ServeFeed = std::function<void(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse&,
                                     const api::Caller&, const api::AskStanding&)>;

/// All functions may be called by several threads at once.
struct SiteParts {
    PacMaker makePac;
    api::Router* router = nullptr;
    api::Authenticate authenticate;
    /// Who a sign-in or token stands for now, without counting as use; nothing: it does not hold.
    std::function<std::optional<api::Caller>(const std::string& session)> callerOf;
    ServeFeed serveFeed;                             ///< empty: there is none
    std::function<Page()> health;                    ///< /healthz
    std::function<Page()> readiness;                 ///< /readyz
    std::function<Page(const api::Caller&)> metrics; ///< /metrics
    std::span<const UiFile> ui;
};

} // namespace sallyport::admin::site
