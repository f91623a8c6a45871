#include "http/RequestHead.h"

#include "Pieces.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

using namespace std::string_view_literals;

namespace {

// Everything a head says, to compare two parses.
std::string account(const RequestHead& head)
{
    std::string text;
    const auto add = [&text](std::string_view part) { text.append(part).append("|"); };
    const auto number = [&add](std::uint64_t value) { add(std::to_string(value)); };
    add(head.method());
    add(head.target());
    add(head.path());
    add(head.query());
    add(head.authority().host);
    number(head.port());
    number(static_cast<unsigned>(head.form()));
    number(static_cast<unsigned>(head.scheme()));
    number(static_cast<unsigned>(head.minorVersion()));
    add(head.hostField() ? head.hostField()->host : "-");
    number(static_cast<unsigned>(head.bodyFraming().kind));
    number(head.bodyFraming().length);
    number(head.headBytes());
    for (const Field field : head.fields()) {
        add(field.name);
        add(field.value);
    }
    return text;
}

struct RequestCase {
    const char* name;
    std::string_view bytes; // None: a whole head
    HeadFault fault = HeadFault::None;
};

class Request : public testing::TestWithParam<RequestCase> {};

TEST_P(Request, IsAcceptedOrRefused)
{
    RequestHead head;
    const auto outcome = head.parse(GetParam().bytes, {});
    EXPECT_EQ(head.fault(), GetParam().fault) << describe(head.fault());
    EXPECT_EQ(outcome,
              GetParam().fault == HeadFault::None ? ParseOutcome::Complete : ParseOutcome::Bad);
    if (outcome == ParseOutcome::Complete)
        EXPECT_EQ(head.headBytes(), GetParam().bytes.size());
}

TEST_P(Request, IsTheSameInPieces)
{
    RequestHead whole;
    const auto outcome = whole.parse(GetParam().bytes, {});
    RequestHead head;
    const auto answer = parseInPieces(head, GetParam().bytes);
    ASSERT_EQ(answer.outcome, outcome);
    EXPECT_EQ(head.fault(), whole.fault());
    if (outcome == ParseOutcome::Complete) {
        EXPECT_EQ(answer.bytesNeeded, GetParam().bytes.size());
        EXPECT_EQ(account(head), account(whole));
    }
}

const auto caseName = [](const auto& test) { return test.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Accepted, Request,
    testing::Values(
        RequestCase{"AbsoluteForm", "GET http://a.example/b?c HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"OriginForm", "GET /proxy.pac HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"Connect", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"},
        RequestCase{"ConnectIpv6",
                    "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n"},
        RequestCase{"ConnectWithAnotherHost",
                    "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"ConnectOfWindows",
                    "CONNECT a.example:443 HTTP/1.0\r\nHost: a.example:443\r\nContent-Length: 0\r\n"
                    "Proxy-Connection: Keep-Alive\r\n\r\n"},
        RequestCase{"WsScheme", "GET ws://a.example/chat HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"OneEmptyLineInFront",
                    "\r\nGET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"Http10WithoutHost", "GET http://a.example/ HTTP/1.0\r\n\r\n"},
        RequestCase{"HigherMinorVersion",
                    "GET http://a.example/ HTTP/1.9\r\nHost: a.example\r\n\r\n"},
        RequestCase{"UnknownMethod",
                    "M-SEARCH http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{"LowerCaseMethod", "get http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{
            "OddButVisibleTarget",
            "GET http://a.example/{a}|^[b]?\"<q>`\\%zz HTTP/1.1\r\nHost: a.example\r\n\r\n"},
        RequestCase{
            "ContentLength",
            "POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n"},
        RequestCase{"LargestContentLength", "POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
                                            "Content-Length: 9223372036854775807\r\n\r\n"},
        RequestCase{"Chunked", "POST http://a.example/ HTTP/1.1\r\nHost: "
                               "a.example\r\nTransfer-Encoding: Chunked\r\n\r\n"},
        RequestCase{"ObsTextInValue",
                    "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nX: \xe4\r\n\r\n"},
        RequestCase{"HostOfAnother", "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    RequestLine, Request, // RFC 9112 section 3
    testing::Values(
        RequestCase{"TlsClientHello", "\x16\x03\x01", HeadFault::BadRequestLine},
        RequestCase{"TwoEmptyLinesInFront", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    HeadFault::BadRequestLine},
        RequestCase{"BareCrInFront", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    HeadFault::BadRequestLine},
        RequestCase{"BareLfInFront", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    HeadFault::BadRequestLine},
        RequestCase{"SpaceInFront", " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    HeadFault::BadRequestLine},
        RequestCase{"OnlyMethod", "GET\r\n", HeadFault::BadRequestLine},
        RequestCase{"Http09", "GET /\r\n", HeadFault::BadRequestLine},
        RequestCase{"Http09Absolute", "GET http://a.example/\r\n", HeadFault::BadRequestLine},
        RequestCase{"TwoSpacesBehindMethod", "GET  / HTTP/1.1\r\n", HeadFault::BadRequestLine},
        RequestCase{"TwoSpacesBehindTarget", "GET /  HTTP/1.1\r\n", HeadFault::BadVersion},
        RequestCase{"TabBehindMethod", "GET\t/ HTTP/1.1\r\n", HeadFault::BadMethod},
        RequestCase{"TabBehindTarget", "GET /\tHTTP/1.1\r\n", HeadFault::BadRequestLine},
        RequestCase{"TabInTarget", "GET http://a.example/\tb HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"SpaceInTarget", "GET http://a.example/a b HTTP/1.1\r\n",
                    HeadFault::BadVersion},
        RequestCase{"SpaceBehindVersion", "GET / HTTP/1.1 \r\n", HeadFault::BadVersion},
        RequestCase{"BracketInMethod", "GE(T / HTTP/1.1\r\n", HeadFault::BadMethod},
        RequestCase{"NulInMethod", "G\0T / HTTP/1.1\r\n"sv, HeadFault::BadMethod},
        RequestCase{"BareLf", "GET / HTTP/1.1\nHost: a\n\n", HeadFault::BareCrOrLf},
        RequestCase{"BareCrInMethod", "GE\rT / HTTP/1.1\r\n", HeadFault::BareCrOrLf},
        RequestCase{"BareCrInTarget", "GET /\r HTTP/1.1\r\n", HeadFault::BareCrOrLf},
        RequestCase{"BareCrBehindVersion", "GET / HTTP/1.1\r\r\n", HeadFault::BareCrOrLf},
        RequestCase{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    HeadFault::UnsupportedVersion},
        RequestCase{"Http2", "GET / HTTP/2.0\r\n", HeadFault::UnsupportedVersion},
        RequestCase{"VersionZero", "GET / HTTP/0.9\r\n", HeadFault::BadVersion},
        RequestCase{"VersionInLowerCase", "GET / http/1.1\r\n", HeadFault::BadVersion},
        RequestCase{"VersionWithoutMinor", "GET / HTTP/1\r\n", HeadFault::BadVersion},
        RequestCase{"VersionTooLong", "GET / HTTP/1.10\r\n", HeadFault::BadVersion},
        RequestCase{"VersionWithComma", "GET / HTTP/1,1\r\n", HeadFault::BadVersion},
        RequestCase{"OtherProtocol", "GET / ICAP/1.0\r\n", HeadFault::BadVersion}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Target, Request, // RFC 9112 section 3.2
    testing::Values(
        RequestCase{"Fragment", "GET http://a.example/#f HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"UserInfo", "GET http://u:p@a.example/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"NoHost", "GET http:///path HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"OneSlash", "GET http:/a.example/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"NoScheme", "GET ://a.example/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"SchemeBeginsWithDigit", "GET 1http://a.example/ HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"NoAuthorityScheme", "GET mailto:a HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"RelativePath", "GET index.html HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"PortTooHigh", "GET http://a.example:65616/ HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"PortWithPlus", "GET http://a.example:+80/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"BackslashForSlash", "GET http://a.example\\@b.example/ HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"EncodedHost", "GET http://a%2eexample/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"OldAddressForm", "GET http://0x7f.1/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"RawUtf8", "GET http://a.example/\xc3\xbc HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"Nul", "GET http://a.example/\0 HTTP/1.1\r\n"sv, HeadFault::BadTarget},
        RequestCase{"Delete", "GET http://a.example/\x7f HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"AsteriskOfGet", "GET * HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"AuthorityOfGet", "GET a.example:443 HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"LowerCaseConnect", "connect a.example:443 HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectWithoutPort", "CONNECT a.example HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectPortZero", "CONNECT a.example:0 HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectPortWraps", "CONNECT a.example:65537 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectPortWraps32Bits", "CONNECT a.example:4294967739 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectPortWithPlus", "CONNECT a.example:+443 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectLetterBehindPort", "CONNECT a.example:443x HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectPath", "CONNECT a.example:443/path HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectQuery", "CONNECT a.example:443?q HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectUserInfo", "CONNECT u@a.example:443 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectUri", "CONNECT http://a.example/ HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectOrigin", "CONNECT / HTTP/1.1\r\n", HeadFault::BadTarget},
        RequestCase{"ConnectIpv6Garbage", "CONNECT [garbage]:443 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectIpv6Zone", "CONNECT [fe80::1%eth0]:443 HTTP/1.1\r\n",
                    HeadFault::BadTarget},
        RequestCase{"ConnectTab", "CONNECT a.example:443\tHTTP/1.1\r\n", HeadFault::BadRequestLine},
        RequestCase{"ConnectBareCr", "CONNECT a.example:443\r HTTP/1.1\r\n",
                    HeadFault::BareCrOrLf}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Fields, Request, // RFC 9112 sections 2.2 and 5
    testing::Values(
        RequestCase{"BareLfBehindField", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
                    HeadFault::BareCrOrLf},
        RequestCase{"BareLfAsBlankLine", "GET / HTTP/1.1\r\nHost: a\r\n\n", HeadFault::BareCrOrLf},
        RequestCase{"BareCrInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
                    HeadFault::BareCrOrLf},
        RequestCase{"CrCrLf", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", HeadFault::BareCrOrLf},
        RequestCase{"ObsFold", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
                    HeadFault::ObsFold},
        RequestCase{"LeadingFold", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", HeadFault::ObsFold},
        RequestCase{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                    HeadFault::BadFieldName},
        RequestCase{"EmptyName", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                    HeadFault::BadFieldName},
        RequestCase{"NoColon", "GET / HTTP/1.1\r\nHost: a\r\nabc\r\n\r\n", HeadFault::BadFieldName},
        RequestCase{"Nul", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"sv,
                    HeadFault::BadFieldValue},
        RequestCase{"MissingHost", "GET / HTTP/1.1\r\n\r\n", HeadFault::MissingHost},
        RequestCase{"MissingHostOfConnect", "CONNECT a.example:443 HTTP/1.1\r\n\r\n",
                    HeadFault::MissingHost},
        RequestCase{"SecondHost", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
                    HeadFault::SecondHost},
        RequestCase{"SecondHostInHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
                    HeadFault::SecondHost},
        RequestCase{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", HeadFault::BadHost},
        RequestCase{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HeadFault::BadHost},
        RequestCase{"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", HeadFault::BadHost},
        RequestCase{"HostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", HeadFault::BadHost},
        RequestCase{"BadHostInHttp10", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n", HeadFault::BadHost}),
    caseName);

#define POST_HEAD "POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
#define POST_HEAD_HTTP10 "POST http://a.example/ HTTP/1.0\r\nHost: a.example\r\n"

INSTANTIATE_TEST_SUITE_P(
    Framing, Request, // RFC 9112 sections 6.1 to 6.3
    testing::Values(
        RequestCase{"BothFramings",
                    POST_HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                    HeadFault::BothFramings},
        RequestCase{"BothFramingsReversed",
                    POST_HEAD "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                    HeadFault::BothFramings},
        RequestCase{"BothFramingsInHttp10",
                    POST_HEAD_HTTP10 "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                    HeadFault::BothFramings},
        RequestCase{"EqualLengths", POST_HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"DifferentLengths", POST_HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"LengthList", POST_HEAD "Content-Length: 5, 5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"LengthWithPlus", POST_HEAD "Content-Length: +5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"NegativeLength", POST_HEAD "Content-Length: -5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"EmptyLength", POST_HEAD "Content-Length:\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"CommaLength", POST_HEAD "Content-Length: ,\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"VerticalTabInLength", POST_HEAD "Content-Length: \v3\r\n\r\n",
                    HeadFault::BadFieldValue},
        RequestCase{"HexLength", POST_HEAD "Content-Length: 0x5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"SpaceInLength", POST_HEAD "Content-Length: 5 5\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"LengthTooLarge", POST_HEAD "Content-Length: 9223372036854775808\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"LengthWraps", POST_HEAD "Content-Length: 18446744073709551621\r\n\r\n",
                    HeadFault::BadContentLength},
        RequestCase{"XChunked", POST_HEAD "Transfer-Encoding: xchunked\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"ChunkedIdentity", POST_HEAD "Transfer-Encoding: chunked, identity\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"IdentityChunked", POST_HEAD "Transfer-Encoding: identity, chunked\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"ChunkedTwiceInList", POST_HEAD "Transfer-Encoding: chunked, chunked\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"ChunkedTwice",
                    POST_HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"VerticalTabChunked", POST_HEAD "Transfer-Encoding: \vchunked\r\n\r\n",
                    HeadFault::BadFieldValue},
        RequestCase{"ChunkedFormFeed", POST_HEAD "Transfer-Encoding: chunked\f\r\n\r\n",
                    HeadFault::BadFieldValue},
        RequestCase{"ChunkedWithParameter", POST_HEAD "Transfer-Encoding: chunked;a=b\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"QuotedChunked", POST_HEAD "Transfer-Encoding: \"chunked\"\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"ChunkedAndComma", POST_HEAD "Transfer-Encoding: chunked,\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"EmptyEncoding", POST_HEAD "Transfer-Encoding:\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"NotChunkedAtTheEnd", POST_HEAD "Transfer-Encoding: gzip\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{"GzipChunked", POST_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n",
                    HeadFault::UnsupportedTransferCoding},
        RequestCase{"ChunkedInHttp10", POST_HEAD_HTTP10 "Transfer-Encoding: chunked\r\n\r\n",
                    HeadFault::BadTransferEncoding},
        RequestCase{
            "ConnectWithLength",
            "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nContent-Length: 5\r\n\r\n",
            HeadFault::ConnectWithBody},
        RequestCase{"ConnectWithChunks",
                    "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n",
                    HeadFault::ConnectWithBody},
        RequestCase{
            "MaxForwardsOfTrace",
            "TRACE http://a.example/ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: x\r\n\r\n",
            HeadFault::BadMaxForwards},
        RequestCase{"MaxForwardsTwice",
                    "TRACE http://a.example/ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 1\r\n"
                    "Max-Forwards: 2\r\n\r\n",
                    HeadFault::BadMaxForwards}),
    caseName);

// What a test case below needs of a whole request.
struct Parsed {
    explicit Parsed(std::string text) : bytes(std::move(text))
    {
        EXPECT_EQ(head.parse(bytes, {}), ParseOutcome::Complete) << describe(head.fault());
    }
    std::string bytes;
    RequestHead head;
};

struct TargetCase {
    const char* name;
    std::string_view methodAndTarget;
    TargetForm form;
    Scheme scheme;
    std::string_view host;
    int port;
    std::string_view path;
    std::string_view query;
};

class TargetParts : public testing::TestWithParam<TargetCase> {};

TEST_P(TargetParts, AreFound) // RFC 9112 section 3.2
{
    const auto& expected = GetParam();
    const Parsed parsed(std::string(expected.methodAndTarget) +
                        " HTTP/1.1\r\nHost: host.example:81\r\n\r\n");
    const auto& head = parsed.head;
    EXPECT_EQ(head.form(), expected.form);
    EXPECT_EQ(head.scheme(), expected.scheme);
    EXPECT_EQ(head.authority().host, expected.host);
    EXPECT_EQ(head.port(), expected.port);
    EXPECT_EQ(head.path(), expected.path);
    EXPECT_EQ(head.query(), expected.query);
    ASSERT_TRUE(head.hostField());
    EXPECT_EQ(head.hostField()->host, "host.example");
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TargetParts,
    testing::Values(TargetCase{"Connect", "CONNECT a.example:8443", TargetForm::Authority,
                               Scheme::None, "a.example", 8443, "", ""},
                    TargetCase{"Http", "GET http://a.example/b/c?d=e?f", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "/b/c", "?d=e?f"},
                    TargetCase{"SchemeInCapitals", "GET HTTP://A.example/", TargetForm::Absolute,
                               Scheme::Http, "A.example", 80, "/", ""},
                    TargetCase{"Https", "GET https://a.example/", TargetForm::Absolute,
                               Scheme::Https, "a.example", 443, "/", ""},
                    TargetCase{"Ws", "GET ws://a.example:8080/chat", TargetForm::Absolute,
                               Scheme::Ws, "a.example", 8080, "/chat", ""},
                    TargetCase{"Wss", "GET wss://a.example/chat", TargetForm::Absolute, Scheme::Wss,
                               "a.example", 443, "/chat", ""},
                    TargetCase{"Ftp", "GET ftp://a.example/f", TargetForm::Absolute, Scheme::Other,
                               "a.example", 80, "/f", ""},
                    TargetCase{"Ipv6", "GET http://[2001:db8::1]:8080/", TargetForm::Absolute,
                               Scheme::Http, "2001:db8::1", 8080, "/", ""},
                    TargetCase{"EmptyPath", "GET http://a.example", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "/", ""},
                    TargetCase{"EmptyPathWithQuery", "GET http://a.example?q", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "/", "?q"},
                    TargetCase{"OptionsEmptyPath", "OPTIONS http://a.example", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "*", ""},
                    TargetCase{"OptionsSlash", "OPTIONS http://a.example/", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "/", ""},
                    TargetCase{"OptionsQuery", "OPTIONS http://a.example?q", TargetForm::Absolute,
                               Scheme::Http, "a.example", 80, "/", "?q"},
                    TargetCase{"Asterisk", "OPTIONS *", TargetForm::Asterisk, Scheme::None,
                               "host.example", 81, "*", ""},
                    TargetCase{"Origin", "GET /a?b", TargetForm::Origin, Scheme::None,
                               "host.example", 81, "/a", "?b"},
                    TargetCase{"OriginLikeAuthority", "GET //b.example/", TargetForm::Origin,
                               Scheme::None, "host.example", 81, "//b.example/", ""}),
    caseName);

TEST(RequestHead, HasNoAuthorityInOriginFormWithoutHost)
{
    const Parsed parsed("GET /proxy.pac HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(parsed.head.authority().host.empty());
    EXPECT_FALSE(parsed.head.hostField());
    EXPECT_EQ(parsed.head.minorVersion(), 0);
}

TEST(RequestHead, LeavesWhatFollowsTheHead)
{
    const Parsed parsed(
        "POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n12345GET ");
    EXPECT_EQ(parsed.bytes.substr(parsed.head.headBytes()), "12345GET ");
    EXPECT_EQ(parsed.head.bodyFraming(), (BodyFraming{BodyFraming::Kind::Length, 5}));
}

TEST(RequestHead, CountsTheEmptyLineInFront)
{
    const Parsed parsed("\r\nGET /a HTTP/1.1\r\nHost: a.example\r\n\r\n");
    EXPECT_EQ(parsed.head.headBytes(), parsed.bytes.size());
    EXPECT_EQ(parsed.head.method(), "GET");
}

TEST(RequestHead, FollowsItsBytesAfterCompletion)
{
    const std::string text =
        "\r\nGET http://a.example/b?c HTTP/1.1\r\nHost: d.example\r\nX: y\r\n\r\n";
    Parsed parsed(text);
    const auto before = account(parsed.head);
    const auto moved = std::make_unique<std::string>(text);
    parsed.bytes.assign(parsed.bytes.size(), '?');
    EXPECT_EQ(parsed.head.parse(*moved, {}), ParseOutcome::Complete);
    EXPECT_EQ(account(parsed.head), before);
}

TEST(RequestHead, IsReusableAfterReset)
{
    Parsed parsed("POST http://a.example/ HTTP/1.0\r\nContent-Length: 5\r\nConnection: keep-alive, "
                  "x\r\n\r\n");
    parsed.head.reset();
    const std::string_view next = "GET /b HTTP/1.1\r\nHost: b.example\r\n\r\n";
    RequestHead fresh;
    ASSERT_EQ(fresh.parse(next, {}), ParseOutcome::Complete);
    ASSERT_EQ(parsed.head.parse(next, {}), ParseOutcome::Complete);
    EXPECT_EQ(account(parsed.head), account(fresh));
    EXPECT_FALSE(parsed.head.connection().keepAlive);
    EXPECT_FALSE(parsed.head.connection().namesFields);
}

TEST(RequestHead, KeepsMethodAndTargetOfARefusedHead)
{
    RequestHead head;
    EXPECT_EQ(head.parse("GET http://a.example/ HTTP/1.1\r\n\r\n", {}), ParseOutcome::Bad);
    EXPECT_EQ(head.method(), "GET");
    EXPECT_EQ(head.target(), "http://a.example/");
}

struct LimitCase {
    const char* name;
    std::size_t methodBytes;
    std::size_t targetBytes;
    std::size_t fieldBytes;
    std::size_t fields;
    HeadFault fault;
};

class Limits : public testing::TestWithParam<LimitCase> {};

TEST_P(Limits, AreKeptHoweverTheBytesCome)
{
    const auto& limit = GetParam();
    std::string text(limit.methodBytes, 'M');
    text += " /" + std::string(limit.targetBytes - 1, 't') + " HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < limit.fields; ++i)
        text += "X: " + std::string(limit.fieldBytes - 3, 'v') + "\r\n";
    text += "\r\n";
    const HeadLimits limits{.headBytes = 4096, .targetBytes = 1000, .fieldCount = 100};
    RequestHead whole;
    const auto outcome = whole.parse(text, limits);
    EXPECT_EQ(whole.fault(), limit.fault) << describe(whole.fault());
    RequestHead head;
    EXPECT_EQ(parseInPieces(head, text, limits).outcome, outcome);
    EXPECT_EQ(head.fault(), limit.fault) << describe(head.fault());
}

INSTANTIATE_TEST_SUITE_P(
    Heads, Limits,
    testing::Values(LimitCase{"LongestMethod", 64, 1, 10, 1, HeadFault::None},
                    LimitCase{"MethodTooLong", 65, 1, 10, 1, HeadFault::MethodTooLong},
                    LimitCase{"MethodWithoutEnd", 5000, 1, 10, 1, HeadFault::MethodTooLong},
                    LimitCase{"LongestTarget", 3, 1000, 10, 1, HeadFault::None},
                    LimitCase{"TargetTooLong", 3, 1001, 10, 1, HeadFault::TargetTooLong},
                    LimitCase{"TargetMuchTooLong", 3, 50000, 10, 1, HeadFault::TargetTooLong},
                    // "M / HTTP/1.1", "Host: a", three fields, the blank line, each with CRLF
                    LimitCase{"LargestHead", 1, 1, 1355, 4, HeadFault::None},
                    LimitCase{"HeadTooLarge", 1, 1, 1356, 4, HeadFault::HeadTooLarge},
                    LimitCase{"OneHugeField", 1, 1, 90000, 2, HeadFault::HeadTooLarge},
                    LimitCase{"MostFields", 3, 1, 10, 100, HeadFault::None},
                    LimitCase{"TooManyFields", 3, 1, 10, 101, HeadFault::TooManyFields}),
    caseName);

TEST(RequestHead, RefusesMoreConnectionOptionsThanItCompares)
{
    std::string options = "o";
    for (std::size_t i = 1; i < ConnectionOptions::MaxOptions; ++i)
        options += ",o";
    const auto parse = [](const std::string& value) {
        RequestHead head;
        (void)head.parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + value + "\r\n\r\n", {});
        return head.fault();
    };
    EXPECT_EQ(parse(options), HeadFault::None);
    EXPECT_EQ(parse(options + ",o"), HeadFault::TooManyConnectionOptions);
    EXPECT_EQ(parse("a" + std::string(ConnectionOptions::MaxBytes, ',') + "b"),
              HeadFault::TooManyConnectionOptions);
}

struct PersistenceCase {
    const char* name;
    std::string_view version;
    std::string_view fields;
    bool persistent;
};

class Persistence : public testing::TestWithParam<PersistenceCase> {};

TEST_P(Persistence, IsFound) // RFC 9112 section 9.3
{
    const Parsed parsed("GET http://a.example/ " + std::string(GetParam().version) +
                        "\r\nHost: a.example\r\n" + std::string(GetParam().fields) + "\r\n");
    EXPECT_EQ(parsed.head.persistent(), GetParam().persistent);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, Persistence,
    testing::Values(
        PersistenceCase{"Http11", "HTTP/1.1", "", true},
        PersistenceCase{"Http11Close", "HTTP/1.1", "Connection: Close\r\n", false},
        PersistenceCase{"Http11CloseInList", "HTTP/1.1", "Connection: x, close\r\n", false},
        PersistenceCase{"Http11CloseWins", "HTTP/1.1", "Connection: keep-alive, close\r\n", false},
        PersistenceCase{"Http11ProxyClose", "HTTP/1.1", "Proxy-Connection: close\r\n", false},
        PersistenceCase{"NotClose", "HTTP/1.1", "Connection: closed\r\n", true},
        PersistenceCase{"Http10", "HTTP/1.0", "", false},
        PersistenceCase{"Http10KeepAlive", "HTTP/1.0", "Connection: Keep-Alive\r\n", true},
        PersistenceCase{"Http10ProxyKeepAlive", "HTTP/1.0", "Proxy-Connection: keep-alive\r\n",
                        true},
        PersistenceCase{"Http10SecondField", "HTTP/1.0",
                        "Connection: x\r\nConnection: keep-alive\r\n", true}),
    caseName);

TEST(RequestHead, ExpectsContinueOnlyBeforeABodyInHttp11) // RFC 9110 section 10.1.1
{
    EXPECT_TRUE(Parsed(POST_HEAD "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
                    .head.expectsContinue());
    EXPECT_TRUE(Parsed(POST_HEAD "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
                    .head.expectsContinue());
    EXPECT_FALSE(Parsed(POST_HEAD "Expect: 100-continue\r\n\r\n").head.expectsContinue());
    EXPECT_FALSE(Parsed(POST_HEAD "Content-Length: 5\r\n\r\n").head.expectsContinue());
    EXPECT_FALSE(Parsed(POST_HEAD_HTTP10 "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                     .head.expectsContinue());
}

TEST(RequestHead, ReadsMaxForwardsOfOptionsAndTraceOnly) // RFC 9110 section 7.6.2
{
    const auto maxForwards = [](std::string method, std::string value) {
        return Parsed(method + " http://a.example/ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: " +
                      value + "\r\n\r\n")
            .head.maxForwards();
    };
    EXPECT_EQ(maxForwards("TRACE", "0"), 0u);
    EXPECT_EQ(maxForwards("OPTIONS", "70"), 70u);
    EXPECT_EQ(maxForwards("OPTIONS", "99999999999999999999"), 4294967295u);
    EXPECT_EQ(maxForwards("GET", "5"), std::nullopt);
}

TEST(RequestHead, TakesZeroBytesForNoBody)
{
    EXPECT_EQ(Parsed(POST_HEAD "Content-Length: 0\r\n\r\n").head.bodyFraming(), BodyFraming{});
    EXPECT_EQ(Parsed(POST_HEAD "Transfer-Encoding: chunked\r\n\r\n").head.bodyFraming().kind,
              BodyFraming::Kind::Chunked);
}

TEST(HeadFault, HasAStatusAndASentence) // RFC 9112 section 3, RFC 6585 section 5
{
    EXPECT_EQ(statusFor(HeadFault::BadRequestLine), 400);
    EXPECT_EQ(statusFor(HeadFault::BothFramings), 400);
    EXPECT_EQ(statusFor(HeadFault::TargetTooLong), 414);
    EXPECT_EQ(statusFor(HeadFault::HeadTooLarge), 431);
    EXPECT_EQ(statusFor(HeadFault::TooManyFields), 431);
    EXPECT_EQ(statusFor(HeadFault::UnsupportedTransferCoding), 501);
    EXPECT_EQ(statusFor(HeadFault::MethodTooLong), 501);
    EXPECT_EQ(statusFor(HeadFault::UnsupportedVersion), 505);
    for (int fault = 0; fault <= static_cast<int>(HeadFault::BadChunkEnd); ++fault)
        EXPECT_TRUE(describe(static_cast<HeadFault>(fault)).ends_with('.')) << fault;
}

} // namespace
} // namespace sallyport::http
