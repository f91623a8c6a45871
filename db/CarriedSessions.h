// CarriedSessions: how sessions ended that went on in later files than the one they began in, so
// that they need not be followed for each question.
//
// Knows a bounded number of them; safe for several threads at once.
#pragma once

#include "db/AuditSessionCourse.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

class CarriedSessions {
public:
    static constexpr std::size_t MaxRemembered = 50'000;

    /// As followSession(), without where its last event is. Null: it was stopped.
    [[nodiscard]] std::shared_ptr<const SessionCourse>
    follow(OpenAuditFiles& open, const std::vector<AuditFile>& files, std::size_t file,
           std::int64_t session, const AuditSearch::Stop& stop);

private:
    std::mutex mutex_;
    std::unordered_map<std::int64_t, std::shared_ptr<const SessionCourse>> ended_;
};

} // namespace sallyport::db
