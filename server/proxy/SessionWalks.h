// SessionWalks: goes over all sessions of a worker for those who ask about them from outside.
//
// In slices, so that what else the worker carries sees no pause; one walk after another. Meets each
// session once that was there at the beginning and still is when its turn comes.
#pragma once

#include "net/EventLoop.h"
#include "proxy/Session.h"

#include <cstdint>
#include <deque>
#include <functional>

namespace sallyport::proxy {

class SessionWalks {
public:
    /// What a visit has cost.
    enum class Cost : std::uint8_t { Look, End };
    struct Walk {
        /// May end the session.
        std::function<Cost(Session&)> visit;
        std::function<void()> done;
    };

    explicit SessionWalks(net::EventLoop& loop) : loop_(loop) {}
    SessionWalks(const SessionWalks&) = delete;
    SessionWalks& operator=(const SessionWalks&) = delete;

    /// Until the session is destroyed.
    void add(Session& session) { met_.push_back(session); }
    void begin(Walk walk);

private:
    void beginNext();
    void goOn();

    net::EventLoop& loop_;
    Session::WalkList met_;
    Session::WalkList ahead_;
    std::deque<Walk> walks_; ///< the first one is under way
};

} // namespace sallyport::proxy
