// AuditAnchors: checkpoints as the sinks were told them, to hold against the log.
#pragma once

#include "db/AuditVerifier.h"

#include <filesystem>
#include <istream>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// Of one line: a checkpoint in any of the formats that tell of it but CSV, whatever stands before
/// it, or "SEQ HEAD" with the head in 64 hexadecimal digits. Missing: another line.
[[nodiscard]] std::optional<db::AuditAnchor> anchorIn(std::string_view line);

/// The anchors in what a sink or an export wrote; other lines are passed over. Throws
/// CommandRefused if it cannot be read or holds none.
[[nodiscard]] std::vector<db::AuditAnchor> readAnchors(const std::filesystem::path& file);

} // namespace sallyport::app
