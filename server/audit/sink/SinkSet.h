// SinkSet: the sinks of a running proxy, each on its own thread, so that none holds up another, the
// writer of the audit log, or the proxy.
#pragma once

#include "audit/sink/Sink.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

namespace sallyport::audit::sink {

class SinkSet {
public:
    /// `folder` keeps how far each sink came: NAME.cursor; it is made when missing.
    SinkSet(const std::vector<SinkSpec>& specs, const std::filesystem::path& folder,
            const OpenSource& openSource);
    SinkSet(const SinkSet&) = delete;
    SinkSet& operator=(const SinkSet&) = delete;
    ~SinkSet(); ///< stops if they still run

    /// `committed`: the seq of the last record in the log.
    void start(std::uint64_t committed);
    /// The log has records up to this seq. Any thread; costs a lock that is held for nothing else.
    void onCommitted(std::uint64_t lastSeq);
    /// Files are opened anew. Any thread.
    void reopen();
    /// Ends what is under way within 2 s; what is not sent is sent after the next start.
    void stop();

    [[nodiscard]] std::vector<SinkStatus> status() const; ///< any thread

private:
    void run(Sink& sink, const std::stop_token& stop);
    void await(Sink::Time until, std::uint64_t seen, const std::stop_token& stop);

    std::vector<std::unique_ptr<Sink>> sinks_;
    mutable std::mutex mutex_; // guards what follows
    std::condition_variable_any changed_;
    std::uint64_t committed_ = 0;

    std::vector<std::jthread> threads_; // last: they end before the rest
};

} // namespace sallyport::audit::sink
