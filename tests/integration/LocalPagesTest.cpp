// What the proxy itself serves in origin-form, on its own port and on the admin port.
#include "support/AdminClient.h"
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

class LocalPages : public SharedProxy<LocalPages> {};

using Fetch = Response (*)(const ProxyProcess&, const std::string& path, std::string_view method);

struct PageCase {
    const char* name;
    const char* path;
    Fetch fetch;
    const char* contentType;
    const char* contains;
};

class LocalPage : public LocalPages, public testing::WithParamInterface<PageCase> {};

TEST_P(LocalPage, IsServed)
{
    const Response page = GetParam().fetch(proxy(), GetParam().path, "GET");
    EXPECT_EQ(page.status, 200) << page.head;
    EXPECT_THAT(page.field("Content-Type"), StartsWith(GetParam().contentType));
    EXPECT_THAT(page.body, HasSubstr(GetParam().contains));

    const Response head = GetParam().fetch(proxy(), GetParam().path, "HEAD");
    EXPECT_EQ(head.status, 200) << head.head;
    EXPECT_EQ(head.contentLength(), page.body.size());
}

Response overHttp(const ProxyProcess& proxy, const std::string& path, std::string_view method)
{
    RawClient client(proxy.port());
    client.send(std::string(method) + " " + path +
                " HTTP/1.1\r\nHost: proxy.test:3128\r\nConnection: close\r\n\r\n");
    return client.receiveResponse(method);
}

Response overHttps(const ProxyProcess& proxy, const std::string& path, std::string_view method)
{
    return AdminClient(proxy.adminPort())
        .ask(std::string(method), path, "", {{"Host", "proxy.test:3128"}});
}

constexpr const char* PacType = "application/x-ns-proxy-autoconfig";

INSTANTIATE_TEST_SUITE_P(
    Ports, LocalPage,
    testing::Values(
        PageCase{"PacOnTheProxy", "/proxy.pac", overHttp, PacType, "FindProxyForURL"},
        PageCase{"WpadOnTheProxy", "/wpad.dat", overHttp, PacType, "FindProxyForURL"},
        PageCase{"HealthOnTheProxy", "/healthz", overHttp, "application/json", "ok"},
        PageCase{"PacOnTheAdminPort", "/proxy.pac", overHttps, PacType, "FindProxyForURL"},
        PageCase{"WpadOnTheAdminPort", "/wpad.dat", overHttps, PacType, "FindProxyForURL"},
        PageCase{"HealthOnTheAdminPort", "/healthz", overHttps, "application/json", "ok"}),
    caseName);

TEST_F(LocalPages, NameTheProxyAsItWasAskedFor)
{
    const Response page = overHttp(proxy(), "/proxy.pac", "GET");
    EXPECT_THAT(page.body, HasSubstr("PROXY proxy.test:3128"));
}

TEST_F(LocalPages, NameTheProxysPortOnTheAdminPort)
{
    const Response page = overHttps(proxy(), "/proxy.pac", "GET");
    EXPECT_THAT(page.body, HasSubstr("PROXY proxy.test:" + std::to_string(proxy().port())));
}

TEST_F(LocalPages, KeepTheConnection)
{
    TestOrigin origin;
    RawClient client = proxy().client();
    client.send("GET /healthz HTTP/1.1\r\nHost: proxy.test\r\n\r\n");
    EXPECT_EQ(client.receiveResponse().status, 200);
    client.send(getRequest(origin.authority()));
    RawConnection upstream = origin.accept();
    (void)upstream.receiveHead();
    upstream.send(okResponse("and on"));
    EXPECT_EQ(client.receiveResponse().body, "and on");
}

TEST_F(LocalPages, AreThereForHttp10)
{
    RawClient client = proxy().client();
    client.send("GET /proxy.pac HTTP/1.0\r\n\r\n");
    const Response page = client.receiveResponse();
    EXPECT_EQ(page.status, 200) << page.head;
    EXPECT_THAT(page.body, HasSubstr("FindProxyForURL"));
    EXPECT_EQ(client.receiveToEnd(), "");
}

TEST_F(LocalPages, RefuseOtherMethods)
{
    const Response answer =
        proxy().ask("POST /proxy.pac HTTP/1.1\r\nHost: proxy.test\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(answer.status, AnyOf(400, 405)) << answer.head;
}

TEST_F(LocalPages, AreNoOpenRelay) // an origin-form request is never routed by its Host
{
    TestOrigin origin;
    for (const std::string& path :
         std::vector<std::string>{"/", "/other", "//" + origin.authority() + "/", "/proxy.pac/x"}) {
        const Response answer =
            proxy().ask("GET " + path + " HTTP/1.1\r\nHost: " + origin.authority() + "\r\n\r\n");
        EXPECT_EQ(answer.status, 400) << path;
        EXPECT_FALSE(origin.hasConnection()) << path;
        EXPECT_EQ(proxy().awaitEnding({{"session_id", answer.session()}})["close_reason"],
                  "bad-request");
    }
}

TEST_F(LocalPages, AreNotFoundUnderOtherNamesOnTheAdminPort)
{
    const Response answer = overHttps(proxy(), "/other.txt", "GET");
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.field("Content-Type"), StartsWith("application/problem+json"));
}

TEST(LocalPagesSettings, ShapeThePacFile)
{
    const ProxyProcess proxy({.options = {{"pac-proxy", "egress.corp.example:8080"},
                                          {"pac-direct", ".corp.example"},
                                          {"pac-direct", "wiki.example"}}});
    RawClient client = proxy.client();
    client.send("GET /proxy.pac HTTP/1.1\r\nHost: elsewhere.test\r\n\r\n");
    const Response page = client.receiveResponse();
    EXPECT_THAT(page.body, HasSubstr("PROXY egress.corp.example:8080"));
    EXPECT_THAT(page.body, HasSubstr("corp.example"));
    EXPECT_THAT(page.body, HasSubstr("wiki.example"));
    EXPECT_THAT(page.body, HasSubstr("DIRECT"));
}

} // namespace
} // namespace sallyport::test
