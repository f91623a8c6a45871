#include "admin/lists/FeedTimer.h"

#include "admin/lists/FeedRefresh.h"
#include "admin/lists/OpenLists.h"

#include <Poco/Logger.h>

#include <stdexcept>

namespace sallyport::admin::lists {
namespace {

/// How soon a feed that is due, or new, is noticed.
constexpr std::chrono::seconds Look{5};

api::Caller ourselves()
{
    api::Caller caller;
    caller.name = "feed";
    caller.role = api::Role::Editor;
    return caller;
}

} // namespace

void FeedTimer::start()
{
    thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void FeedTimer::stop()
{
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

void FeedTimer::run(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        try {
            refreshDue(stop);
        } catch (const std::exception& problem) {
            poco_warning(Poco::Logger::get("admin"),
                         std::string("feeds of lists: ") + problem.what());
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, Look, [] { return false; });
    }
}

void FeedTimer::refreshDue(std::stop_token stop)
{
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    for (const auto& description : OpenLists(parts_.policyFile).descriptions.all()) {
        const auto feed = Feed::parse(description.feed);
        if (!feed || feed->next(description) > now || stop.stop_requested())
            continue;
        try {
            refreshFeed(parts_, ourselves(), description.name, [&stop] {
                if (stop.stop_requested())
                    throw std::runtime_error("the server was stopped");
            });
        } catch (const std::exception& problem) {
            poco_warning(Poco::Logger::get("admin"),
                         "list " + description.name + " was not fetched: " + problem.what());
        }
    }
}

} // namespace sallyport::admin::lists
