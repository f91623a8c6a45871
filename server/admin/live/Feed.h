// Feed: what one page that watches live has subscribed to, and what is to be sent to it.
//
// Knows no socket. Channels that can be asked (metrics, sessions, audit) are asked when the page
// has taken what came before, so that a slow page gets fewer, larger messages; of those that tell
// by themselves a bounded number waits, and the page is told of a gap. All but publish() by one
// thread.
#pragma once

#include "admin/api/Caller.h"
#include "admin/api/JsonFields.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::live {

/// Where the messages of one subscription come from.
class FeedSource {
public:
    virtual ~FeedSource() = default;
    /// The next message's data as JSON text; nothing: there is nothing to say now. Called about
    /// once a second. Where it throws Forbidden the page is told so, and the subscription is over;
    /// of anything else that it throws the page hears nothing, and it is asked again.
    [[nodiscard]] virtual std::optional<std::string> ask() = 0;
};

class Feed {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t MostSubscriptions = 16;
    static constexpr std::size_t MostWaiting = 64; ///< messages of one subscription
    static constexpr std::size_t MostIdBytes = 64;

    /// The source of a channel that can be asked; null: the channel tells by itself. Throws
    /// ApiError for a channel or filter that is none.
    using MakeSource = std::function<std::unique_ptr<FeedSource>(std::string_view channel,
                                                                 api::JsonFields& filter)>;

    explicit Feed(MakeSource makeSource) : makeSource_(std::move(makeSource)) {}
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// What the page has sent. False: it is nothing that a page of ours would send.
    [[nodiscard]] bool receive(std::string_view text, Time now);
    /// Asks the sources that are due.
    void turn(Time now);
    /// The oldest message that waits; to be taken off with pop() once it was sent.
    [[nodiscard]] const std::string* front();
    void pop();

    /// Any thread; never waits for the page.
    void publish(std::string_view channel, const std::string& data);

private:
    static constexpr std::chrono::seconds Interval{1};

    struct Message {
        std::string subscription;
        std::string text;
    };
    struct Subscription {
        std::string id;
        std::string channel;
        std::unique_ptr<FeedSource> source; ///< null: it is told
        std::uint64_t seq = 0;
        Time due;
        std::size_t waiting = 0;
        enum class Flow : std::uint8_t { Whole, Gap } flow = Flow::Whole;
    };

    void subscribe(api::JsonFields& message, Time now);
    void unsubscribe(const std::string& id);
    void tellError(const std::string& id, std::string_view code, std::string_view detail);
    /// What its source has to say, if anything; ends the subscription if that is forbidden.
    void tellNews(Subscription& subscription);
    void put(Subscription& to, const std::string& data);
    void put(const std::string& subscription, std::string text);
    void dropWaiting(const std::string& subscription);
    [[nodiscard]] Subscription* find(std::string_view id);

    const MakeSource makeSource_;
    std::mutex mutex_; // guards what follows, but not while a source is asked
    std::list<Subscription> subscriptions_;
    std::deque<Message> waiting_;
    std::string sending_;
};

} // namespace sallyport::admin::live
