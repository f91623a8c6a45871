#include "admin/AdminApi.h"

#include "admin/accounts/FindPeople.h"
#include "admin/lists/FindLists.h"
#include "admin/policy/FindRules.h"
#include "admin/policy/StartingPolicy.h"
#include "db/AuditFolder.h"
#include "db/PolicyStore.h"

#include <string>
#include <utility>

namespace sallyport::admin {
namespace {

constexpr auto ListenSetting = "listen";
constexpr auto ListenTab = "listeners";

settings::SettingChanges listenAt(const accounts::ProxyListener& wanted)
{
    const bool isIpv6 = wanted.address.contains(':');
    return {{ListenSetting,
             {{(isIpv6 ? '[' + wanted.address + ']' : wanted.address) + ':' +
               std::to_string(wanted.port)}}}};
}

} // namespace

AdminApi::AdminApi(AdminApiParts parts)
    : parts_(std::move(parts)), trail_(parts_.dataDirectory), router_(parts_.policyOwner),
      accounts_(
          {.dataDirectory = parts_.dataDirectory,
           .trail = trail_,
           .facts = {.node = parts_.node, .features = {}, .policyOwner = parts_.policyOwner},
           .setup = {.applyStartingPolicy =
                         [this](const api::Caller& caller, const std::string& kind,
                                const std::string& document) {
                             if (kind != "keep")
                                 api::requireMayChangePolicy(parts_.policyOwner(), caller);
                             applyStartingPolicy(policyFile(), trail_, caller, kind, document);
                             if (parts_.takeUpPolicy)
                                 parts_.takeUpPolicy(policy_.desk().live()->version.number);
                         },
                     .listener = parts_.listener,
                     .mayChangeListener = [this] { return settings_.mayChange(ListenSetting); },
                     .faultOfListener =
                         [this](const accounts::ProxyListener& wanted) {
                             return settings_.faultOf(listenAt(wanted));
                         },
                     .changeListener =
                         [this](const api::Caller& caller, const accounts::ProxyListener& wanted) {
                             settings_.change(caller, ListenTab, listenAt(wanted));
                         },
                     .pacUrl = parts_.pacUrl,
                     .policyOwner = parts_.policyOwner}}),
      oversight_(accounts_.store()), live_(liveSources(), router_, jobs_, trail_),
      policy_({.dataDirectory = parts_.dataDirectory,
               .auditFolder = parts_.dataDirectory / db::AuditFolderName,
               .trail = trail_,
               .jobs = jobs_,
               .notify = live_.notify(),
               .twoPersons = [this] { return accounts_.twoPersonPublishing(); },
               .blockPage = parts_.blockPage,
               .askOpenSessions = parts_.askOpenSessions,
               .quietTime = [this] { return oversight_.values().quiet; },
               .takeUp = parts_.takeUpPolicy}),
      audit_({.dataDirectory = parts_.dataDirectory,
              .privacy = [this] { return oversight_.values().privacy; },
              .find = findSources(),
              .resolve = parts_.pac.resolve},
             jobs_, trail_),
      lists_(policyFile(), trail_, jobs_), pac_(policyFile(), parts_.pac, trail_, live_.notify()),
      pacTests_(policyFile(), trail_), settings_(parts_.settings, trail_),
      oversightPage_(oversight_, trail_), jobs_(live_.notify())
{
    accounts_.addTo(router_);
    live_.addTo(router_);
    policy_.addTo(router_);
    audit_.addTo(router_);
    lists_.addTo(router_);
    pac_.addTo(router_);
    pacTests_.addTo(router_);
    settings_.addTo(router_);
    oversightPage_.addTo(router_);
    jobs_.addTo(router_);
}

void AdminApi::start()
{
    live_.start();
    lists_.start();
}

void AdminApi::stop()
{
    lists_.stop();
    live_.stop();
}

std::filesystem::path AdminApi::policyFile() const
{
    return parts_.dataDirectory / db::PolicyStore::FileName;
}

std::optional<live::ChainState> AdminApi::chainState() const
{
    const auto check = audit_.integrity().last();
    if (!check)
        return std::nullopt;
    const auto at = std::chrono::time_point_cast<live::WallTime::duration>(check->at);
    if (!check->firstBad)
        return live::ChainState{live::ChainState::Result::Whole, at, {}};
    return live::ChainState{live::ChainState::Result::Broken, at, check->firstBad->sentence};
}

live::LiveSources AdminApi::liveSources()
{
    const auto namesFor = [this](const api::Caller& caller) {
        return audit_.privacy().namesFor(caller);
    };
    return {.proxy = parts_.proxy,
            .health = {.dataDirectory = parts_.dataDirectory,
                       .chain = [this] { return chainState(); },
                       .certificateExpiry = parts_.certificateExpiry,
                       .staleFeeds = [this] { return staleFeeds(); }},
            .overview = {.versions = [this] { return policy_.desk().versions(); },
                         .pacFetched =
                             [this] {
                                 const auto fetches = parts_.pac.fetches();
                                 return fetches && !fetches->empty();
                             },
                         .pacUrl = parts_.pacUrl,
                         .namesFor = namesFor},
            .bundle = parts_.bundle,
            .metrics = [this] { return oversight_.values().metrics; },
            .namesFor = namesFor};
}

std::vector<live::StaleFeed> AdminApi::staleFeeds() const
{
    std::vector<live::StaleFeed> feeds;
    for (auto& [list, text] : lists_.troubledFeeds())
        feeds.push_back({std::move(list), std::move(text)});
    return feeds;
}

std::vector<audit::FindSource> AdminApi::findSources()
{
    return {[this](const api::Caller&, std::string_view text, std::size_t most) {
                return findRules(*policy_.desk().draft(), text, most);
            },
            [this](const api::Caller&, std::string_view text, std::size_t most) {
                return lists::findLists(policyFile(), text, most);
            },
            [this](const api::Caller& caller, std::string_view text, std::size_t most) {
                return accounts::findPeople(accounts_.store(), caller, text, most);
            }};
}

} // namespace sallyport::admin
