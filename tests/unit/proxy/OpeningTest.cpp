// What a tunnel's first bytes are taken for, and that no more of them is waited for than that
// takes.

#include "proxy/Opening.h"

#include <gtest/gtest.h>

namespace sallyport::proxy {
namespace {

using policy::Protocol;

constexpr std::size_t Limit = 16 * 1024;
constexpr http::HeadLimits HeadLimits{
    .headBytes = 32 * 1024, .targetBytes = 8 * 1024, .fieldCount = 200};

OpeningOutcome read(std::string_view stream, Opening& into, std::size_t limitBytes = Limit)
{
    return readOpening(stream, limitBytes, HeadLimits, into);
}

constexpr std::string_view Handshake = "GET /chat?room=1 HTTP/1.1\r\n"
                                       "Host: chat.test\r\n"
                                       "Origin: https://app.test\r\n"
                                       "Upgrade: websocket\r\n"
                                       "Connection: Upgrade\r\n"
                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                       "Sec-WebSocket-Version: 13\r\n"
                                       "Sec-WebSocket-Protocol: chat, mqtt\r\n\r\n";

struct OpeningCase {
    const char* name;
    std::string_view stream;
    Protocol content;
};

class KnownOpening : public testing::TestWithParam<OpeningCase> {};

TEST_P(KnownOpening, IsTakenForWhatItIs)
{
    Opening opening;
    ASSERT_EQ(read(GetParam().stream, opening), OpeningOutcome::Known);
    EXPECT_EQ(opening.content, GetParam().content);
    // However little came before, nothing else was believed.
    for (std::size_t size = 0; size < GetParam().stream.size(); ++size) {
        Opening part;
        if (read(GetParam().stream.substr(0, size), part) == OpeningOutcome::Known) {
            EXPECT_EQ(part.content, GetParam().content) << size;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, KnownOpening,
    testing::Values(
        OpeningCase{"Handshake", Handshake, Protocol::WebSocket},
        OpeningCase{"Request", "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", Protocol::TunnelledHttp},
        OpeningCase{"AbsoluteRequest", "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
                    Protocol::TunnelledHttp},
        OpeningCase{"OptionsForAll", "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
                    Protocol::TunnelledHttp},
        OpeningCase{"HandshakeWithoutKey",
                    "GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
                    Protocol::TunnelledHttp},
        OpeningCase{"BadRequest", "GET / HTTP/1.1\r\nHost : a.test\r\n\r\n", Protocol::Unknown},
        OpeningCase{"Ssh", "SSH-2.0-OpenSSH_9.2p1\r\n", Protocol::Ssh},
        OpeningCase{"OtherWords", "NICK sally\r\n", Protocol::Unknown},
        OpeningCase{"OneWord", "PING\r\n", Protocol::Unknown},
        OpeningCase{"Zeros", std::string_view("\0\0\0\x08", 4), Protocol::Unknown},
        OpeningCase{"TlsOfAnotherKind", std::string_view("\x17\x03\x03\0\x01x", 6),
                    Protocol::Unknown},
        OpeningCase{"BrokenHello", std::string_view("\x16\x02\x03\0\x01x", 6), Protocol::Unknown},
        OpeningCase{"LongWord", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", Protocol::Unknown}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Opening, SaysWhatAHandshakeAsksFor)
{
    Opening opening;
    ASSERT_EQ(read(std::string(Handshake) + "frames already", opening), OpeningOutcome::Known);
    EXPECT_EQ(opening.head, Handshake);
    EXPECT_EQ(opening.host, "chat.test");
    EXPECT_EQ(opening.path, "/chat");
    EXPECT_EQ(opening.query, "room=1");
    EXPECT_EQ(opening.origin, "app.test");
    EXPECT_EQ(opening.subprotocols, (std::vector<std::string>{"chat", "mqtt"}));
}

TEST(Opening, KeepsTheBannerOfSsh)
{
    Opening opening;
    ASSERT_EQ(read("SSH-2.0-dropbear comment\r\nmore", opening), OpeningOutcome::Known);
    EXPECT_EQ(opening.banner, "SSH-2.0-dropbear comment");
}

struct WaitingCase {
    const char* name;
    std::string_view stream;
};

class WaitingOpening : public testing::TestWithParam<WaitingCase> {};

TEST_P(WaitingOpening, MayStillBecomeSomething)
{
    Opening opening;
    EXPECT_EQ(read(GetParam().stream, opening), OpeningOutcome::NeedMore);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WaitingOpening,
    testing::Values(WaitingCase{"Nothing", ""}, WaitingCase{"HalfAMethod", "GE"},
                    WaitingCase{"NoTargetYet", "GET "}, WaitingCase{"HalfAScheme", "GET ht"},
                    WaitingCase{"HalfAHead", "GET / HTTP/1.1\r\nHost: a"},
                    WaitingCase{"HalfAMark", "SS"}, WaitingCase{"HalfABanner", "SSH-2.0-Open"},
                    WaitingCase{"HalfAHello", std::string_view("\x16\x03\x01\x02\0\x01", 6)}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Opening, WaitsForNoMoreThanTheLimit)
{
    const std::string head = "GET / HTTP/1.1\r\nHost: " + std::string(2000, 'a');
    Opening opening;
    EXPECT_EQ(read(head, opening, 4096), OpeningOutcome::NeedMore);
    EXPECT_EQ(read(head, opening, 1024), OpeningOutcome::Known);
    EXPECT_EQ(opening.content, Protocol::Unknown);
}

TEST(Opening, WaitsForNoEndlessBanner)
{
    Opening opening;
    EXPECT_EQ(read("SSH-2.0-" + std::string(300, 'x'), opening), OpeningOutcome::Known);
    EXPECT_EQ(opening.content, Protocol::Unknown);
}

} // namespace
} // namespace sallyport::proxy
