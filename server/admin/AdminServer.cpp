#include "admin/AdminServer.h"

#include "admin/HealthResource.h"
#include "admin/Problem.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include <optional>
#include <string_view>

namespace sallyport::admin {

namespace {

namespace pn = Poco::Net;

constexpr int MostThreads = 16;
constexpr int MostWaiting = 64; // connections; more are closed
constexpr int ReadTimeoutSeconds = 10;
constexpr int KeepAliveSeconds = 15;
constexpr int MostKeepAliveRequests = 100;
constexpr std::string_view AllowedMethods = "GET, HEAD";

/// Nothing for a target that is not a URI.
std::optional<std::string> pathOf(const pn::HTTPServerRequest& request)
{
    try {
        return Poco::URI(request.getURI()).getPath();
    } catch (const Poco::SyntaxException&) {
        return std::nullopt;
    }
}

Page pageAt(const std::string& path, const pn::HTTPServerRequest& request,
            const AdminSources& sources)
{
    if (path == "/proxy.pac" || path == "/wpad.dat")
        return pacResource(sources.makePac, request.get("Host", ""));
    if (path == "/healthz")
        return healthResource();
    return problem(404, "Not found", "This server has /proxy.pac, /wpad.dat and /healthz.");
}

Page answer(const pn::HTTPServerRequest& request, const AdminSources& sources)
{
    const auto path = pathOf(request);
    if (!path)
        return problem(400, "Bad request", "The request target is not a valid URI.");
    auto page = pageAt(*path, request, sources);
    const bool isRead = request.getMethod() == "GET" || request.getMethod() == "HEAD";
    if (page.status == 200 && !isRead)
        return problem(405, "Method not allowed", "This resource can only be read.");
    return page;
}

void send(const Page& page, pn::HTTPServerResponse& response)
{
    response.setStatusAndReason(static_cast<pn::HTTPResponse::HTTPStatus>(page.status));
    response.setContentType(page.mediaType);
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Cache-Control", page.maxAge.count() == 0
                                      ? "no-store"
                                      : "max-age=" + std::to_string(page.maxAge.count()));
    if (page.status == 405)
        response.set("Allow", std::string(AllowedMethods));
    response.sendBuffer(page.body.data(), page.body.size());
}

class ResourceHandler : public pn::HTTPRequestHandler {
public:
    explicit ResourceHandler(const AdminSources& sources) : sources_(sources) {}

    void handleRequest(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response) override
    {
        // No resource takes a body yet: one that comes is not read, so the connection cannot be
        // used again.
        if (request.hasContentLength() || request.getChunkedTransferEncoding())
            response.setKeepAlive(false);
        send(answer(request, sources_), response);
    }

private:
    const AdminSources& sources_;
};

class ResourceHandlerFactory : public pn::HTTPRequestHandlerFactory {
public:
    explicit ResourceHandlerFactory(AdminSources sources) : sources_(std::move(sources)) {}

    pn::HTTPRequestHandler* createRequestHandler(const pn::HTTPServerRequest&) override
    {
        return new ResourceHandler(sources_); // POCO deletes it after the answer
    }

private:
    const AdminSources sources_;
};

pn::ServerSocket bindTo(const pn::SocketAddress& endpoint)
{
    constexpr int Backlog = 128;
    constexpr bool ReuseAddress = true;
    constexpr bool SharePort = true;
    constexpr bool OnlyIpv6 = true;
    pn::ServerSocket socket;
    if (endpoint.family() == pn::SocketAddress::IPv6)
        socket.bind6(endpoint, ReuseAddress, !SharePort, !OnlyIpv6);
    else
        socket.bind(endpoint, ReuseAddress, !SharePort);
    socket.listen(Backlog);
    return socket;
}

pn::HTTPServerParams::Ptr parameters()
{
    pn::HTTPServerParams::Ptr params = new pn::HTTPServerParams;
    params->setMaxThreads(MostThreads);
    params->setMaxQueued(MostWaiting);
    params->setTimeout(Poco::Timespan(ReadTimeoutSeconds, 0));
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(KeepAliveSeconds, 0));
    params->setMaxKeepAliveRequests(MostKeepAliveRequests);
    params->setServerName("sallyport");
    params->setSoftwareVersion("sallyport/" SALLYPORT_VERSION);
    return params;
}

} // namespace

AdminServer::AdminServer(const pn::SocketAddress& endpoint, AdminSources sources)
    : socket_(bindTo(endpoint)), address_(socket_.address()),
      threads_(std::make_unique<Poco::ThreadPool>("admin", 2, MostThreads + 1)),
      server_(std::make_unique<pn::HTTPServer>(new ResourceHandlerFactory(std::move(sources)),
                                               *threads_, socket_, parameters()))
{}

AdminServer::~AdminServer()
{
    stop();
}

void AdminServer::start()
{
    server_->start();
}

void AdminServer::stop()
{
    server_->stopAll(false);
    threads_->joinAll();
    socket_.close();
}

pn::SocketAddress AdminServer::address() const
{
    return address_;
}

} // namespace sallyport::admin
