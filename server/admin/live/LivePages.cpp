#include "admin/live/LivePages.h"

#include "admin/live/FeedSources.h"
#include "db/AuditFolder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::admin::live {

namespace {

constexpr std::int64_t RowsOfAFeed = 200;
constexpr std::array<std::string_view, 2> ToldChannels{"policy", "jobs"};
constexpr std::size_t MostFilterValues = 50;

} // namespace

LivePages::LivePages(LiveSources sources, api::Router& router, api::Jobs& jobs,
                     const api::Trail& trail)
    : sources_(std::move(sources)), router_(router), board_(sources_.proxy), watch_(sources_.proxy),
      health_(sources_.proxy, watch_, sources_.health),
      audit_(sources_.health.dataDirectory / db::AuditFolderName),
      feed_([this](const api::Caller& caller) -> Feed::MakeSource {
          return [this, caller](std::string_view channel, api::JsonFields& filter) {
              return sourceFor(caller, channel, filter);
          };
      }),
      metrics_(
          sources_.proxy, watch_, [this] { return feed_.count(); }, sources_.metrics),
      healthResource_(sources_.proxy, health_, sources_.health.dataDirectory),
      sessions_(sources_.proxy, board_, trail, sources_.namesFor),
      overview_(sources_.proxy, watch_, health_, audit_, sources_.overview),
      bundle_(sources_.proxy, healthResource_, metrics_, sources_.bundle),
      bundles_(bundle_, sources_.health.dataDirectory / "bundles", jobs, trail)
{
    watch_.onTick([this] { health_.tick(); });
}

void LivePages::addTo(api::Router& router)
{
    sessions_.addTo(router);
    overview_.addTo(router);
    healthResource_.addTo(router);
    bundles_.addTo(router);
}

void LivePages::start()
{
    watch_.start();
}

void LivePages::stop()
{
    feed_.stop();
    watch_.stop();
}

std::unique_ptr<FeedSource> LivePages::sourceFor(const api::Caller& caller,
                                                 std::string_view channel, api::JsonFields& filter)
{
    if (channel == "metrics")
        return std::make_unique<MetricsSource>(watch_, sources_.proxy);
    if (channel == "sessions")
        return sessionsSource(caller, filter);
    if (channel == "audit")
        return auditSource(caller, filter);
    if (channel == "health")
        return std::make_unique<HealthSource>(health_);
    if (std::ranges::find(ToldChannels, channel) == ToldChannels.end())
        throw api::ApiError(
            {{"/ch", "unknown", "must be metrics, sessions, audit, policy, health or jobs"}});
    return nullptr;
}

std::unique_ptr<FeedSource> LivePages::sessionsSource(const api::Caller& caller,
                                                      api::JsonFields& filter)
{
    const auto order = filter.optionalChoice("sort", SessionOrderNames).value_or(0);
    const auto limit =
        filter.optionalInteger("limit", 1, SessionsSource::MostRows).value_or(RowsOfAFeed);
    auto wanted = LiveFilter::fromJson(filter);
    wanted.maskNames(api::namesFor(sources_.namesFor, caller));
    return std::make_unique<SessionsSource>(
        board_, std::move(wanted), static_cast<SessionOrder>(order),
        static_cast<std::size_t>(limit),
        [this, caller] { return api::namesFor(sources_.namesFor, caller); });
}

std::unique_ptr<FeedSource> LivePages::auditSource(const api::Caller& caller,
                                                   api::JsonFields& filter)
{
    AuditSource::Query query;
    for (const auto& [name, value] : filter.raw())
        for (auto& text : value.isArray() ? filter.texts(name, MostFilterValues, {.least = 0})
                                          : std::vector{filter.text(name, {.least = 0})})
            query.emplace_back(name, std::move(text));
    return std::make_unique<AuditSource>(router_, caller, std::move(query));
}

} // namespace sallyport::admin::live
