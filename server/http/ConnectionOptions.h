// ConnectionOptions: what the Connection (and, from old clients, Proxy-Connection) fields of a head
// ask for (RFC 9110 section 7.6.1, RFC 9112 section 9).
#pragma once

#include "http/FieldList.h"

#include <cstdint>

namespace sallyport::http {

struct ConnectionOptions {
    /// More than this is a fault: every field of the head is compared with every option.
    static constexpr std::size_t MaxOptions = 64;
    static constexpr std::size_t MaxBytes = 2048;

    bool close = false;
    bool keepAlive = false;
    bool upgrade = false;
    bool te = false;
    bool namesFields = false; ///< there are options besides these four and HTTP2-Settings

    /// RFC 9112 section 9.3.
    [[nodiscard]] bool persistent(int minorVersion) const
    {
        return !close && (minorVersion >= 1 || keepAlive);
    }
};

enum class Sender : std::uint8_t { Client, Upstream };

/// Proxy-Connection counts in a client's head only. Returns TooManyConnectionOptions or None.
[[nodiscard]] HeadFault readConnectionOptions(const FieldList&, Sender, ConnectionOptions& out);

} // namespace sallyport::http
