// AuditReader: reads the events of audit.db back in the order of their seq, also while a server
// writes it.
//
// Knows the tables that AuditStore fills. Memory does not grow with the number of events.
#pragma once

#include "db/AuditRecord.h"
#include "db/Database.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace sallyport::db {

struct AuditPeriod {
    using Time = std::chrono::sys_time<std::chrono::microseconds>;
    std::optional<Time> since; ///< included
    std::optional<Time> until; ///< not included
};

class AuditReader {
public:
    /// Throws DatabaseError.
    explicit AuditReader(const std::filesystem::path& file);

    /// Gives every event of the period that is committed now.
    void forEach(const AuditPeriod& period,
                 const std::function<void(const AuditRecord&)>& use) const;

    /// The query behind forEach(); ?1 and ?2 are the period in microseconds.
    [[nodiscard]] static std::string_view eventsQuery();

private:
    Database database_;
};

} // namespace sallyport::db
