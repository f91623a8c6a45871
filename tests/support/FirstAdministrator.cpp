#include "support/FirstAdministrator.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace sallyport::test {

namespace {

std::string setUpToken(const ProxyProcess& proxy)
{
    const std::string before = "/setup?token=";
    proxy.awaitLog(before);
    auto log = proxy.log();
    const auto begin = log.find(before) + before.size();
    while (log.find('\n', begin) == std::string::npos) // the reader may have half a line
        log = proxy.log();
    return log.substr(begin, log.find('\n', begin) - begin);
}

/// What stands between the name of the cookie and the next ';'.
std::string cookieOf(const Response& response)
{
    const std::string name = "__Host-sallyport=";
    const auto field = response.field("Set-Cookie");
    const auto begin = field.find(name);
    if (begin == std::string::npos)
        return {};
    return field.substr(begin + name.size(), field.find(';', begin) - begin - name.size());
}

} // namespace

Response finishSetUp(const ProxyProcess& proxy, const std::string& startingPolicy,
                     const std::string& more)
{
    return AdminClient(proxy.adminPort())
        .ask("POST", "/api/v1/setup",
             R"({"token": ")" + setUpToken(proxy) + R"(", "admin": {"name": "ada", "password": ")" +
                 FirstPassword + R"("}, "starting_policy": )" + startingPolicy + more + '}');
}

AdminClient firstAdministrator(const ProxyProcess& proxy)
{
    const auto done = finishSetUp(proxy, R"({"kind": "keep"})");
    if (done.status != 201)
        throw Unexpected("set-up was answered " + std::to_string(done.status) + ": " + done.body);
    AdminClient client(proxy.adminPort());
    signInBy(client, done);
    return client;
}

void signInBy(AdminClient& client, const Response& opened)
{
    const auto cookie = cookieOf(opened);
    client.useCookie(cookie, "");
    const auto session = Poco::JSON::Parser()
                             .parse(client.get("/api/v1/session").body)
                             .extract<Poco::JSON::Object::Ptr>();
    client.useCookie(cookie, session->getValue<std::string>("csrf"));
}

} // namespace sallyport::test
