// AuditVerifier: proves that the audit log is whole, or names the first record that is not as it
// was written.
//
// Computes the hash chain anew over all files, as a stream: memory does not grow with the log.
// Reads beside the one who writes and does not hold them up. What is proved are the records
// (AuditChain.h) and what a file says of its own reach; the roll-up and the places of journals are
// made from records and are no evidence.
#pragma once

#include "db/AuditChain.h"
#include "db/AuditKey.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// What a sink was told by a checkpoint: `head` is the link of the record before `seq`.
struct AuditAnchor {
    std::uint64_t seq = 0;
    ChainLink head{};
};

enum class AuditFault : std::uint8_t {
    Changed,      ///< a record, or a name that it brought, is not what it was
    Missing,      ///< a record is not there, but later ones are
    Added,        ///< something is there that no record accounts for
    CutOff,       ///< the log, or a file of it, went on once
    BadSignature, ///< a checkpoint that this log's key did not sign
    Unreadable,   ///< SQLite cannot read on
};
[[nodiscard]] std::string_view auditFaultName(AuditFault); ///< "changed", …, "bad-signature"

struct AuditFinding {
    AuditFault what = AuditFault::Changed;
    std::uint64_t seq = 0;      ///< of the first record concerned
    std::filesystem::path file; ///< it is in, or would be
    std::string sentence;       ///< for a person
};

struct AuditVerification {
    std::uint64_t records = 0; ///< proved
    std::uint64_t files = 0;
    std::uint64_t firstSeq = 0;
    std::uint64_t lastSeq = 0;
    ChainLink head{}; ///< the link of lastSeq
    std::uint64_t checkpoints = 0;
    std::uint64_t lastCheckpoint = 0; ///< seq of the last whose signature was proved, 0: none
    std::chrono::duration<double> took{};
    std::optional<AuditFinding> firstFault; ///< missing: whole

    [[nodiscard]] bool whole() const { return !firstFault; }
};

struct AuditProofs {
    /// Keys that signed checkpoints; none: signatures are not looked at.
    std::vector<const AuditPublicKey*> keys;
    std::vector<AuditAnchor> anchors;
    /// Told now and then how many records are proved; empty: nobody asks.
    std::function<void(std::uint64_t records)> onProgress = {};
};

/// Of the whole log in `folder`: from its first record, or from where retention says that it
/// deleted what came before, to its end as the log's head knows it. Throws DatabaseError if the
/// folder's files cannot be opened at all for want of permission.
[[nodiscard]] AuditVerification verifyAuditLog(const std::filesystem::path& folder,
                                               const AuditProofs& proofs);
/// Of these files, which follow each other; nothing is asked about what came before or after.
[[nodiscard]] AuditVerification verifyAuditFiles(std::span<const std::filesystem::path> files,
                                                 const AuditProofs& proofs);

} // namespace sallyport::db
