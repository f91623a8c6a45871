// Exchange: one plain request through a proxy to an origin driven by hand, as literal bytes.
#pragma once

#include "support/ProxyProcess.h"
#include "support/TestOrigin.h"

#include <string>
#include <string_view>

namespace sallyport::test {

/// `GET http://AUTHORITY PATH` with a Host and these further field lines, each ended by CRLF.
[[nodiscard]] std::string getRequest(const std::string& authority, std::string_view path = "/",
                                     std::string_view fieldLines = {});
/// `CONNECT AUTHORITY` with a Host.
[[nodiscard]] std::string connectRequest(const std::string& authority);
/// A 200 with a Content-Length and these further field lines.
[[nodiscard]] std::string okResponse(std::string_view body, std::string_view fieldLines = {});

struct Exchange {
    std::string forwarded; ///< the head as the origin got it
    Response response;     ///< as the client got it
    RawClient client;
    RawConnection upstream;
};

/// Sends `request` (its {origin} replaced by the origin's authority) on a new connection, takes the
/// head at the origin, answers with these bytes, and reads one answer at the client.
[[nodiscard]] Exchange exchange(const ProxyProcess& proxy, TestOrigin& origin,
                                const std::string& request, std::string_view answer);

} // namespace sallyport::test
