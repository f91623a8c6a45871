// EventLine: records of the audit log as a person reads them in a list, a line each.
//
// Texts from outside are escaped: none of them can move a terminal's cursor.
#pragma once

#include "db/AuditRecord.h"

#include <string>
#include <string_view>

namespace sallyport::app {

/// "2026-11-23 09:00:00"; of what is no time of a record, the text itself.
[[nodiscard]] std::string secondsOf(std::string_view time);
/// "www.example.com:443"; empty if the request could not be read.
[[nodiscard]] std::string askedHost(const db::AuditRecord& record);
/// Without the line's end, in columns as far as they are alike for all kinds of events.
[[nodiscard]] std::string eventLine(const db::AuditRecord& record);

} // namespace sallyport::app
