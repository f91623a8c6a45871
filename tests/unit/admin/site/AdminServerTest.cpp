// The admin server over real TLS connections on loopback.

#include "admin/site/AdminServer.h"

#include "support/AdminClient.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <thread>

namespace sallyport::admin::site {

namespace {

using test::AdminClient;
using test::Response;
using testing::HasSubstr;
using testing::StartsWith;

constexpr UiFile Pages[] = {
    {"/assets/app-1.js", "text/javascript; charset=utf-8", "plain();", "GZIP", "BROTLI",
     UiFile::Caching::Forever, "t1"},
    {"/index.html",
     "text/html; charset=utf-8",
     "<!doctype html>",
     {},
     {},
     UiFile::Caching::Never,
     "t2"},
};

class AdminServerTest : public testing::Test {
protected:
    AdminServerTest()
    {
        router_.add("GET", "/who", api::Access::from(api::Role::HelpDesk), [](api::Call& call) {
            return api::jsonAnswer('"' + call.caller().name + '"');
        });
        router_.add("POST", "/echo", api::Access::from(api::Role::HelpDesk), [](api::Call& call) {
            return api::jsonAnswer('"' + call.json(1000).text("a") + '"');
        });
        router_.add("POST", "/ignore", api::Access::anybody().withBody(8 << 20),
                    [](api::Call&) { return api::noContent(); });
        router_.add("GET", "/long", api::Access::anybody(), [](api::Call&) {
            api::Answer answer;
            answer.stream = [](std::ostream& out) {
                for (int i = 0; i < 100'000; ++i)
                    out << "0123456789";
            };
            return answer;
        });
        server_.start(
            {.makePac =
                 [](std::string_view host) { return "// asked on " + std::string(host) + '\n'; },
             .router = &router_,
             .authenticate = [](const api::Credentials& credentials) -> api::Caller {
                 if (credentials.cookie == "good")
                     return {.way = api::Caller::Way::Session,
                             .account = "1",
                             .name = "ann",
                             .session = "s",
                             .role = api::Role::Editor,
                             .address = credentials.address,
                             .csrf = "csrf-1"};
                 if (credentials.bearer == "token")
                     return {.way = api::Caller::Way::Token,
                             .account = "1",
                             .name = "token x (ann)",
                             .session = "t",
                             .role = api::Role::Auditor,
                             .address = credentials.address,
                             .csrf = ""};
                 return {};
             },
             .callerOf = {},
             .serveFeed = {},
             .health =
                 [] {
                     return Page{200, "application/json", "{}\n", {}};
                 },
             .readiness = {},
             .metrics = {},
             .ui = Pages});
    }

    [[nodiscard]] AdminClient client() const { return AdminClient(server_.address().port()); }
    [[nodiscard]] AdminClient signedIn() const
    {
        auto client = AdminServerTest::client();
        client.useCookie("good", "csrf-1");
        return client;
    }
    [[nodiscard]] Poco::Net::SecureStreamSocket connect() const
    {
        Poco::Net::SecureStreamSocket socket(
            server_.address(),
            Poco::Net::Context::Ptr(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "",
                                                           Poco::Net::Context::VERIFY_NONE)));
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        return socket;
    }
    /// Everything that comes back before the server closes the connection.
    [[nodiscard]] std::string exchange(const std::string& bytes) const
    {
        auto socket = connect();
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        std::string received;
        std::array<char, 1024> buffer{};
        while (const int count = socket.receiveBytes(buffer.data(), buffer.size()))
            received.append(buffer.data(), static_cast<std::size_t>(count));
        return received;
    }

