// TlsPair: OpenSSL as client and server of one connection, over memory, and the certificate that
// the server shows.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;
struct x509_st;

namespace sallyport::test {

struct FreeOpenSsl {
    void operator()(evp_pkey_st* key) const;
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_session_st* session) const;
    void operator()(ssl_st* connection) const;
    void operator()(x509_st* certificate) const;
};

enum class KeyKind { Ecdsa, Rsa };

/// A self-signed certificate and its key.
class Identity {
public:
    /// `altNames` as in OpenSSL's configuration, such as "DNS:a.example,IP:192.0.2.1"; empty: the
    /// certificate has none.
    Identity(KeyKind kind, const std::string& commonName, const std::string& altNames);
    /// `change` may do anything to it before it is signed.
    Identity(KeyKind kind, const std::function<void(x509_st*)>& change);

    [[nodiscard]] std::string der() const;
    [[nodiscard]] x509_st* certificate() const { return certificate_.get(); }
    [[nodiscard]] evp_pkey_st* key() const { return key_.get(); }

private:
    std::unique_ptr<evp_pkey_st, FreeOpenSsl> key_;
    std::unique_ptr<x509_st, FreeOpenSsl> certificate_;
};

class TlsPair {
public:
    using Setup = std::function<void(ssl_ctx_st* server, ssl_ctx_st* client)>;

    /// `setup` chooses versions, ciphers and so on.
    TlsPair(const Identity& identity, const Setup& setup);

    /// What the server sends before it waits for the client again. The client offers what the
    /// handshake before this gave it to go on from.
    [[nodiscard]] std::string firstFlight();

private:
    std::unique_ptr<ssl_ctx_st, FreeOpenSsl> server_;
    std::unique_ptr<ssl_ctx_st, FreeOpenSsl> client_;
    std::unique_ptr<ssl_session_st, FreeOpenSsl> session_;
};

} // namespace sallyport::test
