#include "audit/TakeActs.h"

namespace sallyport::audit {

std::size_t takeActs(const db::AdminSpool& spool, db::AuditStore& store, db::AuditTime now)
{
    const auto positionOf = [&store](const db::AdminSpool::Id& id) { return store.position(id); };
    std::size_t count = 0;
    while (const auto unread = spool.read(positionOf)) {
        const db::JournalRecords records{.journal = unread->id,
                                         .position = unread->position,
                                         .events = {},
                                         .acts = unread->acts};
        store.write({&records, 1}, now);
        count += unread->acts.size();
        store.sync();
        spool.clear(unread->id, unread->position);
    }
    return count;
}

} // namespace sallyport::audit
