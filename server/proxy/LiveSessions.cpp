#include "proxy/LiveSessions.h"

#include "proxy/Worker.h"

#include <algorithm>

namespace sallyport::proxy {

namespace {

/// What a slice may take, in decisions: about a quarter of a millisecond.
constexpr int SliceDecisions = 256;
/// Ending a session closes two sockets and writes a record.
constexpr int DecisionsPerEnd = 16;

bool changesWithTime(const policy::Policy& policy)
{
    return policy.reads(policy::Dimension::Time) || policy.reads(policy::Dimension::Validity);
}

/// Rules expire, and hours begin and end, by the wall clock.
net::Duration untilNextMinute()
{
    using namespace std::chrono;
    const auto now = system_clock::now();
    return ceil<minutes>(now) - now + milliseconds(10);
}

} // namespace

void LiveSessions::reviewAll()
{
    stop();
    wakeAt_ = net::Never;
    unreviewed_.splice(unreviewed_.end(), reviewed_);
    if (stage_ == Stage::Reviewing)
        return; // the slice that is waiting for its turn goes on with them
    stage_ = Stage::Reviewing;
    reviewSome();
}

Session* LiveSessions::next()
{
    if (stage_ == Stage::Reviewing || reviewed_.empty())
        return nullptr;
    Session& session = reviewed_.front();
    reviewed_.splice(reviewed_.end(), reviewed_, reviewed_.begin());
    return &session;
}

void LiveSessions::reviewSome()
{
    int left = SliceDecisions;
    while (left > 0 && !unreviewed_.empty()) {
        Session& session = unreviewed_.front();
        unreviewed_.pop_front();
        reviewed_.push_back(session);
        left -= review(session) == Effect::Ended ? DecisionsPerEnd : 1;
    }
    if (!unreviewed_.empty()) {
        worker_.loop().post([this] { reviewSome(); });
        return;
    }
    stage_ = Stage::Resting;
    if (changesWithTime(*worker_.policy()->policy()))
        wakeBy(worker_.loop().now() + untilNextMinute());
}

LiveSessions::Effect LiveSessions::review(Session& session)
{
    const auto forbiddenSince = session.review();
    const auto& grace = worker_.options().revokeAfter;
    if (!forbiddenSince || !grace)
        return Effect::LivesOn;
    const auto due = *forbiddenSince + *grace;
    if (due > worker_.loop().now()) {
        wakeBy(due);
        return Effect::LivesOn;
    }
    session.end(audit::CloseBy::Policy, audit::CloseReason::PolicyRevoked);
    return Effect::Ended;
}

void LiveSessions::wakeBy(net::TimePoint when)
{
    if (when >= wakeAt_)
        return;
    wakeAt_ = when;
    worker_.loop().start(*this, when);
}

} // namespace sallyport::proxy
