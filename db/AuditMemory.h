// AuditMemory: what the readers of an audit log remember together.
#pragma once

#include "db/CarriedSessions.h"
#include "db/HostNames.h"
#include "db/UnsealedSessions.h"

namespace sallyport::db {

/// Safe for several threads at once.
struct AuditMemory {
    UnsealedSessions unsealed;
    CarriedSessions carried;
    HostNames hosts;
};

} // namespace sallyport::db
