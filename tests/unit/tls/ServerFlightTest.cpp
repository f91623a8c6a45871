// ServerFlight: what a server's first bytes say (RFC 8446 §4.1.3, RFC 5246 §7.3).

#include "tls/ServerFlight.h"

#include "TlsPair.h"
#include "WireBytes.h"
#include "support/TlsHello.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <optional>

namespace sallyport::tls {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;
using test::extension;
using test::Identity;
using test::inRecordsOf;
using test::KeyKind;
using test::message;
using test::number;
using test::part;
using test::record;
using test::TlsPair;
using enum FlightOutcome;

constexpr std::uint8_t Handshake = 22;

struct Read {
    FlightOutcome outcome;
    ServerFlight flight;
};

Read read(std::string_view stream, std::size_t limitBytes = MaxFlightBytes)
{
    // A buffer as long as the bytes, so that a sanitizer sees what is read behind them.
    const std::vector<char> exact(stream.begin(), stream.end());
    Read result{};
    result.outcome = parseServerFlight({exact.data(), exact.size()}, result.flight, limitBytes);
    return result;
}

/// The content of the leading handshake records.
std::string handshakeOf(std::string_view stream)
{
    std::string content;
    while (stream.starts_with('\x16')) {
        const auto bytes = static_cast<std::size_t>(static_cast<unsigned char>(stream[3]) << 8 |
                                                    static_cast<unsigned char>(stream[4]));
        content += stream.substr(5, bytes);
        stream.remove_prefix(5 + bytes);
    }
    return content;
}

std::size_t recordsIn(std::string_view stream)
{
    std::size_t records = 0;
    for (; stream.starts_with('\x16'); ++records)
        stream.remove_prefix(5 +
                             static_cast<std::size_t>(static_cast<unsigned char>(stream[3]) << 8 |
                                                      static_cast<unsigned char>(stream[4])));
    return records;
}

/// The least prefix with an answer.
std::size_t answeredAt(std::string_view stream)
{
    std::size_t bytes = 0;
    while (read(stream.substr(0, bytes)).outcome == NeedMore)
        ++bytes;
    return bytes;
}

const Identity& ecdsa()
{
    static const Identity identity(KeyKind::Ecdsa, "www.example", "DNS:www.example");
    return identity;
}

const Identity& rsa()
{
    static const Identity identity(KeyKind::Rsa, "www.example", "DNS:www.example");
    return identity;
}

int choose(SSL*, const unsigned char** chosen, unsigned char* bytes, const unsigned char* offered,
           unsigned offeredBytes, void*)
{
    unsigned char* found = nullptr;
    const auto* wanted = reinterpret_cast<const unsigned char*>("\2h2");
    const int result = SSL_select_next_proto(&found, bytes, wanted, 3, offered, offeredBytes);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void useAlpn(SSL_CTX* server, SSL_CTX* client)
{
    SSL_CTX_set_alpn_select_cb(server, choose, nullptr);
    SSL_CTX_set_alpn_protos(client, reinterpret_cast<const unsigned char*>("\2h2"), 3);
}

void useTls12(SSL_CTX* server, SSL_CTX* client)
{
    SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(client, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256");
    useAlpn(server, client);
}

TEST(ServerFlight, OfTls13EndsWithTheServerHello)
{
    TlsPair pair(ecdsa(), [](SSL_CTX* server, SSL_CTX* client) {
        SSL_CTX_set_ciphersuites(server, "TLS_CHACHA20_POLY1305_SHA256");
        useAlpn(server, client);
    });
    const std::string stream = pair.firstFlight();
    const Read got = read(stream);
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0304);
    EXPECT_EQ(got.flight.cipherSuite, 0x1303);
    EXPECT_EQ(got.flight.alpn, "");
    EXPECT_EQ(got.flight.resumed, false);
    EXPECT_TRUE(got.flight.certificate.empty());
    EXPECT_EQ(got.flight.alert, std::nullopt);
    EXPECT_EQ(answeredAt(stream), 5 + handshakeOf(stream).size());
}

TEST(ServerFlight, OfTls13SaysWhetherItGoesOn)
{
    TlsPair pair(ecdsa(), [](SSL_CTX*, SSL_CTX*) {});
    EXPECT_EQ(read(pair.firstFlight()).flight.resumed, false);
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0304);
    EXPECT_EQ(got.flight.resumed, true);
}

TEST(ServerFlight, MayAskForAnotherHello) // RFC 8446 §4.1.4
{
    TlsPair pair(ecdsa(), [](SSL_CTX* server, SSL_CTX* client) {
        SSL_CTX_set1_groups_list(server, "P-384");
        SSL_CTX_set1_groups_list(client, "X25519:P-384");
    });
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0304);
    EXPECT_EQ(got.flight.cipherSuite, 0x1302);
    EXPECT_EQ(got.flight.resumed, std::nullopt);
}

