// AuditExport: audit records as JSON lines (RFC 8259) or CSV (RFC 4180), and by the same names as
// filters.
//
// Knows no SQL; what fields there are, AuditFields says.
#pragma once

#include "db/AuditRecord.h"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// Appends `{...}\n`. Bytes that are not UTF-8 become U+FFFD.
void appendJsonLine(std::string& out, const AuditRecord& record);

/// Appends the line with the fields' names.
void appendCsvHeader(std::string& out);
/// Appends one line. A cell that a spreadsheet would run as a formula gets a leading apostrophe.
void appendCsvLine(std::string& out, const AuditRecord& record);

/// Records whose fields equal all given texts; none given: every record.
class AuditFilter {
public:
    /// `field` is a name as in the export; an empty `value` asks for the unknown. Throws
    /// std::invalid_argument, whose text lists the fields, for a name that does not exist.
    void require(std::string_view field, std::string_view value);
    [[nodiscard]] bool matches(const AuditRecord& record) const;

private:
    struct Condition {
        std::size_t field;
        std::string value;
    };
    std::vector<Condition> conditions_;
};

} // namespace sallyport::db
