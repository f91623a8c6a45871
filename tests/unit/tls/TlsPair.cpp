#include "TlsPair.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace sallyport::test {
namespace {

constexpr long DaySeconds = 24 * 60 * 60;

void require(bool succeeded, const char* what)
{
    if (!succeeded)
        throw std::runtime_error(what);
}

void addAltNames(X509* certificate, const std::string& altNames)
{
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, altNames.c_str());
    require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "altNames");
    X509_EXTENSION_free(extension);
}

std::string taken(BIO* from)
{
    std::string bytes(BIO_ctrl_pending(from), '\0');
    if (!bytes.empty())
        BIO_read(from, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

using Connection = std::unique_ptr<SSL, FreeOpenSsl>;

Connection connection(SSL_CTX* context)
{
    Connection made(SSL_new(context));
    require(made != nullptr, "SSL_new");
    SSL_set_bio(made.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return made;
}

std::string pass(SSL* from, SSL* to)
{
    std::string bytes = taken(SSL_get_wbio(from));
    if (!bytes.empty())
        BIO_write(SSL_get_rbio(to), bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

} // namespace

void FreeOpenSsl::operator()(EVP_PKEY* key) const
{
    EVP_PKEY_free(key);
}
void FreeOpenSsl::operator()(SSL_CTX* context) const
{
    SSL_CTX_free(context);
}
void FreeOpenSsl::operator()(SSL_SESSION* session) const
{
    SSL_SESSION_free(session);
}
void FreeOpenSsl::operator()(SSL* connection) const
{
    SSL_free(connection);
}
void FreeOpenSsl::operator()(X509* certificate) const
{
    X509_free(certificate);
}

Identity::Identity(KeyKind kind, const std::string& commonName, const std::string& altNames)
    : Identity(kind, [&](X509* certificate) {
          X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(commonName.data()),
                                     static_cast<int>(commonName.size()), -1, 0);
          if (!altNames.empty())
              addAltNames(certificate, altNames);
      })
{}

Identity::Identity(KeyKind kind, const std::function<void(X509*)>& change)
    : key_(kind == KeyKind::Ecdsa ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048)),
      certificate_(X509_new())
{
    require(key_ && certificate_, "key and certificate");
    X509* certificate = certificate_.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 90 * DaySeconds);
    X509_set_pubkey(certificate, key_.get());
    change(certificate);
    require(X509_sign(certificate, key_.get(), EVP_sha256()) > 0, "signature");
}

std::string Identity::der() const
{
    std::string bytes(static_cast<std::size_t>(i2d_X509(certificate_.get(), nullptr)), '\0');
    auto* to = reinterpret_cast<unsigned char*>(bytes.data());
    i2d_X509(certificate_.get(), &to);
    return bytes;
}

TlsPair::TlsPair(const Identity& identity, const Setup& setup)
    : server_(SSL_CTX_new(TLS_server_method())), client_(SSL_CTX_new(TLS_client_method()))
{
    require(server_ && client_, "contexts");
    require(SSL_CTX_use_certificate(server_.get(), identity.certificate()) == 1 &&
                SSL_CTX_use_PrivateKey(server_.get(), identity.key()) == 1,
            "identity");
    setup(server_.get(), client_.get());
}

std::string TlsPair::firstFlight()
{
    const Connection server = connection(server_.get());
    const Connection client = connection(client_.get());
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    if (session_)
        require(SSL_set_session(client.get(), session_.get()) == 1, "session");

    SSL_do_handshake(client.get());
    pass(client.get(), server.get());
    SSL_do_handshake(server.get());
    std::string flight = pass(server.get(), client.get());

    // To the end, and past the tickets that TLS 1.3 sends behind it.
    for (int round = 0; round < 3; ++round) {
        char unused = 0;
        SSL_read(client.get(), &unused, 1);
        pass(client.get(), server.get());
        SSL_read(server.get(), &unused, 1);
        pass(server.get(), client.get());
    }
    session_.reset(SSL_get1_session(client.get()));
    // A session whose connection just ends is not gone on from.
    SSL_set_shutdown(client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_set_shutdown(server.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return flight;
}

} // namespace sallyport::test
