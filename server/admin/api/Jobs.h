// Jobs: long work of the API, done by threads of its own while the caller asks how far it is.
//
// Knows nothing of what is done. Safe for several threads at once.
#pragma once

#include "admin/api/Answer.h"
#include "admin/api/ApiError.h"
#include "admin/api/Caller.h"
#include "admin/api/Notify.h"
#include "admin/api/Router.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace sallyport::admin::api {

class Jobs {
public:
    static constexpr std::size_t MostAtOnce = 4;
    static constexpr std::chrono::hours KeptFor{24}; ///< after the end

    /// What the work sees of its job.
    class Progress {
    public:
        void set(std::uint64_t done, std::uint64_t total)
        {
            total_ = total;
            done_ = done;
        }
        [[nodiscard]] bool isCancelled() const { return cancelled_; }
        /// Throws when the job was cancelled: work that is left by it has changed nothing.
        void throwIfCancelled() const;

    private:
        friend class Jobs;
        std::atomic<std::uint64_t> done_{0}, total_{0};
        std::atomic<bool> cancelled_{false};
    };
    /// Gives the result. What it throws becomes the job's problem.
    using Work = std::function<Poco::JSON::Object(Progress&)>;

    /// `notify` is told the end of each job, by the job's thread: whose it is is for GET to say.
    explicit Jobs(Notify notify = {}) : notify_(std::move(notify)) {}
    ~Jobs(); ///< cancels, and waits for what runs
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;

    /// Gives the job's id. `kind`: "list-import", "audit-export", … Throws ApiError (Busy) when
    /// MostAtOnce are running.
    std::string start(const Caller& caller, std::string kind, Work work);
    /// {id, kind, state: running|done|failed|cancelled, done, total, started_at, result, problem};
    /// nothing: there is no such job.
    [[nodiscard]] std::optional<Poco::JSON::Object> find(const std::string& id) const;
    void cancel(const std::string& id);

    /// GET and DELETE /jobs/{id}: of whoever started it, and of an admin.
    void addTo(Router& router);

private:
    enum class State : std::uint8_t { Running, Done, Failed, Cancelled };
    struct Job;

    void run(Job& job, const Work& work);
    void tellEnd(const Job& job, State state) const;
    void dropOld();
    [[nodiscard]] std::shared_ptr<Job> jobFor(const Call& call) const;
    [[nodiscard]] static Poco::JSON::Object describe(const Job& job);

    const Notify notify_;
    mutable std::mutex mutex_;
    std::list<std::shared_ptr<Job>> jobs_; ///< oldest first
};

} // namespace sallyport::admin::api
