// Fingerprint: what kind of client a ClientHello comes from, by what it offers (JA3 by Salesforce;
// JA4 for TLS over TCP by FoxIO, technical_details/JA4.md).
//
// Clients that shuffle their extensions have another JA3 each time, and one JA4. Any thread.
#pragma once

#include "tls/ClientHello.h"

#include <string>

namespace sallyport::tls {

/// 32 hexadecimal digits; empty where OpenSSL has no MD5.
[[nodiscard]] std::string ja3(const ClientHello& hello);

/// Such as "t13d1516h2_8daaf6152771_e5627efa2ab1".
[[nodiscard]] std::string ja4(const ClientHello& hello);

} // namespace sallyport::tls
