// Ocsf: a record as one line of JSON by the Open Cybersecurity Schema Framework 1.8.
//
// A tunnel or WebSocket is Network Activity (4001), an HTTP exchange HTTP Activity (4002), both
// with the profiles host, network_proxy and security_control. An act of an administrator is Entity
// Management (3004), because that class has room for the state before and after; a checkpoint is a
// base event. Times and durations are in milliseconds; bytes_in is what came from the destination.
// What the schema has no name for stands under `unmapped`.
#pragma once

#include "db/AuditRecord.h"

#include <string>

namespace sallyport::audit::format {

void appendOcsf(std::string& out, const db::AuditRecord& record);

} // namespace sallyport::audit::format
