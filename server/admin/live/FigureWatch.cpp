#include "admin/live/FigureWatch.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace sallyport::admin::live {

FigureWatch::~FigureWatch()
{
    stop();
}

void FigureWatch::start()
{
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void FigureWatch::stop()
{
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

void FigureWatch::run(const std::stop_token& stop)
{
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        try {
            lookOnce(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
            if (tick_)
                tick_();
        } catch (const std::exception& problem) {
            poco_error_f1(Poco::Logger::get("admin"), "figures could not be taken: %s",
                          std::string(problem.what()));
        }
        const auto now = std::chrono::steady_clock::now();
        while (next <= now)
            next += std::chrono::seconds(1);
        std::unique_lock lock(sleepMutex_);
        sleep_.wait_until(lock, stop, next, [] { return false; });
    }
}

void FigureWatch::lookOnce(FigureSample::Time now)
{
    auto workers = proxy_.workers();
    const std::scoped_lock lock(mutex_);
    answer_ = workers ? Answer::InTime : Answer::Late;
    if (!workers)
        return;
    std::chrono::nanoseconds lag{};
    for (const auto& worker : *workers)
        lag = std::max(lag, worker.loopLag);
    lags_.push_back(lag);
    if (lags_.size() > LagsKept)
        lags_.pop_front();
    history_.add(sampleOf(*workers, now));
    workers_ = std::move(*workers);
}

FigureWatch::Now FigureWatch::now() const
{
    using std::chrono_literals::operator""s;
    const std::scoped_lock lock(mutex_);
    Now now{.answer = answer_,
            .workers = workers_,
            .longestLag = {},
            .lastSecond = history_.over(1s),
            .lastTenSeconds = history_.over(10s),
            .lastMinute = history_.over(60s)};
    if (!lags_.empty())
        now.longestLag = std::ranges::max(lags_);
    return now;
}

std::optional<FigureChange> FigureWatch::over(std::chrono::seconds span) const
{
    const std::scoped_lock lock(mutex_);
    return history_.over(span);
}

std::vector<std::optional<FigureChange>>
FigureWatch::steps(FigureSample::Time from, std::chrono::seconds step, std::size_t count) const
{
    const std::scoped_lock lock(mutex_);
    return history_.steps(from, step, count);
}

} // namespace sallyport::admin::live
