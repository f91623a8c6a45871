// Leef: a record as one line of IBM QRadar's Log Event Extended Format 2.0.
//
// Attributes are separated by tabs. The format has no escapes: control characters in values become
// spaces. srcBytes is what came from the client, dstBytes what came from the destination.
#pragma once

#include "db/AuditRecord.h"

#include <string>

namespace sallyport::audit::format {

void appendLeef(std::string& out, const db::AuditRecord& record);

} // namespace sallyport::audit::format
