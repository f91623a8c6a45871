// The admin server over real connections on loopback.

#include "admin/AdminServer.h"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace sallyport::admin {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Answer {
    Poco::Net::HTTPResponse head;
    std::string body;
};

class AdminServerTest : public testing::Test {
protected:
    AdminServerTest() { server_.start(); }

    [[nodiscard]] Answer ask(const std::string& method, const std::string& target) const
    {
        Poco::Net::HTTPClientSession session(server_.address());
        session.setTimeout(Poco::Timespan(5, 0));
        Poco::Net::HTTPRequest request(method, target, "HTTP/1.1");
        session.sendRequest(request);
        Answer answer;
        Poco::StreamCopier::copyToString(session.receiveResponse(answer.head), answer.body);
        return answer;
    }

    /// Everything that comes back before the server closes the connection.
    [[nodiscard]] std::string exchange(const std::string& bytes) const
    {
        Poco::Net::StreamSocket socket(server_.address());
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        std::string received;
        std::array<char, 1024> buffer{};
        while (const int count = socket.receiveBytes(buffer.data(), buffer.size()))
            received.append(buffer.data(), static_cast<std::size_t>(count));
        return received;
    }

    AdminServer server_{Poco::Net::SocketAddress("127.0.0.1:0"),
                        {.makePac = [](std::string_view host) {
                            return "// asked on " + std::string(host) + '\n';
                        }}};
};

struct PacPath {
    const char* name;
    const char* path;
};

class PacFile : public AdminServerTest, public testing::WithParamInterface<PacPath> {};

TEST_P(PacFile, IsServed)
{
    const auto answer = ask("GET", GetParam().path);
    EXPECT_EQ(answer.head.getStatus(), 200);
    EXPECT_EQ(answer.head.getContentType(), "application/x-ns-proxy-autoconfig");
    EXPECT_EQ(answer.head.get("Cache-Control", ""), "max-age=60");
    EXPECT_EQ(answer.body, "// asked on " + server_.address().toString() + '\n');
}

INSTANTIATE_TEST_SUITE_P(Table, PacFile,
                         testing::Values(PacPath{"Pac", "/proxy.pac"}, PacPath{"Wpad", "/wpad.dat"},
                                         PacPath{"WithQuery", "/proxy.pac?x=1"},
                                         PacPath{"AbsoluteForm", "http://a.example/proxy.pac"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(AdminServerTest, SaysThatItIsWell)
{
    const auto answer = ask("GET", "/healthz");
    EXPECT_EQ(answer.head.getStatus(), 200);
    EXPECT_EQ(answer.head.getContentType(), "application/json");
    EXPECT_EQ(answer.head.get("Cache-Control", ""), "no-store");
    const auto object = Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getValue<std::string>("status"), "ok");
    EXPECT_EQ(object->getValue<std::string>("version"), SALLYPORT_VERSION);
}

TEST_F(AdminServerTest, AnswersHeadWithoutABody)
{
    const auto whole = ask("GET", "/healthz");
    const auto text = exchange("HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(text, HasSubstr("Content-Length: " + std::to_string(whole.body.size()) + "\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
}

TEST_F(AdminServerTest, NamesWhatItHasWhenAskedForSomethingElse)
{
    const auto answer = ask("GET", "/nothing");
    EXPECT_EQ(answer.head.getStatus(), 404);
    EXPECT_EQ(answer.head.getContentType(), "application/problem+json");
    const auto object = Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getValue<int>("status"), 404);
    EXPECT_THAT(object->getValue<std::string>("detail"), HasSubstr("/healthz"));
}

TEST_F(AdminServerTest, RefusesOtherMethodsAndNamesThoseAllowed)
{
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
        const auto answer = ask(method, "/proxy.pac");
        EXPECT_EQ(answer.head.getStatus(), 405) << method;
        EXPECT_EQ(answer.head.get("Allow", ""), "GET, HEAD") << method;
    }
}

TEST_F(AdminServerTest, DoesNotTakeABodyForTheNextRequest)
{
    const auto text = exchange("POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\n"
                               "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 405 "));
    EXPECT_EQ(text.find("HTTP/1.1 ", 1), std::string::npos) << text;
}

TEST_F(AdminServerTest, RefusesATargetThatIsNotAUri)
{
    EXPECT_EQ(ask("GET", "http://[/").head.getStatus(), 400);
}

TEST_F(AdminServerTest, NamesAnAddressThatIsTaken)
{
    try {
        const AdminServer second(server_.address(), {});
        FAIL() << "bound twice";
    } catch (const Poco::Net::NetException& error) {
        EXPECT_THAT(error.displayText(), HasSubstr(server_.address().toString()));
    }
}

TEST_F(AdminServerTest, ClosesWaitingConnectionsWhenItStops)
{
    Poco::Net::StreamSocket socket(server_.address());
    socket.setReceiveTimeout(Poco::Timespan(5, 0));
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    std::array<char, 1024> buffer{};
    ASSERT_GT(socket.receiveBytes(buffer.data(), buffer.size()), 0);

    server_.stop();
    while (socket.receiveBytes(buffer.data(), buffer.size()) > 0)
        continue;
    EXPECT_THROW(Poco::Net::StreamSocket(server_.address()), Poco::Net::ConnectionRefusedException);
}

} // namespace

} // namespace sallyport::admin
