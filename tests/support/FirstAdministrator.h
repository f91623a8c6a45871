// FirstAdministrator: the first person of a new process, made by the one-time link in its log.
#pragma once

#include "support/AdminClient.h"
#include "support/ProxyProcess.h"

#include <string>

namespace sallyport::test {

inline constexpr const char* FirstPassword = "correct horse battery";

/// What POST /setup answers when "ada" finishes it with this starting policy: `{"kind": "keep"}`,
/// and what else is given: `, "listener": {…}`.
[[nodiscard]] Response finishSetUp(const ProxyProcess& proxy, const std::string& startingPolicy,
                                   const std::string& more = {});
/// "ada", signed in; the policy is what it was. Throws Unexpected.
[[nodiscard]] AdminClient firstAdministrator(const ProxyProcess& proxy);
/// Goes on with the sign-in that this answer opened.
void signInBy(AdminClient& client, const Response& opened);

} // namespace sallyport::test
