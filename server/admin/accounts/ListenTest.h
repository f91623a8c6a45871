// ListenTest: whether this process could listen somewhere, found out by trying.
#pragma once

#include "admin/accounts/SetupSources.h"

#include <string>

namespace sallyport::admin::accounts {

struct ListenFinding {
    enum class Outcome : std::uint8_t { Possible, Impossible } outcome = Outcome::Impossible;
    std::string detail; ///< for people
};

/// `now` is where the proxy listens already.
[[nodiscard]] ListenFinding testListen(const ProxyListener& wanted, const ProxyListener& now);

} // namespace sallyport::admin::accounts
