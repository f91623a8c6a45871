#include "admin/site/AdminServer.h"

#include "admin/api/ApiRoot.h"
#include "admin/site/ApiExchange.h"
#include "admin/site/ContentPolicy.h"
#include "admin/site/SitePage.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>
#include <openssl/ssl.h>

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace sallyport::admin::site {

namespace {

namespace pn = Poco::Net;

constexpr int MostThreads = 96;  // each connection has one, live feeds included
constexpr int MostWaiting = 256; // connections; more are closed
constexpr int ReadTimeoutSeconds = 10;
constexpr int KeepAliveSeconds = 5;
constexpr int MostKeepAliveRequests = 1000;
constexpr auto HeadLimit = std::chrono::seconds(15);
constexpr std::string_view AllowedMethods = "GET, HEAD";

/// The path with the query; nothing for a target that is not a URI.
std::optional<std::string> targetOf(const pn::HTTPServerRequest& request)
{
    const auto& target = request.getURI();
    try {
        const Poco::URI uri(target);
        if (target.starts_with('/'))
            return target;
        return uri.getPathAndQuery();
    } catch (const Poco::SyntaxException&) {
        return std::nullopt;
    }
}

Page problemPage(unsigned status, std::string_view title, std::string_view detail)
{
    return {status,
            "application/problem+json",
            R"({"type":"about:blank","title":")" + std::string(title) + R"(","status":)" +
                std::to_string(status) + R"(,"detail":")" + std::string(detail) + "\"}\n",
            {}};
}

void setSecurityFields(pn::HTTPServerResponse& response)
{
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Opener-Policy", "same-origin");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    response.set("Content-Security-Policy", contentPolicy());
}

void send(const Page& page, pn::HTTPServerResponse& response)
{
    response.setStatusAndReason(static_cast<pn::HTTPResponse::HTTPStatus>(page.status));
    response.setContentType(page.mediaType);
    response.set("Cache-Control", page.maxAge.count() == 0
                                      ? "no-store"
                                      : "max-age=" + std::to_string(page.maxAge.count()));
    if (page.status == 405)
        response.set("Allow", std::string(AllowedMethods));
    response.sendBuffer(page.body.data(), page.body.size());
}

void send(const SitePage& page, pn::HTTPServerRequest& request, pn::HTTPServerResponse& response)
{
    const auto tag = '"' + std::string(page.file->tag) + '"';
    response.set("Content-Security-Policy", contentPolicyOf(*page.file));
    response.set("ETag", tag);
    response.set("Vary", "Accept-Encoding");
    response.set("Cache-Control", page.file->caching == UiFile::Caching::Forever
                                      ? "public, max-age=31536000, immutable"
                                      : "no-cache");
    if (request.get("If-None-Match", "") == tag) {
        response.setStatusAndReason(pn::HTTPResponse::HTTP_NOT_MODIFIED);
        response.setContentLength(0);
        response.send();
        return;
    }
    response.setContentType(std::string(page.file->mediaType));
    if (!page.encoding.empty())
        response.set("Content-Encoding", std::string(page.encoding));
    response.sendBuffer(page.content.data(), page.content.size());
}

class SiteHandler : public pn::HTTPRequestHandler {
public:
    SiteHandler(const SiteParts& parts, ConnectionWatch& watch) : parts_(parts), watch_(watch) {}

    void handleRequest(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response) override
    {
        const ConnectionWatch::Answering answering(
            watch_, dynamic_cast<pn::HTTPServerRequestImpl&>(request).socket());
        setSecurityFields(response);
        const auto target = targetOf(request);
        if (!target)
            return refuse(
                request, response,
                problemPage(400, "Bad request", "The request target is not a valid URI."));
        const auto path = target->substr(0, target->find('?'));
        if (path == std::string(api::ApiRoot) + "/live" && parts_.serveFeed)
            return answerFeed(request, response, parts_);
        if (path.starts_with(std::string(api::ApiRoot) + '/') && parts_.router)
            return answerApi(request, response, *target, parts_);
        const bool isRead = request.getMethod() == "GET" || request.getMethod() == "HEAD";
        if (const auto page = pageAt(path, request))
            return isRead ? send(*page, response)
                          : refuse(request, response,
                                   problemPage(405, "Method not allowed",
                                               "This resource can only be read."));
        const auto file = sitePage(parts_.ui, path, request.get("Accept-Encoding", ""));
        if (file.file && isRead)
            return send(file, request, response);
        refuse(request, response,
               file.file
                   ? problemPage(405, "Method not allowed", "This resource can only be read.")
                   : problemPage(404, "Not found",
                                 "This server has the API under /api/v1, /proxy.pac, /wpad.dat, "
                                 "/healthz, /readyz and /metrics."));
    }

private:
    [[nodiscard]] std::optional<Page> pageAt(const std::string& path,
                                             const pn::HTTPServerRequest& request) const
    {
        if (path == "/proxy.pac" || path == "/wpad.dat")
            return pacPage(parts_.makePac, request.get("Host", ""));
        if (path == "/healthz" && parts_.health)
            return parts_.health();
        if (path == "/readyz" && parts_.readiness)
            return parts_.readiness();
        if (path == "/metrics" && parts_.metrics)
            return parts_.metrics(callerOf(request, parts_));
        return std::nullopt;
    }

    static void refuse(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response,
                       const Page& page)
    {
        // A body that comes with it is not read, so the connection cannot be used again.
        if (request.hasContentLength() || request.getChunkedTransferEncoding())
            response.setKeepAlive(false);
        send(page, response);
    }

    const SiteParts& parts_;
    ConnectionWatch& watch_;
};

class SiteHandlerFactory : public pn::HTTPRequestHandlerFactory {
public:
    SiteHandlerFactory(const SiteParts& parts, ConnectionWatch& watch)
        : parts_(parts), watch_(watch)
    {}

    pn::HTTPRequestHandler* createRequestHandler(const pn::HTTPServerRequest&) override
    {
        return new SiteHandler(parts_, watch_); // POCO deletes it after the answer
    }

private:
    const SiteParts& parts_;
    ConnectionWatch& watch_;
};

pn::Context::Ptr contextOf(const SiteCertificate& certificate)
{
    try {
        pn::Context::Ptr context = new pn::Context(
            pn::Context::TLS_SERVER_USE, certificate.key.string(), certificate.certificate.string(),
            "", pn::Context::VERIFY_NONE, 9, false,
            "ECDHE+AESGCM:ECDHE+CHACHA20"); // of TLS 1.2; 1.3 has its own
        SSL_CTX_set_min_proto_version(context->sslContext(), TLS1_2_VERSION);
        context->disableStatelessSessionResumption();
        return context;
    } catch (const Poco::Exception& problem) {
        throw std::runtime_error("the admin server cannot use the certificate " +
                                 certificate.certificate.string() + " with the key " +
                                 certificate.key.string() + ": " + problem.displayText());
    }
}

pn::SecureServerSocket bindTo(const pn::SocketAddress& endpoint, const SiteCertificate& certificate)
{
    constexpr int Backlog = 512;
    constexpr bool ReuseAddress = true;
    constexpr bool SharePort = true;
    constexpr bool OnlyIpv6 = true;
    pn::SecureServerSocket socket(contextOf(certificate));
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

AdminServer::AdminServer(const pn::SocketAddress& endpoint, const SiteCertificate& certificate)
    : socket_(bindTo(endpoint, certificate)), address_(socket_.address()),
      watch_(new ConnectionWatch(HeadLimit)),
      threads_(std::make_unique<Poco::ThreadPool>("admin", 2, MostThreads + 1))
{}

AdminServer::~AdminServer()
{
    stop();
}

void AdminServer::start(SiteParts parts)
{
    parts_ = std::move(parts);
    server_ = std::make_unique<pn::HTTPServer>(new SiteHandlerFactory(parts_, *watch_), *threads_,
                                               socket_, parameters());
    server_->setConnectionFilter(watch_);
    server_->start();
}

void AdminServer::stop()
{
    if (server_)
        server_->stopAll(false);
    threads_->joinAll();
    socket_.close();
}

pn::SocketAddress AdminServer::address() const
{
    return address_;
}

} // namespace sallyport::admin::site
