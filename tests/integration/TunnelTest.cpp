// An open tunnel: ends, resets, backpressure, bulk, idle limits. No byte is lost or changed.
#include "support/SharedProxy.h"
#include "support/TestOrigin.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <array>
#include <future>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using std::chrono_literals::operator""ms;

class Hash {
public:
    Hash() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::string_view bytes)
    {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    std::string finish()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
        return {digest.begin(), digest.begin() + length};
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free};
};

// A block of its own for every number, so that a lost, repeated or swapped one changes the hash.
std::string block(std::uint64_t number)
{
    constexpr std::size_t BlockBytes = 61'441; // not a power of two: edges fall everywhere
    std::string bytes(BlockBytes, '\0');
    std::uint64_t state = number * 0x9e3779b97f4a7c15ULL + 1;
    for (char& byte : bytes) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        byte = static_cast<char>(state >> 56);
    }
    return bytes;
}

std::string sendBulk(RawConnection& connection, std::uint64_t seed, std::size_t totalBytes)
{
    Hash hash;
    for (std::uint64_t number = 0; totalBytes > 0; ++number) {
        const std::string bytes = block(seed + number).substr(0, totalBytes);
        hash.add(bytes);
        connection.send(bytes);
        totalBytes -= bytes.size();
    }
    return hash.finish();
}

std::string receiveBulk(RawConnection& connection, std::size_t totalBytes)
{
    Hash hash;
    while (totalBytes > 0) {
        const std::string bytes =
            connection.receiveExactly(std::min<std::size_t>(totalBytes, 16384));
        hash.add(bytes);
        totalBytes -= bytes.size();
    }
    return hash.finish();
}

class Tunnel : public SharedProxy<Tunnel> {
protected:
    struct Ends {
        RawClient client;
        RawConnection upstream;
    };

    static Ends open(TestOrigin& origin)
    {
        RawClient client = proxy().tunnelTo(origin.authority());
        return {std::move(client), origin.accept()};
    }

    static AuditRecord closing(const TestOrigin& origin)
    {
        return proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    }

    static void expectEqualPairs(const AuditRecord& close)
    {
        EXPECT_EQ(close["bytes_client_to_proxy"], close["bytes_proxy_to_upstream"]) << close.line();
        EXPECT_EQ(close["bytes_upstream_to_proxy"], close["bytes_proxy_to_client"]) << close.line();
    }
};

TEST_F(Tunnel, KeepsTheOtherDirectionAfterTheClientsEnd)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    client.send("question");
    client.halfClose();
    EXPECT_EQ(upstream.receiveToEnd(), "question");
    EXPECT_TRUE(client.staysSilent(50ms));
    upstream.send("late answer");
    EXPECT_EQ(client.receiveExactly(11), "late answer");
    upstream.close();
    EXPECT_EQ(client.receiveToEnd(), "");
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(close, {{"close_reason", "done"},
                             {"bytes_client_to_proxy", "8"},
                             {"bytes_upstream_to_proxy", "11"}}))
        << close.line();
    expectEqualPairs(close);
}

TEST_F(Tunnel, KeepsTheOtherDirectionAfterTheUpstreamsEnd)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    upstream.send("all I have");
    upstream.halfClose();
    EXPECT_EQ(client.receiveToEnd(), "all I have");
    EXPECT_TRUE(upstream.staysSilent(50ms));
    client.send("late question");
    EXPECT_EQ(upstream.receiveExactly(13), "late question");
    client.close();
    EXPECT_EQ(upstream.receiveToEnd(), "");
    EXPECT_EQ(closing(origin)["close_reason"], "done");
}

TEST_F(Tunnel, DeliversTheUpstreamsLastBytesBeforeItsEnd)
{
    const std::string last = block(7) + block(8);
    for (int i = 0; i < 30; ++i) {
        TestOrigin origin;
        auto [client, upstream] = open(origin);
        upstream.send(last);
        upstream.close();
        ASSERT_EQ(client.receiveToEnd(), last) << "round " << i;
    }
}

