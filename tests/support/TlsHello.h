// TlsHello: what a TLS client sends first, as OpenSSL writes it, and as records of any size.
//
// Not the product's code on purpose: a mistake in that would otherwise agree with itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::test {

/// The record of a ClientHello; an empty `sni` sends none.
[[nodiscard]] std::string clientHello(const std::string& sni,
                                      const std::vector<std::string>& alpn = {});

/// The same handshake message in records whose fragments have this many bytes.
[[nodiscard]] std::string inRecordsOf(std::size_t fragmentBytes, std::string_view record);

} // namespace sallyport::test
