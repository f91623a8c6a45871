// LiveSessions: the sessions of a worker, and the policy's second look at those that are carried:
// when another one is published, and when time alone may change its answer.
//
// Looks at them in slices, so that what else the worker carries sees no pause.
#pragma once

#include "net/EventLoop.h"
#include "proxy/Session.h"

#include <cstddef>

namespace sallyport::proxy {

class Worker;

class LiveSessions final : net::Timer {
public:
    explicit LiveSessions(Worker& worker) : worker_(worker) {}

    /// Until the session is destroyed, which calls forget().
    void add(Session& session)
    {
        reviewed_.push_back(session);
        ++count_;
    }
    void forget() { --count_; }
    [[nodiscard]] std::size_t count() const { return count_; }
    /// The one that this gave longest ago, or that came first; null while there is none, or while
    /// they are under review.
    [[nodiscard]] Session* next();
    /// Asks the policy in force about all of them; one under way begins anew.
    void reviewAll();
    enum class Effect : std::uint8_t { LivesOn, Ended };
    /// Asks it about one, which may be gone afterwards.
    Effect review(Session& session);

private:
    enum class Stage : std::uint8_t { Resting, Reviewing };

    void onTimer() override { reviewAll(); }
    void reviewSome();
    void wakeBy(net::TimePoint when);

    Worker& worker_;
    Session::List reviewed_;
    Session::List unreviewed_;
    std::size_t count_ = 0;
    net::TimePoint wakeAt_ = net::Never;
    Stage stage_ = Stage::Resting;
};

} // namespace sallyport::proxy
