// Resolver: names to addresses by c-ares on the worker's own loop, with a hosts table and a TTL
// cache.
//
// One per worker, used on its thread only. Literals never come here. Answers both families; knows
// no policy.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "net/Result.h"
#include "net/Task.h"

#include <string>
#include <vector>

namespace sallyport::net {

using Addresses = std::vector<IpAddress>;

struct ResolverOptions {
    std::vector<Endpoint> servers; ///< empty: those of resolvConf, read again when it changes
    std::string hostsFile = "/etc/hosts";
    std::chrono::seconds cacheMax{3600};
    std::chrono::seconds negativeTtl{10};
    std::string resolvConf =
        "/etc/resolv.conf"; ///< servers, and the search list of names without a dot
    std::size_t cacheNames = 10'000;
};

class Resolver {
public:
    Resolver(EventLoop& loop, ResolverOptions options);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// The cached or hosts-table answer for a lower-case name without trailing dot; null when it
    /// has to be asked for. Borrowed until the next call into the resolver.
    [[nodiscard]] const Addresses* cached(std::string_view host);

    /// At least one address, in the server's order. Fails with NotFound, DnsFailed or TimedOut
    /// (side Upstream). Several waiting for one name share one query.
    [[nodiscard]] Task<Result<Addresses>> resolve(std::string host, TimePoint deadline);

private:
    class Lookups;
    std::unique_ptr<Lookups> lookups_;
};

} // namespace sallyport::net
