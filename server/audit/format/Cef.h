// Cef: a record as one line of ArcSight's Common Event Format, CEF:0.
//
// In values "\" and "=" are escaped, in the head "\" and "|"; ends of lines become "\n". `in` is
// what flowed from the client to the destination, `out` the other way, as the format defines it.
#pragma once

#include "db/AuditRecord.h"

#include <string>

namespace sallyport::audit::format {

void appendCef(std::string& out, const db::AuditRecord& record);

} // namespace sallyport::audit::format
