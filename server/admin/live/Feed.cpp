#include "admin/live/Feed.h"

#include "admin/api/Answer.h"
#include "admin/api/ApiError.h"
#include "admin/api/TimeText.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace sallyport::admin::live {

namespace {

constexpr std::size_t MostDepth = 8;
constexpr std::array<std::string_view, 2> Operations{"sub", "unsub"};

std::string jsonString(const std::string& text)
{
    return Poco::toJSON(text);
}

} // namespace

bool Feed::receive(std::string_view text, Time now)
{
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
        parser.setDepth(MostDepth);
        api::JsonFields message(parser.parse(std::string(text)).extract<Poco::JSON::Object::Ptr>());
        const auto operation = message.choice("op", Operations);
        const auto id = message.text("id", {.least = 1, .most = MostIdBytes});
        message.throwIfWrong();
        if (operation == 0)
            subscribe(message, now);
        else
            unsubscribe(id);
        return true;
    } catch (const Poco::Exception&) {
        return false; // no JSON, or no object
    } catch (const api::ApiError&) {
        return false;
    }
}

void Feed::subscribe(api::JsonFields& message, Time now)
{
    const auto id = message.text("id", {.least = 1, .most = MostIdBytes});
    try {
        const auto channel = message.text("ch");
        message.throwIfWrong();
        auto given = message.object("filter");
        api::JsonFields filter =
            given ? std::move(*given) : api::JsonFields(new Poco::JSON::Object());
        auto source = makeSource_(channel, filter);
        filter.refuseOthers();
        message.throwIfWrong();
        filter.throwIfWrong();

        unsubscribe(id);
        const std::scoped_lock lock(mutex_);
        if (subscriptions_.size() >= MostSubscriptions) {
            tellError(id, "too-many", "A feed may have at most 16 subscriptions.");
            return;
        }
        subscriptions_.push_back({.id = id,
                                  .channel = channel,
                                  .source = std::move(source),
                                  .seq = 0,
                                  .due = now,
                                  .waiting = 0,
                                  .flow = Subscription::Flow::Whole});
    } catch (const api::ApiError& problem) {
        const std::scoped_lock lock(mutex_);
        if (problem.errors().empty())
            tellError(id, "refused", problem.detail());
        else
            tellError(id, problem.errors().front().code,
                      problem.errors().front().pointer + ' ' + problem.errors().front().detail);
    }
}

void Feed::unsubscribe(const std::string& id)
{
    const std::scoped_lock lock(mutex_);
    dropWaiting(id);
    subscriptions_.remove_if([&id](const Subscription& each) { return each.id == id; });
}

void Feed::tellError(const std::string& id, std::string_view code, std::string_view detail)
{
    auto error = api::orderedObject();
    error.set("code", std::string(code));
    error.set("detail", std::string(detail));
    auto json = api::orderedObject();
    json.set("id", id);
    json.set("error", error);
    put(id, api::textOf(json));
}

void Feed::turn(Time now)
{
    // Only this thread adds or removes subscriptions: the list may be walked without the lock.
    for (auto at = subscriptions_.begin(); at != subscriptions_.end();) {
        auto& subscription = *at++;
        if (!subscription.source || subscription.due > now)
            continue;
        {
            const std::scoped_lock lock(mutex_);
            if (subscription.waiting > 0)
                continue; // the page has not taken the last one yet
        }
        while (subscription.due <= now)
            subscription.due += Interval;
        tellNews(subscription);
    }
}

void Feed::tellNews(Subscription& subscription)
{
    try {
        if (const auto data = subscription.source->ask()) {
            const std::scoped_lock lock(mutex_);
            put(subscription, *data);
        }
    } catch (const api::ApiError& problem) {
        if (problem.kind() == api::ProblemKind::Forbidden) {
            const auto id = subscription.id;
            unsubscribe(id);
            const std::scoped_lock lock(mutex_);
            tellError(id, "refused", problem.detail());
            return;
        }
        poco_debug_f1(Poco::Logger::get("admin"), "a live feed has nothing to say: %s",
                      problem.detail());
    } catch (const std::exception& problem) {
        poco_debug_f1(Poco::Logger::get("admin"), "a live feed has nothing to say: %s",
                      std::string(problem.what()));
    }
}

void Feed::publish(std::string_view channel, const std::string& data)
{
    const std::scoped_lock lock(mutex_);
    for (auto& subscription : subscriptions_)
        if (!subscription.source && subscription.channel == channel)
            put(subscription, data);
}

void Feed::put(Subscription& to, const std::string& data)
{
    if (to.flow == Subscription::Flow::Gap) {
        ++to.seq;
        return;
    }
    if (to.waiting >= MostWaiting) {
        ++to.seq;
        dropWaiting(to.id);
        to.flow = Subscription::Flow::Gap;
        put(to.id, "{\"id\":" + jsonString(to.id) + ",\"gap\":true}");
        return;
    }
    put(to.id, "{\"id\":" + jsonString(to.id) + ",\"seq\":" + std::to_string(++to.seq) +
                   ",\"at\":\"" + api::timeText(api::WallClock::now()) + "\",\"data\":" + data +
                   '}');
}

void Feed::put(const std::string& subscription, std::string text)
{
    waiting_.push_back({subscription, std::move(text)});
    if (auto* to = find(subscription))
        ++to->waiting;
}

void Feed::dropWaiting(const std::string& subscription)
{
    std::erase_if(waiting_, [&subscription](const Message& message) {
        return message.subscription == subscription;
    });
    if (auto* of = find(subscription))
        of->waiting = 0;
}

Feed::Subscription* Feed::find(std::string_view id)
{
    const auto found = std::ranges::find(subscriptions_, id, &Subscription::id);
    return found == subscriptions_.end() ? nullptr : &*found;
}

const std::string* Feed::front()
{
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty())
        return nullptr;
    sending_ = waiting_.front().text;
    return &sending_;
}

void Feed::pop()
{
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty() || waiting_.front().text != sending_)
        return; // it was dropped while it was sent
    if (auto* of = find(waiting_.front().subscription)) {
        --of->waiting;
        if (of->waiting == 0)
            of->flow = Subscription::Flow::Whole;
    }
    waiting_.pop_front();
}

} // namespace sallyport::admin::live
