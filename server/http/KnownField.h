// KnownField: the field names this proxy acts on, found once when a head is parsed so that nobody
// compares strings again.
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::http {

enum class KnownField : std::uint8_t {
    Other,
    Accept,
    Age,
    Authorization,
    CacheControl,
    Connection,
    ContentEncoding,
    ContentLength,
    ContentLocation,
    ContentRange,
    ContentType,
    Cookie,
    Date,
    Expect,
    Expires,
    Forwarded,
    Host,
    Http2Settings,
    KeepAlive,
    Location,
    MaxForwards,
    Origin,
    Pragma,
    ProxyAuthenticate,
    ProxyAuthenticationInfo,
    ProxyAuthorization,
    ProxyConnection,
    ProxyStatus,
    Range,
    RetryAfter,
    SecWebSocketAccept,
    SecWebSocketExtensions,
    SecWebSocketKey,
    SecWebSocketProtocol,
    SecWebSocketVersion,
    SetCookie,
    Te,
    Trailer,
    TransferEncoding,
    Upgrade,
    UserAgent,
    Vary,
    Via,
    Warning,
    WwwAuthenticate,
    XForwardedFor,
};

/// Case-insensitive; Other for every name not listed above.
[[nodiscard]] KnownField knownField(std::string_view name);

} // namespace sallyport::http
