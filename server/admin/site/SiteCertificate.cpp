#include "admin/site/SiteCertificate.h"

#include <Poco/Net/IPAddress.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>
#include <stdexcept>
#include <system_error>

namespace sallyport::admin::site {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr auto MadeAnewBefore = std::chrono::days(30);
constexpr auto ClockSkew = std::chrono::hours(24);

void require(bool done, const char* doing)
{
    if (done)
        return;
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    throw std::runtime_error(std::string("the admin server's certificate: ") + doing +
                             " failed: " + text);
}

void addExtension(X509& certificate, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1, "an extension");
}

// "DNS:localhost,IP:127.0.0.1,…"; names with characters that no host has are left out.
std::string alternativeNames(const std::vector<std::string>& names)
{
    std::set<std::string> entries{"DNS:localhost", "IP:127.0.0.1", "IP:::1"};
    for (const auto& name : names) {
        Poco::Net::IPAddress address;
        if (Poco::Net::IPAddress::tryParse(name, address)) {
            if (!address.isWildcard())
                entries.insert("IP:" + address.toString());
        } else if (!name.empty() &&
                   name.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
                       std::string::npos)
            entries.insert("DNS:" + name);
    }
    std::string text;
    for (const auto& entry : entries)
        (text += text.empty() ? "" : ",") += entry;
    return text;
}

Certificate makeCertificate(EVP_PKEY& key, const std::vector<std::string>& names)
{
    Certificate certificate(X509_new());
    std::array<unsigned char, 16> serial{};
    require(certificate && RAND_bytes(serial.data(), serial.size()) == 1, "a serial number");
    serial[0] &= 0x7f; // positive, RFC 5280 section 4.1.2.2
    X509_set_version(certificate.get(), X509_VERSION_3);
    const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
        BN_bin2bn(serial.data(), serial.size(), nullptr));
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()),
                    -std::chrono::seconds(ClockSkew).count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()),
                    std::chrono::seconds(SelfMadeFor).count());
    auto* const subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("Sallyport admin"), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), subject);
    require(X509_set_pubkey(certificate.get(), &key) == 1, "its key");
    addExtension(*certificate, NID_subject_alt_name, alternativeNames(names));
    addExtension(*certificate, NID_basic_constraints, "critical,CA:FALSE");
    addExtension(*certificate, NID_key_usage, "critical,digitalSignature");
    addExtension(*certificate, NID_ext_key_usage, "serverAuth");
    require(X509_sign(certificate.get(), &key, EVP_sha256()) > 0, "signing");
    return certificate;
}

// Whole or not at all: written beside, then renamed.
void writeFile(const std::filesystem::path& file, BIO& content)
{
    char* data = nullptr;
    const auto size = BIO_get_mem_data(&content, &data);
    auto beside = file;
    beside += ".new";
    const int descriptor =
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool done = descriptor >= 0 && ::write(descriptor, data, static_cast<std::size_t>(size)) ==
                                       static_cast<ssize_t>(size);
    int error = errno;
    if (descriptor >= 0 && ::close(descriptor) != 0)
        done = false;
    if (done && std::rename(beside.c_str(), file.c_str()) != 0) {
        done = false;
        error = errno;
    }
    if (!done)
        throw std::runtime_error(file.string() +
                                 " cannot be written: " + std::generic_category().message(error));
}

Certificate readCertificate(const std::filesystem::path& file)
{
    const std::unique_ptr<std::FILE, Freed<std::fclose>> in(std::fopen(file.c_str(), "re"));
    Certificate certificate(in ? PEM_read_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate)
        throw std::runtime_error(file.string() +
                                 ": is no certificate that can be read (PEM is expected)");
    return certificate;
}

bool holdsLongEnough(const SiteCertificate& site)
{
    std::error_code ignored;
    return std::filesystem::exists(site.key, ignored) &&
           std::filesystem::exists(site.certificate, ignored) &&
           endOf(site.certificate) > std::chrono::system_clock::now() + MadeAnewBefore;
}

} // namespace

SiteCertificate selfMadeCertificate(const std::filesystem::path& folder,
                                    const std::vector<std::string>& names)
{
    SiteCertificate site{.certificate = folder / "admin-cert.pem", .key = folder / "admin-key.pem"};
    if (holdsLongEnough(site))
        return site;
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "making a key");
    const auto certificate = makeCertificate(*key, names);
    const Memory keyText(BIO_new(BIO_s_mem()));
    const Memory certificateText(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PKCS8PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                          nullptr) == 1 &&
                PEM_write_bio_X509(certificateText.get(), certificate.get()) == 1,
            "writing");
    writeFile(site.key, *keyText);
    writeFile(site.certificate, *certificateText);
    return site;
}

std::chrono::system_clock::time_point endOf(const std::filesystem::path& certificate)
{
    const auto read = readCertificate(certificate);
    int days = 0;
    int seconds = 0;
    require(ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(read.get())) == 1,
            "reading its end");
    return std::chrono::system_clock::now() + std::chrono::days(days) +
           std::chrono::seconds(seconds);
}

std::string fingerprintOf(const std::filesystem::path& certificate)
{
    const auto read = readCertificate(certificate);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(X509_digest(read.get(), EVP_sha256(), digest.data(), &size) == 1, "its digest");
    static constexpr char Digits[] = "0123456789ABCDEF";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        if (i > 0)
            text += ':';
        (text += Digits[digest[i] >> 4]) += Digits[digest[i] & 15];
    }
    return text;
}

} // namespace sallyport::admin::site
