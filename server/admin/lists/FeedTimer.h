// FeedTimer: a thread that refreshes the feeds of destination lists when their time has come.
#pragma once

#include "admin/lists/ListParts.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace sallyport::admin::lists {

class FeedTimer {
public:
    explicit FeedTimer(ListParts& parts) : parts_(parts) {}
    ~FeedTimer() { stop(); }
    FeedTimer(const FeedTimer&) = delete;
    FeedTimer& operator=(const FeedTimer&) = delete;

    void start();
    /// Gives up a file that is being fetched. May be called twice.
    void stop();

private:
    void run(std::stop_token stop);
    void refreshDue(std::stop_token stop);

    ListParts& parts_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

} // namespace sallyport::admin::lists
