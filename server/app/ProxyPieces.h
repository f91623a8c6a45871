// ProxyPieces: the settings as the data plane takes them: each part gets its piece, none the table.
#pragma once

#include "app/Settings.h"
#include "net/Dialer.h"
#include "net/Resolver.h"
#include "proxy/ProxyOptions.h"

namespace sallyport::app {

[[nodiscard]] proxy::ProxyOptions proxyOptions(const Settings& settings);
[[nodiscard]] net::ResolverOptions resolverOptions(const Settings& settings);
[[nodiscard]] net::DialOptions dialOptions(const Settings& settings);
[[nodiscard]] std::chrono::seconds keepAliveOf(const Settings& settings);

/// Raises the soft limit on open files to the hard one and returns it.
std::size_t raiseDescriptorLimit();
/// How many clients one worker may hold: its share of the setting, or of what the descriptors
/// allow.
[[nodiscard]] std::size_t connectionsPerWorker(const Settings& settings, std::size_t descriptors);

} // namespace sallyport::app
