// LivePages: the pages about the running proxy put together: sessions, overview, health, metrics,
// live feed.
//
// What belongs to them begins with start() and ends with stop().
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Notify.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/api/UserNames.h"
#include "admin/live/AuditSummary.h"
#include "admin/live/BundleResource.h"
#include "admin/live/FigureWatch.h"
#include "admin/live/HealthResource.h"
#include "admin/live/HealthWatch.h"
#include "admin/live/LiveFeed.h"
#include "admin/live/MetricsPage.h"
#include "admin/live/OverviewResource.h"
#include "admin/live/SessionBoard.h"
#include "admin/live/SessionsResource.h"
#include "admin/live/SupportBundle.h"

namespace sallyport::admin::live {

struct LiveSources {
    ProxyView proxy;
    HealthSources health; ///< with the data directory
    OverviewSources overview;
    BundleSources bundle;
    std::function<MetricsPage::OpenTo()> metrics; ///< empty: loopback
    api::NamesFor namesFor;                       ///< empty: names of users are shown
};

class LivePages {
public:
    /// All but the sources outlive it.
    LivePages(LiveSources sources, api::Router& router, api::Jobs& jobs, const api::Trail& trail);
    LivePages(const LivePages&) = delete;
    LivePages& operator=(const LivePages&) = delete;

    void addTo(api::Router& router);
    /// When the workers run.
    void start();
    /// Ends the live feeds, and asks the workers no more by itself: before they end. May be called
    /// twice.
    void stop();

    [[nodiscard]] LiveFeed& feed() { return feed_; }
    [[nodiscard]] api::Notify notify() { return feed_.notify(); }
    [[nodiscard]] const MetricsPage& metrics() const { return metrics_; }
    [[nodiscard]] const HealthResource& health() const { return healthResource_; }

private:
    [[nodiscard]] std::unique_ptr<FeedSource>
    sourceFor(const api::Caller& caller, std::string_view channel, api::JsonFields& filter);
    [[nodiscard]] std::unique_ptr<FeedSource> sessionsSource(const api::Caller& caller,
                                                             api::JsonFields& filter);
    [[nodiscard]] std::unique_ptr<FeedSource> auditSource(const api::Caller& caller,
                                                          api::JsonFields& filter);

    const LiveSources sources_;
    api::Router& router_;
    SessionBoard board_;
    FigureWatch watch_;
    HealthWatch health_;
    AuditSummary audit_;
    LiveFeed feed_;
    MetricsPage metrics_;
    HealthResource healthResource_;
    SessionsResource sessions_;
    OverviewResource overview_;
    SupportBundle bundle_;
    BundleResource bundles_;
};

} // namespace sallyport::admin::live