struct CertificateCase {
    const char* name;
    const Identity& (*identity)();
    std::uint16_t suite;
};

class ServerFlightOfTls12 : public testing::TestWithParam<CertificateCase> {};

TEST_P(ServerFlightOfTls12, HoldsTheCertificate)
{
    const Identity& identity = GetParam().identity();
    TlsPair pair(identity, useTls12);
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0303);
    EXPECT_EQ(got.flight.cipherSuite, GetParam().suite);
    EXPECT_EQ(got.flight.alpn, "h2");
    EXPECT_EQ(got.flight.resumed, false);
    EXPECT_TRUE(got.flight.certificate == identity.der());
}

TEST_P(ServerFlightOfTls12, MayGoOnFromATicket)
{
    TlsPair pair(GetParam().identity(), useTls12);
    (void)pair.firstFlight();
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0303);
    EXPECT_EQ(got.flight.cipherSuite, GetParam().suite);
    EXPECT_EQ(got.flight.alpn, "h2");
    EXPECT_EQ(got.flight.resumed, true);
    EXPECT_TRUE(got.flight.certificate.empty());
}

TEST_P(ServerFlightOfTls12, MayGoOnFromASessionId)
{
    TlsPair pair(GetParam().identity(), [](SSL_CTX* server, SSL_CTX* client) {
        useTls12(server, client);
        SSL_CTX_set_options(server, SSL_OP_NO_TICKET);
    });
    (void)pair.firstFlight();
    EXPECT_EQ(read(pair.firstFlight()).flight.resumed, true);
}

TEST_P(ServerFlightOfTls12, MayComeInManyRecords)
{
    TlsPair pair(GetParam().identity(), [](SSL_CTX* server, SSL_CTX* client) {
        useTls12(server, client);
        SSL_CTX_set_max_send_fragment(server, 512);
        // Twice, so that the message is longer than a fragment with either key.
        SSL_CTX_add1_chain_cert(server, SSL_CTX_get0_certificate(server));
    });
    const std::string stream = pair.firstFlight();
    EXPECT_GT(recordsIn(stream), 4U);
    EXPECT_TRUE(read(stream).flight.certificate == GetParam().identity().der());
}

TEST_P(ServerFlightOfTls12, IsTheSameCutAnywhereAndInRecordsOfAnySize)
{
    TlsPair pair(GetParam().identity(), useTls12);
    const std::string messages = handshakeOf(pair.firstFlight());
    const std::string joined = record(Handshake, messages);
    const Read whole = read(joined);
    EXPECT_EQ(whole.outcome, Complete);
    for (std::size_t cut = 0; cut < joined.size(); ++cut) {
        const Read got = read(joined.substr(0, cut));
        ASSERT_TRUE(got.outcome == NeedMore || got.flight == whole.flight) << cut;
    }
    for (std::size_t fragmentBytes = 1; fragmentBytes <= 50; ++fragmentBytes) {
        const Read got = read(inRecordsOf(fragmentBytes, joined));
        EXPECT_EQ(got.outcome, Complete) << fragmentBytes;
        EXPECT_EQ(got.flight, whole.flight) << fragmentBytes;
    }
}

constexpr auto caseName = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Keys, ServerFlightOfTls12,
                         testing::Values(CertificateCase{"Ecdsa", ecdsa, 0xc02b},
                                         CertificateCase{"Rsa", rsa, 0xc02f}),
                         caseName);

TEST(ServerFlight, MayHaveNoCertificate)
{
    TlsPair pair(ecdsa(), [](SSL_CTX* server, SSL_CTX* client) {
        SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(server, "aNULL:@SECLEVEL=0");
        SSL_CTX_set_cipher_list(client, "aNULL:@SECLEVEL=0");
    });
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0303);
    EXPECT_EQ(got.flight.resumed, false);
    EXPECT_TRUE(got.flight.certificate.empty());
}

TEST(ServerFlight, MayBeAnAlert) // RFC 8446 §6
{
    TlsPair pair(ecdsa(), [](SSL_CTX* server, SSL_CTX* client) {
        SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
        SSL_CTX_set_min_proto_version(client, TLS1_3_VERSION);
    });
    const Read got = read(pair.firstFlight());
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.alert, SSL_AD_PROTOCOL_VERSION);
    EXPECT_EQ(got.flight.version, 0);
}

/// A flight built by hand, so that it can be built wrong.
struct Hello {
    std::string version = "\x03\x03";
    std::string random = std::string(32, 'r');
    std::string sessionId = part(1, std::string(32, 'i'));
    std::string choice = "\xc0\x2b\0"s; // suite and compression
    std::string extensions = part(2, extension(0xff01, "\0"sv));

