#include "app/ProxyPieces.h"

#include <sys/resource.h>

#include <algorithm>

namespace sallyport::app {

namespace {

/// Descriptors that are not sessions: listeners, databases, resolvers, pipes, and room to answer
/// 503 to those too many.
constexpr std::size_t ReservedDescriptors = 256;
constexpr std::size_t DescriptorsPerConnection = 2;

} // namespace

proxy::ProxyOptions proxyOptions(const Settings& settings)
{
    return {.name = settings.nodeName,
            .timeouts = {.head = settings.headTimeout,
                         .keepAlive = settings.keepAliveTimeout,
                         .resolve = settings.resolveTimeout,
                         .connect = settings.connectTimeout,
                         .response = settings.responseTimeout,
                         .body = settings.bodyTimeout,
                         .tunnelIdle = settings.tunnelIdle,
                         .originIdle = settings.originIdle},
            .head = {.headBytes = settings.maxHeadBytes,
                     .targetBytes = settings.maxTargetBytes,
                     .fieldCount = settings.maxFields},
            .firstBytes = settings.firstBytes,
            .firstBytesTime = settings.firstBytesTime,
            .originConnectionsPerHost = settings.originConnectionsPerHost,
            .revokeAfter = settings.revokeAfter,
            .recordQuery = settings.auditQuery == AuditQuery::On ? proxy::RecordQuery::Always
                                                                 : proxy::RecordQuery::Never,
            .auditUpdate = settings.auditUpdate,
            .pac = {.proxy = settings.pacProxy, .directSuffixes = settings.pacDirect}};
}

net::ResolverOptions resolverOptions(const Settings& settings)
{
    using std::chrono::ceil;
    using std::chrono::seconds;
    return {.servers = settings.dnsServers,
            .hostsFile = settings.hostsFile.string(),
            .cacheMax = ceil<seconds>(settings.dnsCacheMax),
            .negativeTtl = ceil<seconds>(settings.dnsNegativeTtl)};
}

net::DialOptions dialOptions(const Settings& settings)
{
    return {.attemptDelay = settings.happyEyeballsDelay, .keepAlive = keepAliveOf(settings)};
}

std::chrono::seconds keepAliveOf(const Settings& settings)
{
    return std::chrono::ceil<std::chrono::seconds>(settings.tcpKeepalive);
}

std::size_t raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t connectionsPerWorker(const Settings& settings, std::size_t descriptors)
{
    std::size_t total = settings.maxConnections;
    const std::size_t reserved = std::min(ReservedDescriptors, descriptors / 2);
    const std::size_t possible = (descriptors - reserved) / DescriptorsPerConnection;
    if (total == 0 || total > possible)
        total = possible;
    return std::max<std::size_t>(1, total / settings.workers);
}

} // namespace sallyport::app
