// Authenticate: who makes a call, by what came with it. The one who reads the request asks.
#pragma once

#include "admin/api/Caller.h"

#include <functional>
#include <string>

namespace sallyport::admin::api {

struct Credentials {
    std::string cookie; ///< value of __Host-sallyport
    std::string bearer; ///< what follows "Bearer " in Authorization
    std::string address;
    std::string userAgent;
};

/// Gives Way::Nobody, with the address, when there are none or they do not hold. `session` of such
/// a caller may name a sign-in that is not finished yet. Never throws; any thread.
using Authenticate = std::function<Caller(const Credentials&)>;

} // namespace sallyport::admin::api
