// FeedSources: the channels of the live feed that can be asked: metrics, sessions, audit.
#pragma once

#include "admin/api/Caller.h"
#include "admin/api/Router.h"
#include "admin/live/Feed.h"
#include "admin/live/FigureWatch.h"
#include "admin/live/HealthWatch.h"
#include "admin/live/LiveFilter.h"
#include "admin/live/SessionBoard.h"
#include "admin/live/SessionRows.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::admin::live {

/// As the contract's LiveMetrics says; nothing: there are no figures yet.
[[nodiscard]] std::optional<Poco::JSON::Object> liveMetrics(const FigureWatch& watch,
                                                            const ProxyView& proxy);

class MetricsSource final : public FeedSource {
public:
    MetricsSource(const FigureWatch& watch, const ProxyView& proxy) : watch_(watch), proxy_(proxy)
    {}
    [[nodiscard]] std::optional<std::string> ask() override;

private:
    const FigureWatch& watch_;
    const ProxyView& proxy_;
};

/// What has changed among the sessions that fit; the first time all of them.
class SessionsSource final : public FeedSource {
public:
    static constexpr std::size_t MostRows = 500;

    /// `names`: asked each time; no function: they are shown.
    SessionsSource(SessionBoard& board, LiveFilter filter, SessionOrder order, std::size_t limit,
                   std::function<api::UserNames()> names = {})
        : board_(board), filter_(std::move(filter)), order_(order), limit_(limit),
          names_(std::move(names))
    {}
    [[nodiscard]] std::optional<std::string> ask() override;

private:
    struct Known {
        std::uint64_t bytesUp = 0;
        std::uint64_t bytesDown = 0;
        Rates rates;
        policy::Protocol protocol = policy::Protocol::Http; ///< this and what follows may change
        LiveSession::Verdict verdict = LiveSession::Verdict::Allow;
        std::string ruleId;
        std::uint32_t policyVersion = 0;
    };

    [[nodiscard]] static Known known(const SessionsSeen::Row& row);

    SessionBoard& board_;
    LiveFilter filter_;
    const SessionOrder order_;
    const std::size_t limit_;
    const std::function<api::UserNames()> names_;
    std::map<db::SessionId, Known> known_;
    enum class Turn : std::uint8_t { First, Later } turn_ = Turn::First;
};

/// The new sessions of the audit log that fit, as GET /audit/sessions gives them to the same
/// caller.
class AuditSource final : public FeedSource {
public:
    static constexpr std::size_t MostRows = 50;

    using Query = std::vector<std::pair<std::string, std::string>>;
    AuditSource(api::Router& router, api::Caller caller, Query query)
        : router_(router), caller_(std::move(caller)), query_(std::move(query))
    {}
    [[nodiscard]] std::optional<std::string> ask() override;

private:
    [[nodiscard]] Poco::JSON::Object::Ptr page(const std::string& cursor, std::size_t limit);

    api::Router& router_;
    const api::Caller caller_;
    const Query query_;
    std::string cursor_; ///< what comes after it is new; empty: not known yet
};

/// All checks at the beginning and whenever one of them has another state.
class HealthSource final : public FeedSource {
public:
    explicit HealthSource(const HealthWatch& health) : health_(health) {}
    [[nodiscard]] std::optional<std::string> ask() override;

private:
    const HealthWatch& health_;
    std::map<std::string, HealthState> told_;
};

} // namespace sallyport::admin::live
