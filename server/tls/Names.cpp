#include "tls/Names.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace sallyport::tls {

namespace {

struct FreeConnection {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
};

/// Suites too weak for OpenSSL to be built with them, although old servers still choose them.
constexpr std::array<std::pair<std::uint16_t, std::string_view>, 12> WeakSuites{{
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA"},
    {0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0018, "TLS_DH_anon_WITH_RC4_128_MD5"},
    {0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA"},
    {0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
    {0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
    {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
}};

std::string_view nameInOpenSsl(std::uint16_t suite)
{
    // Only to ask: a suite is looked up in all that OpenSSL knows, through a connection.
    static const std::unique_ptr<SSL_CTX, FreeConnection> context(SSL_CTX_new(TLS_method()));
    static const std::unique_ptr<SSL, FreeConnection> connection(context ? SSL_new(context.get())
                                                                         : nullptr);
    if (!connection)
        return {};
    const std::array<unsigned char, 2> bytes{static_cast<unsigned char>(suite >> 8),
                                             static_cast<unsigned char>(suite & 0xff)};
    const SSL_CIPHER* found = SSL_CIPHER_find(connection.get(), bytes.data());
    const char* name = found != nullptr ? SSL_CIPHER_standard_name(found) : nullptr;
    return name != nullptr ? name : std::string_view();
}

} // namespace

std::string_view versionName(std::uint16_t version)
{
    switch (version) {
    case 0x0304:
        return "1.3";
    case 0x0303:
        return "1.2";
    case 0x0302:
        return "1.1";
    case 0x0301:
        return "1.0";
    case 0x0300:
        return "ssl3";
    default:
        return {};
    }
}

std::string_view cipherName(std::uint16_t suite)
{
    const std::string_view name = nameInOpenSsl(suite);
    if (!name.empty())
        return name;
    const auto weak =
        std::ranges::find(WeakSuites, suite, &decltype(WeakSuites)::value_type::first);
    return weak != WeakSuites.end() ? weak->second : std::string_view();
}

} // namespace sallyport::tls
