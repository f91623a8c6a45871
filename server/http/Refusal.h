// Refusal: an answer that this proxy makes itself instead of carrying a request, and how it is
// written.
//
// Says what happened and what to do, to a person and (RFC 9209) to a program. Knows no sockets and
// no policy: texts come from the caller and are escaped here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::http {

struct Refusal {
    enum class Connection : std::uint8_t { Close, KeepAlive };

    int status = 400;
    std::string_view proxyStatusError; ///< RFC 9209 section 2.3: "dns_error",
                                       ///< "http_request_denied", …; static text
    std::string details;               ///< for Proxy-Status, technical; may be empty
    std::string host;                  ///< who was asked for; may be empty
    std::string ruleName;              ///< may be empty
    std::string reason;                ///< one or two sentences: what happened and what to do
    std::string ruleText;              ///< what the rule's authors add, in lines; may be empty
    std::string sessionId;
    std::string proxyAuthenticate; ///< the challenge of a 407
    Connection connection = Connection::Close;
};

/// Appends the whole response. `acceptValue` is the request's Accept field ("" if none) and chooses
/// HTML or plain text; no body for HEAD, except its length. `proxyName` is a token.
void writeRefusal(const Refusal&, std::string_view proxyName, std::string_view acceptValue,
                  std::string_view requestMethod, std::string& out);

/// "Forbidden" for 403; empty for a status that this proxy does not send.
[[nodiscard]] std::string_view reasonPhrase(int status);

} // namespace sallyport::http
