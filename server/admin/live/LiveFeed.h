// LiveFeed: the WebSocket that pages watch live through (RFC 6455, subprotocol sallyport.live.v1).
//
// A feed has the thread that calls serve() for its whole life; a slow page holds up no other, and
// never the proxy. Any thread.
#pragma once

#include "admin/api/Caller.h"
#include "admin/api/Notify.h"
#include "admin/api/Standing.h"
#include "admin/live/Feed.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string_view>

namespace Poco::Net {
class HTTPServerRequest;
class HTTPServerResponse;
class WebSocket;
} // namespace Poco::Net

namespace sallyport::admin::live {

class LiveFeed {
public:
    static constexpr std::string_view Subprotocol = "sallyport.live.v1";
    static constexpr std::size_t MostFeeds = 32;
    static constexpr std::chrono::seconds PingEvery{20};
    /// Without a word, not even a pong.
    static constexpr std::chrono::seconds SilentLimit{65};
    /// How often the caller's sign-in is looked at.
    static constexpr std::chrono::seconds SignInEvery{5};

    /// Why a feed ends, as its page is told (RFC 6455 section 7.4.2).
    enum class Close : std::uint16_t {
        Normal = 1000,
        ProtocolError = 1002,
        Restarting = 1012,
        Expired = 4401,
        RoleChanged = 4403,
    };

    /// Makes what the subscriptions of a caller are fed by.
    using MakeSources = std::function<Feed::MakeSource(const api::Caller&)>;

    explicit LiveFeed(MakeSources makeSources) : makeSources_(std::move(makeSources)) {}
    ~LiveFeed(); ///< stops
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    /// Upgrades, and serves until the feed ends; or answers why not. Cookie and Origin were looked
    /// at before.
    void serve(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response,
               const api::Caller& caller, const api::AskStanding& standing);
    /// Tells all feeds that are subscribed to the channel.
    [[nodiscard]] api::Notify notify();
    /// Ends all feeds with Restarting and waits for them, a few seconds at most. No other begins.
    void stop();
    [[nodiscard]] std::size_t count() const;

private:
    class Place;

    [[nodiscard]] Close run(Poco::Net::WebSocket& socket, Feed& feed,
                            const api::AskStanding& standing);

    const MakeSources makeSources_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_; // guards what follows
    std::condition_variable left_;
    std::list<Feed*> feeds_;
};

} // namespace sallyport::admin::live
