// OpenSessions: what a policy that is not in force yet says to the sessions that are open.
//
// Asks with what is known of each from outside: a session whose end hangs on more (what its first
// bytes said, a subprotocol) counts as one that goes on.
#pragma once

#include "admin/live/ProxyView.h"
#include "admin/policy/ImpactResource.h"
#include "policy/Policy.h"

namespace sallyport::admin {

/// Throws ApiError (Busy) when the proxy does not answer in time.
[[nodiscard]] OpenSessionsAsked askOpenSessions(const live::ProxyView& proxy,
                                                const policy::Policy& policy);

} // namespace sallyport::admin
