// AuditFolder: the files of the audit log, in the order of their records.
//
// Files are called by the day (UTC) that began them, and by a number for a day that needs more than
// one: 2026-11-23.db, 2026-11-23.2.db, … Names never go back, so their order is the order of the
// records. Knows of a file's tables only `state`. Beside the files lie `head` (AuditHead.h) and the
// lock of the writer.
#pragma once

#include "db/AuditChain.h"
#include "db/AuditEvent.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

class Database;

/// The folder in a data directory.
inline constexpr std::string_view AuditFolderName = "audit";

/// What a file of the audit log is called.
struct AuditFileName {
    std::chrono::sys_days day{};
    std::uint32_t part = 1;

    /// Missing: the name of something else.
    [[nodiscard]] static std::optional<AuditFileName> parse(std::string_view name);
    [[nodiscard]] std::string text() const;
    /// The name after this one for a file begun on `today`.
    [[nodiscard]] AuditFileName next(std::chrono::sys_days today) const;

    friend auto operator<=>(const AuditFileName&, const AuditFileName&) = default;
};

/// What a file says of itself.
struct AuditFile {
    std::filesystem::path path;
    std::uint64_t firstSeq = 0;
    std::uint64_t lastSeq = 0; ///< never less than firstSeq
    ChainLink firstLink{};     ///< of the record before the first
    ChainLink lastLink{};
    AuditTime firstTime{}; ///< the smallest and the largest time of a record
    AuditTime lastTime{};
    std::chrono::microseconds
        disorder{};                  ///< the most that a record's time lies before an earlier's
    std::optional<AuditTime> sealed; ///< when; missing: not yet, or being written
    std::uintmax_t bytes = 0;        ///< on the disk, with its write-ahead log
};

struct UnreadableAuditFile {
    std::filesystem::path path;
    std::string why;
};

/// The paths of the audit log's files in `folder`, oldest first; empty if there is no folder.
/// Opens none of them.
[[nodiscard]] std::vector<std::filesystem::path>
auditFilePaths(const std::filesystem::path& folder);

/// What the file says of itself; missing if its first record is not committed yet. Throws
/// DatabaseError.
[[nodiscard]] std::optional<AuditFile> readAuditFile(const std::filesystem::path& path);
/// The same of a file that is open.
[[nodiscard]] std::optional<AuditFile> readAuditFile(const Database& database);

/// Deletes the file and what SQLite keeps beside it. Throws std::filesystem::filesystem_error.
void removeAuditFile(const std::filesystem::path& path);

class AuditFolder {
public:
    explicit AuditFolder(std::filesystem::path folder);

    /// Looks again. The files that can be read, by their first record; the last is the one being
    /// written. Sealed files are opened once and remembered. One thread at a time.
    [[nodiscard]] std::vector<AuditFile> files();
    /// Those that could not be read when files() looked last.
    [[nodiscard]] const std::vector<UnreadableAuditFile>& unreadable() const { return unreadable_; }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

private:
    struct Remembered {
        std::filesystem::file_time_type changed;
        AuditFile file;
    };

    std::filesystem::path folder_;
    std::map<std::filesystem::path, Remembered> sealed_;
    std::vector<UnreadableAuditFile> unreadable_;
};

} // namespace sallyport::db