    [[nodiscard]] std::string body() const
    {
        return version + random + sessionId + choice + extensions;
    }
};

std::string helloMessage(const Hello& hello = {})
{
    return message(2, hello.body());
}

std::string helloWith(std::string_view extensions)
{
    Hello hello;
    hello.extensions = part(2, extensions);
    return record(Handshake, helloMessage(hello));
}

std::string certificates(const std::vector<std::string>& chain)
{
    std::string list;
    for (const std::string& certificate : chain)
        list += part(3, certificate);
    return message(11, part(3, list));
}

std::string afterHello(std::string_view messages)
{
    return record(Handshake, helloMessage() + std::string(messages));
}

const std::string Supplement = message(23, part(3, "whatever"));
const std::string ChangeCipherSpec = record(20, "\1");
const std::string UnrecognizedName = record(21, "\1\x70");

struct AcceptedCase {
    const char* name;
    std::string stream;
    std::optional<bool> resumed;
    const char* certificate;
    std::optional<std::uint8_t> alert = std::nullopt;
};

class AServerFlight : public testing::TestWithParam<AcceptedCase> {};

TEST_P(AServerFlight, IsReadToWhereItSaysAll)
{
    const auto& accepted = GetParam();
    for (const std::string& behind : {""s, "\x16\x03\x03\x00"s, "\x17\x03\x03"s, "GET /"s}) {
        const Read got = read(accepted.stream + behind);
        EXPECT_EQ(got.outcome, Complete);
        EXPECT_EQ(got.flight.resumed, accepted.resumed);
        EXPECT_EQ(got.flight.certificate, accepted.certificate);
        EXPECT_EQ(got.flight.alert, accepted.alert);
    }
    for (std::size_t cut = 0; cut < accepted.stream.size(); ++cut) {
        const Read got = read(accepted.stream.substr(0, cut));
        EXPECT_TRUE(got.outcome == NeedMore || got.flight == read(accepted.stream).flight) << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(
    ByHand, AServerFlight,
    testing::Values(AcceptedCase{"Certificate", afterHello(certificates({"leaf", "issuer"})), false,
                                 "leaf"},
                    AcceptedCase{"SupplementInFront",
                                 afterHello(Supplement + certificates({"leaf"})), false, "leaf"},
                    AcceptedCase{"NewTicket", afterHello(message(4, "\0\0\0\0\0\1t"sv)), true, ""},
                    AcceptedCase{"NewKeys", afterHello("") + ChangeCipherSpec, true, ""},
                    AcceptedCase{"KeyExchange", afterHello(message(12, "whatever")), false, ""},
                    AcceptedCase{"Done", afterHello(message(14, "")), false, ""},
                    AcceptedCase{"FatalAlert", record(21, "\2\x28"), std::nullopt, "", 40},
                    AcceptedCase{"Goodbye", record(21, "\1\0"sv), std::nullopt, "", 0},
                    AcceptedCase{"AlertAfterHello", afterHello("") + record(21, "\2\x28"),
                                 std::nullopt, "", 40},
                    AcceptedCase{"WarningInFront",
                                 UnrecognizedName + afterHello("") + UnrecognizedName +
                                     record(Handshake, certificates({"leaf"})),
                                 false, "leaf"}),
    caseName);

TEST(ServerFlight, MayComeWithoutExtensions) // as up to TLS 1.2
{
    Hello hello;
    hello.version = "\x03\0"s;
    hello.sessionId = part(1, "");
    hello.extensions.clear();
    const Read got = read(record(Handshake, helloMessage(hello) + certificates({"leaf"})));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0300);
    EXPECT_EQ(got.flight.cipherSuite, 0xc02b);
    EXPECT_EQ(got.flight.certificate, "leaf");
}

TEST(ServerFlight, SaysWhatFitsTheLimit)
{
    const std::string hello = afterHello("");
    const std::string stream = hello + record(Handshake, certificates({std::string(5000, 'c')}));
    const Read got = read(stream, 2000);
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.flight.version, 0x0303);
    EXPECT_EQ(got.flight.resumed, false);
    EXPECT_TRUE(got.flight.certificate.empty());
    EXPECT_EQ(read(stream.substr(0, 2000), 2000).flight, got.flight);
    EXPECT_EQ(read(stream.substr(0, 1999), 2000).outcome, NeedMore);
    EXPECT_EQ(read(stream, hello.size() - 1).outcome, NotTls);
    EXPECT_EQ(read(hello, hello.size()).outcome, Complete);
}

