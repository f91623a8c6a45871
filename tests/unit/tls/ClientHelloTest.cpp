// ClientHello: which first bytes are one, and what it says (RFC 8446 §4.1.2, RFC 6066 §3, RFC
// 7301).

#include "tls/ClientHello.h"

#include "WireBytes.h"
#include "support/TlsHello.h"
#include "tls/MessageReader.h"

#include <gmock/gmock.h>

namespace sallyport::tls {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;
using test::clientHello;
using test::extension;
using test::inRecordsOf;
using test::number;
using test::numbers;
using test::part;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using enum HelloOutcome;

std::string hostName(std::string_view name)
{
    return "\0"s + part(2, name);
}

std::string serverName(std::string_view name)
{
    return extension(0, part(2, hostName(name)));
}

std::string protocols(const std::vector<std::string>& names)
{
    std::string list;
    for (const std::string& name : names)
        list += part(1, name);
    return extension(16, part(2, list));
}

std::string record(std::string_view message)
{
    return "\x16\x03\x01"s + part(2, message);
}

/// A hello built by hand, so that it can be built wrong.
struct Hello {
    std::string version = "\x03\x03";
    std::string sessionId = part(1, std::string(32, 'i'));
    std::string suites = part(2, "\x13\x01\x13\x02");
    std::string methods = part(1, "\0"sv);
    std::string extensions = part(2, serverName("www.example"));

    [[nodiscard]] std::string body() const
    {
        return version + std::string(32, 'r') + sessionId + suites + methods + extensions;
    }
    [[nodiscard]] std::string message() const { return test::message(1, body()); }
};

std::string helloWith(std::string_view extensions)
{
    Hello hello;
    hello.extensions = part(2, extensions);
    return record(hello.message());
}

struct Read {
    HelloOutcome outcome;
    ClientHello hello;
};

Read read(std::string_view stream, std::size_t limitBytes = MaxHelloBytes)
{
    // A buffer as long as the bytes, so that a sanitizer sees what is read behind them.
    const std::vector<char> exact(stream.begin(), stream.end());
    Read result{};
    result.outcome = parseClientHello({exact.data(), exact.size()}, result.hello, limitBytes);
    return result;
}

TEST(ClientHello, SaysWhatOpenSslSent)
{
    const Read got = read(clientHello("www.example.com", {"h2", "http/1.1"}));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.sni, "www.example.com");
    EXPECT_FALSE(got.hello.sniMalformed);
    EXPECT_THAT(got.hello.alpn, ElementsAre("h2", "http/1.1"));
    EXPECT_EQ(got.hello.legacyVersion, 0x0303);
    EXPECT_EQ(got.hello.highestVersion(), 0x0304);
    EXPECT_THAT(got.hello.supportedVersions, Contains(0x0303));
    EXPECT_THAT(got.hello.cipherSuites, Contains(0x1301));
    EXPECT_THAT(got.hello.extensions, IsSupersetOf({0, 10, 11, 13, 16, 43, 51}));
    EXPECT_THAT(got.hello.supportedGroups, Contains(0x001d));
    EXPECT_THAT(got.hello.pointFormats, ElementsAre(0, 1, 2));
    EXPECT_THAT(got.hello.signatureAlgorithms, Contains(0x0403));
    EXPECT_FALSE(got.hello.offersEch());
}

TEST(ClientHello, MayComeWithoutANameAndProtocols)
{
    const Read got = read(clientHello(""));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.sni, "");
    EXPECT_FALSE(got.hello.sniMalformed);
    EXPECT_THAT(got.hello.alpn, IsEmpty());
}

TEST(ClientHello, MayComeWithoutExtensions) // as up to TLS 1.2
{
    Hello hello;
    hello.extensions.clear();
    const Read got = read(record(hello.message()));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_THAT(got.hello.extensions, IsEmpty());
    EXPECT_EQ(got.hello.highestVersion(), 0x0303);
    EXPECT_FALSE(got.hello.offersEch());
}

