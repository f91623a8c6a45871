#include "proxy/Worker.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace sallyport::proxy {

namespace {

/// A head at its limit and some of what comes behind it, or a tunnel's first bytes.
std::size_t blockBytes(const ProxyOptions& options)
{
    return std::max(options.head.headBytes + 8 * 1024, options.firstBytes);
}

/// Clients that may read their 503 at a time.
constexpr std::size_t MaxTurnedAway = 32;

} // namespace

Worker::Worker(WorkerParts parts)
    : parts_(std::move(parts)), options_(parts_.options),
      policy_(std::make_shared<PolicyInUse>(std::move(parts_.policy))),
      buffers_(blockBytes(*options_)), resolver_(loop_, parts_.resolver),
      dialer_(loop_, parts_.dial), origins_(loop_),
      recordWaiters_(loop_, *parts_.audit, counters_.recordWaits),
      inflateBudget_(parts_.inflateBytes), sessions_(*this), progress_(*this)
{}

Worker::~Worker()
{
    endEverything();
}

std::unique_ptr<net::Listener> Worker::bind(const net::Endpoint& endpoint)
{
    net::Listener::Acceptor& acceptor = *this;
    return std::make_unique<net::Listener>(loop_, endpoint, parts_.keepAlive, acceptor);
}

void Worker::changeListeners(ListenerChange change)
{
    loop_.post([this, next = std::make_shared<ListenerChange>(std::move(change))] {
        if (stage_ != Stage::Serving)
            return;
        ownEndpoints_ = std::move(next->own);
        for (auto& listener : next->opened)
            open(std::move(listener));
        for (const auto& endpoint : next->closed)
            close(endpoint);
    });
}

void Worker::open(std::unique_ptr<net::Listener> listener)
{
    const auto name = listener->local().toString();
    auto entry = std::ranges::find(listeners_, name, &NamedListener::name);
    if (entry == listeners_.end())
        entry = listeners_.insert(entry, {name, nullptr});
    try {
        listener->start();
        entry->listener = std::move(listener);
    } catch (const std::system_error& problem) {
        poco_error(Poco::Logger::get("proxy"), problem.what());
    }
}

void Worker::close(const net::Endpoint& endpoint)
{
    const auto entry = std::ranges::find(listeners_, endpoint.toString(), &NamedListener::name);
    if (entry == listeners_.end() || !entry->listener)
        return;
    entry->listener->acceptTheLast();
    entry->listener.reset();
}

void Worker::run()
{
    sessions_.reviewAll(); // for what time changes from here on
    progress_.start();
    loop_.run();
    endEverything();
    over_ = true;
}

void Worker::setPolicy(std::shared_ptr<const policy::Policy> policy)
{
    loop_.post([this, next = std::move(policy)]() mutable {
        olderPolicies_.push_back(
            std::exchange(policy_, std::make_shared<PolicyInUse>(std::move(next))));
        sessions_.reviewAll();
    });
}

void Worker::collectCounts(std::function<void(HitCounts)> take)
{
    loop_.post([this, receive = std::move(take)] { receive(takeCounts()); });
}

HitCounts Worker::takeCounts()
{
    HitCounts counts{.policies = {}, .checks = findings_.take()};
    const auto takeFrom = [&counts](PolicyInUse& policy) {
        auto counted = policy.takeCounts();
        if (!counted.rows.empty())
            counts.policies.push_back(std::move(counted));
    };
    takeFrom(*policy_);
    for (const auto& older : olderPolicies_)
        takeFrom(*older);
    std::erase_if(olderPolicies_, [](const auto& older) { return older.use_count() == 1; });
    return counts;
}

void Worker::setOptions(std::shared_ptr<const ProxyOptions> options)
{
    // Requests under way hold references into the snapshot they began with: it lives as long as the
    // worker.
    loop_.post([this, next = std::move(options)]() mutable {
        retiredOptions_.push_back(std::exchange(options_, std::move(next)));
        sessions_.reviewAll(); // they say when what is forbidden ends
        progress_.start();
    });
}

void Worker::report(std::function<void(const WorkerReport&)> take)
{
    loop_.post([this, tell = std::move(take), asked = net::Clock::now()] {
        tell({.counters = counters_,
              .connections = connections_.size(),
              .tunnels = tunnels_.size(),
              .policyVersion = policy_->policy()->version(),
              .auditBacklog = parts_.audit->backlog(),
              .waited = net::Clock::now() - asked});
    });
}

void Worker::listSessions(std::function<void(std::vector<SessionSummary>)> take)
{
    loop_.post([this, tell = std::move(take)] {
        const auto found = std::make_shared<std::vector<SessionSummary>>();
        found->reserve(counters_.carried);
        walks_.begin({.visit =
                          [found](const Session& session) {
                              if (session.carrier() && !session.ended())
                                  found->push_back(session.summary());
                              return SessionWalks::Cost::Look;
                          },
                      .done = [found, tell] { tell(std::move(*found)); }});
    });
}

