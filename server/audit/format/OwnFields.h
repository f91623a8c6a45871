// OwnFields: what a record says that no standard schema has a name for: under `sallyport` in ECS,
// under `unmapped` in OCSF.
#pragma once

#include "audit/format/NestedJson.h"
#include "db/AuditRecord.h"

namespace sallyport::audit::format {

/// Nothing may be put behind it.
void putOwnFields(NestedJson& json, std::string_view base, const db::AuditRecord& record);

} // namespace sallyport::audit::format
