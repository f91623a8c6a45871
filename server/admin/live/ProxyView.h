// ProxyView: what the pages about the running proxy see of it, and the one thing they do to it.
//
// Values and functions: the process hands them in, so that these pages know no worker. Any thread.
#pragma once

#include "db/AuditEvent.h"
#include "policy/Facts.h"
#include "policy/Policy.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::live {

struct LiveSession {
    db::SessionId id{};
    db::AuditTime begun{};
    std::string user; ///< empty: nobody was asked who they are
    policy::AddressBytes client{};
    std::uint16_t clientPort = 0;
    std::string listener;
    std::string host;
    std::uint16_t port = 0;
    policy::Protocol protocol = policy::Protocol::Http;
    db::Form form = db::Form::None;
    std::string ruleId; ///< empty: the default row of `layer`
    std::string ruleName;
    policy::Layer layer = policy::Layer::Access;
    std::uint32_t policyVersion = 0;
    enum class Verdict : std::uint8_t { Allow, Inspect } verdict = Verdict::Allow;
    std::optional<policy::AddressBytes> destination;
    std::uint64_t bytesUp = 0;   ///< from the client
    std::uint64_t bytesDown = 0; ///< to it
};

/// What became of requests, by RequestFigures::Outcome.
inline constexpr std::array<std::string_view, 5> OutcomeNames{"allow", "inspect", "deny", "error",
                                                              "unread"};
enum class Outcome : std::uint8_t { Allow, Inspect, Deny, Error, Unread };

/// How often spans of time of what length were seen.
struct TimeFigures {
    std::vector<std::uint64_t> counts; ///< one for each of bounds, and one for what is longer
    double sumSeconds = 0;

    [[nodiscard]] std::uint64_t total() const;
    TimeFigures& operator+=(const TimeFigures& other);
    /// What was seen since `earlier`.
    TimeFigures& operator-=(const TimeFigures& earlier);
    /// The time that this share of them did not exceed, as far as the classes tell: between the
    /// ends of one it is taken as even. Nothing: none were seen.
    [[nodiscard]] std::optional<double> quantileSeconds(std::span<const double> bounds,
                                                        double share) const;
};

/// Sums since the start of the process.
struct RequestFigures {
    std::uint64_t connections = 0;
    std::uint64_t turnedAway = 0;
    std::uint64_t requests = 0;
    std::array<std::array<std::uint64_t, OutcomeNames.size()>, policy::ProtocolCount> outcomes{};
    std::vector<std::uint64_t> ends; ///< by db::CloseReason
    std::uint64_t bytesFromClients = 0;
    std::uint64_t bytesFromUpstreams = 0;
    std::uint64_t namesAsked = 0;
    std::uint64_t namesFailed = 0;
    TimeFigures decisions;
    TimeFigures dials;
    TimeFigures recordWaits;

    RequestFigures& operator+=(const RequestFigures& other);
    [[nodiscard]] std::uint64_t of(Outcome outcome) const; ///< over all protocols
};

struct WorkerFigures {
    RequestFigures requests;
    std::uint64_t sessions = 0; ///< that are carried now
    std::size_t connections = 0;
    std::size_t tunnels = 0;
    std::uint32_t policyVersion = 0;
    std::size_t auditBacklog = 0; ///< bytes that are not in the store yet
    std::chrono::nanoseconds loopLag{};
};

/// The way of the records to the disk.
struct AuditFigures {
    std::string mode; ///< "strict", "spool", "best-effort"
    std::uint64_t written = 0;
    std::uint64_t lost = 0;
    std::size_t backlogBytes = 0; ///< not in the store yet
    std::size_t journalUsed = 0;
    std::size_t journalCapacity = 0; ///< of all journals
    std::string writerError;         ///< empty while it works
    std::string journalError;
    struct Sink {
        std::string name;
        std::uint64_t sent = 0;
        std::uint64_t rejected = 0;
        std::uint64_t lostByRetention = 0;
        std::uint64_t failures = 0;
        std::string error; ///< empty while it works
        std::uint64_t waitingRecords = 0;
        std::chrono::seconds lag{}; ///< age of the oldest that waits
    };
    std::vector<Sink> sinks;
};

enum class ServerStage : std::uint8_t { Starting, Serving, Draining };

struct ProxyView {
    /// The sessions that are carried. Nothing: a worker did not answer in time.
    std::function<std::optional<std::vector<LiveSession>>()> sessions;
    /// Ends them in an administrator's name, and says how many of them there were. Nothing: a
    /// worker did not answer in time; it ends them all the same when it comes to it.
    std::function<std::optional<std::size_t>(std::vector<db::SessionId>)> terminate;
    /// One for each; nothing as above.
    std::function<std::optional<std::vector<WorkerFigures>>()> workers;
    std::function<AuditFigures()> audit;
    std::function<ServerStage()> stage;
    /// The one that was published last and could be read.
    std::function<std::shared_ptr<const policy::Policy>()> policy;
    /// Why a newer one cannot be read; empty: there is none.
    std::function<std::string()> policyProblem;
    std::vector<double> timeBounds;                      ///< of TimeFigures, in seconds, rising
    std::function<std::vector<std::string>()> addresses; ///< where clients connect
};

} // namespace sallyport::admin::live
