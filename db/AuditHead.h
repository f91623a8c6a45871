// AuditHead: where the audit log ends, in a small file of its own, so that numbers and chain go on
// when the newest file of the log is lost.
//
// The file `head`: seq (8 bytes, least significant first), link (32), CRC-32 of both (4). Written
// in one piece, and only once the records up to there are on the disk: it is never ahead of the log
// unless records were taken away from that.
#pragma once

#include "db/AuditChain.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace sallyport::db {

inline constexpr std::string_view AuditHeadName = "head";

struct ChainPlace {
    std::uint64_t seq = 0; ///< of the last record, 0: there is none
    ChainLink link{};      ///< of that record

    friend bool operator==(const ChainPlace&, const ChainPlace&) = default;
};

/// Missing: there is no such file, or it is damaged.
[[nodiscard]] std::optional<ChainPlace> readAuditHead(const std::filesystem::path& folder);

class AuditHead {
public:
    /// Throws DatabaseError.
    explicit AuditHead(const std::filesystem::path& folder);
    ~AuditHead();
    AuditHead(const AuditHead&) = delete;
    AuditHead& operator=(const AuditHead&) = delete;

    /// Does nothing when it cannot: the log itself is what counts.
    void write(const ChainPlace& place) noexcept;

private:
    int descriptor_;
};

} // namespace sallyport::db
