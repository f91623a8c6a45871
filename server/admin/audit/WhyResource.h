// WhyResource: GET /audit/why: the reason in one sentence, for somebody with a person on the phone.
//
// Of a session by its id; or of what somebody says to have asked for: the latest refusal in the log
// that fits, otherwise what the policy in force would say.
#pragma once

#include "admin/api/Router.h"
#include "admin/audit/LogReaders.h"
#include "admin/audit/Privacy.h"
#include "admin/audit/RecordedPolicies.h"

namespace sallyport::admin::audit {

class WhyResource {
public:
    WhyResource(LogReaders& readers, RecordedPolicies& policies, Privacy& privacy)
        : readers_(readers), policies_(policies), privacy_(privacy)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer why(const api::Call& call);
    [[nodiscard]] api::Answer ofSession(const api::Call& call, const db::RecordedSession& session);
    [[nodiscard]] api::Answer ofRequest(const api::Call& call, const std::string& url);

    LogReaders& readers_;
    RecordedPolicies& policies_;
    Privacy& privacy_;
};

} // namespace sallyport::admin::audit