    test::TemporaryFolder folder_;
    api::Router router_;
    SiteCertificate certificate_ = selfMadeCertificate(folder_.path(), {"proxy.test", "10.0.0.9"});
    AdminServer server_{Poco::Net::SocketAddress("127.0.0.1:0"), certificate_};
};

struct PacPath {
    const char* name;
    const char* path;
};

class PacFile : public AdminServerTest, public testing::WithParamInterface<PacPath> {};

TEST_P(PacFile, IsServed)
{
    const auto answer = client().get(GetParam().path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Content-Type"), "application/x-ns-proxy-autoconfig");
    EXPECT_EQ(answer.field("Cache-Control"), "max-age=60");
    EXPECT_EQ(answer.body, "// asked on " + server_.address().toString() + '\n');
}

INSTANTIATE_TEST_SUITE_P(Table, PacFile,
                         testing::Values(PacPath{"Pac", "/proxy.pac"}, PacPath{"Wpad", "/wpad.dat"},
                                         PacPath{"WithQuery", "/proxy.pac?x=1"},
                                         PacPath{"AbsoluteForm", "http://a.example/proxy.pac"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(AdminServerTest, AnswersHeadWithoutABody)
{
    const auto text = exchange("HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(text, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
}

TEST_F(AdminServerTest, ServesTheUiAndItsPages)
{
    const auto page = client().get("/rules/history?q=x");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.field("Cache-Control"), "no-cache");
    EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("default-src 'self'"));
    EXPECT_EQ(client().ask("GET", "/", "", {{"If-None-Match", "\"t2\""}}).status, 304);
    const auto script =
        client().ask("GET", "/assets/app-1.js", "", {{"Accept-Encoding", "gzip, br;q=0"}});
    EXPECT_EQ(script.body, "GZIP");
    EXPECT_EQ(script.field("Content-Encoding"), "gzip");
    EXPECT_THAT(script.field("Cache-Control"), HasSubstr("immutable"));
    EXPECT_EQ(client().get("/rules/versions/1..2").status, 200);
    EXPECT_EQ(client().get("/assets/gone.js").status, 404);
    EXPECT_EQ(client().ask("POST", "/rules").status, 405);
}

TEST_F(AdminServerTest, NamesWhatItHasWhenAskedForSomethingElse)
{
    const auto answer = client().get("/nothing.txt");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr("/healthz"));
}

TEST_F(AdminServerTest, RefusesOtherMethodsAndNamesThoseAllowed)
{
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
        const auto answer = client().ask(method, "/proxy.pac");
        EXPECT_EQ(answer.status, 405) << method;
        EXPECT_EQ(answer.field("Allow"), "GET, HEAD") << method;
    }
    EXPECT_EQ(client().ask("PUT", "/api/v1/who").field("Allow"), "GET");
}

TEST_F(AdminServerTest, DoesNotTakeABodyForTheNextRequest)
{
    const auto text = exchange("POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\n"
                               "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 405 "));
    EXPECT_EQ(text.find("HTTP/1.1 ", 1), std::string::npos) << text;
    // A body that a resource did not read is thrown away: the next request is the next one.
    const auto both =
        exchange("POST /api/v1/ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\n\r\n"
                 "GET /proxy.pac HTTP/1.1\r\nHost: a\r\n"
                 "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(both, StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(both, HasSubstr("HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, RefusesATargetThatIsNotAUri)
{
    EXPECT_THAT(exchange("GET http://[/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminServerTest, KnowsWhoAsks)
{
    EXPECT_EQ(client().get("/api/v1/who").status, 401);
    EXPECT_EQ(signedIn().get("/api/v1/who").body, "\"ann\"");
    auto program = client();
    program.useToken("token");
    EXPECT_EQ(program.get("/api/v1/who").body, "\"token x (ann)\"");
}

struct ForgeryCase {
    const char* name;
    AdminClient::Fields fields; ///< an empty value takes the field away
    int status;
};

class CrossSite : public AdminServerTest, public testing::WithParamInterface<ForgeryCase> {};

TEST_P(CrossSite, ChangesAreKeptOut)
{
    EXPECT_EQ(signedIn().ask("POST", "/api/v1/echo", R"({"a":"b"})", GetParam().fields).status,
              GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, CrossSite,
    testing::Values(ForgeryCase{"OwnPage", {}, 200},
                    ForgeryCase{"NoToken", {{"X-CSRF-Token", ""}}, 403},
                    ForgeryCase{"WrongToken", {{"X-CSRF-Token", "csrf-2"}}, 403},
                    ForgeryCase{"ForeignOrigin", {{"Origin", "https://evil.example"}}, 403},
                    ForgeryCase{"OwnHostOverHttp", {{"Origin", "http://127.0.0.1"}}, 403},
                    ForgeryCase{"NullOrigin", {{"Origin", "null"}}, 403},
                    ForgeryCase{"NoOrigin", {{"Origin", ""}}, 403},
                    ForgeryCase{"FetchMetadataInstead",
                                {{"Origin", ""}, {"Sec-Fetch-Site", "same-origin"}},
                                200},
                    ForgeryCase{"OtherSite", {{"Sec-Fetch-Site", "cross-site"}}, 403},
                    ForgeryCase{"OtherSubdomain", {{"Sec-Fetch-Site", "same-site"}}, 403},
                    ForgeryCase{"Form", {{"Content-Type", "text/plain"}}, 415}),
    [](const auto& info) { return info.param.name; });

TEST_F(AdminServerTest, TakesChangesOfTokensWithoutACookiesProofs)
{
    auto program = client();
    program.useToken("token");
    EXPECT_EQ(program.ask("POST", "/api/v1/echo", R"({"a":"b"})", {{"Origin", ""}}).status, 200);
}

TEST_F(AdminServerTest, RefusesBodiesThatAreTooLarge)
{
    const auto answer = signedIn().ask("POST", "/api/v1/echo", std::string(3 << 20, ' '));
    EXPECT_EQ(answer.status, 413);
}

TEST_F(AdminServerTest, StreamsLongAnswers)
{
    EXPECT_EQ(client().get("/api/v1/long").body.size(), 1'000'000U);
}

TEST_F(AdminServerTest, CutsWhoNeverFinishesARequest)
{
    auto socket = connect();
    const auto begun = std::chrono::steady_clock::now();
    std::jthread drip([&](const std::stop_token& stop) {
        const std::string head = "GET /healthz HTTP/1.1\r\nX: ";
        try {
            socket.sendBytes(head.data(), static_cast<int>(head.size()));
            for (int i = 0; i < 60 && !stop.stop_requested(); ++i) {
                socket.sendBytes("a", 1);
                std::this_thread::sleep_for(std::chrono::seconds(1));
            }
        } catch (const Poco::Exception&) {
            // cut, as it should be
        }
    });
    drip.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(40));
}

TEST_F(AdminServerTest, NamesAnAddressThatIsTaken)
{
    try {
        const AdminServer second(server_.address(), certificate_);
        FAIL() << "bound twice";
    } catch (const Poco::Net::NetException& error) {
        EXPECT_THAT(error.displayText(), HasSubstr(server_.address().toString()));
    }
}

TEST_F(AdminServerTest, SaysWhichCertificateItCannotUse)
{
    try {
        const AdminServer other(
            Poco::Net::SocketAddress("127.0.0.1:0"),
            {.certificate = certificate_.certificate, .key = folder_.file("missing.pem")});
        FAIL() << "no key, and no complaint";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("missing.pem"));
    }
}

TEST_F(AdminServerTest, ClosesWaitingConnectionsWhenItStops)
{
    auto socket = connect();
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    std::array<char, 4096> buffer{};
    ASSERT_GT(socket.receiveBytes(buffer.data(), buffer.size()), 0);

    server_.stop();
    try {
        while (socket.receiveBytes(buffer.data(), buffer.size()) > 0)
            continue;
    } catch (const Poco::Exception&) {
        // without a closing handshake: closed all the same
    }
    EXPECT_THROW(Poco::Net::StreamSocket(server_.address()), Poco::Net::ConnectionRefusedException);
}

TEST(SelfMadeCertificate, IsKeptAndHoldsForItsNames)
{
    const test::TemporaryFolder folder;
    const auto first = selfMadeCertificate(folder.path(), {"proxy.test", "10.0.0.9", "bad name!"});
    const auto print = fingerprintOf(first.certificate);
    EXPECT_EQ(print.size(), 32U * 3 - 1);
    EXPECT_EQ(fingerprintOf(selfMadeCertificate(folder.path(), {}).certificate), print);
    EXPECT_GT(endOf(first.certificate),
              std::chrono::system_clock::now() + SelfMadeFor - std::chrono::days(2));
    EXPECT_EQ(std::filesystem::status(first.key).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

} // namespace

} // namespace sallyport::admin::site
