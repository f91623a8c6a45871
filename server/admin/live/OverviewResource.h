// OverviewResource: /overview: everything the first page shows.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/UserNames.h"
#include "admin/live/AuditSummary.h"
#include "admin/live/FigureWatch.h"
#include "admin/live/HealthWatch.h"
#include "admin/live/ProxyView.h"
#include "db/PolicyStore.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <string>
#include <vector>

namespace sallyport::admin::live {

struct OverviewSources {
    std::function<std::vector<db::PolicyStore::VersionEntry>()> versions; ///< newest first
    std::function<bool()> pacFetched;                                     ///< empty: not known
    std::function<std::string()> pacUrl;                                  ///< empty: not known
    api::NamesFor namesFor; ///< empty: names of users are shown
};

class OverviewResource {
public:
    /// All but the sources outlive it.
    OverviewResource(const ProxyView& proxy, const FigureWatch& watch, HealthWatch& health,
                     AuditSummary& audit, OverviewSources sources)
        : proxy_(proxy), watch_(watch), health_(health), audit_(audit), sources_(std::move(sources))
    {}

    void addTo(api::Router& router);

private:
    struct Asked;
    using Versions = std::vector<db::PolicyStore::VersionEntry>;

    [[nodiscard]] api::Answer overview(const api::Call& call);
    [[nodiscard]] Poco::JSON::Object tiles(const Asked& asked) const;
    [[nodiscard]] Poco::JSON::Object series(const Asked& asked, const Versions& versions) const;
    [[nodiscard]] Poco::JSON::Array attention(const Asked& asked, const Versions& versions,
                                              const std::vector<HealthCheck>& checks);
    [[nodiscard]] Poco::JSON::Object firstVisit(const Asked& asked) const;

    const ProxyView& proxy_;
    const FigureWatch& watch_;
    HealthWatch& health_;
    AuditSummary& audit_;
    const OverviewSources sources_;
};

} // namespace sallyport::admin::live
