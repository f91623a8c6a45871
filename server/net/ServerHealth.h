// ServerHealth: in which order to ask the name servers, so that a silent one costs its time-out
// only once in a while.
//
// c-ares keeps no such memory: with a silent first server every look-up pays the time-out again. A
// value; knows no sockets.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"

#include <vector>

namespace sallyport::net {

class ServerHealth {
public:
    explicit ServerHealth(const std::vector<Endpoint>& servers);

    /// Those not known to be silent as they were given, then the others, the one longest silent
    /// first.
    [[nodiscard]] std::vector<Endpoint> order(TimePoint now) const;
    /// When order() may be another without anything being noted; Never if it will not.
    [[nodiscard]] TimePoint goodUntil(TimePoint now) const;
    /// The server left a question unanswered: it comes last until it is given another chance.
    void noteSilence(const Endpoint& server, TimePoint now);

private:
    struct Server {
        Endpoint endpoint;
        TimePoint silentUntil = TimePoint::min();
    };
    std::vector<Server> servers_;
};

} // namespace sallyport::net
