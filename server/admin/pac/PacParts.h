// PacParts: what the process tells the PAC part of the API. All functions may be called by several
// threads at once.
#pragma once

#include "policy/Network.h"
#include "policy/PacFile.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::pac {

/// How often clients of a network fetched the file from the proxy since it was started.
struct PacFetch {
    policy::Network network; ///< an IPv4 /24 or an IPv6 /64
    std::uint64_t count = 0;
    std::chrono::system_clock::time_point last;
};

struct PacParts {
    /// As the server's own settings say, for a policy that says nothing.
    std::function<policy::PacSettings()> serverSettings;
    /// HOST:PORT that stands for an empty proxy in what is shown; clients get the address they
    /// asked on.
    std::function<std::string()> proxyAddress;
    /// Where clients find the file.
    std::function<std::vector<std::string>()> urls;
    /// The latest first. Nothing: that cannot be said now.
    std::function<std::optional<std::vector<PacFetch>>()> fetches;
    /// The addresses of a name; none: there is no such name. Throws std::exception when that cannot
    /// be found out.
    std::function<std::vector<std::string>(const std::string& host)> resolve;
};

} // namespace sallyport::admin::pac
