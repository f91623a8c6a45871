#include "audit/sink/StoredRecords.h"

namespace sallyport::audit::sink {

void StoredRecords::forEachAfter(std::uint64_t seq, const Visit& visit)
{
    reader_.forEachAfter(seq, [&](const db::AuditRecord& record) {
        return visit(record) == Next::Continue ? db::AuditReader::Next::Continue
                                               : db::AuditReader::Next::Stop;
    });
}

} // namespace sallyport::audit::sink
