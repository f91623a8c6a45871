// AuditRows: the rows of one file of the audit log made into records.
//
// Knows the columns of session, session_event, admin and checkpoint; which rows, its users say.
#pragma once

#include "db/AuditContentsReader.h"
#include "db/AuditNames.h"
#include "db/AuditRecord.h"
#include "db/Database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::db {

/// Selects what AuditRows::ofSession() reads, of `session s`; `rest` begins with WHERE.
[[nodiscard]] std::string selectBeginnings(std::string_view rest);
/// The same of `session_event e`, with its session as `s`.
[[nodiscard]] std::string selectLaterEvents(std::string_view rest);
/// What AuditRows::ofAdmin() and ofCheckpoint() read; `rest` as above.
[[nodiscard]] std::string selectAdminActs(std::string_view rest);
[[nodiscard]] std::string selectCheckpoints(std::string_view rest);

[[nodiscard]] SessionId sessionIdOf(std::span<const std::uint8_t> bytes);
/// Of a column: four bytes are an IPv4 address; none, an address that is not known: empty.
[[nodiscard]] std::string addressTextOf(std::span<const std::uint8_t> bytes);

/// Makes one record at a time: owns what the record's views point to, beside the row itself and the
/// names.
class AuditRows {
public:
    /// Both must outlive it.
    AuditRows(const Database& database, AuditNames& names);

    /// To be said before reading: no record up to this seq will be added any more.
    void committedUpTo(std::int64_t seq) { contents().committedUpTo(seq); }

    enum class Contents : std::uint8_t { Read, LeaveOut };

    // Valid until the row's statement moves on or another record is made.
    [[nodiscard]] AuditRecord ofSession(const Statement& row, Contents contents);
    [[nodiscard]] AuditRecord ofAdmin(const Statement& row);
    [[nodiscard]] AuditRecord ofCheckpoint(const Statement& row);

private:
    void addLater(AuditRecord& record, const Statement& row, Contents contents);

    AuditContentsReader& contents();
    void setNode(AuditRecord& record);

    const Database& database_;
    AuditNames& names_;
    std::optional<AuditContentsReader> contents_; // made when first needed
    std::string node_; // of the file: admin acts and checkpoints do not repeat it
    std::string sessionId_;
    std::string time_;
    std::string clientIp_;
    std::string destinationIp_;
    std::string egressIp_;
    std::string lastFromClient_;
    std::string lastFromUpstream_;
    AdminAct act_;
    Checkpoint checkpoint_;
};

} // namespace sallyport::db
