#include "admin/api/Jobs.h"

#include "admin/api/TimeText.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace sallyport::admin::api {
namespace {

struct Cancelled : std::exception {};

constexpr const char* StateNames[] = {"running", "done", "failed", "cancelled"};

} // namespace

struct Jobs::Job {
    std::string id;
    std::string kind;
    std::string owner; ///< account
    WallClock::time_point started;
    Progress progress;
    // Guarded by the mutex of Jobs.
    State state = State::Running;
    std::optional<WallClock::time_point> ended;
    Poco::JSON::Object result;
    std::string problem; ///< JSON text
    std::thread thread;
};

void Jobs::Progress::throwIfCancelled() const
{
    if (cancelled_)
        throw Cancelled();
}

Jobs::~Jobs()
{
    for (const auto& job : jobs_)
        job->progress.cancelled_ = true;
    for (const auto& job : jobs_)
        if (job->thread.joinable())
            job->thread.join();
}

void Jobs::dropOld()
{
    const auto now = WallClock::now();
    std::erase_if(jobs_, [now](const std::shared_ptr<Job>& job) {
        if (!job->ended || now - *job->ended < KeptFor)
            return false;
        job->thread.join(); // it has nothing left to do
        return true;
    });
}

std::string Jobs::start(const Caller& caller, std::string kind, Work work)
{
    const std::scoped_lock lock(mutex_);
    dropOld();
    if (std::ranges::count(jobs_, State::Running, [](const auto& job) { return job->state; }) >=
        static_cast<std::ptrdiff_t>(MostAtOnce))
        throw ApiError(ProblemKind::Busy, "As much long work is under way as may be at once. Try "
                                          "again when some of it has ended.")
            .retryAfter(std::chrono::seconds(5));
    const auto job = std::make_shared<Job>();
    job->id = Poco::UUIDGenerator().createRandom().toString();
    job->kind = std::move(kind);
    job->owner = caller.account;
    job->started = WallClock::now();
    jobs_.push_back(job);
    job->thread = std::thread([this, &entry = *job, work = std::move(work)] { run(entry, work); });
    return job->id;
}

void Jobs::run(Job& job, const Work& work)
{
    State state = State::Done;
    Poco::JSON::Object result = orderedObject();
    std::string problem;
    const auto place = "/jobs/" + job.id;
    try {
        result = work(job.progress);
    } catch (const Cancelled&) {
        state = State::Cancelled;
    } catch (const ApiError& error) {
        state = State::Failed;
        problem = error.body(place, job.id);
    } catch (const Poco::Exception& error) {
        state = State::Failed;
        problem = ApiError(ProblemKind::Internal, error.displayText()).body(place, job.id);
    } catch (const std::exception& error) {
        state = State::Failed;
        problem = ApiError(ProblemKind::Internal, error.what()).body(place, job.id);
    }
    {
        const std::scoped_lock lock(mutex_);
        job.state = state;
        job.ended = WallClock::now();
        job.result = std::move(result);
        job.problem = std::move(problem);
    }
    // Not before GET says the same: who is told asks at once.
    tellEnd(job, state);
}

void Jobs::tellEnd(const Job& job, State state) const
{
    if (!notify_)
        return;
    auto json = orderedObject();
    json.set("job", job.id);
    json.set("state", StateNames[static_cast<std::size_t>(state)]);
    notify_("jobs", json);
}

Poco::JSON::Object Jobs::describe(const Job& job)
{
    auto json = orderedObject();
    json.set("id", job.id);
    json.set("kind", job.kind);
    json.set("state", StateNames[static_cast<std::size_t>(job.state)]);
    json.set("done", job.progress.done_.load());
    json.set("total", job.progress.total_.load());
    json.set("started_at", timeText(job.started));
    if (job.ended)
        json.set("ended_at", timeText(*job.ended));
    if (job.state == State::Done)
        json.set("result", job.result);
    if (!job.problem.empty())
        json.set("problem", Poco::JSON::Parser().parse(job.problem));
    return json;
}

std::optional<Poco::JSON::Object> Jobs::find(const std::string& id) const
{
    const std::scoped_lock lock(mutex_);
    for (const auto& job : jobs_)
        if (job->id == id)
            return describe(*job);
    return std::nullopt;
}

void Jobs::cancel(const std::string& id)
{
    const std::scoped_lock lock(mutex_);
    for (const auto& job : jobs_)
        if (job->id == id)
            job->progress.cancelled_ = true;
}

std::shared_ptr<Jobs::Job> Jobs::jobFor(const Call& call) const
{
    const std::scoped_lock lock(mutex_);
    for (const auto& job : jobs_)
        if (job->id == call.inPath("id") &&
            (job->owner == call.caller().account || call.caller().role == Role::Admin))
            return job;
    throw ApiError(ProblemKind::NotFound, "There is no such job, or it is not yours.");
}

void Jobs::addTo(Router& router)
{
    router.add("GET", "/jobs/{id}", Access::from(Role::HelpDesk), [this](Call& call) {
        const auto job = jobFor(call);
        const std::scoped_lock lock(mutex_);
        return answerOf(describe(*job));
    });
    router.add("DELETE", "/jobs/{id}", Access::from(Role::HelpDesk), [this](Call& call) {
        jobFor(call)->progress.cancelled_ = true;
        return noContent();
    });
}

} // namespace sallyport::admin::api
