// Views: which request of an open page is the newest, so that an older one of the same kind ends
// and makes room.
//
// Safe for several threads at once.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace sallyport::admin::audit {

class Views {
public:
    /// One request, while it lives.
    class Turn {
    public:
        Turn(Views& views, std::string view);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        /// A newer one has begun.
        [[nodiscard]] bool isOvertaken() const { return *overtaken_; }

    private:
        Views& views_;
        std::string view_; ///< empty: of no page, and never overtaken
        std::shared_ptr<std::atomic<bool>> overtaken_;
    };

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<std::atomic<bool>>> newest_;
};

} // namespace sallyport::admin::audit
