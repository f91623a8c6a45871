#include "websocket/OpeningHandshake.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::websocket {

namespace {

using http::ParseOutcome;
using http::RequestHead;
using http::ResponseHead;

constexpr std::string_view SampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

struct ParsedRequest {
    explicit ParsedRequest(std::string text) : bytes(std::move(text))
    {
        EXPECT_EQ(head.parse(bytes, {}), ParseOutcome::Complete) << http::describe(head.fault());
    }
    std::string bytes;
    RequestHead head;
};

const auto caseName = [](const auto& test) { return test.param.name; };

struct RecognitionCase {
    const char* name;
    std::string_view requestLine;
    std::string_view fields;
    bool handshake;
};

class Recognition : public testing::TestWithParam<RecognitionCase> {};

TEST_P(Recognition, FollowsTheGrammar) // RFC 9110 section 7.8, RFC 6455 section 4.2.1
{
    const ParsedRequest request(std::string(GetParam().requestLine) + "\r\nHost: a.example\r\n" +
                                std::string(GetParam().fields) + "\r\n");
    EXPECT_EQ(isHandshake(request.head), GetParam().handshake);
}

#define GET_LINE "GET http://a.example/ HTTP/1.1"

INSTANTIATE_TEST_SUITE_P(
    Requests, Recognition,
    testing::Values(
        RecognitionCase{"Usual", GET_LINE, "Upgrade: websocket\r\nConnection: Upgrade\r\n", true},
        RecognitionCase{"WsScheme", "GET ws://a.example/ HTTP/1.1",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n", true},
        RecognitionCase{"OriginForm", "GET /chat HTTP/1.1",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n", true},
        RecognitionCase{"MixedCase", GET_LINE, "upgrade: WebSocket\r\nconnection: UPGRADE\r\n",
                        true},
        RecognitionCase{"FirefoxConnection", GET_LINE,
                        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n", true},
        RecognitionCase{"UpgradeList", GET_LINE,
                        "Upgrade: h2c, websocket\r\nConnection: Upgrade\r\n", true},
        RecognitionCase{
            "TwoFields", GET_LINE,
            "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: x\r\nConnection: Upgrade\r\n", true},
        RecognitionCase{"NoConnection", GET_LINE, "Upgrade: websocket\r\n", false},
        RecognitionCase{"ConnectionOfFiveLetters", GET_LINE,
                        "Upgrade: websocket\r\nConnection: close\r\n", false},
        RecognitionCase{"OnlyProxyConnection", GET_LINE,
                        "Upgrade: websocket\r\nProxy-Connection: Upgrade\r\n", false},
        RecognitionCase{"NoUpgrade", GET_LINE, "Connection: Upgrade\r\n", false},
        RecognitionCase{"OtherProtocol", GET_LINE, "Upgrade: h2c\r\nConnection: Upgrade\r\n",
                        false},
        RecognitionCase{"LongerToken", GET_LINE, "Upgrade: websockets\r\nConnection: Upgrade\r\n",
                        false},
        RecognitionCase{"Versioned", GET_LINE, "Upgrade: websocket/13\r\nConnection: Upgrade\r\n",
                        false},
        RecognitionCase{"Post", "POST http://a.example/ HTTP/1.1",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n", false},
        RecognitionCase{"Http10", "GET http://a.example/ HTTP/1.0",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n", false}),
    caseName);

struct RequestCase {
    const char* name;
    std::string_view fields;
    HandshakeFault fault;
};

class HandshakeRequest : public testing::TestWithParam<RequestCase> {};

TEST_P(HandshakeRequest, IsChecked) // RFC 6455 section 4.2.1
{
    const ParsedRequest request(
        GET_LINE "\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        std::string(GetParam().fields) + "\r\n");
    EXPECT_TRUE(isHandshake(request.head));
    EXPECT_EQ(checkRequest(request.head), GetParam().fault);
}

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

INSTANTIATE_TEST_SUITE_P(
    Requests, HandshakeRequest,
    testing::Values(
        RequestCase{"Usual", KEY VERSION, HandshakeFault::None},
        RequestCase{"ZeroLength", KEY VERSION "Content-Length: 0\r\n", HandshakeFault::None},
        RequestCase{"OtherVersion", KEY "Sec-WebSocket-Version: 8\r\n", HandshakeFault::None},
        RequestCase{"HighestVersion", KEY "Sec-WebSocket-Version: 255\r\n", HandshakeFault::None},
        RequestCase{"NoKey", VERSION, HandshakeFault::MissingKey},
        RequestCase{"TwoKeys", KEY KEY VERSION, HandshakeFault::SecondKey},
        RequestCase{"EmptyKey", VERSION "Sec-WebSocket-Key:\r\n", HandshakeFault::BadKey},
        RequestCase{"KeyOf15Bytes", VERSION "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n",
                    HandshakeFault::BadKey},
        RequestCase{"KeyOf17Bytes", VERSION "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n",
                    HandshakeFault::BadKey},
        RequestCase{"KeyWithSpareBits", VERSION "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAB==\r\n",
                    HandshakeFault::BadKey},
        RequestCase{"KeyWithDash", VERSION "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA-A==\r\n",
                    HandshakeFault::BadKey},
        RequestCase{"KeyList", VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, x\r\n",
                    HandshakeFault::BadKey},
        RequestCase{"NoVersion", KEY, HandshakeFault::MissingVersion},
        RequestCase{"TwoVersions", KEY VERSION VERSION, HandshakeFault::SecondVersion},
        RequestCase{"VersionList", KEY "Sec-WebSocket-Version: 13, 8\r\n",
                    HandshakeFault::BadVersion},
        RequestCase{"EmptyVersion", KEY "Sec-WebSocket-Version:\r\n", HandshakeFault::BadVersion},
        RequestCase{"VersionWithLeadingZero", KEY "Sec-WebSocket-Version: 013\r\n",
                    HandshakeFault::BadVersion},
        RequestCase{"VersionTooHigh", KEY "Sec-WebSocket-Version: 256\r\n",
                    HandshakeFault::BadVersion},
        RequestCase{"VersionInWords", KEY "Sec-WebSocket-Version: x\r\n",
                    HandshakeFault::BadVersion},
        RequestCase{"Body", KEY VERSION "Content-Length: 5\r\n", HandshakeFault::HasBody},
        RequestCase{"ChunkedBody", KEY VERSION "Transfer-Encoding: chunked\r\n",
                    HandshakeFault::HasBody}),
    caseName);

struct OriginCase {
    const char* name;
    std::string_view fields;
    std::string_view host;
};

class HandshakeOrigin : public testing::TestWithParam<OriginCase> {};

TEST_P(HandshakeOrigin, IsTheHostOfItsField) // RFC 6454 section 7.1
{
    const ParsedRequest request("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n" +
                                std::string(GetParam().fields) + "\r\n");
    EXPECT_EQ(originHost(request.head), GetParam().host);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, HandshakeOrigin,
    testing::Values(OriginCase{"Usual", "Origin: https://chat.example\r\n", "chat.example"},
                    OriginCase{"WithPort", "Origin: http://chat.example:8080\r\n", "chat.example"},
                    OriginCase{"AsItCame", "Origin: https://Chat.Example.\r\n", "Chat.Example."},
                    OriginCase{"Ipv6", "Origin: http://[2001:db8::1]:81\r\n", "2001:db8::1"},
                    OriginCase{"Missing", "", ""}, OriginCase{"Null", "Origin: null\r\n", ""},
                    OriginCase{"NoHost", "Origin: file://\r\n", ""},
                    OriginCase{"NotAscii",
                               "Origin: https://b\xc3\xbc"
                               "cher.example\r\n",
                               ""},
                    OriginCase{"Two", "Origin: https://a.example\r\nOrigin: https://b.example\r\n",
                               ""}),
    caseName);

TEST(OpeningHandshake, ComputesTheAnswerOfTheRfc) // RFC 6455 section 1.3
{
    const auto accept = acceptFor(SampleKey);
    EXPECT_EQ(std::string_view(accept.data(), accept.size()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(acceptFor(SampleKey), accept);
}

struct AnswerCase {
    const char* name;
    std::string_view head;
    HandshakeFault fault;
};

class HandshakeAnswer : public testing::TestWithParam<AnswerCase> {};

TEST_P(HandshakeAnswer, IsChecked) // RFC 6455 section 4.1
{
    const ParsedRequest request(
        GET_LINE "\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY VERSION
                 "Sec-WebSocket-Protocol: chat, superchat\r\n"
                 "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    const auto text = "HTTP/1.1 " + std::string(GetParam().head) + "\r\n";
    ResponseHead answer;
    ASSERT_EQ(answer.parse(text, {}), ParseOutcome::Complete);
    EXPECT_EQ(checkAnswer(answer, request.head), GetParam().fault);
}

#define SWITCH "101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

INSTANTIATE_TEST_SUITE_P(
    Answers, HandshakeAnswer,
    testing::Values(
        AnswerCase{"Right", SWITCH ACCEPT, HandshakeFault::None},
        AnswerCase{"RightInOtherCase",
                   "101\r\nUPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n" ACCEPT,
                   HandshakeFault::None},
        AnswerCase{"OfferedSubprotocol", SWITCH ACCEPT "Sec-WebSocket-Protocol: superchat\r\n",
                   HandshakeFault::None},
        AnswerCase{"SubprotocolOfSecondField", SWITCH ACCEPT "Sec-WebSocket-Protocol: mqtt\r\n",
                   HandshakeFault::None},
        AnswerCase{"Ok", "200 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ACCEPT,
                   HandshakeFault::NotSwitching},
        AnswerCase{"UpgradeRequired", "426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n",
                   HandshakeFault::NotSwitching},
        AnswerCase{"NoUpgrade", "101 x\r\nConnection: Upgrade\r\n" ACCEPT,
                   HandshakeFault::BadUpgrade},
        AnswerCase{"OtherProtocol", "101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" ACCEPT,
                   HandshakeFault::BadUpgrade},
        AnswerCase{"TwoProtocols",
                   "101 x\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n" ACCEPT,
                   HandshakeFault::BadUpgrade},
        AnswerCase{
            "TwoUpgradeFields",
            "101 x\r\nUpgrade: websocket\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ACCEPT,
            HandshakeFault::BadUpgrade},
        AnswerCase{"NoConnection", "101 x\r\nUpgrade: websocket\r\n" ACCEPT,
                   HandshakeFault::BadConnection},
        AnswerCase{"OtherConnection",
                   "101 x\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n" ACCEPT,
                   HandshakeFault::BadConnection},
        AnswerCase{"NoAccept", SWITCH, HandshakeFault::MissingAccept},
        AnswerCase{"TwoAccepts", SWITCH ACCEPT ACCEPT, HandshakeFault::SecondAccept},
        AnswerCase{"WrongAccept", SWITCH "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=\r\n",
                   HandshakeFault::WrongAccept},
        AnswerCase{"AcceptInOtherCase",
                   SWITCH "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                   HandshakeFault::WrongAccept},
        AnswerCase{"EmptyAccept", SWITCH "Sec-WebSocket-Accept:\r\n", HandshakeFault::WrongAccept},
        AnswerCase{"TwoSubprotocols",
                   SWITCH ACCEPT "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n",
                   HandshakeFault::SecondSubprotocol},
        AnswerCase{"SubprotocolList", SWITCH ACCEPT "Sec-WebSocket-Protocol: chat, superchat\r\n",
                   HandshakeFault::UnofferedSubprotocol},
        AnswerCase{"UnofferedSubprotocol", SWITCH ACCEPT "Sec-WebSocket-Protocol: soap\r\n",
                   HandshakeFault::UnofferedSubprotocol},
        AnswerCase{"SubprotocolInOtherCase", SWITCH ACCEPT "Sec-WebSocket-Protocol: Chat\r\n",
                   HandshakeFault::UnofferedSubprotocol}),
    caseName);

TEST(OpeningHandshake, RefusesASubprotocolWhereNoneWasOffered)
{
    const ParsedRequest request(
        GET_LINE "\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY VERSION
                 "\r\n");
    ResponseHead answer;
    ASSERT_EQ(answer.parse("HTTP/1.1 " SWITCH ACCEPT "Sec-WebSocket-Protocol: chat\r\n\r\n", {}),
              ParseOutcome::Complete);
    EXPECT_EQ(checkAnswer(answer, request.head), HandshakeFault::UnofferedSubprotocol);
}

TEST(OpeningHandshake, CannotBeAnsweredInHttp10) // RFC 9110 section 7.8
{
    const ParsedRequest request(
        GET_LINE "\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" KEY VERSION
                 "\r\n");
    ResponseHead answer;
    ASSERT_EQ(answer.parse("HTTP/1.0 " SWITCH ACCEPT "\r\n", {}), ParseOutcome::Complete);
    EXPECT_EQ(checkAnswer(answer, request.head), HandshakeFault::BadUpgrade);
}

TEST(OpeningHandshake, HasASentenceForEveryFault)
{
    for (int fault = 0; fault <= static_cast<int>(HandshakeFault::UnofferedSubprotocol); ++fault)
        EXPECT_TRUE(describe(static_cast<HandshakeFault>(fault)).ends_with('.')) << fault;
}

} // namespace
} // namespace sallyport::websocket
