// SessionDetailResource: GET /audit/sessions/{id}: one session with everything the log has of it,
// why first.
#pragma once

#include "admin/api/Router.h"
#include "admin/audit/IntegrityState.h"
#include "admin/audit/LogReaders.h"
#include "admin/audit/Privacy.h"
#include "admin/audit/RecordedPolicies.h"
#include "admin/audit/RecordedSessionStory.h"

namespace sallyport::admin::audit {

/// Writes the schema AuditWhy.
void writeWhy(JsonWriter& json, const WhySentence& why);

class SessionDetailResource {
public:
    SessionDetailResource(LogReaders& readers, RecordedPolicies& policies, Privacy& privacy,
                          const IntegrityState& integrity)
        : readers_(readers), policies_(policies), privacy_(privacy), integrity_(integrity)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show(const api::Call& call);
    void writePolicy(JsonWriter& json, const RecordedSessionStory& story);
    void writeIntegrity(JsonWriter& json, const RecordedSessionStory& story);

    LogReaders& readers_;
    RecordedPolicies& policies_;
    Privacy& privacy_;
    const IntegrityState& integrity_;
};

} // namespace sallyport::admin::audit
