#include "admin/audit/AuditPages.h"

#include "db/AuditFolder.h"

#include <Poco/URI.h>

#include <chrono>
#include <utility>

namespace sallyport::admin::audit {
namespace {

constexpr std::chrono::milliseconds FindHostsBudget{25};

AuditPagesSettings complete(AuditPagesSettings settings)
{
    if (!settings.privacy)
        settings.privacy = [] { return PrivacySettings{}; };
    return settings;
}

} // namespace

AuditPages::AuditPages(AuditPagesSettings settings, api::Jobs& jobs, const api::Trail& trail)
    : settings_(complete(std::move(settings))),
      readers_(settings_.dataDirectory / db::AuditFolderName), policies_(settings_.dataDirectory),
      privacy_(settings_.privacy, trail), integrity_(settings_.dataDirectory),
      sessions_(readers_, views_, privacy_), detail_(readers_, policies_, privacy_, integrity_),
      figures_(readers_, views_, privacy_, policies_),
      why_(readers_, policies_, privacy_, settings_.resolve),
      checks_(settings_.dataDirectory, integrity_, jobs, trail),
      searches_(settings_.dataDirectory, trail),
      exports_(settings_.dataDirectory, privacy_, jobs, trail), events_(readers_.folder()),
      find_(findSources())
{}

std::vector<FindSource> AuditPages::findSources()
{
    std::vector<FindSource> sources{findPages};
    sources.insert(sources.end(), settings_.find.begin(), settings_.find.end());
    sources.emplace_back([this](const api::Caller&, std::string_view text, std::size_t most) {
        return findHosts(text, most);
    });
    return sources;
}

// Of the last day, as far as a moment suffices to count.
std::vector<FindItem> AuditPages::findHosts(std::string_view text, std::size_t most)
{
    db::FiguresWanted wanted;
    wanted.filter.hostText = text;
    wanted.filter.period.since = api::now() - std::chrono::days(1);
    wanted.facets = {db::Facet::Host};
    wanted.values = most;
    wanted.buckets = 0;
    wanted.budget = FindHostsBudget;
    std::vector<FindItem> items;
    for (const auto& host : readers_.figures()->figures(wanted).facets.front().values) {
        std::string query;
        Poco::URI::encode(host.value, "&=+#", query);
        items.push_back({"host", host.value, std::to_string(host.sessions) + " sessions today",
                         "/audit?last=24h&host=" + query});
    }
    return items;
}

void AuditPages::addTo(api::Router& router)
{
    privacy_.addTo(router);
    sessions_.addTo(router);
    detail_.addTo(router);
    figures_.addTo(router);
    why_.addTo(router);
    checks_.addTo(router);
    searches_.addTo(router);
    exports_.addTo(router);
    events_.addTo(router);
    find_.addTo(router);
}

} // namespace sallyport::admin::audit
