#include "admin/live/SessionBoard.h"

#include "admin/api/ApiError.h"

#include <algorithm>

namespace sallyport::admin::live {

namespace {

/// A pair of looks this near to each other says nothing.
constexpr std::chrono::milliseconds LeastDistance{200};

std::uint64_t perSecond(std::uint64_t now, std::uint64_t before, std::chrono::duration<double> time)
{
    return static_cast<std::uint64_t>(static_cast<double>(now - std::min(now, before)) /
                                      time.count());
}

const SessionsSeen::Row* find(const SessionsSeen& seen, const db::SessionId& id)
{
    const auto at = std::ranges::lower_bound(
        seen.rows, id, {}, [](const SessionsSeen::Row& row) { return row.session.id; });
    return at != seen.rows.end() && at->session.id == id ? &*at : nullptr;
}

} // namespace

std::shared_ptr<const SessionsSeen> SessionBoard::look(Clock::time_point now)
{
    const std::scoped_lock lock(mutex_);
    if (age_ == Age::Valid && now - seenAt_ < KeptFor)
        return seen_;
    return takeAt(now);
}

std::shared_ptr<const SessionsSeen> SessionBoard::lookAnew()
{
    const std::scoped_lock lock(mutex_);
    return takeAt(Clock::now());
}

void SessionBoard::forget()
{
    const std::scoped_lock lock(mutex_);
    age_ = Age::Outdated;
}

std::shared_ptr<const SessionsSeen> SessionBoard::takeAt(Clock::time_point now)
{
    auto sessions = proxy_.sessions();
    if (!sessions)
        throw api::ApiError(api::ProblemKind::Busy, "The proxy did not answer in time. Try again.")
            .retryAfter(std::chrono::seconds(2));
    std::ranges::sort(*sessions, {}, &LiveSession::id);
    auto seen = std::make_shared<SessionsSeen>();
    seen->at = std::chrono::system_clock::now();
    seen->rows.reserve(sessions->size());
    const auto passed = now - seenAt_;
    const bool comparable = seen_ && passed >= LeastDistance && passed <= ComparedFor;
    for (auto& session : *sessions) {
        SessionsSeen::Row row{.session = std::move(session), .rates = {}};
        const auto* before = seen_ ? find(*seen_, row.session.id) : nullptr;
        if (before && comparable)
            row.rates =
                Rates{.up = perSecond(row.session.bytesUp, before->session.bytesUp, passed),
                      .down = perSecond(row.session.bytesDown, before->session.bytesDown, passed)};
        else if (before && passed < LeastDistance)
            row.rates = before->rates;
        seen->rows.push_back(std::move(row));
    }
    // A look right behind another one leaves that one to be compared with.
    if (!seen_ || passed >= LeastDistance) {
        seen_ = seen;
        seenAt_ = now;
        age_ = Age::Valid;
    }
    return seen;
}

} // namespace sallyport::admin::live
