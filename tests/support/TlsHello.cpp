#include "support/TlsHello.h"

#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>

namespace sallyport::test {
namespace {

constexpr std::size_t RecordHeaderBytes = 5;

struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
};

void require(bool succeeded)
{
    if (!succeeded)
        throw std::runtime_error("OpenSSL made no ClientHello");
}

} // namespace

std::string clientHello(const std::string& sni, const std::vector<std::string>& alpn)
{
    const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    require(context != nullptr);
    const std::unique_ptr<SSL, Free> connection(SSL_new(context.get()));
    require(connection != nullptr);
    if (!sni.empty())
        require(SSL_set_tlsext_host_name(connection.get(), sni.c_str()) == 1);
    std::string protocols;
    for (const std::string& name : alpn)
        (protocols += static_cast<char>(name.size())) += name;
    if (!protocols.empty())
        require(SSL_set_alpn_protos(connection.get(),
                                    reinterpret_cast<const unsigned char*>(protocols.data()),
                                    static_cast<unsigned>(protocols.size())) == 0);
    BIO* received = BIO_new(BIO_s_mem());
    BIO* sent = BIO_new(BIO_s_mem());
    SSL_set_bio(connection.get(), received, sent); // owns both from here on
    (void)SSL_connect(connection.get());           // stops where it waits for the server's answer
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(sent, &bytes);
    require(count > static_cast<long>(RecordHeaderBytes));
    return {bytes, static_cast<std::size_t>(count)};
}

std::string inRecordsOf(std::size_t fragmentBytes, std::string_view record)
{
    const std::string_view version = record.substr(0, 3);
    std::string records;
    for (record.remove_prefix(RecordHeaderBytes); !record.empty();) {
        const std::string_view fragment = record.substr(0, fragmentBytes);
        records += version;
        records += static_cast<char>(fragment.size() >> 8);
        records += static_cast<char>(fragment.size() & 0xff);
        records += fragment;
        record.remove_prefix(fragment.size());
    }
    return records;
}

} // namespace sallyport::test
