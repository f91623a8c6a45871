// AuditContentsReader: reads back what AuditContentsStore wrote.
#pragma once

#include "db/AuditNames.h"
#include "db/Database.h"
#include "db/TunnelContents.h"

#include <cstdint>

namespace sallyport::db {

class AuditContentsReader {
public:
    /// Both must outlive it.
    AuditContentsReader(const Database& database, AuditNames& names);

    /// Null: the event of this seq tells nothing. Valid until the next call, and as long as the
    /// names are.
    [[nodiscard]] const TunnelContents* contentsOf(std::int64_t seq);
    [[nodiscard]] const FoundByCheck* foundOf(std::int64_t seq);

private:
    [[nodiscard]] SeenTls tlsOfRow();
    [[nodiscard]] SeenWebSocket webSocketOfRow();
    [[nodiscard]] InspectionResult inspectionOfRow();

    AuditNames& names_;
    Statement row_;
    Statement alertRow_;
    TunnelContents contents_;
    FoundByCheck found_;
};

} // namespace sallyport::db
