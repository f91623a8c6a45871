#include "audit/sink/SinkSet.h"

namespace sallyport::audit::sink {

SinkSet::SinkSet(const std::vector<SinkSpec>& specs, const std::filesystem::path& folder,
                 const OpenSource& openSource)
{
    for (const SinkSpec& spec : specs)
        sinks_.push_back(std::make_unique<Sink>(spec, SinkCursor(folder / (spec.name + ".cursor")),
                                                openSource, makeTransport(spec)));
}

SinkSet::~SinkSet()
{
    stop();
}

void SinkSet::start(std::uint64_t committed)
{
    onCommitted(committed);
    for (const auto& sink : sinks_)
        threads_.emplace_back([this, &sink = *sink](std::stop_token stop) { run(sink, stop); });
}

void SinkSet::onCommitted(std::uint64_t lastSeq)
{
    {
        const std::lock_guard lock(mutex_);
        committed_ = lastSeq;
    }
    changed_.notify_all();
}

void SinkSet::reopen()
{
    for (const auto& sink : sinks_)
        sink->reopen();
}

void SinkSet::stop()
{
    for (auto& thread : threads_)
        thread.request_stop();
    threads_.clear();
}

std::vector<SinkStatus> SinkSet::status() const
{
    std::uint64_t committed = 0;
    {
        const std::lock_guard lock(mutex_);
        committed = committed_;
    }
    std::vector<SinkStatus> all;
    for (const auto& sink : sinks_)
        all.push_back(sink->status(committed));
    return all;
}

void SinkSet::run(Sink& sink, const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        std::uint64_t committed = 0;
        {
            const std::lock_guard lock(mutex_);
            committed = committed_;
        }
        const auto next = sink.step(std::chrono::steady_clock::now(), committed, stop);
        await(next, committed, stop);
    }
    sink.finish();
}

// Until that time, or until there are more records than were seen if that is the end of time.
void SinkSet::await(Sink::Time until, std::uint64_t seen, const std::stop_token& stop)
{
    std::unique_lock lock(mutex_);
    if (until == Sink::Time::max())
        changed_.wait(lock, stop, [&] { return committed_ != seen; });
    else
        changed_.wait_until(lock, stop, until, [] { return false; });
}

} // namespace sallyport::audit::sink
