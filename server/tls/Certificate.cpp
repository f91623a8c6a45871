#include "tls/Certificate.h"

#include "tls/Digest.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <algorithm>
#include <climits>
#include <ctime>
#include <memory>

namespace sallyport::tls {

namespace {

using Address = std::array<std::uint8_t, 16>;

constexpr std::size_t MaxNameBytes = 253;

// A certificate as in RFC 5280 §4.1, its key left as it is: d2i_X509() makes a key of it, which
// takes 130 us where all that is read here takes 5.

struct Validity {
    ASN1_TIME* notBefore;
    ASN1_TIME* notAfter;
};

struct Contents {
    ASN1_INTEGER* version;
    ASN1_INTEGER* serial;
    X509_ALGOR* algorithm;
    X509_NAME* issuer;
    Validity* validity;
    X509_NAME* subject;
    ASN1_TYPE* key;
    ASN1_BIT_STRING* issuerId;
    ASN1_BIT_STRING* subjectId;
    STACK_OF(X509_EXTENSION) * extensions;
};

struct Signed {
    Contents* contents;
    X509_ALGOR* algorithm;
    ASN1_BIT_STRING* signature;
};

// clang-format off
ASN1_SEQUENCE(Validity) = {
    ASN1_SIMPLE(Validity, notBefore, ASN1_TIME),
    ASN1_SIMPLE(Validity, notAfter, ASN1_TIME),
} static_ASN1_SEQUENCE_END(Validity)

ASN1_SEQUENCE(Contents) = {
    ASN1_EXP_OPT(Contents, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(Contents, serial, ASN1_INTEGER),
    ASN1_SIMPLE(Contents, algorithm, X509_ALGOR),
    ASN1_SIMPLE(Contents, issuer, X509_NAME),
    ASN1_SIMPLE(Contents, validity, Validity),
    ASN1_SIMPLE(Contents, subject, X509_NAME),
    ASN1_SIMPLE(Contents, key, ASN1_ANY),
    ASN1_IMP_OPT(Contents, issuerId, ASN1_BIT_STRING, 1),
    ASN1_IMP_OPT(Contents, subjectId, ASN1_BIT_STRING, 2),
    ASN1_EXP_SEQUENCE_OF_OPT(Contents, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(Contents)

ASN1_SEQUENCE(Signed) = {
    ASN1_SIMPLE(Signed, contents, Contents),
    ASN1_SIMPLE(Signed, algorithm, X509_ALGOR),
    ASN1_SIMPLE(Signed, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(Signed);
// clang-format on

struct Free {
    void operator()(Signed* certificate) const
    {
        ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(certificate), ASN1_ITEM_rptr(Signed));
    }
    void operator()(BIO* text) const { BIO_free(text); }
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

/// What goes wrong while it lives is not left in the thread's list of errors, where the next user
/// of a TLS connection would find it.
class ErrorsForgotten {
public:
    ErrorsForgotten() { ERR_set_mark(); }
    ~ErrorsForgotten() { ERR_pop_to_mark(); }
    ErrorsForgotten(const ErrorsForgotten&) = delete;
    ErrorsForgotten& operator=(const ErrorsForgotten&) = delete;
};

std::string_view bytesOf(const ASN1_STRING* string)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void cutUtf8(std::string& text, std::size_t mostBytes)
{
    if (text.size() <= mostBytes)
        return;
    while (mostBytes > 0 && (static_cast<unsigned char>(text[mostBytes]) & 0xc0) == 0x80)
        --mostBytes;
    text.resize(mostBytes);
}

std::string textOf(const X509_NAME* name)
{
    // Letters that are not ASCII stay what they are; control characters are escaped.
    constexpr unsigned long Form =
        XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    const std::unique_ptr<BIO, Free> printed(BIO_new(BIO_s_mem()));
    if (!printed || X509_NAME_print_ex(printed.get(), name, 0, Form) < 0)
        return {};
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(printed.get(), &bytes);
    std::string text(bytes, static_cast<std::size_t>(count));
    cutUtf8(text, MaxDistinguishedNameBytes);
    return text;
}

std::optional<std::chrono::sys_seconds> timeOf(const ASN1_TIME* time)
{
    using namespace std::chrono;
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return std::nullopt;
    const year_month_day day(year(parts.tm_year + 1900),
                             month(static_cast<unsigned>(parts.tm_mon + 1)),
                             std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
    return sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

bool mayBeInName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == '*';
}

void addName(std::string_view sent, std::vector<std::string>& names)
{
    std::string name(sent.substr(0, MaxNameBytes));
    for (char& c : name)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + ('a' - 'A'));
    const bool wellFormed =
        !name.empty() && sent.size() <= MaxNameBytes && std::ranges::all_of(name, mayBeInName);
    if (wellFormed && names.size() < MaxCertificateNames)
        names.push_back(std::move(name));
}

std::optional<Address> addressOf(std::string_view bytes)
{
    Address address{};
    if (bytes.size() == 4)
        address[10] = address[11] = 0xff;
    else if (bytes.size() != address.size())
        return std::nullopt;
    std::ranges::copy(bytes, address.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return address;
}

void addAddress(std::string_view bytes, std::vector<Address>& addresses)
{
    const auto address = addressOf(bytes);
    if (address && addresses.size() < MaxCertificateNames)
        addresses.push_back(*address);
}

/// The last of them is the most specific one (RFC 2818 §3.1).
void addCommonName(const X509_NAME* subject, std::vector<std::string>& names)
{
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
        last = at;
    if (last >= 0)
        addName(bytesOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last))), names);
}

void readNames(const Contents& contents, Certificate& into)
{
    int found = 0;
    const std::unique_ptr<GENERAL_NAMES, Free> names(static_cast<GENERAL_NAMES*>(
        X509V3_get_d2i(contents.extensions, NID_subject_alt_name, &found, nullptr)));
    if (!names) {
        constexpr int NoneThere = -1; // not: one that cannot be read
        if (found == NoneThere)
            addCommonName(contents.subject, into.names);
        return;
    }
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS)
            addName(bytesOf(name->d.dNSName), into.names);
        else if (name->type == GEN_IPADD)
            addAddress(bytesOf(name->d.iPAddress), into.addresses);
    }
}

std::optional<Address> literalAddress(std::string_view host)
{
    const std::string text(host);
    Address address{};
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1)
        return address;
    std::array<char, 4> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return addressOf({bytes.data(), bytes.size()});
    return std::nullopt;
}

bool nameCovers(std::string_view name, std::string_view host)
{
    if (!name.starts_with("*."))
        return name == host;
    const std::string_view suffix = name.substr(1);
    const std::size_t labelEnd = host.find('.');
    return suffix.find('.', 1) != suffix.npos && labelEnd != 0 && labelEnd != host.npos &&
           host.substr(labelEnd) == suffix;
}

} // namespace

std::optional<Certificate> readCertificate(std::string_view der)
{
    if (der.size() > LONG_MAX)
        return std::nullopt;
    const ErrorsForgotten errors;
    const auto* rest = reinterpret_cast<const unsigned char*>(der.data());
    const unsigned char* end = rest + der.size();
    const std::unique_ptr<Signed, Free> certificate(reinterpret_cast<Signed*>(
        ASN1_item_d2i(nullptr, &rest, static_cast<long>(der.size()), ASN1_ITEM_rptr(Signed))));
    if (!certificate || rest != end)
        return std::nullopt;
    const Contents& contents = *certificate->contents;
    const auto notAfter = timeOf(contents.validity->notAfter);
    if (!notAfter)
        return std::nullopt;
    Certificate read;
    read.subject = textOf(contents.subject);
    read.issuer = textOf(contents.issuer);
    read.sha256 = sha256(der);
    read.notAfter = *notAfter;
    readNames(contents, read);
    return read;
}

bool covers(const Certificate& certificate, std::string_view host)
{
    if (const auto address = literalAddress(host))
        return std::ranges::find(certificate.addresses, *address) != certificate.addresses.end();
    return std::ranges::any_of(certificate.names,
                               [&](const std::string& name) { return nameCovers(name, host); });
}

} // namespace sallyport::tls
