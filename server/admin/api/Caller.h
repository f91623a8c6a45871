// Caller: who makes a call of the API, as its credentials say.
#pragma once

#include "admin/api/Role.h"

#include <cstdint>
#include <string>

namespace sallyport::admin::api {

struct Caller {
    /// Nobody: not signed in. Setup: holds the one-time link of the first start.
    enum class Way : std::uint8_t { Nobody, Session, Token };

    Way way = Way::Nobody;
    std::string account; ///< id of the person; of a token the one who made it
    std::string name;    ///< as the admin trail says it: "a.okafor", "token deploy (a.okafor)"
    std::string session; ///< id of the sign-in or of the token
    Role role = Role::HelpDesk;
    std::string address; ///< where from, without port
    std::string csrf;    ///< what X-CSRF-Token must say; empty for tokens
    /// The password was given within the last minutes, for what is sensitive.
    enum class Confirmed : std::uint8_t { No, Yes } confirmed = Confirmed::No;

    [[nodiscard]] bool isSignedIn() const { return way != Way::Nobody; }
};

} // namespace sallyport::admin::api
