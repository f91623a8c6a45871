#include "http/ForwardedHead.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

namespace {

std::string forwarded(std::string_view request, ConnectionUse use = ConnectionUse::Persist)
{
    RequestHead head;
    EXPECT_EQ(head.parse(request, {}), ParseOutcome::Complete) << describe(head.fault());
    std::string out;
    writeForwardedRequest(head, "proxy1", use, out);
    return out;
}

std::string forwardedAnswer(std::string_view response, ConnectionUse use = ConnectionUse::Persist,
                            BodyCoding coding = BodyCoding::AsReceived)
{
    ResponseHead head;
    EXPECT_EQ(head.parse(response, {}), ParseOutcome::Complete) << describe(head.fault());
    std::string out;
    writeForwardedResponse(head, "proxy1", use, coding, out);
    return out;
}

TEST(ForwardedRequest, IsInOriginFormWithTheTargetsHost) // RFC 9112 section 3.2.2
{
    EXPECT_EQ(forwarded("GET http://a.example:80/b?c HTTP/1.1\r\nHost: other.example\r\n\r\n"),
              "GET /b?c HTTP/1.1\r\nHost: a.example\r\nVia: 1.1 proxy1\r\n\r\n");
}

struct LineCase {
    const char* name;
    std::string_view methodAndTarget;
    std::string_view expected;
};

class ForwardedLine : public testing::TestWithParam<LineCase> {};

TEST_P(ForwardedLine, NamesPathAndHost)
{
    const auto head =
        forwarded(std::string(GetParam().methodAndTarget) + " HTTP/1.1\r\nHost: h.example\r\n\r\n");
    EXPECT_EQ(head, std::string(GetParam().expected) + "\r\nVia: 1.1 proxy1\r\n\r\n");
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112Section32, ForwardedLine,
    testing::Values(
        LineCase{"EmptyPath", "GET http://a.example", "GET / HTTP/1.1\r\nHost: a.example"},
        LineCase{"EmptyPathWithQuery", "GET http://a.example?q",
                 "GET /?q HTTP/1.1\r\nHost: a.example"},
        LineCase{"OptionsWithoutPath", "OPTIONS http://a.example:8080",
                 "OPTIONS * HTTP/1.1\r\nHost: a.example:8080"},
        LineCase{"Ipv6", "GET http://[2001:db8::1]:8080/",
                 "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080"},
        LineCase{"Ws", "GET ws://a.example/chat", "GET /chat HTTP/1.1\r\nHost: a.example"},
        LineCase{"OriginForm", "GET /chat", "GET /chat HTTP/1.1\r\nHost: h.example"}),
    [](const auto& test) { return test.param.name; });

TEST(ForwardedRequest, KeepsEndToEndFieldsInOrderWithDuplicates)
{
    EXPECT_EQ(
        forwarded(
            "POST http://a.example/ HTTP/1.1\r\nX-B: 1\r\nhost: a.example\r\nX-A:2\r\nx-b: 3\r\n"
            "Content-Length: 5\r\nCookie: \xe4\r\nX-B: 1\r\nTrailer: T\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: a.example\r\nX-B: 1\r\nX-A: 2\r\nx-b: 3\r\nContent-Length: 5\r\n"
        "Cookie: \xe4\r\nX-B: 1\r\nTrailer: T\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, LosesHopByHopFields) // RFC 9110 section 7.6.1
{
    EXPECT_EQ(
        forwarded(
            "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
            "Connection: keep-alive, X-Mine, Upgrade, HTTP2-Settings\r\nX-Mine: 1\r\nx-mine: 2\r\n"
            "Proxy-Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n"
            "HTTP2-Settings: AAMAAABk\r\nTE: gzip\r\nProxy-Authorization: Basic c2VjcmV0\r\n"
            "Proxy-Authenticate: x\r\nX-Other: 3\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: a.example\r\nX-Other: 3\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, KeepsWhatConnectionMayNotRemove)
{
    EXPECT_EQ(
        forwarded("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
                  "Connection: Host, Content-Length, Via, Cache-Control, Cookie, Authorization\r\n"
                  "Content-Length: 5\r\nVia: 1.1 before\r\nCache-Control: no-store\r\nCookie: c\r\n"
                  "Authorization: a\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nVia: 1.1 before\r\n"
        "Cache-Control: no-store\r\nCookie: c\r\nAuthorization: a\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, ReemitsChunked)
{
    EXPECT_EQ(
        forwarded(
            "POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: CHUNKED\r\n"
            "Connection: Transfer-Encoding\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nVia: 1.1 "
        "proxy1\r\n\r\n");
}

TEST(ForwardedRequest, SaysThatTrailersAreWelcome) // RFC 9110 section 10.1.4
{
    const std::string request =
        "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTE: gzip, Trailers\r\n"
        "Connection: TE\r\n\r\n";
    EXPECT_EQ(forwarded(request), "GET / HTTP/1.1\r\nHost: a.example\r\nTE: "
                                  "trailers\r\nConnection: TE\r\nVia: 1.1 proxy1\r\n\r\n");
    EXPECT_EQ(forwarded(request, ConnectionUse::Close),
              "GET / HTTP/1.1\r\nHost: a.example\r\nTE: trailers\r\nConnection: close, TE\r\n"
              "Via: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, CountsDownMaxForwardsOfTraceOnly) // RFC 9110 section 7.6.2
{
    const auto maxForwards = [](const std::string& method) {
        const auto head = forwarded(
            method + " http://a.example/ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 7\r\n\r\n");
        return head.substr(head.find("Max-Forwards"), std::string_view("Max-Forwards: 7").size());
    };
    EXPECT_EQ(maxForwards("TRACE"), "Max-Forwards: 6");
    EXPECT_EQ(maxForwards("OPTIONS"), "Max-Forwards: 6");
    EXPECT_EQ(maxForwards("GET"), "Max-Forwards: 7");
}

TEST(ForwardedRequest, OfAnHttp10ClientSaysSoInVia)
{
    EXPECT_EQ(
        forwarded("POST http://a.example/ HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
                  "Connection: keep-alive\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nVia: 1.0 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, KeepsExpectOfAnHttp11Client)
{
    EXPECT_EQ(
        forwarded("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n"
                  "Expect: 100-continue\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
        "Via: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedRequest, CarriesAWebSocketHandshakeAsItCame) // RFC 6455 section 4.1
{
    EXPECT_EQ(
        forwarded(
            "GET ws://a.example/chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c, WebSocket\r\n"
            "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "sec-websocket-version: 13\r\nSec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: "
            "b\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            "Sec-WebSocket-Future: x\r\nOrigin: http://o.example\r\n\r\n",
            ConnectionUse::UpgradeWebSocket),
        "GET /chat HTTP/1.1\r\nHost: a.example\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "sec-websocket-version: 13\r\nSec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        "Sec-WebSocket-Future: x\r\nOrigin: http://o.example\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedResponse, LosesHopByHopFieldsAndKeepsTheRest)
{
    EXPECT_EQ(
        forwardedAnswer(
            "HTTP/1.1 404 Not Found\r\nSet-Cookie: a\r\nset-cookie: b\r\nConnection: X-Mine\r\n"
            "X-Mine: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\nProxy-Connection: x\r\n"
            "Proxy-Authenticate: Basic\r\nContent-Length: 5\r\nVia: 1.1 before\r\n\r\n"),
        "HTTP/1.1 404 Not Found\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 5\r\n"
        "Via: 1.1 before\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedResponse, IsAlwaysHttp11) // RFC 9110 section 2.5
{
    EXPECT_EQ(forwardedAnswer("HTTP/1.0 200\r\n\r\n", ConnectionUse::Close),
              "HTTP/1.1 200 \r\nConnection: close\r\nVia: 1.0 proxy1\r\n\r\n");
}

TEST(ForwardedResponse, TellsAnHttp10ClientThatItsConnectionStays)
{
    EXPECT_EQ(forwardedAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                              ConnectionUse::PersistHttp10),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nVia: 1.1 "
              "proxy1\r\n\r\n");
}

TEST(ForwardedResponse, KeepsOrLosesChunked)
{
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(
        forwardedAnswer(answer),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\nVia: 1.1 proxy1\r\n\r\n");
    EXPECT_EQ(forwardedAnswer(answer, ConnectionUse::Close, BodyCoding::Unchunked),
              "HTTP/1.1 200 OK\r\nConnection: close\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedResponse, HasNoFramingWhereNoBodyCanBe) // RFC 9110 section 8.6, RFC 9112 section 6.1
{
    EXPECT_EQ(forwardedAnswer("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
              "HTTP/1.1 204 No Content\r\nVia: 1.1 proxy1\r\n\r\n");
    EXPECT_EQ(forwardedAnswer("HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n"),
              "HTTP/1.1 100 Continue\r\nVia: 1.1 proxy1\r\n\r\n");
    EXPECT_EQ(forwardedAnswer("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
              "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nVia: 1.1 proxy1\r\n\r\n");
}

TEST(ForwardedResponse, CarriesTheSwitchToWebSocket)
{
    EXPECT_EQ(
        forwardedAnswer(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            ConnectionUse::UpgradeWebSocket),
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nVia: 1.1 proxy1\r\n\r\n");
}

struct ViaCase {
    const char* name;
    std::string_view fields;
    bool named;
};

class Via : public testing::TestWithParam<ViaCase> {};

TEST_P(Via, NamesUsOrNot) // RFC 9110 section 7.6.3
{
    const auto text = "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(GetParam().fields) + "\r\n";
    RequestHead head;
    ASSERT_EQ(head.parse(text, {}), ParseOutcome::Complete);
    EXPECT_EQ(viaNames(head.fields(), "proxy1"), GetParam().named);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Via,
    testing::Values(ViaCase{"None", "", false}, ViaCase{"Us", "Via: 1.1 proxy1\r\n", true},
                    ViaCase{"UsInCapitals", "via: 1.1 PROXY1\r\n", true},
                    ViaCase{"UsInList", "Via: 1.0 fred, HTTP/1.1\tproxy1 (ours), 1.1 x\r\n", true},
                    ViaCase{"UsInSecondField", "Via: 1.0 fred\r\nVia: 1.1 proxy1\r\n", true},
                    ViaCase{"CommentWithoutSpace", "Via: 1.1 proxy1(x)\r\n", true},
                    ViaCase{"BehindCommentWithComma",
                            "Via: 1.0 fred (a, (b), \\) c), 1.1 proxy1\r\n", true},
                    ViaCase{"Another", "Via: 1.1 proxy11, 1.1 xproxy1\r\n", false},
                    ViaCase{"OnlyInComment", "Via: 1.0 fred (1.1 proxy1, 1.1 proxy1)\r\n", false},
                    ViaCase{"AsProtocol", "Via: proxy1 fred\r\n", false},
                    ViaCase{"AsProtocolAlone", "Via: proxy1\r\n", false},
                    ViaCase{"OtherPort", "Via: 1.1 proxy1:8080\r\n", false},
                    ViaCase{"UnclosedComment", "Via: 1.0 fred (x, 1.1 proxy1\r\n", false},
                    ViaCase{"OnlyCommas", "Via: ,,\r\n", false}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace sallyport::http
