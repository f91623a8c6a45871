#include "admin/lists/FetchFile.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <array>
#include <memory>

namespace sallyport::admin::lists {
namespace {

using Poco::Net::HTTPResponse;
using Clock = std::chrono::steady_clock;

Poco::Timespan timespan(std::chrono::seconds time)
{
    return Poco::Timespan(static_cast<long>(time.count()), 0);
}

// One certificate store for all: reading the system's takes some milliseconds.
Poco::Net::Context::Ptr tlsContext()
{
    static Poco::Net::Context::Ptr context = [] {
        Poco::Net::Context::Ptr made = new Poco::Net::Context(
            Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_STRICT, 9, true);
        made->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        made->enableExtendedCertificateVerification(true);
        return made;
    }();
    return context;
}

std::unique_ptr<Poco::Net::HTTPClientSession> sessionFor(const Poco::URI& uri,
                                                         const FetchLimits& limits)
{
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (uri.getScheme() == "https")
        session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(),
                                                                  tlsContext());
    else
        session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
    session->setTimeout(timespan(limits.silence), timespan(limits.silence),
                        timespan(limits.silence));
    session->setKeepAlive(false);
    return session;
}

bool isRedirect(const HTTPResponse& response)
{
    switch (response.getStatus()) {
    case HTTPResponse::HTTP_MOVED_PERMANENTLY:
    case HTTPResponse::HTTP_FOUND:
    case HTTPResponse::HTTP_SEE_OTHER:
    case HTTPResponse::HTTP_TEMPORARY_REDIRECT:
    case HTTPResponse::HTTP_PERMANENT_REDIRECT:
        return response.has("Location");
    default:
        return false;
    }
}

class Fetch {
public:
    Fetch(const FetchLimits& limits, const std::function<void(std::string_view)>& take)
        : limits_(limits), take_(take)
    {}

    void run(Poco::URI uri)
    {
        for (unsigned led = 0;; ++led) {
            const auto next = getOnce(uri);
            if (next.empty())
                return;
            if (led == limits_.redirects)
                throw FetchError("the server led on to another address too often");
            const auto before = uri.getScheme();
            uri.resolve(next);
            if (uri.getScheme() != before && uri.getScheme() != "https")
                throw FetchError("the server led on to " + uri.getScheme() + " from " + before);
        }
    }

private:
    // Gives the address that it was led on to, or nothing when the file was there.
    std::string getOnce(const Poco::URI& uri)
    {
        const auto session = sessionFor(uri, limits_);
        Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, uri.getPathAndQuery(),
                                       Poco::Net::HTTPMessage::HTTP_1_1);
        if (request.getURI().empty())
            request.setURI("/");
        request.set("User-Agent", "sallyport");
        request.set("Accept", "text/plain, text/csv, */*;q=0.1");
        session->sendRequest(request);
        HTTPResponse response;
        auto& body = session->receiveResponse(response);
        if (isRedirect(response))
            return response.get("Location");
        if (response.getStatus() != HTTPResponse::HTTP_OK)
            throw FetchError("the server answered " +
                             std::to_string(static_cast<int>(response.getStatus())) + ' ' +
                             response.getReason());
        read(body, response);
        return {};
    }

    void read(std::istream& body, const HTTPResponse& response)
    {
        std::array<char, 64 * 1024> buffer;
        std::uint64_t bytes = 0;
        while (body.read(buffer.data(), buffer.size()) || body.gcount() > 0) {
            const auto count = static_cast<std::size_t>(body.gcount());
            bytes += count;
            if (bytes > limits_.bytes)
                throw FetchError("the file is larger than " + std::to_string(limits_.bytes) +
                                 " bytes");
            if (Clock::now() > deadline_)
                throw FetchError("the file took longer than " +
                                 std::to_string(limits_.time.count()) + " seconds");
            take_({buffer.data(), count});
        }
        if (response.hasContentLength() &&
            static_cast<std::uint64_t>(response.getContentLength64()) != bytes)
            throw FetchError("the file ended before its length");
    }

    const FetchLimits limits_;
    const std::function<void(std::string_view)>& take_;
    const Clock::time_point deadline_ = Clock::now() + limits_.time;
};

} // namespace

void fetchFile(const std::string& url, const FetchLimits& limits,
               const std::function<void(std::string_view)>& take)
{
    try {
        Fetch(limits, take).run(Poco::URI(url));
    } catch (const Poco::Exception& problem) {
        throw FetchError(problem.displayText());
    }
}

} // namespace sallyport::admin::lists
