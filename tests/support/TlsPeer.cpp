#include "support/TlsPeer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fcntl.h>

#include <array>
#include <string_view>

namespace sallyport::test {
namespace {

struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void require(bool succeeded, std::string_view what)
{
    if (!succeeded)
        throw Unexpected("TLS: " + std::string(what) + " failed");
}

Owned<X509> selfSigned(const std::vector<std::string>& names, EVP_PKEY* key)
{
    Owned<X509> certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
    X509_set_pubkey(certificate.get(), key);
    auto* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(names.front().c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    std::string list;
    for (const auto& name : names)
        list += (list.empty() ? "DNS:" : ",DNS:") + name;
    const Owned<X509_EXTENSION> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, list.c_str()));
    require(extension && X509_add_ext(certificate.get(), extension.get(), -1) == 1, "SAN");
    require(X509_sign(certificate.get(), key, EVP_sha256()) > 0, "signing");
    return certificate;
}

/// OpenSSL waits where the socket does.
void makeBlocking(const RawConnection& connection)
{
    const int flags = ::fcntl(connection.descriptor(), F_GETFL);
    ::fcntl(connection.descriptor(), F_SETFL, flags & ~O_NONBLOCK);
}

} // namespace

struct TlsServer::State {
    Owned<SSL_CTX> context;
};

TlsServer::TlsServer(const std::vector<std::string>& names, TlsVersion version)
    : state_(std::make_unique<State>())
{
    state_->context.reset(SSL_CTX_new(TLS_server_method()));
    auto* context = state_->context.get();
    const int number = version == TlsVersion::Tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, number);
    SSL_CTX_set_max_proto_version(context, number);
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    const auto certificate = selfSigned(names, key.get());
    require(SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, key.get()) == 1,
            "the certificate");
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
           unsigned, void*) {
            *chosen = offered + 1; // the first one
            *size = *offered;
            return SSL_TLSEXT_ERR_OK;
        },
        nullptr);
}

TlsServer::~TlsServer() = default;

void TlsServer::serveEcho(RawConnection& connection) const
{
    makeBlocking(connection);
    const Owned<SSL> ssl(SSL_new(state_->context.get()));
    require(SSL_set_fd(ssl.get(), connection.descriptor()) == 1, "the server's socket");
    require(SSL_accept(ssl.get()) == 1, "SSL_accept");
    std::array<char, 4096> buffer{};
    for (int got = 0; (got = SSL_read(ssl.get(), buffer.data(), buffer.size())) > 0;)
        require(SSL_write(ssl.get(), buffer.data(), got) == got, "SSL_write");
}

std::string askOverTls(RawConnection& connection, const std::string& sni,
                       const std::vector<std::string>& alpn, const std::string& question)
{
    makeBlocking(connection);
    const Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    const Owned<SSL> ssl(SSL_new(context.get()));
    if (!sni.empty())
        SSL_set_tlsext_host_name(ssl.get(), sni.c_str());
    std::string protocols;
    for (const auto& name : alpn)
        (protocols += static_cast<char>(name.size())) += name;
    if (!protocols.empty())
        SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
    require(SSL_set_fd(ssl.get(), connection.descriptor()) == 1, "the client's socket");
    require(SSL_connect(ssl.get()) == 1, "SSL_connect");
    const auto size = static_cast<int>(question.size());
    require(SSL_write(ssl.get(), question.data(), size) == size, "SSL_write");
    std::string answer(question.size(), '\0');
    for (int have = 0; have < size;) {
        const int got = SSL_read(ssl.get(), answer.data() + have, size - have);
        require(got > 0, "SSL_read");
        have += got;
    }
    return answer;
}

} // namespace sallyport::test