TEST(ClientHello, KeepsWhatIsOfferedInItsOrder)
{
    Hello hello;
    hello.version = "\x03\x01";
    hello.suites = part(2, numbers({0xc02f, 0x1301, 0x2a2a, 0x00ff}));
    hello.extensions =
        part(2, extension(0x1a1a, "") + extension(13, part(2, numbers({0x0804, 0x0403, 0x0804}))) +
                    extension(43, part(1, numbers({0xdada, 0x0303, 0x0304, 0x0302}))) +
                    extension(0xfe0d, "whatever") + extension(11, part(1, "\x01\x00"sv)) +
                    extension(10, part(2, numbers({0x6a6a, 0x11ec, 0x001d}))));
    const Read got = read(record(hello.message()));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.legacyVersion, 0x0301);
    EXPECT_THAT(got.hello.cipherSuites, ElementsAre(0xc02f, 0x1301, 0x2a2a, 0x00ff));
    EXPECT_THAT(got.hello.extensions, ElementsAre(0x1a1a, 13, 43, 0xfe0d, 11, 10));
    EXPECT_THAT(got.hello.signatureAlgorithms, ElementsAre(0x0804, 0x0403, 0x0804));
    EXPECT_THAT(got.hello.supportedVersions, ElementsAre(0xdada, 0x0303, 0x0304, 0x0302));
    EXPECT_THAT(got.hello.pointFormats, ElementsAre(1, 0));
    EXPECT_THAT(got.hello.supportedGroups, ElementsAre(0x6a6a, 0x11ec, 0x001d));
    EXPECT_EQ(got.hello.highestVersion(), 0x0304);
    EXPECT_TRUE(got.hello.offersEch());
}

TEST(ClientHello, MayHaveManyExtensions)
{
    std::string most;
    for (std::size_t type = 0; type < MaxExtensions; ++type)
        most += extension(1000 + type, "");
    EXPECT_EQ(read(helloWith(most)).outcome, Complete);
    EXPECT_EQ(read(helloWith(most + extension(2000, ""))).outcome, NotTls);
}

