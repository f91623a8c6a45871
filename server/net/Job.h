// Job: a task that runs beside the one that started it, owned by whoever holds the Job.
//
// Destroying a Job whose task has not finished destroys the task where it waits.
#pragma once

#include "net/Task.h"

#include <optional>

namespace sallyport::net {

/// Told when a job's task has ended, from inside the job's last resumption: it must not destroy the
/// job there.
class JobObserver {
public:
    virtual void onJobDone() = 0;

protected:
    ~JobObserver() = default;
};

class Job {
public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job()
    {
        if (frame_)
            frame_.destroy();
    }

    /// Runs `task` up to its first wait. `observer` may be null.
    void start(Task<void> task, JobObserver* observer = nullptr)
    {
        observer_ = observer;
        const auto runner = run(*this, std::move(task));
        frame_ = runner.frame;
        frame_.resume();
    }

    [[nodiscard]] bool started() const { return frame_ != nullptr; }
    [[nodiscard]] bool done() const { return done_; }

    struct Finished {
        Job& job;
        [[nodiscard]] bool await_ready() const noexcept { return job.done_ || !job.frame_; }
        void await_suspend(std::coroutine_handle<> waiter) const noexcept
        {
            job.frame_.promise().waiter = waiter;
        }
        /// Rethrows what the task threw.
        void await_resume() const
        {
            if (job.exception_)
                std::rethrow_exception(std::exchange(job.exception_, nullptr));
        }
    };
    /// Awaited by one; ready at once when the task has ended or none was started.
    [[nodiscard]] Finished finished() { return {*this}; }

private:
    struct Runner {
        struct promise_type {
            Runner get_return_object()
            {
                return {std::coroutine_handle<promise_type>::from_promise(*this)};
            }
            [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
            // The waiter goes on after this frame has come to rest, so that it may destroy the job.
            struct HandOver {
                [[nodiscard]] bool await_ready() const noexcept { return false; }
                [[nodiscard]] std::coroutine_handle<>
                await_suspend(std::coroutine_handle<promise_type> runner) const noexcept
                {
                    const auto next = runner.promise().waiter;
                    return next ? next : std::noop_coroutine();
                }
                void await_resume() const noexcept {}
            };
            [[nodiscard]] HandOver final_suspend() const noexcept { return {}; }
            void return_void() const noexcept {}
            void unhandled_exception() const noexcept { std::terminate(); }

            std::coroutine_handle<> waiter;
        };
        std::coroutine_handle<promise_type> frame;
    };

    static Runner run(Job& job, Task<void> task)
    {
        try {
            co_await task;
        } catch (...) {
            job.exception_ = std::current_exception();
        }
        job.done_ = true;
        if (job.observer_)
            job.observer_->onJobDone();
    }

    std::coroutine_handle<Runner::promise_type> frame_;
    std::exception_ptr exception_;
    JobObserver* observer_ = nullptr;
    bool done_ = false;
};

} // namespace sallyport::net
