// Worker: what the connections of one thread share: loop, names, dialling, pools, policy, the way
// to the log.
//
// Owns the thread's connections and tunnels. Used on its own thread, except where a member says so.
// Shares with other workers only immutable snapshots. Knows no settings table: it receives its
// pieces.
#pragma once

#include "audit/AuditQueue.h"
#include "net/BufferPool.h"
#include "net/Dialer.h"
#include "net/Listener.h"
#include "net/OwnEndpoints.h"
#include "net/Resolver.h"
#include "proxy/Connection.h"
#include "proxy/FindingCounts.h"
#include "proxy/HitCounts.h"
#include "proxy/LiveSessions.h"
#include "proxy/OriginPool.h"
#include "proxy/PacFetches.h"
#include "proxy/PolicyInUse.h"
#include "proxy/ProgressRounds.h"
#include "proxy/ProxyOptions.h"
#include "proxy/Recorded.h"
#include "proxy/SessionIds.h"
#include "proxy/SessionWalks.h"
#include "proxy/Tunnel.h"
#include "proxy/WorkerCounters.h"

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::proxy {

/// What a worker is made of and keeps for its life.
struct WorkerParts {
    std::shared_ptr<const ProxyOptions> options;
    std::shared_ptr<const policy::Policy> policy;
    net::ResolverOptions resolver;
    net::DialOptions dial;
    std::chrono::seconds keepAlive{60}; ///< TCP keep-alive towards clients
    std::size_t maxConnections = 0;     ///< clients at a time on this worker
    audit::AuditLane* audit = nullptr;
    std::size_t inflateBytes = 0; ///< to look into compressed WebSocket messages
    policy::inspection::DigestKey digestKey{};
};

/// How a worker stands.
struct WorkerReport {
    WorkerCounters counters;
    std::size_t connections = 0; ///< of clients that are not in a tunnel
    std::size_t tunnels = 0;
    std::uint32_t policyVersion = 0;
    std::size_t auditBacklog = 0;      ///< bytes that are not in the store yet
    std::chrono::nanoseconds waited{}; ///< the question, for its turn
};

class Worker final : net::Listener::Acceptor, net::Timer {
public:
    explicit Worker(WorkerParts parts);
    ~Worker() override;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Until stop() or the end of a drain.
    void run();

    // From any thread.
    /// Binds a listener for setListeners(); port 0 takes a free one. Clients wait in its queue
    /// until then. Throws std::system_error.
    [[nodiscard]] std::unique_ptr<net::Listener> bind(const net::Endpoint& endpoint);
    /// What changes about where clients connect. Who is connected stays.
    struct ListenerChange {
        std::vector<std::unique_ptr<net::Listener>> opened; ///< of this worker's bind()
        std::vector<net::Endpoint> closed; ///< whoever waits in their queues is accepted first
        std::shared_ptr<const net::OwnEndpoints> own; ///< where the process listens from then on
    };
    void changeListeners(ListenerChange change);
    void stop() { loop_.stop(); }
    /// Stops accepting, lets requests finish and tunnels live on for `limit`, then ends what is
    /// left and stops the loop.
    void drain(net::Duration limit);
    /// Ends what is left of a drain now.
    void endNow();
    /// Takes it for all that is decided from now on, and asks it about what is carried. `policy`
    /// has a reference count of its own, apart from other workers'.
    void setPolicy(std::shared_ptr<const policy::Policy> policy);
    /// Calls `take`, on the worker's thread, with what the policies' rows have counted since the
    /// last time.
    void collectCounts(std::function<void(HitCounts)> take);
    void setOptions(std::shared_ptr<const ProxyOptions> options);
    /// run() is over: nobody answers any more.
    [[nodiscard]] bool isOver() const { return over_; }
    // The next five call `take` on the worker's thread; never, if that ends first.
    void report(std::function<void(const WorkerReport&)> take);
    /// The sessions that are carried.
    void listSessions(std::function<void(std::vector<SessionSummary>)> take);
    /// How many sessions are carried, and how many of them would end by the policy that they are
    /// put to.
    struct Reviewed {
        std::size_t carried = 0;
        std::size_t forbidden = 0;
    };
    void tryPolicy(std::shared_ptr<const policy::Policy> policy,
                   std::function<void(Reviewed)> take);
    /// Ends those of `ids`, which are in order, in an administrator's name, and says how many of
    /// them there were.
    void terminate(std::vector<audit::SessionId> ids, std::function<void(std::size_t)> take);
    /// Who has fetched the PAC file.
    void listPacFetches(std::function<void(std::vector<PacFetches::Entry>)> take);

    /// The same for what is left when run() is over, on the thread that calls.
    [[nodiscard]] HitCounts takeCounts();

    // For the stories of the connections.
    [[nodiscard]] net::EventLoop& loop() { return loop_; }
    [[nodiscard]] net::Resolver& resolver() { return resolver_; }
    [[nodiscard]] net::Dialer& dialer() { return dialer_; }
    [[nodiscard]] net::BufferPool& buffers() { return buffers_; }
    [[nodiscard]] OriginPool& origins() { return origins_; }
    [[nodiscard]] SessionIds& ids() { return ids_; }
    [[nodiscard]] audit::AuditLane& audit() { return *parts_.audit; }
    [[nodiscard]] RecordWaiters& recordWaiters() { return recordWaiters_; }
    [[nodiscard]] const ProxyOptions& options() const { return *options_; }
    [[nodiscard]] const std::shared_ptr<PolicyInUse>& policy() const { return policy_; }
    [[nodiscard]] LiveSessions& sessions() { return sessions_; }
    [[nodiscard]] SessionWalks& walks() { return walks_; }
    [[nodiscard]] WorkerCounters& counters() { return counters_; }
    [[nodiscard]] FindingCounts& findings() { return findings_; }
    [[nodiscard]] PacFetches& pacFetches() { return pacFetches_; }
    [[nodiscard]] const net::OwnEndpoints& ownEndpoints() const { return *ownEndpoints_; }
    [[nodiscard]] websocket::TapTools tapTools()
    {
        return {.inflateBudget = inflateBudget_,
                .scratch = scanScratch_,
                .digestKey = parts_.digestKey,
                .room = tapRoom_};
    }
    [[nodiscard]] bool draining() const { return stage_ != Stage::Serving; }

    void startTunnel(std::unique_ptr<Session> session, net::TcpStream client,
                     net::TcpStream upstream, const Tunnel::Early& early);
    void forgetTunnel(Tunnel::List::iterator tunnel);
    void forgetConnection(Connection::List::iterator connection);

private:
    enum class Stage : std::uint8_t { Serving, Draining, Ended };
    struct NamedListener {
        std::string name;                        ///< connections refer to it
        std::unique_ptr<net::Listener> listener; ///< none: it is closed
    };

    void onAccepted(net::Listener& listener, net::TcpStream client) override;
    void onTimer() override; ///< the drain's limit
    [[nodiscard]] std::string_view nameOf(const net::Listener& listener) const;
    void open(std::unique_ptr<net::Listener> listener);
    void close(const net::Endpoint& endpoint);
    void beginDrain(net::Duration limit);
    void endDrainWhenEmpty();
    void endEverything();

    WorkerParts parts_;
    std::shared_ptr<const ProxyOptions> options_;
    std::shared_ptr<PolicyInUse> policy_;
    std::vector<std::shared_ptr<PolicyInUse>> olderPolicies_; ///< with counts or sessions left
    net::EventLoop loop_;
    WorkerCounters counters_;
    FindingCounts findings_;
    PacFetches pacFetches_;
    net::BufferPool buffers_;
    net::Resolver resolver_;
    net::Dialer dialer_;
    OriginPool origins_;
    RecordWaiters recordWaiters_;
    SessionIds ids_;
    policy::inspection::InflateBudget inflateBudget_;
    policy::inspection::ScanScratch scanScratch_;
    std::array<char, 16 * 1024> tapRoom_; ///< for the contents of messages, one piece at a time
    LiveSessions sessions_;
    SessionWalks walks_{loop_};
    ProgressRounds progress_;
    std::list<NamedListener> listeners_;
    std::shared_ptr<const net::OwnEndpoints> ownEndpoints_ =
        std::make_shared<const net::OwnEndpoints>();
    Connection::List connections_;
    std::size_t turnedAway_ = 0; ///< of connections_: read their 503, take nobody's place
    Connection::List
        finished_; ///< their coroutines have ended; freed when nothing of them runs any more
    Tunnel::List tunnels_;
    std::vector<std::shared_ptr<const ProxyOptions>> retiredOptions_;
    Stage stage_ = Stage::Serving;
    std::atomic<bool> over_ = false;
};

} // namespace sallyport::proxy
