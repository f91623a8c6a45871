// PolicyUptake: by which version of the policy each worker decides, for those who published one and
// wait until it counts.
//
// Several threads at once: the workers tell, the main thread tells what stands in the way, and any
// thread that is none of these may wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace sallyport::app {

class PolicyUptake {
public:
    enum class Outcome : std::uint8_t { InForce, NotYet };

    /// `lookNow` has the newest policy looked for and handed to the workers; it may be called by
    /// any thread and returns before that is done. All workers decide by `version` now.
    PolicyUptake(std::size_t workers, std::uint32_t version, std::function<void()> lookNow);

    /// Until all workers decide by this version or a later one, or it is clear that they will not
    /// soon, or `patience` is over.
    Outcome await(std::uint32_t version, std::chrono::milliseconds patience);

    void decides(std::size_t worker, std::uint32_t version);
    /// The newest version cannot be used: those who wait for it need not.
    void standsInTheWay();
    /// Nobody looks any more: from now on nothing is waited for.
    void close();

private:
    [[nodiscard]] bool allDecideBy(std::uint32_t version) const;

    const std::function<void()> lookNow_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::uint32_t> versions_; ///< of each worker
    std::uint64_t obstacles_ = 0;         ///< that were told
    bool closed_ = false;
};

} // namespace sallyport::app
