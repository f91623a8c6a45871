// What the proxy sees inside tunnels as they pass: TLS from both sides, names that differ, SSH,
// banners; and that it neither waits for it nor changes a byte.
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"
#include "support/TlsHello.h"
#include "support/TlsPeer.h"
#include "support/WebSocketPeer.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using std::chrono_literals::operator""ms;
using testing::MatchesRegex;
using testing::StartsWith;

class Sight : public SharedProxy<Sight> {
public:
    static ProxySettings settings()
    {
        return {.options = {{"first-bytes-time", "1s"}}, .policy = loopbackPolicy(R"(
                    {"name": "No false certificates", "action": "deny",
                     "when": {"host": ["strict.test"], "names": ["certificate-differs"]}},
                    {"name": "Differing names", "action": "deny", "mode": "report",
                     "when": {"names": ["sni-differs", "sni-missing", "host-differs",
                                        "certificate-differs"]}},)")};
    }

    static void SetUpTestSuite()
    {
        SharedProxy::SetUpTestSuite();
        for (const char* name : {"www.site.test", "strict.test"})
            proxy().dns().answer(name, {"127.0.0.1"});
    }

protected:
    static AuditRecord close(std::uint16_t port)
    {
        return proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(port)}});
    }

    /// The closing record of a tunnel to `host` in which a client made TLS.
    static AuditRecord recordOfTls(const TlsServer& server, const std::string& host,
                                   const std::string& sni)
    {
        ServingOrigin origin([&](RawConnection& connection) { server.serveEcho(connection); });
        {
            RawClient client = proxy().tunnelTo(origin.named(host));
            EXPECT_EQ(askOverTls(client, sni, {"h2", "http/1.1"}, "question"), "question");
        }
        return close(origin.port());
    }

    static void expectEqualCounts(const AuditRecord& record)
    {
        EXPECT_EQ(record["bytes_client_to_proxy"], record["bytes_proxy_to_upstream"]);
        EXPECT_EQ(record["bytes_upstream_to_proxy"], record["bytes_proxy_to_client"]);
    }
};

TEST_F(Sight, TellsWhatTls13ShowsInTheClear)
{
    const TlsServer server({"www.site.test"}, TlsVersion::Tls13);
    const AuditRecord record = recordOfTls(server, "www.site.test", "www.site.test");
    EXPECT_TRUE(says(record, {{"inspection_sight", "sniffed"},
                              {"tunnel_protocol", "tls"},
                              {"tls_sni", "www.site.test"},
                              {"tls_version", "1.3"},
                              {"tls_cipher", "TLS_AES_256_GCM_SHA384"},
                              {"tls_alpn", ""},
                              {"tls_ech", "none"},
                              {"names_coherent", "true"}}))
        << record.line();
    EXPECT_THAT(record["tls_ja3"], MatchesRegex("[0-9a-f]{32}"));
    EXPECT_THAT(record["tls_ja4"], StartsWith("t13d"));
    expectEqualCounts(record);
}

TEST_F(Sight, TellsTheCertificateOfTls12)
{
    const TlsServer server({"*.site.test", "site.test"}, TlsVersion::Tls12);
    const AuditRecord record = recordOfTls(server, "www.site.test", "www.site.test");
    EXPECT_TRUE(says(record, {{"tls_version", "1.2"},
                              {"tls_alpn", "h2"},
                              {"tls_resumed", "false"},
                              {"tls_certificate_subject", "CN=*.site.test"},
                              {"names_coherent", "true"}}))
        << record.line();
    EXPECT_THAT(record["tls_certificate_sha256"], MatchesRegex("[0-9a-f]{64}"));
}

struct NamesCase {
    const char* name;
    TlsVersion version;
    const char* sni;
    const char* certificate;
    const char* difference;
};

class DifferentNames : public Sight, public testing::WithParamInterface<NamesCase> {};

TEST_P(DifferentNames, AreReported)
{
    const TlsServer server({GetParam().certificate}, GetParam().version);
    const AuditRecord record = recordOfTls(server, "www.site.test", GetParam().sni);
    EXPECT_EQ(record["names_coherent"], "false") << record.line();
    EXPECT_THAT(record["names_differences"], testing::HasSubstr(GetParam().difference));
    EXPECT_EQ(record["verdict"], "allow");
    EXPECT_GT(record["rule_would"].size(), 30U) << "a row in report mode asks for it";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, DifferentNames,
    testing::Values(NamesCase{"AnotherSni", TlsVersion::Tls13, "other.test", "other.test",
                              "sni-differs"},
                    NamesCase{"NoSni", TlsVersion::Tls13, "", "www.site.test", "sni-missing"},
                    NamesCase{"AnotherCertificate", TlsVersion::Tls12, "www.site.test",
                              "other.test", "certificate-differs"}),
    caseName);

