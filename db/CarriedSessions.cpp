#include "db/CarriedSessions.h"

#include <utility>

namespace sallyport::db {

std::shared_ptr<const SessionCourse> CarriedSessions::follow(OpenAuditFiles& open,
                                                             const std::vector<AuditFile>& files,
                                                             std::size_t file, std::int64_t session,
                                                             const AuditSearch::Stop& stop)
{
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = ended_.find(session); known != ended_.end())
            return known->second;
    }
    auto course = followSession(open, files, file, session, stop);
    if (!course)
        return nullptr;
    course->lastFile.reset(); // it is not to be kept open
    auto shared = std::make_shared<const SessionCourse>(std::move(*course));
    if (shared->state != SessionState::Ended)
        return shared;
    const std::scoped_lock lock(mutex_);
    if (ended_.size() >= MaxRemembered)
        ended_.clear();
    ended_.emplace(session, shared);
    return shared;
}

} // namespace sallyport::db
