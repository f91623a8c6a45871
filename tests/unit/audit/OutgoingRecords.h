// OutgoingRecords: what a sink is given to send.
#pragma once

#include "audit/format/Format.h"
#include "audit/sink/Outgoing.h"
#include "unit/audit/SampleRecords.h"

#include <cstdint>
#include <vector>

namespace sallyport::audit::sink {

/// Those with the sequence numbers `from` to `to`, as JSON lines.
inline std::vector<Outgoing> records(std::uint64_t from, std::uint64_t to)
{
    std::vector<Outgoing> all;
    auto record = test::sampleOpenRecord();
    for (record.seq = from; record.seq <= to; ++record.seq)
        all.push_back(outgoingOf(record, format::requireFormat("jsonl").append));
    return all;
}

} // namespace sallyport::audit::sink