TEST_F(Tunnel, DeliversTheClientsLastBytesBeforeItsEnd)
{
    const std::string last = block(9) + block(10);
    for (int i = 0; i < 30; ++i) {
        TestOrigin origin;
        auto [client, upstream] = open(origin);
        client.send(last);
        client.close();
        ASSERT_EQ(upstream.receiveToEnd(), last) << "round " << i;
    }
}

TEST_F(Tunnel, PassesOnTheClientsReset)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    client.send("some");
    EXPECT_EQ(upstream.receiveExactly(4), "some");
    client.reset();
    EXPECT_EQ(upstream.awaitEnd(), End::Reset);
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(close, {{"close_reason", "client-reset"}, {"close_by", "client"}}))
        << close.line();
    EXPECT_EQ(close.number("bytes_proxy_to_upstream"), 4);
}

TEST_F(Tunnel, PassesOnTheUpstreamsReset)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    upstream.send("some");
    EXPECT_EQ(client.receiveExactly(4), "some");
    upstream.reset();
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    const AuditRecord close = closing(origin);
    EXPECT_TRUE(says(close, {{"close_reason", "upstream-reset"}, {"close_by", "upstream"}}))
        << close.line();
}

TEST_F(Tunnel, PassesOnAResetAfterAHalfClose)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    client.send("question");
    client.halfClose();
    EXPECT_EQ(upstream.receiveToEnd(), "question");
    upstream.reset();
    EXPECT_EQ(client.awaitEnd(), End::Reset);
    EXPECT_EQ(closing(origin)["close_reason"], "upstream-reset");
}

TEST_F(Tunnel, SlowsAnUploadDownWhileTheUpstreamPauses)
{
    constexpr std::size_t LimitBytes = 512 * 1024 * 1024;
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    const std::size_t before = proxy().residentKilobytes();
    const std::size_t accepted = client.sendUntilBlocked(LimitBytes, 400ms);
    EXPECT_LT(accepted, LimitBytes);
    if (!Sanitized) {
        EXPECT_LT(proxy().residentKilobytes(), before + 8 * 1024);
    }
    std::size_t received = 0;
    while (received < accepted)
        received += upstream.receiveSome().size();
    EXPECT_EQ(received, accepted);
    client.send("and on");
    EXPECT_EQ(upstream.receiveExactly(6), "and on");
    client.close();
    upstream.close();
    const AuditRecord close = closing(origin);
    EXPECT_EQ(close.number("bytes_proxy_to_upstream"), static_cast<double>(accepted + 6));
    expectEqualPairs(close);
}

TEST_F(Tunnel, SlowsADownloadDownWhileTheClientPauses)
{
    constexpr std::size_t LimitBytes = 512 * 1024 * 1024;
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    const std::size_t before = proxy().residentKilobytes();
    const std::size_t accepted = upstream.sendUntilBlocked(LimitBytes, 400ms);
    EXPECT_LT(accepted, LimitBytes);
    if (!Sanitized) {
        EXPECT_LT(proxy().residentKilobytes(), before + 8 * 1024);
    }
    std::size_t received = 0;
    while (received < accepted)
        received += client.receiveSome().size();
    EXPECT_EQ(received, accepted);
    upstream.close();
    EXPECT_EQ(client.receiveToEnd(), "");
}

