// Certificate: what is read of one, and which hosts it is for (RFC 5280 §4.2.1.6, RFC 9525 §6.3).

#include "tls/Certificate.h"

#include "TlsPair.h"

#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace sallyport::tls {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;
using test::Identity;
using test::KeyKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

void add(X509* certificate, const char* field, int type, std::string_view value)
{
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), field, type,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
}

/// Of a certificate that `change` has been at.
std::optional<Certificate> readOf(const std::function<void(X509*)>& change)
{
    return readCertificate(Identity(KeyKind::Ecdsa, change).der());
}

Certificate named(const std::string& commonName, const std::string& altNames)
{
    return readCertificate(Identity(KeyKind::Ecdsa, commonName, altNames).der()).value();
}

void addNames(X509* certificate, const std::vector<std::string>& names)
{
    GENERAL_NAMES* list = sk_GENERAL_NAME_new_null();
    for (const std::string& text : names) {
        ASN1_IA5STRING* value = ASN1_IA5STRING_new();
        ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
        GENERAL_NAME* name = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(name, GEN_DNS, value);
        sk_GENERAL_NAME_push(list, name);
    }
    X509_add1_ext_i2d(certificate, NID_subject_alt_name, list, 0, X509V3_ADD_DEFAULT);
    GENERAL_NAMES_free(list);
}

TEST(Certificate, SaysWhatItIsAndHowLong)
{
    const Identity identity(KeyKind::Rsa, [](X509* certificate) {
        add(certificate, "C", MBSTRING_ASC, "DE");
        add(certificate, "O", MBSTRING_UTF8, "Müller, Söhne");
        add(certificate, "CN", MBSTRING_UTF8, "www.example");
        X509_NAME* issuer = X509_NAME_new();
        X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("Issuer"), -1, -1, 0);
        X509_set_issuer_name(certificate, issuer);
        X509_NAME_free(issuer);
        ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20520229235958Z");
    });
    const auto read = readCertificate(identity.der());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, R"(CN=www.example,O=Müller\, Söhne,C=DE)");
    EXPECT_EQ(read->issuer, "CN=Issuer");
    using namespace std::chrono;
    EXPECT_EQ(read->notAfter,
              sys_days(2052y / February / 29) + hours(23) + minutes(59) + seconds(58));
    std::array<unsigned char, 32> sum{};
    const std::string der = identity.der();
    EVP_Digest(der.data(), der.size(), sum.data(), nullptr, EVP_sha256(), nullptr);
    EXPECT_EQ(read->sha256, sum);
}

TEST(Certificate, MayBeValidForEver) // RFC 5280 §4.1.2.5
{
    const auto read = readOf([](X509* certificate) {
        ASN1_TIME_set_string(X509_getm_notAfter(certificate), "99991231235959Z");
    });
    ASSERT_TRUE(read);
    EXPECT_EQ(read->notAfter.time_since_epoch().count(), 253402300799);
}

TEST(Certificate, EscapesWhatIsNoText)
{
    const auto read =
        readOf([](X509* certificate) { add(certificate, "CN", V_ASN1_UTF8STRING, "a\0b\nc"sv); });
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, R"(CN=a\00b\0Ac)");
}

TEST(Certificate, WithBrokenTextIsNone)
{
    std::string der = Identity(KeyKind::Ecdsa, "www.example", "").der();
    der.replace(der.find("www.example"), 2, "\xff\xfe");
    EXPECT_FALSE(readCertificate(der));
}

TEST(Certificate, CutsLongTextBetweenLetters)
{
    std::string value;
    for (int i = 0; i < 300; ++i)
        value += "ü";
    const auto read = readOf([&](X509* certificate) {
        // Longer than the standard allows, so that it is not added by its name.
        ASN1_STRING* text = ASN1_STRING_type_new(V_ASN1_UTF8STRING);
        ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
        X509_NAME_ENTRY* entry =
            X509_NAME_ENTRY_create_by_NID(nullptr, NID_description, V_ASN1_UTF8STRING,
                                          ASN1_STRING_get0_data(text), ASN1_STRING_length(text));
        X509_NAME_add_entry(X509_get_subject_name(certificate), entry, -1, 0);
        X509_NAME_ENTRY_free(entry);
        ASN1_STRING_free(text);
    });
    ASSERT_TRUE(read);
    constexpr std::string_view Start = "description=";
    const std::size_t letters = (MaxDistinguishedNameBytes - Start.size()) / 2;
    EXPECT_EQ(read->subject, std::string(Start) + value.substr(0, 2 * letters));
}

TEST(Certificate, ListsNamesAndAddresses)
{
    const Certificate read =
        named("other.example", "DNS:WWW.Example,email:a@b.example,DNS:*.chat.example,"
                               "IP:192.0.2.1,IP:2001:db8::1,URI:https://c.example/");
    EXPECT_THAT(read.names, ElementsAre("www.example", "*.chat.example"));
    const std::array<std::uint8_t, 16> v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
    const std::array<std::uint8_t, 16> v6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                          0,    0,    0,    0,    0, 0, 0, 1};
    EXPECT_THAT(read.addresses, ElementsAre(v4, v6));
}

