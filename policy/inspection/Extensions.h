// Extensions: what the Sec-WebSocket-Extensions of a 101 agreed on (RFC 6455 §9.1, RFC 7692 §7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection {

/// permessage-deflate for one direction.
struct DeflateTerms {
    std::uint8_t windowBits = 15; ///< 8 to 15
    bool contextTakeover = true;
};

struct Extensions {
    std::vector<std::string> names; ///< in lower case, in the order of the field
    bool deflate =
        false; ///< permessage-deflate, with parameters that RFC 7692 knows, and nothing unknown
    DeflateTerms fromClient;
    DeflateTerms fromServer;
    bool unknown = false; ///< another extension, or unknown parameters, or no correct field
};

/// The field's value; several fields are joined by ", " before.
[[nodiscard]] Extensions parseExtensions(std::string_view value);

} // namespace sallyport::policy::inspection