TEST_F(Tunnel, CarriesBulkBothWaysAtOnceUnchanged)
{
    const std::size_t totalBytes = (Sanitized ? 8 : 64) * 1024 * 1024;
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    auto up = std::async(std::launch::async,
                         [&end = client, totalBytes] { return sendBulk(end, 1, totalBytes); });
    auto down = std::async(std::launch::async, [&end = upstream, totalBytes] {
        return sendBulk(end, 1'000'000, totalBytes);
    });
    RawConnection clientReader(dup(client.descriptor()));
    RawConnection upstreamReader(dup(upstream.descriptor()));
    auto received =
        std::async(std::launch::async, [&] { return receiveBulk(upstreamReader, totalBytes); });
    EXPECT_EQ(receiveBulk(clientReader, totalBytes), down.get());
    EXPECT_EQ(received.get(), up.get());
    clientReader.close();
    upstreamReader.close();
    client.close();
    upstream.close();
    const AuditRecord close = closing(origin);
    EXPECT_EQ(close.number("bytes_proxy_to_upstream"), static_cast<double>(totalBytes));
    EXPECT_EQ(close.number("bytes_proxy_to_client"), static_cast<double>(totalBytes));
    expectEqualPairs(close);
}

TEST_F(Tunnel, CarriesSmallMessagesInLockstep)
{
    TestOrigin origin;
    auto [client, upstream] = open(origin);
    for (int i = 0; i < 1000; ++i) {
        const std::string message = std::to_string(i) + "\n";
        client.send(message);
        ASSERT_EQ(upstream.receiveUntil("\n"), message);
        upstream.send(message);
        ASSERT_EQ(client.receiveUntil("\n"), message);
    }
}

TEST_F(Tunnel, HoldsTwoDescriptors)
{
    constexpr std::size_t Tunnels = 40;
    TestOrigin origin;
    std::vector<Ends> ends;
    ends.push_back(open(origin));
    const std::size_t before = proxy().openDescriptors();
    for (std::size_t i = 0; i < Tunnels; ++i) {
        ends.push_back(open(origin));
        ends.back().client.send("x");
        EXPECT_EQ(ends.back().upstream.receiveExactly(1), "x");
    }
    EXPECT_LE(proxy().openDescriptors(), before + 2 * Tunnels);
}

TEST(TunnelTime, NoHttpTimerEndsATunnel)
{
    ProxyProcess proxy({.options = {{"head-timeout", "300ms"},
                                    {"keep-alive-timeout", "300ms"},
                                    {"body-timeout", "300ms"},
                                    {"response-timeout", "300ms"},
                                    {"connect-timeout", "300ms"},
                                    {"resolve-timeout", "300ms"}}});
    TestOrigin origin;
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    EXPECT_TRUE(client.staysSilent(900ms));
    EXPECT_TRUE(upstream.staysSilent(0ms));
    client.send("x");
    EXPECT_EQ(upstream.receiveExactly(1), "x");
}

class TunnelIdle : public SharedProxy<TunnelIdle> {
public:
    static ProxySettings settings() { return {.options = {{"tunnel-idle", "500ms"}}}; }
};

TEST_F(TunnelIdle, EndsASilentTunnel)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    (void)client.awaitEnd();
    (void)upstream.awaitEnd();
    const AuditRecord close =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    EXPECT_TRUE(says(
        close,
        {{"close_reason", "idle-timeout"}, {"close_timer", "tunnel-idle"}, {"close_by", "proxy"}}))
        << close.line();
    EXPECT_GE(close.number("duration_ms"), 400);
}

TEST_F(TunnelIdle, EndsAHalfClosedSilentTunnel)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.halfClose();
    EXPECT_EQ(upstream.receiveToEnd(), "");
    (void)client.awaitEnd();
    EXPECT_EQ(proxy().awaitRecord(
                  {{"event", "close"}, {"port", std::to_string(origin.port())}})["close_reason"],
              "idle-timeout");
}

TEST_F(TunnelIdle, IsHeldOffByBytesInEitherDirection)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.staysSilent(200ms));
        client.send("x");
        ASSERT_EQ(upstream.receiveExactly(1), "x");
        ASSERT_TRUE(client.staysSilent(200ms));
        upstream.send("y");
        ASSERT_EQ(client.receiveExactly(1), "y");
    }
}

} // namespace
} // namespace sallyport::test