TEST(ServerFlight, DoesNotWaitForTheRestOfTheChain)
{
    const std::string stream =
        afterHello(certificates({"leaf", std::string(14'000, 'i')})).substr(0, 200);
    EXPECT_EQ(read(stream).flight.certificate, "leaf");
}

struct RefusedCase {
    const char* name;
    std::string stream;
};

class NoServerFlight : public testing::TestWithParam<RefusedCase> {};

TEST_P(NoServerFlight, IsRefusedHoweverItIsCut)
{
    const std::string& stream = GetParam().stream;
    EXPECT_EQ(read(stream).outcome, NotTls);
    EXPECT_EQ(read(stream).flight, ServerFlight{});
    for (std::size_t cut = 0; cut < stream.size(); ++cut)
        EXPECT_NE(read(stream.substr(0, cut)).outcome, Complete) << cut;
}

INSTANTIATE_TEST_SUITE_P(
    Streams, NoServerFlight,
    testing::Values(RefusedCase{"Http", "HTTP/1.1 400 Bad Request\r\n\r\n"},
                    RefusedCase{"Ssh", "SSH-2.0-OpenSSH_9.2\r\n"},
                    RefusedCase{"ClientHello", "\x16\x03\x01\x00\x40\x01"s},
                    RefusedCase{"ApplicationData", "\x17\x03\x03\x00\x01x"s},
                    RefusedCase{"NewKeysInFront", ChangeCipherSpec},
                    RefusedCase{"CertificateInFront", record(Handshake, certificates({"leaf"}))},
                    RefusedCase{"EmptyFragment", record(Handshake, "")},
                    RefusedCase{"EmptyFragmentBehind", afterHello("") + record(Handshake, "")},
                    RefusedCase{"UnknownAlertLevel", record(21, "\3\x28")},
                    RefusedCase{"AlertInMessage",
                                record(Handshake, helloMessage().substr(0, 9)) + UnrecognizedName},
                    RefusedCase{"OddNewKeys", afterHello("") + record(20, "\2")},
                    RefusedCase{"TwoHellos", afterHello(helloMessage())},
                    RefusedCase{"UnknownMessage", afterHello(message(99, "whatever"))},
                    RefusedCase{"FinishedInTheClear", afterHello(message(20, "whatever"))},
                    RefusedCase{"DataAfterHello", afterHello("") + record(23, "whatever")}),
    caseName);

std::string wrong(std::string Hello::*member, std::string value)
{
    Hello hello;
    hello.*member = std::move(value);
    return record(Handshake, helloMessage(hello));
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, NoServerFlight,
    testing::Values(
        RefusedCase{"MajorVersion", wrong(&Hello::version, "\x02\x03")},
        RefusedCase{"VersionOnlyInTheExtension", wrong(&Hello::version, "\x03\x04")},
        RefusedCase{"BodyTooShort", record(Handshake, message(2, std::string(37, '\3')))},
        RefusedCase{"LongSessionId", wrong(&Hello::sessionId, part(1, std::string(33, 'i')))},
        RefusedCase{"SessionIdOverTheEnd", wrong(&Hello::sessionId, "\xff")},
        RefusedCase{"ExtensionsOverTheEnd", wrong(&Hello::extensions, "\x00\x08"s)},
        RefusedCase{"ExtensionsBeforeTheEnd",
                    wrong(&Hello::extensions, part(2, extension(5, "")) + "x")},
        RefusedCase{"OneByteOfExtensions", wrong(&Hello::extensions, "\0"s)},
        RefusedCase{"TwoExtensions", helloWith(extension(5, "") + extension(5, ""))},
        RefusedCase{"OldVersion", helloWith(extension(43, "\x03\x03"))},
        RefusedCase{"VersionTooShort", helloWith(extension(43, "\x03"))},
        RefusedCase{"VersionTooLong", helloWith(extension(43, "\x03\x04\x03"))},
        RefusedCase{"PreSharedKeyTooLong", helloWith(extension(41, "\0\0\0"sv))},
        RefusedCase{"AlpnEmpty", helloWith(extension(16, part(2, "")))},
        RefusedCase{"AlpnOfTwo", helloWith(extension(16, part(2, "\2h2\2h3")))},
        RefusedCase{"CertificateEmpty", afterHello(certificates({""}))},
        RefusedCase{"CertificatesEmpty", afterHello(certificates({}))},
        RefusedCase{"CertificateListTooShort",
                    afterHello(message(11, part(3, part(3, "leaf")) + "x"))},
        RefusedCase{"CertificateListTooLong",
                    afterHello(message(11, number(99, 3) + part(3, "leaf")))},
        RefusedCase{"CertificateTooLong", afterHello(message(11, part(3, number(5, 3) + "leaf")))}),
    caseName);

} // namespace
} // namespace sallyport::tls