void Worker::listPacFetches(std::function<void(std::vector<PacFetches::Entry>)> take)
{
    loop_.post([this, tell = std::move(take)] { tell(pacFetches_.entries()); });
}

void Worker::tryPolicy(std::shared_ptr<const policy::Policy> policy,
                       std::function<void(Reviewed)> take)
{
    loop_.post([this, tried = std::move(policy), tell = std::move(take)] {
        const auto found = std::make_shared<Reviewed>();
        const bool revokes = options_->revokeAfter.has_value();
        walks_.begin({.visit =
                          [found, tried, revokes](const Session& session) {
                              if (!session.carrier() || session.ended())
                                  return SessionWalks::Cost::Look;
                              ++found->carried;
                              if (revokes && session.wouldBeForbiddenBy(*tried))
                                  ++found->forbidden;
                              return SessionWalks::Cost::Look;
                          },
                      .done = [found, tell] { tell(*found); }});
    });
}

void Worker::terminate(std::vector<audit::SessionId> ids, std::function<void(std::size_t)> take)
{
    loop_.post([this, wanted = std::move(ids), tell = std::move(take)] {
        const auto ended = std::make_shared<std::size_t>(0);
        walks_.begin({.visit =
                          [ended, wanted](Session& session) {
                              if (!session.carrier() || session.ended() ||
                                  !std::ranges::binary_search(wanted, session.id()))
                                  return SessionWalks::Cost::Look;
                              ++*ended;
                              session.end(audit::CloseBy::Admin, audit::CloseReason::Terminated);
                              return SessionWalks::Cost::End;
                          },
                      .done = [ended, tell] { tell(*ended); }});
    });
}

std::string_view Worker::nameOf(const net::Listener& listener) const
{
    const auto found =
        std::find_if(listeners_.begin(), listeners_.end(),
                     [&](const NamedListener& entry) { return entry.listener.get() == &listener; });
    return found->name;
}

void Worker::onAccepted(net::Listener& listener, net::TcpStream client)
{
    finished_.clear();
    const bool room = connections_.size() - turnedAway_ + tunnels_.size() < parts_.maxConnections;
    ++counters_.connections;
    if (!room)
        ++counters_.turnedAway;
    if (!room && turnedAway_ >= MaxTurnedAway)
        return; // closed without a word: telling them all would take the descriptors of those
                // inside
    connections_.emplace_front(*this, nameOf(listener), std::move(client));
    const auto self = connections_.begin();
    if (room) {
        self->start(self);
    } else {
        ++turnedAway_;
        self->startRefusing(self);
    }
}

void Worker::forgetConnection(Connection::List::iterator connection)
{
    if (connection->isTurnedAway())
        --turnedAway_;
    finished_.splice(finished_.begin(), connections_, connection);
    endDrainWhenEmpty();
}

void Worker::startTunnel(std::unique_ptr<Session> session, net::TcpStream client,
                         net::TcpStream upstream, const Tunnel::Early& early)
{
    tunnels_.emplace_front(*this, std::move(session), std::move(client), std::move(upstream));
    tunnels_.front().start(tunnels_.begin(), early);
}

void Worker::forgetTunnel(Tunnel::List::iterator tunnel)
{
    tunnels_.erase(tunnel);
    endDrainWhenEmpty();
}

void Worker::drain(net::Duration limit)
{
    loop_.post([this, limit] { beginDrain(limit); });
}

void Worker::endNow()
{
    loop_.post([this] {
        if (stage_ == Stage::Draining)
            onTimer();
    });
}

void Worker::beginDrain(net::Duration limit)
{
    if (stage_ != Stage::Serving)
        return;
    stage_ = Stage::Draining;
    for (auto& entry : listeners_)
        entry.listener.reset();
    origins_.clear();
    for (auto& connection : connections_)
        connection.drain();
    loop_.start(*this, loop_.now() + limit);
    endDrainWhenEmpty();
}

void Worker::endDrainWhenEmpty()
{
    if (stage_ == Stage::Draining && connections_.empty() && tunnels_.empty()) {
        stage_ = Stage::Ended;
        loop_.stop();
    }
}

void Worker::onTimer()
{
    const auto left = connections_.size() + tunnels_.size();
    poco_information_f1(Poco::Logger::get("proxy"), "drain-timeout is over: ending %z connections",
                        left);
    stage_ = Stage::Ended;
    endEverything();
    loop_.stop();
}

void Worker::endEverything()
{
    if (stage_ == Stage::Serving)
        stage_ = Stage::Ended;
    for (auto next = tunnels_.begin(); next != tunnels_.end();)
        (next++)->session().end(audit::CloseBy::Proxy, audit::CloseReason::Drained);
    tunnels_.clear();
    // Destroys the coroutines where they wait; each session writes its closing record on the way.
    connections_.clear();
    finished_.clear();
    origins_.clear();
}

} // namespace sallyport::proxy
