// Router: finds the resource that a call is for, and keeps from it the calls that may not be.
//
// The one place where what a resource throws becomes an answer. answer() may be called by several
// threads at once when all routes were added.
#pragma once

#include "admin/api/Answer.h"
#include "admin/api/Call.h"
#include "admin/api/PolicyOwner.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::api {

/// Who may call a route, and how.
struct Access {
    std::optional<Role> least; ///< missing: anybody, signed in or not
    enum class Confirmation : std::uint8_t {
        NotNeeded,
        Fresh
    } confirmation = Confirmation::NotNeeded;
    /// What a call of it changes belongs to the owner of the policy.
    enum class Changes : std::uint8_t { NotThePolicy, ThePolicy } changes = Changes::NotThePolicy;
    /// Of the body; a resource that reads a stream has its own limit.
    std::uint64_t mostBodyBytes = 1 << 20;

    [[nodiscard]] static Access anybody() { return {}; }
    [[nodiscard]] static Access from(Role role) { return {.least = role}; }
    /// Only with a fresh POST /session/confirm.
    [[nodiscard]] Access confirmed() const
    {
        auto access = *this;
        access.confirmation = Confirmation::Fresh;
        return access;
    }
    /// Only for the one who owns the policy (PolicyOwner.h).
    [[nodiscard]] Access changingPolicy() const
    {
        auto access = *this;
        access.changes = Changes::ThePolicy;
        return access;
    }
    [[nodiscard]] Access withBody(std::uint64_t most) const
    {
        auto access = *this;
        access.mostBodyBytes = most;
        return access;
    }
};

class Router {
public:
    using Handle = std::function<Answer(Call&)>;
    struct Route {
        std::string method;
        std::string pattern; ///< "/tokens/{id}"
        Access access;
        Handle handle;
    };

    explicit Router(AskPolicyOwner policyOwner = ownedByPeople);

    /// Of two patterns that fit, the one with fewer `{…}` is taken.
    void add(std::string method, std::string pattern, Access access, Handle handle);
    /// Always gives an answer: the resource's, or a problem. HEAD is answered as GET.
    [[nodiscard]] Answer answer(Call& call);
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    /// What a POST with an Idempotency-Key was answered, so that its repetition does nothing.
    struct Remembered {
        std::string key; ///< caller, route and key
        std::chrono::steady_clock::time_point until;
        Answer answer;
    };

    [[nodiscard]] Answer dispatch(Call& call);
    [[nodiscard]] const Route& routeFor(Call& call) const;
    [[nodiscard]] Answer handleOnce(const Route& route, Call& call);
    [[nodiscard]] std::optional<Answer> recall(const std::string& key);
    void remember(std::string key, const Answer& answer);

    const AskPolicyOwner policyOwner_;
    std::vector<Route> routes_;
    std::mutex mutex_;
    std::list<Remembered> remembered_; ///< oldest first
};

} // namespace sallyport::admin::api
