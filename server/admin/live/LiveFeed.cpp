#include "admin/live/LiveFeed.h"

#include "admin/api/Answer.h"
#include "admin/api/ApiError.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/WebSocket.h>
#include <Poco/StringTokenizer.h>

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace sallyport::admin::live {

namespace {

namespace pn = Poco::Net;
using Clock = std::chrono::steady_clock;

constexpr int MostMessageBytes = 16 * 1024;
/// How long a feed sleeps when nothing comes: what it is told meanwhile waits that long.
constexpr Poco::Timespan::TimeDiff SleepMicroseconds = 50'000;
const Poco::Timespan SendLimit(5, 0);
const Poco::Timespan ReceiveLimit(5, 0);
constexpr std::chrono::seconds StopPatience{3};
constexpr int Ping = int{pn::WebSocket::FRAME_FLAG_FIN} | int{pn::WebSocket::FRAME_OP_PING};
constexpr int Pong = int{pn::WebSocket::FRAME_FLAG_FIN} | int{pn::WebSocket::FRAME_OP_PONG};

void refuse(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response,
            const api::ApiError& problem)
{
    response.setStatusAndReason(static_cast<pn::HTTPResponse::HTTPStatus>(problem.status()));
    response.setContentType("application/problem+json");
    if (const auto time = problem.retryAfter())
        response.set("Retry-After", std::to_string(time->count()));
    response.setKeepAlive(false);
    const auto body = problem.body(request.getURI(), "");
    response.sendBuffer(body.data(), body.size());
}

bool offersSubprotocol(const pn::HTTPServerRequest& request)
{
    const Poco::StringTokenizer offered(request.get("Sec-WebSocket-Protocol", ""), ",",
                                        Poco::StringTokenizer::TOK_TRIM);
    return offered.has(std::string(LiveFeed::Subprotocol));
}

/// Whether something has come, waiting for it a little. What TLS has decrypted already is not
/// seen by poll().
bool awaitMessage(pn::WebSocket& socket)
{
    return socket.available() > 0 || socket.poll(SleepMicroseconds, pn::Socket::SELECT_READ);
}

/// Sends what waits, as far as the page takes it now.
void sendWaiting(pn::WebSocket& socket, Feed& feed)
{
    while (const auto* text = feed.front()) {
        if (!socket.poll(0, pn::Socket::SELECT_WRITE))
            return;
        socket.sendFrame(text->data(), static_cast<int>(text->size()), pn::WebSocket::FRAME_TEXT);
        feed.pop();
    }
}

} // namespace

/// A feed's place among those that are open.
class LiveFeed::Place {
public:
    Place(LiveFeed& among, Feed& feed) : among_(among)
    {
        const std::scoped_lock lock(among_.mutex_);
        if (among_.stopping_ || among_.feeds_.size() >= MostFeeds)
            throw api::ApiError(api::ProblemKind::Busy,
                                "As many pages watch live as may at once. Close one, or try "
                                "again later.")
                .retryAfter(std::chrono::seconds(10));
        at_ = among_.feeds_.insert(among_.feeds_.end(), &feed);
    }
    ~Place()
    {
        const std::scoped_lock lock(among_.mutex_);
        among_.feeds_.erase(at_);
        among_.left_.notify_all();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    LiveFeed& among_;
    std::list<Feed*>::iterator at_;
};

LiveFeed::~LiveFeed()
{
    stop();
}

void LiveFeed::serve(pn::HTTPServerRequest& request, pn::HTTPServerResponse& response,
                     const api::Caller& caller, const api::AskStanding& standing)
{
    Feed feed(makeSources_(caller));
    std::optional<Place> place;
    try {
        if (!offersSubprotocol(request))
            throw api::ApiError(api::ProblemKind::BadRequest,
                                "Offer the WebSocket subprotocol sallyport.live.v1.");
        place.emplace(*this, feed);
    } catch (const api::ApiError& problem) {
        refuse(request, response, problem);
        return;
    }
    try {
        response.set("Sec-WebSocket-Protocol", std::string(Subprotocol));
        pn::WebSocket socket(request, response);
        socket.setSendTimeout(SendLimit);
        socket.setReceiveTimeout(ReceiveLimit);
        socket.setMaxPayloadSize(MostMessageBytes);
        const auto close = run(socket, feed, standing);
        socket.shutdown(static_cast<Poco::UInt16>(close));
        // The page closes the connection in answer; it is cut otherwise.
        std::array<char, 256> rest;
        int flags = 0;
        if (socket.poll(Poco::Timespan(1, 0), pn::Socket::SELECT_READ))
            (void)socket.receiveFrame(rest.data(), static_cast<int>(rest.size()), flags);
    } catch (const pn::WebSocketException& problem) {
        if (!response.sent())
            refuse(request, response,
                   api::ApiError(api::ProblemKind::BadRequest,
                                 "The WebSocket handshake is not complete: " + problem.message()));
    } catch (const Poco::Exception& problem) {
        poco_debug_f1(Poco::Logger::get("admin"), "a live feed ended: %s", problem.displayText());
    }
}

LiveFeed::Close LiveFeed::run(pn::WebSocket& socket, Feed& feed, const api::AskStanding& standing)
{
    auto heard = Clock::now();
    auto nextPing = heard + PingEvery;
    auto nextSignIn = heard + SignInEvery;
    std::string message(MostMessageBytes, '\0');
    while (true) {
        const auto now = Clock::now();
        if (stopping_)
            return Close::Restarting;
        if (now >= nextSignIn) {
            const auto found = standing();
            if (found != api::Standing::Holds)
                return found == api::Standing::Ended ? Close::Expired : Close::RoleChanged;
            nextSignIn = now + SignInEvery;
        }
        if (now - heard > SilentLimit)
            throw Poco::TimeoutException("the page is silent");
        if (now >= nextPing && socket.poll(0, pn::Socket::SELECT_WRITE)) {
            socket.sendFrame("", 0, Ping);
            nextPing = now + PingEvery;
        }
        feed.turn(now);
        sendWaiting(socket, feed);
        if (!awaitMessage(socket))
            continue;
        int flags = 0;
        const int bytes = socket.receiveFrame(message.data(), MostMessageBytes, flags);
        heard = Clock::now();
        switch (flags & pn::WebSocket::FRAME_OP_BITMASK) {
        case pn::WebSocket::FRAME_OP_TEXT:
            if ((flags & pn::WebSocket::FRAME_FLAG_FIN) == 0 || bytes <= 0 ||
                !feed.receive(std::string_view(message.data(), static_cast<std::size_t>(bytes)),
                              heard))
                return Close::ProtocolError;
            break;
        case pn::WebSocket::FRAME_OP_PING:
            socket.sendFrame(message.data(), bytes, Pong);
            break;
        case pn::WebSocket::FRAME_OP_PONG:
            break;
        case pn::WebSocket::FRAME_OP_CLOSE:
            return Close::Normal;
        default:
            // POCO gives nothing at all when the connection has ended.
            if (bytes == 0 && flags == 0)
                throw pn::ConnectionResetException("the page has gone");
            return Close::ProtocolError;
        }
    }
}

api::Notify LiveFeed::notify()
{
    return [this](std::string_view channel, const Poco::JSON::Object& data) {
        try {
            const auto text = api::textOf(data);
            const std::scoped_lock lock(mutex_);
            for (auto* feed : feeds_)
                feed->publish(channel, text);
        } catch (const std::exception& problem) {
            poco_error_f1(Poco::Logger::get("admin"), "live feeds were not told: %s",
                          std::string(problem.what()));
        }
    };
}

void LiveFeed::stop()
{
    stopping_ = true;
    std::unique_lock lock(mutex_);
    left_.wait_for(lock, StopPatience, [this] { return feeds_.empty(); });
}

std::size_t LiveFeed::count() const
{
    const std::scoped_lock lock(mutex_);
    return feeds_.size();
}

} // namespace sallyport::admin::live
