// Squid: a session's end, or its refusal, as one line of Squid's native access.log.
//
// Sizes are the bytes sent to the client, without heads; the time is that of the end.
#pragma once

#include "db/AuditRecord.h"

#include <string>

namespace sallyport::audit::format {

[[nodiscard]] bool isInSquidLog(const db::AuditRecord& record);
void appendSquid(std::string& out, const db::AuditRecord& record);

} // namespace sallyport::audit::format
