// takeActs: moves acts of administrators that other processes have left into the chain of the audit
// log.
#pragma once

#include "db/AdminSpool.h"
#include "db/AuditStore.h"

#include <cstddef>

namespace sallyport::audit {

/// Takes all there are, each once whatever ends when; returns how many there were. Costs one stat()
/// while there is none. Throws DatabaseError; what was not taken then waits.
std::size_t takeActs(const db::AdminSpool& spool, db::AuditStore& store, db::AuditTime now);

} // namespace sallyport::audit
