// WhyResource: GET /audit/why: the reason in one sentence, for somebody with a person on the phone.
//
// Of a session by its id; or of what somebody says to have asked for: the latest refusal in the log
// that fits, otherwise what the policy in force would say, of the address that the host has now.
#pragma once

#include "admin/api/Router.h"
#include "admin/audit/LogReaders.h"
#include "admin/audit/Privacy.h"
#include "admin/audit/RecordedPolicies.h"
#include "policy/FactSheet.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::admin::audit {

class WhyResource {
public:
    /// The addresses of a host, as the proxy finds them; throws std::exception if it has none.
    using Resolve = std::function<std::vector<std::string>(const std::string& host)>;

    /// Without `resolve` the address of a name stays unknown.
    WhyResource(LogReaders& readers, RecordedPolicies& policies, Privacy& privacy, Resolve resolve)
        : readers_(readers), policies_(policies), privacy_(privacy), resolve_(std::move(resolve))
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer why(const api::Call& call);
    [[nodiscard]] api::Answer ofSession(const api::Call& call, const db::RecordedSession& session);
    [[nodiscard]] api::Answer ofRequest(const api::Call& call, const std::string& url);
    [[nodiscard]] api::Answer askNow(policy::FactSheet sheet, const std::string& url);

    LogReaders& readers_;
    RecordedPolicies& policies_;
    Privacy& privacy_;
    Resolve resolve_;
};

} // namespace sallyport::admin::audit
