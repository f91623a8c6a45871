#include "admin/accounts/SetupLink.h"

#include "admin/accounts/Secrets.h"
#include "admin/api/ApiError.h"
#include "db/ContentHash.h"

#include <utility>

namespace sallyport::admin::accounts {

SetupLink::SetupLink(const db::AccountStore& store, Clock clock)
    : store_(store), clock_(std::move(clock))
{}

std::optional<std::string> SetupLink::renew(std::string_view site)
{
    if (!isNeeded())
        return std::nullopt;
    const auto token = newSecret();
    const std::scoped_lock lock(mutex_);
    hash_ = db::contentHash(token);
    expires_ = clock_() + ValidFor;
    return std::string(site) + "/setup?token=" + token;
}

void SetupLink::require(std::string_view token) const
{
    if (!isNeeded())
        throw api::ApiError(api::ProblemKind::NotFound, "Set-up is done; sign in instead.");
    const auto hash = db::contentHash(token);
    const std::scoped_lock lock(mutex_);
    if (hash_.empty() || !isSameSecret(hash, hash_))
        throw api::ApiError(api::ProblemKind::Forbidden,
                            "This set-up link is not the newest one: the server's log has it.");
    if (clock_() >= expires_)
        throw api::ApiError(
            api::ProblemKind::Forbidden,
            "This set-up link has run out. Start the server again: its log will have a new one.");
}

db::AccountTime SetupLink::expires() const
{
    const std::scoped_lock lock(mutex_);
    return expires_;
}

} // namespace sallyport::admin::accounts
