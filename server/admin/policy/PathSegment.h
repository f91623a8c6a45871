// PathSegment: names as they stand in paths of the API (RFC 3986 section 3.3).
#pragma once

#include <Poco/URI.h>

#include <string>

namespace sallyport::admin {

[[nodiscard]] inline std::string pathSegment(const std::string& name)
{
    std::string encoded;
    Poco::URI::encode(name, "/?#%;:@&=+$,", encoded);
    return encoded;
}

} // namespace sallyport::admin
