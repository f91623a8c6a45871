// RecordFilter: which records of the audit log a command is about, as its options say: by any field
// and by time.
#pragma once

#include "db/AuditExport.h"
#include "db/AuditReader.h"

#include <string>

namespace sallyport::app {

class CommandLine;

/// --filter.
void addFilterOption(CommandLine& line);
/// Throws UsageError.
[[nodiscard]] db::AuditFilter filterOption(const CommandLine& line);

/// Whether a record is of the period, by its time's text.
class InPeriod {
public:
    explicit InPeriod(const db::AuditPeriod& period);
    [[nodiscard]] bool operator()(const db::AuditRecord& record) const
    {
        return record.time >= since_ && (until_.empty() || record.time < until_);
    }

private:
    std::string since_; // as in records; empty: no limit
    std::string until_;
};

} // namespace sallyport::app
