// AuditContentsReader: reads back what AuditContentsStore wrote.
#pragma once

#include "db/AuditNames.h"
#include "db/Database.h"
#include "db/TunnelContents.h"

#include <cstdint>
#include <string>

namespace sallyport::db {

class AuditContentsReader {
public:
    /// Both must outlive it.
    AuditContentsReader(const Database& database, AuditNames& names);

    /// Null: the event of this seq tells nothing. Valid until the next call, and as long as the
    /// names are. Asked in ascending order, costs nothing where nothing is told.
    [[nodiscard]] const TunnelContents* contentsOf(std::int64_t seq);
    /// To be said before reading: no record up to this seq will be added any more.
    void committedUpTo(std::int64_t seq);
    [[nodiscard]] const FoundByCheck* foundOf(std::int64_t seq);

private:
    [[nodiscard]] bool isEmpty(std::int64_t seq);
    [[nodiscard]] SeenTls tlsOfRow();
    [[nodiscard]] SeenWebSocket webSocketOfRow();
    [[nodiscard]] InspectionResult inspectionOfRow();

    AuditNames& names_;
    Statement row_;
    Statement alertRow_;
    Statement next_;
    // There are no contents from emptyFrom_ to before emptyTo_.
    std::int64_t emptyFrom_ = 0;
    std::int64_t emptyTo_ = 0;
    std::int64_t committed_ = 0;
    TunnelContents contents_;
    std::string version_; // that contents_ points to
    std::string cipher_;
    FoundByCheck found_;
};

} // namespace sallyport::db