TEST_F(Sight, EndsATunnelWhoseCertificateARuleForbids)
{
    const TlsServer server({"other.test"}, TlsVersion::Tls12);
    ServingOrigin origin([&](RawConnection& connection) { server.serveEcho(connection); });
    RawClient client = proxy().tunnelTo(origin.named("strict.test"));
    EXPECT_THROW((void)askOverTls(client, "strict.test", {}, "question"), Unexpected);
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(record, {{"verdict", "deny"},
                              {"rule_name", "No false certificates"},
                              {"close_by", "policy"},
                              {"close_reason", "denied"},
                              {"bytes_proxy_to_client", "0"}}))
        << record.line();
}

TEST_F(Sight, TellsSshByItsBanner)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.send("SSH-2.0-OpenSSH_9.2p1 Debian\r\n");
    EXPECT_EQ(upstream.receiveExactly(30), "SSH-2.0-OpenSSH_9.2p1 Debian\r\n");
    client.close();
    upstream.close();
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(
        record, {{"tunnel_protocol", "ssh"}, {"tunnel_banner", "SSH-2.0-OpenSSH_9.2p1 Debian"}}))
        << record.line();
}

TEST_F(Sight, KeepsTheBannerOfAServerThatSpeaksFirst)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    upstream.send("220 mail.test ESMTP\r\n");
    EXPECT_EQ(client.receiveExactly(21), "220 mail.test ESMTP\r\n");
    client.send("EHLO me\r\n");
    EXPECT_EQ(upstream.receiveExactly(9), "EHLO me\r\n");
    client.close();
    upstream.close();
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(record, {{"tunnel_protocol", "unknown"},
                              {"tunnel_banner", "220 mail.test ESMTP"},
                              {"inspection_sight", "blind"}}))
        << record.line();
}

TEST_F(Sight, WaitsForNothing)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    const std::string hello = clientHello("www.site.test");
    constexpr std::size_t PieceBytes = 40; // few enough to come in time on a slow machine
    for (std::size_t at = 0; at < hello.size(); at += PieceBytes) {
        const std::string piece = hello.substr(at, PieceBytes);
        client.send(piece);
        EXPECT_EQ(upstream.receiveExactly(piece.size()), piece);
    }
    client.close();
    upstream.close();
    EXPECT_EQ(close(origin.port())["tls_sni"], "www.site.test");
}

TEST_F(Sight, GivesUpOnAHelloThatDoesNotComeWhole)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    const std::string hello = clientHello("www.site.test");
    client.send(hello.substr(0, 40));
    EXPECT_EQ(upstream.receiveExactly(40), hello.substr(0, 40));
    EXPECT_TRUE(client.staysSilent(1500ms)) << "it goes on all the same";
    client.send(hello.substr(40));
    EXPECT_EQ(upstream.receiveExactly(hello.size() - 40), hello.substr(40));
    client.close();
    upstream.close();
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(record, {{"tunnel_protocol", "unknown"}, {"tls_sni", ""}})) << record.line();
    expectEqualCounts(record);
}

TEST_F(Sight, TellsARequestInTheClearAndAnotherHost)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.named("www.site.test"));
    RawConnection upstream = origin.accept();
    client.send("GET /a HTTP/1.1\r\nHost: other.test\r\n\r\n");
    EXPECT_THAT(upstream.receiveHead(), StartsWith("GET /a HTTP/1.1\r\n"));
    client.close();
    upstream.close();
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(
        record, {{"tunnel_protocol", "tunnelled-http"}, {"names_coherent", "false"}, {"path", ""}}))
        << record.line();
    EXPECT_THAT(record["names_differences"], testing::HasSubstr("host-differs"));
}

TEST_F(Sight, TellsAHandshakeWhoseAnswerHasManyFramesBehindIt)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.named("www.site.test"));
    RawConnection upstream = origin.accept();
    client.send("GET /chat HTTP/1.1\r\nHost: " + origin.named("www.site.test") +
                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " +
                std::string(SampleKey) + "\r\nSec-WebSocket-Version: 13\r\n\r\n");
    (void)upstream.receiveHead();
    const std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                               std::string(SampleAccept) + "\r\n\r\n" +
                               serverFrame(Opcode::Binary, std::string(50'000, 'f'));
    upstream.send(answer); // more than a head may have
    EXPECT_TRUE(client.receiveExactly(answer.size()) == answer);
    client.close();
    upstream.close();
    const AuditRecord record = close(origin.port());
    EXPECT_TRUE(says(record, {{"tunnel_protocol", "websocket"}, {"ws_status", "101"}}))
        << record.line();
    expectEqualCounts(record);
}

} // namespace
} // namespace sallyport::test
