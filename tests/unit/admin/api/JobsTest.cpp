#include "admin/api/Jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>

namespace sallyport::admin::api {
namespace {

using testing::ElementsAre;

/// What was said on the live feed, waited for.
class Told {
public:
    Notify notify()
    {
        return [this](std::string_view channel, const Poco::JSON::Object& data) {
            const std::scoped_lock lock(mutex_);
            said_.push_back(std::string(channel) + ' ' + data.getValue<std::string>("job") + ' ' +
                            data.getValue<std::string>("state"));
            more_.notify_all();
        };
    }
    std::vector<std::string> afterOne()
    {
        std::unique_lock lock(mutex_);
        more_.wait_for(lock, std::chrono::seconds(20), [this] { return !said_.empty(); });
        return said_;
    }

private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::string> said_;
};

TEST(Jobs, TellTheLiveFeedHowEachEnded)
{
    const std::pair<Jobs::Work, std::string> cases[] = {
        {[](Jobs::Progress&) { return orderedObject(); }, "done"},
        {[](Jobs::Progress&) -> Poco::JSON::Object { throw std::runtime_error("no"); }, "failed"},
        {[](Jobs::Progress& progress) -> Poco::JSON::Object {
             while (true) {
                 progress.throwIfCancelled();
                 std::this_thread::yield();
             }
         },
         "cancelled"}};
    for (const auto& [work, state] : cases) {
        Told told;
        Jobs jobs(told.notify());
        const auto id = jobs.start({}, "test", work);
        if (state == "cancelled")
            jobs.cancel(id);
        EXPECT_THAT(told.afterOne(), ElementsAre("jobs " + id + ' ' + state));
        EXPECT_EQ(jobs.find(id)->getValue<std::string>("state"), state);
    }
}

} // namespace
} // namespace sallyport::admin::api
