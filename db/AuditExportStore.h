// AuditExportStore: what was exported from the audit log through the API, in admin.db.
//
// Knows of the files only what they are called by: the export's id. One thread at a time.
#pragma once

#include "db/Database.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

struct AuditExportEntry {
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    std::string id;
    std::string owner; ///< id of an account
    std::string by;    ///< its name
    std::string state; ///< "running", "done", "failed", "cancelled"
    std::string format;
    std::string rows; ///< "sessions", "events"
    std::string filter;
    std::string note;
    Time created{};
    std::uint64_t chainSeq = 0; ///< the last record when it began, 0: none
    std::string chainHead;      ///< its link, hexadecimal
    std::string job;
    // Of one that is done.
    std::optional<std::uint64_t> lines;
    std::optional<std::uint64_t> bytes;
    std::string sha256;
    std::optional<Time> expires;
};

class AuditExportStore {
public:
    /// Opens or makes admin.db in the folder. All functions throw DatabaseError.
    explicit AuditExportStore(const std::filesystem::path& dataDirectory);

    /// Newest first.
    [[nodiscard]] std::vector<AuditExportEntry> all() const;
    [[nodiscard]] std::optional<AuditExportEntry> find(std::string_view id) const;
    /// Adds it, or replaces the one of its id.
    void keep(const AuditExportEntry& entry);
    void remove(std::string_view id);
    /// Those that were running when the program ended have failed.
    void failUnfinished();

private:
    Database database_;
};

} // namespace sallyport::db