TEST(Certificate, IsNamedByItsCommonNameOnlyWithoutAnotherName)
{
    EXPECT_THAT(named("WWW.example", "").names, ElementsAre("www.example"));
    EXPECT_THAT(named("www.example", "email:a@b.example").names, IsEmpty());
    EXPECT_THAT(named("www.example", "IP:192.0.2.1").names, IsEmpty());
    EXPECT_THAT(named("Some Body", "").names, IsEmpty());
    const auto two = readOf([](X509* certificate) {
        add(certificate, "CN", MBSTRING_ASC, "first.example");
        add(certificate, "CN", MBSTRING_ASC, "second.example");
    });
    EXPECT_THAT(two.value().names, ElementsAre("second.example"));
}

TEST(Certificate, LeavesOutWhatNoHostCouldBeCalled)
{
    const auto read = readOf([](X509* certificate) {
        addNames(certificate, {"good.example\0.bad.example"s, "", "b\xfc"s + "cher.example",
                               "a b.example", std::string(254, 'a'), "last.example"});
    });
    EXPECT_THAT(read.value().names, ElementsAre("last.example"));
}

TEST(Certificate, KeepsABoundedNumberOfNames)
{
    const auto read = readOf([](X509* certificate) {
        addNames(certificate, std::vector<std::string>(MaxCertificateNames + 1, "a.example"));
    });
    EXPECT_THAT(read.value().names, SizeIs(MaxCertificateNames));
}

TEST(Certificate, IsReadWholeOrNotAtAll)
{
    const std::string der = Identity(KeyKind::Ecdsa, "www.example", "DNS:www.example").der();
    ERR_clear_error();
    for (std::size_t cut = 0; cut < der.size(); ++cut)
        EXPECT_FALSE(readCertificate(der.substr(0, cut))) << cut;
    EXPECT_FALSE(readCertificate(der + "x"));
    EXPECT_FALSE(readCertificate(std::string(1000, 'x')));
    EXPECT_TRUE(readCertificate(der));
    EXPECT_EQ(ERR_peek_error(), 0U) << "a later user of OpenSSL would find it";
}

TEST(Certificate, WithNamesThatCannotBeReadHasNone)
{
    const auto read = readOf([](X509* certificate) {
        add(certificate, "CN", MBSTRING_ASC, "www.example");
        ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, reinterpret_cast<const unsigned char*>("whatever"), 8);
        X509_EXTENSION* extension =
            X509_EXTENSION_create_by_NID(nullptr, NID_subject_alt_name, 0, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(value);
    });
    ASSERT_TRUE(read);
    EXPECT_THAT(read->names, IsEmpty());
}

struct CoverCase {
    const char* name;
    const char* altNames;
    const char* host;
    bool covered;
};

class CertificateCover : public testing::TestWithParam<CoverCase> {};

TEST_P(CertificateCover, IsDecidedByLabels) // RFC 9525 §6.3
{
    EXPECT_EQ(covers(named("", GetParam().altNames), GetParam().host), GetParam().covered);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9525, CertificateCover,
    testing::Values(CoverCase{"Same", "DNS:www.example.com", "www.example.com", true},
                    CoverCase{"Capitals", "DNS:WWW.Example.COM", "www.example.com", true},
                    CoverCase{"Second", "DNS:a.example,DNS:b.example", "b.example", true},
                    CoverCase{"Other", "DNS:www.example.com", "example.com", false},
                    CoverCase{"Below", "DNS:example.com", "www.example.com", false},
                    CoverCase{"OneLabel", "DNS:*.example.com", "www.example.com", true},
                    CoverCase{"ALabel", "DNS:*.example.com", "xn--bcher-kva.example.com", true},
                    CoverCase{"NoLabel", "DNS:*.example.com", "example.com", false},
                    CoverCase{"EmptyLabel", "DNS:*.example.com", ".example.com", false},
                    CoverCase{"TwoLabels", "DNS:*.example.com", "a.b.example.com", false},
                    CoverCase{"PartOfALabel", "DNS:w*.example.com", "www.example.com", false},
                    CoverCase{"SecondLabel", "DNS:www.*.example.com", "www.a.example.com", false},
                    CoverCase{"TopLevel", "DNS:*.com", "example.com", false},
                    CoverCase{"Everything", "DNS:*", "localhost", false},
                    CoverCase{"Ipv4", "IP:192.0.2.1", "192.0.2.1", true},
                    CoverCase{"OtherIpv4", "IP:192.0.2.1", "192.0.2.2", false},
                    CoverCase{"Ipv6", "IP:2001:db8::1", "2001:db8:0::1", true},
                    CoverCase{"Ipv4AsName", "DNS:192.0.2.1", "192.0.2.1", false},
                    CoverCase{"PartOfIpv4", "DNS:*.0.2.1", "192.0.2.1", false},
                    CoverCase{"NameByAddress", "IP:192.0.2.1", "www.example", false}),
    [](const auto& info) { return std::string(info.param.name); });

} // namespace
} // namespace sallyport::tls
