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

    [[nodiscard]] SessionStanding standing() const
    {
        return {verdict, reason, ruleId, ruleName, state};
    }
};

/// Of the session with this seq that began in `files[file]`; the files are those of `open`, oldest
/// first. Missing: it was stopped. Throws DatabaseError.
[[nodiscard]] std::optional<SessionCourse> followSession(OpenAuditFiles& open,
                                                         const std::vector<AuditFile>& files,
                                                         std::size_t file, std::int64_t session,
                                                         const AuditSearch::Stop& stop);

} // namespace sallyport::db
