// TlsPeer: both ends of a TLS connection over a test's own sockets, by OpenSSL, with certificates
// made on the spot.
//
// Not the product's code on purpose: a mistake in that would otherwise agree with itself.
#pragma once

#include "support/RawConnection.h"

#include <memory>
#include <string>
#include <vector>

namespace sallyport::test {

enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

class TlsServer {
public:
    /// With a self-signed certificate for these names; speaks no other version.
    TlsServer(const std::vector<std::string>& names, TlsVersion version);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    /// Accepts TLS in the connection and echoes until the end; throws Unexpected.
    void serveEcho(RawConnection& connection) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Makes TLS with `sni` and `alpn` in the connection, sends `question`, and gives back as many
/// bytes of the answer. Verifies no certificate. Throws Unexpected.
[[nodiscard]] std::string askOverTls(RawConnection& connection, const std::string& sni,
                                     const std::vector<std::string>& alpn,
                                     const std::string& question);

} // namespace sallyport::test
