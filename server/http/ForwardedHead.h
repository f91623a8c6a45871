// ForwardedHead: the head that is sent on, from the head that came (RFC 9110 section 7.6, RFC 9112
// sections 3.2 and 9).
//
// Hop-by-hop fields are left out, end-to-end fields keep order, spelling and duplicates. Appends to
// the caller's string and allocates nothing else.
#pragma once

#include "http/RequestHead.h"
#include "http/ResponseHead.h"
#include "http/Via.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::http {

/// What becomes of the connection the head is written to.
enum class ConnectionUse : std::uint8_t {
    Persist,          ///< nothing needs saying in HTTP/1.1
    PersistHttp10,    ///< says keep-alive, for an HTTP/1.0 client that asked for it
    Close,            ///< says close
    UpgradeWebSocket, ///< says Connection: Upgrade and Upgrade: websocket
};

enum class BodyCoding : std::uint8_t {
    AsReceived,
    Unchunked, ///< an HTTP/1.0 client: no Transfer-Encoding, no Trailer; the caller takes the data
               ///< only
};

/// `viaName` is this proxy's pseudonym for the Via field. The head must be Complete, and neither
/// CONNECT nor in origin form unless its Host is the upstream's. A Max-Forwards of 0 is the
/// caller's to answer.
void writeForwardedRequest(const RequestHead&, std::string_view viaName, ConnectionUse,
                           std::string& out);

/// Also for interim answers, with ConnectionUse::Persist.
void writeForwardedResponse(const ResponseHead&, std::string_view viaName, ConnectionUse,
                            BodyCoding, std::string& out);

} // namespace sallyport::http
