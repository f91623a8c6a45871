// Connection: one client's connection: a loop over its requests and a switch over their forms, no
// more.
//
// Ends when the client or a request ends it, or when a tunnel takes the stream over.
#pragma once

#include "http/RequestHead.h"
#include "http/ResponseHead.h"
#include "net/Job.h"
#include "net/TcpStream.h"
#include "proxy/Exchange.h"
#include "proxy/Inbox.h"

#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::proxy {

class Worker;

class Connection final : net::JobObserver {
public:
    using List = std::list<Connection>;

    /// `listener` names the listener in records; it lives as long as the process.
    Connection(Worker& worker, std::string_view listener, net::TcpStream client);

    void start(List::iterator self);
    /// Answers 503 and closes, without reading anything.
    void startRefusing(List::iterator self);
    [[nodiscard]] bool isTurnedAway() const { return turnedAway_; }
    /// A drain has begun: a connection that waits for a request closes now, another one after its
    /// answer.
    void drain();

private:
    enum class Arrival : std::uint8_t { Complete, Bad, Late, Gone };

    void onJobDone() override;

    net::Task<void> run();
    net::Task<void> serveAll();
    net::Task<void> refuseForWantOfRoom();
    net::Task<Arrival> awaitRequest();
    net::Task<After> serve();
    net::Task<After> refuseArrival(Arrival arrival);
    net::Task<After> serveOriginForm(Exchange& exchange);
    net::Task<After> serveAbsoluteForm(Exchange& exchange);
    net::Task<void> linger();

    void describe(Session& session) const;
    void rememberOrigin(std::string origin);
    [[nodiscard]] bool knowsOrigin(const std::string& origin) const;

    Worker& worker_;
    std::string_view listener_;
    net::TcpStream client_;
    Inbox inbox_;
    http::RequestHead head_;
    http::ResponseHead answer_;
    std::string outgoing_;             ///< heads on their way out; keeps its room between requests
    std::vector<std::string> origins_; ///< of Session::origin(), asked for in absolute-form
    bool firstRequest_ = true;
    bool turnedAway_ = false;
    bool waiting_ = false; ///< between two requests, with nothing read
    net::Job job_;
    List::iterator self_;
};

} // namespace sallyport::proxy
