// NameLookup: asks for the addresses of a name as the proxy's workers do, on the caller's thread.
#pragma once

#include "net/Resolver.h"

#include <chrono>
#include <string>
#include <vector>

namespace sallyport::app {

/// At least one address as text; those of a literal are the literal itself. Throws
/// std::runtime_error, which says why there is none.
[[nodiscard]] std::vector<std::string> lookUpName(const std::string& host,
                                                  const net::ResolverOptions& options,
                                                  std::chrono::milliseconds limit);

} // namespace sallyport::app
