#include "policy/Dimension.h"

#include <array>

namespace sallyport::policy {

std::string_view dimensionName(Dimension dimension)
{
    static constexpr std::array<std::string_view, DimensionCount> Names{
        "validity", "time",        "listener", "client", "user", "group",
        "protocol", "host",        "port",     "method", "path", "query",
        "origin",   "subprotocol", "address",  "sni",    "alpn", "names"};
    return Names[static_cast<std::size_t>(dimension)];
}

} // namespace sallyport::policy
