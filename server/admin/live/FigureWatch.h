// FigureWatch: asks the workers for their figures once a second, keeps them, and tells those who
// want to know at once.
//
// Owns the thread that asks. All but start() and stop() may be called by any thread.
#pragma once

#include "admin/live/FigureHistory.h"
#include "admin/live/ProxyView.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sallyport::admin::live {

class FigureWatch {
public:
    /// `proxy` outlives it.
    explicit FigureWatch(const ProxyView& proxy) : proxy_(proxy) {}
    ~FigureWatch(); ///< stops if it still runs
    FigureWatch(const FigureWatch&) = delete;
    FigureWatch& operator=(const FigureWatch&) = delete;

    /// Called once a second by the watch's thread, whether the workers answered or not. To be set
    /// before start().
    void onTick(std::function<void()> call) { tick_ = std::move(call); }
    void start();
    void stop();
    /// What the thread does once a second, for tests; `now` is the time of the sample.
    void lookOnce(FigureSample::Time now);

    enum class Answer : std::uint8_t { None, InTime, Late };
    struct Now {
        Answer answer = Answer::None; ///< of the workers, the last time; None: not asked yet
        std::vector<WorkerFigures> workers;
        std::chrono::nanoseconds longestLag{}; ///< of any of them within the last minute
        std::optional<FigureChange> lastSecond;
        std::optional<FigureChange> lastTenSeconds;
        std::optional<FigureChange> lastMinute;
    };
    [[nodiscard]] Now now() const;
    [[nodiscard]] std::optional<FigureChange> over(std::chrono::seconds span) const;
    [[nodiscard]] std::vector<std::optional<FigureChange>>
    steps(FigureSample::Time from, std::chrono::seconds step, std::size_t count) const;

private:
    static constexpr std::size_t LagsKept = 60;

    void run(const std::stop_token& stop);

    const ProxyView& proxy_;
    std::function<void()> tick_;
    mutable std::mutex mutex_; // guards what follows, but not the thread
    FigureHistory history_;
    std::vector<WorkerFigures> workers_;
    std::deque<std::chrono::nanoseconds> lags_;
    Answer answer_ = Answer::None;
    std::mutex sleepMutex_;
    std::condition_variable_any sleep_;
    std::jthread thread_;
};

} // namespace sallyport::admin::live