TEST(ClientHello, IsFollowedByWhatever)
{
    const std::string hello = clientHello("www.example.com");
    for (const std::string& behind :
         {"\x17\x03\x03 early data"s, "\x14\x03\x03\x00\x01\x01"s, std::string(20'000, 'x')})
        EXPECT_EQ(read(hello + behind).hello.sni, "www.example.com");
}

struct RecordCase {
    const char* name;
    std::size_t fragmentBytes;
};

class ClientHelloInRecords : public testing::TestWithParam<RecordCase> {};

TEST_P(ClientHelloInRecords, IsTheSameCutAnywhere) // RFC 8446 §5.1
{
    const std::string stream =
        inRecordsOf(GetParam().fragmentBytes, clientHello("www.example.com", {"h2", "http/1.1"}));
    for (std::size_t cut = 0; cut < stream.size(); ++cut)
        ASSERT_EQ(read(stream.substr(0, cut)).outcome, NeedMore) << cut;
    const Read got = read(stream);
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.sni, "www.example.com");
    EXPECT_THAT(got.hello.alpn, ElementsAre("h2", "http/1.1"));
}

TEST(ClientHello, SaysTheSameInRecordsOfAnySize)
{
    const std::string hello = clientHello("www.example.com", {"h2", "http/1.1"});
    const Read whole = read(hello);
    for (std::size_t fragmentBytes = 1; fragmentBytes <= 50; ++fragmentBytes)
        EXPECT_EQ(read(inRecordsOf(fragmentBytes, hello)).hello, whole.hello) << fragmentBytes;
}

constexpr auto caseName = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Rfc8446, ClientHelloInRecords,
                         testing::Values(RecordCase{"One", 16'384}, RecordCase{"OfOneByte", 1},
                                         RecordCase{"OfThreeBytes", 3}, RecordCase{"Two", 150}),
                         caseName);

struct NameCase {
    const char* name;
    std::string sent;
    const char* sni; ///< null: malformed
};

class ServerName : public testing::TestWithParam<NameCase> {};

TEST_P(ServerName, IsPutIntoOneSpelling) // RFC 6066 §3
{
    const Read got = read(helloWith(serverName(GetParam().sent)));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.sniMalformed, GetParam().sni == nullptr);
    EXPECT_EQ(got.hello.sni, GetParam().sni != nullptr ? GetParam().sni : "");
}

const std::string Label63(63, 'a');
const std::string Name253 = Label63 + "." + Label63 + "." + Label63 + "." + std::string(61, 'b');

INSTANTIATE_TEST_SUITE_P(
    Rfc6066, ServerName,
    testing::Values(NameCase{"Plain", "www.example", "www.example"},
                    NameCase{"Capitals", "WWW.Example", "www.example"},
                    NameCase{"TrailingDot", "www.example.", "www.example"},
                    NameCase{"OneLabel", "localhost", "localhost"},
                    NameCase{"Underscore", "_a.example", "_a.example"},
                    NameCase{"ALabels", "xn--bcher-kva.example", "xn--bcher-kva.example"},
                    NameCase{"DigitsInFront", "1.2.3.4a", "1.2.3.4a"},
                    NameCase{"Longest", Name253, Name253.c_str()},
                    NameCase{"LongestWithDot", Name253 + ".", Name253.c_str()},
                    NameCase{"OneTooLong", Name253 + "b", nullptr},
                    NameCase{"FarTooLong", std::string(9000, 'a'), nullptr},
                    NameCase{"LongLabel", Label63 + "a.example", nullptr},
                    NameCase{"Ipv4", "192.0.2.7", nullptr},
                    NameCase{"Ipv6", "2001:db8::1", nullptr},
                    NameCase{"Utf8", "b\xc3\xbc"s + "cher.example", nullptr},
                    NameCase{"Nul", "good.example\0.bad.example"s, nullptr},
                    NameCase{"Space", "www .example", nullptr}, NameCase{"Dot", ".", nullptr},
                    NameCase{"TwoDots", "www..example", nullptr},
                    NameCase{"TwoTrailing", "www.example..", nullptr},
                    NameCase{"DotInFront", ".example", nullptr},
                    NameCase{"Star", "*.example", nullptr}, NameCase{"Slash", "a/b", nullptr}),
    caseName);

TEST(ClientHello, TakesTheHostNameAmongOtherTypes)
{
    const auto other = "\x07"s + part(2, "whatever");
    EXPECT_EQ(
        read(helloWith(extension(0, part(2, other + hostName("www.example") + other)))).hello.sni,
        "www.example");
}

TEST(ClientHello, PassesOverGreaseAndWhatItDoesNotKnow) // RFC 8701
{
    Hello hello;
    hello.suites = part(2, "\x0a\x0a\x13\x01");
    hello.extensions = part(2, extension(0x2a2a, "") + extension(0xfe0d, std::string(200, 'e')) +
                                   serverName("www.example") + protocols({"\x0a\x0a", "h2"}) +
                                   extension(0x1a1a, "\0"sv));
    const Read got = read(record(hello.message()));
    EXPECT_EQ(got.outcome, Complete);
    EXPECT_EQ(got.hello.sni, "www.example");
    EXPECT_THAT(got.hello.alpn, ElementsAre("\x0a\x0a", "h2"));
}

struct RefusedCase {
    const char* name;
    std::string stream;
    std::size_t shownAt = 0; ///< at which byte at the latest; 0: wherever
};

class NoClientHello : public testing::TestWithParam<RefusedCase> {};

TEST_P(NoClientHello, IsSeenAtTheByteThatShowsIt)
{
    const auto& refused = GetParam();
    EXPECT_EQ(read(refused.stream).outcome, NotTls);
    const std::size_t shownAt = refused.shownAt == 0 ? refused.stream.size() : refused.shownAt;
    EXPECT_EQ(read(refused.stream.substr(0, shownAt)).outcome, NotTls);
    for (std::size_t cut = 0; refused.shownAt != 0 && cut < shownAt; ++cut)
        EXPECT_EQ(read(refused.stream.substr(0, cut)).outcome, NeedMore) << cut;
}

TEST_P(NoClientHello, GivesNothing)
{
    const Read got = read(GetParam().stream);
    EXPECT_EQ(got.hello, ClientHello{});
}

INSTANTIATE_TEST_SUITE_P(
    Streams, NoClientHello,
    testing::Values(RefusedCase{"Http", "GET / HTTP/1.1\r\n\r\n", 1},
                    RefusedCase{"Ssh", "SSH-2.0-OpenSSH_9.2\r\n", 1},
                    RefusedCase{"Ssl2", "\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10"s, 1},
                    RefusedCase{"Alert", "\x15\x03\x01\x00\x02\x02\x28"s, 1},
                    RefusedCase{"ApplicationData", "\x17\x03\x03\x00\x01x"s, 1},
                    RefusedCase{"Dtls", "\x16\xfe\xff\x00\x00\x00\x00"s, 2},
                    RefusedCase{"Version2", "\x16\x02\x00"s, 2},
                    RefusedCase{"EmptyFragment", "\x16\x03\x01\x00\x00\x16\x03\x01"s, 5},
                    RefusedCase{"FragmentFarTooLong", "\x16\x03\x01\x41\x00"s, 4},
                    RefusedCase{"FragmentOneTooLong", "\x16\x03\x01\x40\x01"s, 5},
                    RefusedCase{"ServerHello", "\x16\x03\x03\x00\x40\x02"s, 6},
                    RefusedCase{"OtherRecordInBetween",
                                "\x16\x03\x01\x00\x02\x01\x00\x15\x03\x01\x00\x02\x02\x28"s, 8},
                    RefusedCase{"BodyTooShort", "\x16\x03\x01\x00\x2c\x01\x00\x00\x28"s, 9},
                    RefusedCase{"BodyOverTheLimit", "\x16\x03\x01\x40\x00\x01\x00\x40\x01"s, 9},
                    RefusedCase{"Zeros", std::string(64, '\0'), 1}),
    caseName);

std::string wrong(std::string Hello::*member, std::string value)
{
    Hello hello;
    hello.*member = std::move(value);
    return record(hello.message());
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, NoClientHello,
    testing::Values(
        RefusedCase{"MajorVersion", wrong(&Hello::version, "\x02\x03")},
        RefusedCase{"LongSessionId", wrong(&Hello::sessionId, part(1, std::string(33, 'i')))},
        RefusedCase{"SessionIdOverTheEnd", wrong(&Hello::sessionId, "\xff")},
        RefusedCase{"NoSuites", wrong(&Hello::suites, part(2, ""))},
        RefusedCase{"HalfASuite", wrong(&Hello::suites, part(2, "\x13\x01\x13"))},
        RefusedCase{"SuitesOverTheEnd", wrong(&Hello::suites, "\xff\xfe")},
        RefusedCase{"NoMethods", wrong(&Hello::methods, part(1, ""))},
        RefusedCase{"MethodsOverTheEnd", wrong(&Hello::methods, "\xff")},
        RefusedCase{"OneByteOfExtensions", wrong(&Hello::extensions, "\0"s)},
        RefusedCase{"ExtensionsOverTheEnd", wrong(&Hello::extensions, "\x00\x08"s)},
        RefusedCase{"ExtensionsBeforeTheEnd",
                    wrong(&Hello::extensions, part(2, serverName("www.example")) + "x")}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Extensions, NoClientHello,
    testing::Values(
        RefusedCase{"Two", helloWith(extension(5, "x") + extension(6, "") + extension(5, "x"))},
        RefusedCase{"TwoServerNames", helloWith(serverName("a.example") + serverName("b.example"))},
        RefusedCase{"HalfAHeader", helloWith("\x00\x05\x00"s)},
        RefusedCase{"OverTheEnd", helloWith("\x00\x05\x00\x01"s)},
        RefusedCase{"ServerNameEmpty", helloWith(extension(0, ""))},
        RefusedCase{"ServerNameListEmpty", helloWith(extension(0, part(2, "")))},
        RefusedCase{"ServerNameListTooLong",
                    helloWith(extension(0, number(99, 2) + hostName("www.example")))},
        RefusedCase{"ServerNameListTooShort",
                    helloWith(extension(0, part(2, hostName("www.example")) + "x"))},
        RefusedCase{"ServerNameTooLong",
                    helloWith(extension(0, part(2, "\0\0\x0c"s + "www.example")))},
        RefusedCase{"ServerNameWithoutBytes", helloWith(serverName(""))},
        RefusedCase{"TwoHostNames", helloWith(extension(0, part(2, hostName("a.example") +
                                                                       hostName("b.example"))))},
        RefusedCase{"VersionsEmpty", helloWith(extension(43, ""))},
        RefusedCase{"VersionsListEmpty", helloWith(extension(43, part(1, "")))},
        RefusedCase{"VersionsHalf", helloWith(extension(43, part(1, "\x03\x04\x03")))},
        RefusedCase{"VersionsTooShort", helloWith(extension(43, part(1, "\x03\x04") + "x"))},
        RefusedCase{"GroupsEmpty", helloWith(extension(10, part(2, "")))},
        RefusedCase{"GroupsHalf", helloWith(extension(10, part(2, "\0"sv)))},
        RefusedCase{"GroupsTooLong", helloWith(extension(10, "\0\4\0\x1d"s))},
        RefusedCase{"PointFormatsEmpty", helloWith(extension(11, part(1, "")))},
        RefusedCase{"PointFormatsTooLong", helloWith(extension(11, "\2\0"s))},
        RefusedCase{"AlgorithmsEmpty", helloWith(extension(13, part(2, "")))},
        RefusedCase{"AlgorithmsHalf", helloWith(extension(13, part(2, "\4\3\5")))},
        RefusedCase{"AlgorithmsTooLong", helloWith(extension(13, "\0\4\4\3"s))},
        RefusedCase{"AlpnEmpty", helloWith(extension(16, ""))},
        RefusedCase{"AlpnListEmpty", helloWith(protocols({}))},
        RefusedCase{"AlpnNameEmpty", helloWith(protocols({"h2", ""}))},
        RefusedCase{"AlpnNameTooLong", helloWith(extension(16, part(2, "\x03h2")))},
        RefusedCase{"AlpnTooMany",
                    helloWith(protocols(std::vector<std::string>(MaxAlpnProtocols + 1, "h2")))}),
    caseName);

TEST(ClientHello, MayFillItsLimitAndNotMore)
{
    const std::string hello =
        helloWith(serverName("www.example") + extension(21, std::string(900, 'p')));
    EXPECT_EQ(read(hello, hello.size()).outcome, Complete);
    EXPECT_EQ(read(hello, hello.size() - 1).outcome, NotTls);
    EXPECT_EQ(read(hello.substr(0, hello.size() - 2), hello.size() - 1).outcome, NeedMore);
    EXPECT_EQ(read(hello.substr(0, hello.size() - 1), hello.size() - 1).outcome, NotTls);
}

TEST(ClientHello, OffersAsManyProtocolsAsAreKept)
{
    const auto most = std::vector<std::string>(MaxAlpnProtocols, "h2");
    EXPECT_EQ(read(helloWith(protocols(most))).hello.alpn, most);
}

} // namespace
} // namespace sallyport::tls
