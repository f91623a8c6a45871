// AuditSessionCourse: how a session stands now, found by following its events through the files.
#pragma once

#include "db/AuditFileFilter.h"
#include "db/OpenAuditFiles.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

struct SessionCourse {
    /// Where its last event with figures is, and which; null: there is none.
    std::shared_ptr<OpenAuditFile> lastFile;
    std::int64_t lastSeq = 0;
    SessionState state = SessionState::Open; ///< Open, Ended or Refused
    std::string verdict;
    std::string reason;
    std::string ruleId;
    std::string ruleName;
    std::string ruleLayer;
    std::string inspection;
    std::optional<std::uint32_t> policyVersion;
    // Of its last event with figures.
    std::optional<std::uint64_t> bytesUp;
    std::optional<std::uint64_t> bytesDown;
    std::optional<std::uint64_t> durationMicroseconds;

    [[nodiscard]] SessionOutcome outcome() const { return outcomeOf(verdict, inspection, reason); }
    [[nodiscard]] SessionStanding standing() const
    {
        return {verdict,   reason,        ruleId,  ruleName,  state,
                outcome(), policyVersion, bytesUp, bytesDown, durationMicroseconds};
    }
};

/// Of the session with this seq that began in `files[file]`; the files are those of `open`, oldest
/// first. Missing: it was stopped. Throws DatabaseError.
[[nodiscard]] std::optional<SessionCourse> followSession(OpenAuditFiles& open,
                                                         const std::vector<AuditFile>& files,
                                                         std::size_t file, std::int64_t session,
                                                         const AuditSearch::Stop& stop);

} // namespace sallyport::db
