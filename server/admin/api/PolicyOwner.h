// PolicyOwner: by whom the policy may be changed through this API, as whoever runs the server has
// decided.
//
// The policy is all that is published together (rules, inspection profiles, saved tests, PAC file)
// with its draft, and the destination lists. What the command line does on the server's machine,
// and what the server does by itself, does not come this way.
#pragma once

#include "admin/api/Caller.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace sallyport::admin::api {

/// People: anybody whose role lets him. Api: programs with a token alone. File: nobody.
enum class PolicyOwner : std::uint8_t { People, Api, File };

/// Asked anew at each call, as the setting may change meanwhile.
using AskPolicyOwner = std::function<PolicyOwner()>;
[[nodiscard]] inline PolicyOwner ownedByPeople()
{
    return PolicyOwner::People;
}

/// "people", "api", "file".
[[nodiscard]] std::string_view policyOwnerName(PolicyOwner);

/// Throws ApiError (Forbidden), which says who owns the policy and where it can be changed. Of the
/// caller's role it says nothing.
void requireMayChangePolicy(PolicyOwner owner, const Caller& caller);

} // namespace sallyport::admin::api
