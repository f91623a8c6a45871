// SessionRow: a session as a row of the explorer's table and of other lists.
#pragma once

#include "admin/audit/JsonWriter.h"
#include "admin/audit/Privacy.h"
#include "db/AuditSearch.h"

#include <string>
#include <string_view>

namespace sallyport::admin::audit {

/// Writes the schema AuditSessionRow.
void writeSessionRow(JsonWriter& json, const db::FoundSession& session, UserNames names);
/// "open", "ended", "refused", "interrupted".
[[nodiscard]] std::string_view stateName(db::SessionState state, std::string_view closeReason);
/// A record's time with milliseconds, as the API writes times.
[[nodiscard]] std::string rowTime(std::string_view recordTime);

} // namespace sallyport::admin::audit
