// FakeLog: a log of open events that can grow and lose its beginning, as the source of a sink.
#pragma once

#include "audit/sink/RecordSource.h"
#include "unit/audit/SampleRecords.h"

#include <algorithm>
#include <mutex>

namespace sallyport::test {

struct FakeLog {
    std::mutex mutex;
    std::uint64_t first = 1;
    std::uint64_t last = 0;

    void grow(std::uint64_t to)
    {
        const std::lock_guard lock(mutex);
        last = to;
    }
    void forget(std::uint64_t upTo)
    {
        const std::lock_guard lock(mutex);
        first = upTo + 1;
    }
};

class FakeSource : public audit::sink::RecordSource {
public:
    explicit FakeSource(FakeLog& log) : log_(log) {}
    void forEachAfter(std::uint64_t seq, const Visit& visit) override
    {
        const std::lock_guard lock(log_.mutex);
        auto record = sampleOpenRecord();
        for (record.seq = std::max(seq + 1, log_.first); record.seq <= log_.last; ++record.seq)
            if (visit(record) == Next::Stop)
                return;
    }
    std::uint64_t firstSeq() override
    {
        const std::lock_guard lock(log_.mutex);
        return log_.last == 0 ? 0 : log_.first;
    }
    std::uint64_t lastSeq() override
    {
        const std::lock_guard lock(log_.mutex);
        return log_.last;
    }

private:
    FakeLog& log_;
};

inline audit::sink::OpenSource opener(FakeLog& log)
{
    return [&log] { return std::make_unique<FakeSource>(log); };
}

} // namespace sallyport::test
