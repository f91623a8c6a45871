// Ecs: a record as one line of JSON by the Elastic Common Schema.
//
// Units are the schema's: event.duration in nanoseconds; source.bytes is what went from the client
// to the destination. What it has no name for stands under `sallyport`.
#pragma once

#include "db/AuditRecord.h"

#include <string>

namespace sallyport::audit::format {

void appendEcs(std::string& out, const db::AuditRecord& record);

} // namespace sallyport::audit::format
