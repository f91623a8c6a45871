#include "support/AdminClient.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>

#include <ostream>

namespace sallyport::test {

namespace {

namespace pn = Poco::Net;

constexpr int TimeoutSeconds = 20;

pn::Context::Ptr anyCertificate()
{
    return new pn::Context(pn::Context::TLS_CLIENT_USE, "", pn::Context::VERIFY_NONE);
}

} // namespace

Response AdminClient::ask(const std::string& method, const std::string& path,
                          const std::string& body, const Fields& fields) const
{
    pn::HTTPSClientSession session("127.0.0.1", port_, anyCertificate());
    session.setTimeout(Poco::Timespan(TimeoutSeconds, 0));
    pn::HTTPRequest request(method, path, "HTTP/1.1");
    if (!token_.empty())
        request.set("Authorization", "Bearer " + token_);
    if (!cookie_.empty())
        request.set("Cookie", "__Host-sallyport=" + cookie_);
    if (method != "GET" && method != "HEAD") {
        request.set("Origin", "https://127.0.0.1:" + std::to_string(port_));
        if (!csrf_.empty())
            request.set("X-CSRF-Token", csrf_);
    }
    if (!body.empty()) {
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    for (const auto& [name, value] : fields) {
        if (value.empty())
            request.erase(name);
        else
            request.set(name, value);
    }
    session.sendRequest(request) << body;
    Response response;
    pn::HTTPResponse head;
    auto& stream = session.receiveResponse(head);
    response.status = head.getStatus();
    for (const auto& [name, value] : head)
        response.fields.emplace_back(name, value);
    Poco::StreamCopier::copyToString(stream, response.body);
    return response;
}

} // namespace sallyport::test
