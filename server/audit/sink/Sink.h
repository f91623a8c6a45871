// Sink: sends the records of the audit log to one receiver, each at least once, in their order.
//
// Reads a batch, sends it, goes on; a receiver that fails is left alone for a while. How far it
// came is kept in a file. step() does what there is to do at a given time and never sleeps between,
// so that an hour can pass in a test; SinkSet gives it a thread.
#pragma once

#include "audit/sink/BackOff.h"
#include "audit/sink/RecordSource.h"
#include "audit/sink/SinkCursor.h"
#include "audit/sink/SinkSpec.h"
#include "audit/sink/Transport.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace sallyport::audit::sink {

struct SinkStatus {
    std::string name;
    std::uint64_t sent = 0;            ///< records, those that were sent twice counted twice
    std::uint64_t rejected = 0;        ///< that the receiver does not want
    std::uint64_t lostByRetention = 0; ///< that were deleted before they were sent
    std::uint64_t failures = 0;        ///< attempts
    std::string lastError;             ///< empty while it works
    std::uint64_t position = 0;        ///< seq of the last record that was sent
    std::uint64_t lagRecords = 0;      ///< that are not sent yet
    std::chrono::seconds lag{};        ///< how old the oldest of them is
};

class Sink {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t MostRecords = 500;
    static constexpr std::size_t MostBytes = 512 * 1024;
    /// Between batches that were not full: so that a receiver gets few large ones.
    static constexpr std::chrono::milliseconds Gather{200};
    /// How often the position is kept, and how long a stream must have stood after its bytes were
    /// confirmed.
    static constexpr std::chrono::milliseconds Settle{1000};
    /// For all that one attempt does: connect, send, answer.
    static constexpr std::chrono::seconds AttemptLimit{20};

    Sink(SinkSpec spec, SinkCursor cursor, OpenSource openSource,
         std::unique_ptr<Transport> transport);
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    // One thread.

    /// `committed` is the seq up to which the log has records. Says when to be called again at the
    /// latest; the end of time: when there are more records. Logs, throws nothing.
    [[nodiscard]] Time step(Time now, std::uint64_t committed, std::stop_token stop);
    /// Keeps the position for good, before the end.
    void finish();

    // Any thread.

    [[nodiscard]] SinkStatus status(std::uint64_t committed) const;
    /// The next batch goes to a file opened anew.
    void reopen() { reopenAsked_ = true; }
    [[nodiscard]] const SinkSpec& spec() const { return spec_; }

private:
    struct Batch {
        std::vector<Outgoing> records;
        std::uint64_t last = 0; ///< also of records that the format cannot say
        std::uint64_t missing = 0;
        std::optional<db::AuditTime> oldest;
        enum class Size : std::uint8_t { Part, Full } size = Size::Part;
    };

    void begin();
    [[nodiscard]] Batch readBatch();
    [[nodiscard]] bool sendBatch(std::stop_token stop);
    void noteMissing(const Batch& batch);
    void noteSent(const Batch& batch, std::size_t rejected);
    void noteFailure(Time now, const std::string& text);
    void settle(Time now);

    const SinkSpec spec_;
    const SinkCursor cursor_;
    const OpenSource openSource_;
    const std::unique_ptr<Transport> transport_;

    // The thread's own.
    std::unique_ptr<RecordSource> source_;
    std::uint64_t position_ = 0;        // sent
    std::uint64_t candidate_ = 0;       // what position_ was at the last settle()
    std::uint64_t settled_ = 0;         // safe at the receiver
    std::optional<std::uint64_t> kept_; // in the file
    BackOff backOff_;
    Time notBefore_{}; // of the next attempt
    Time nextSettle_{};
    std::atomic<bool> reopenAsked_ = false;

    mutable std::mutex mutex_; // guards what follows
    SinkStatus status_;
    std::optional<db::AuditTime> oldestWaiting_;
};

} // namespace sallyport::audit::sink
