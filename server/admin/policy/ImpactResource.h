// ImpactResource: what a policy would have said to the sessions of the last day, and which of those
// open now it would end: /policy/impact. A job.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/policy/PolicyDesk.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace sallyport::admin {

/// Sessions that are open now, put to a policy.
struct OpenSessionsAsked {
    std::uint64_t open = 0;
    std::uint64_t ended = 0; ///< those that publishing it would end
};

class ImpactResource {
public:
    /// Empty, or nothing: it is not known.
    using AskOpenSessions = std::function<std::optional<OpenSessionsAsked>(
        const std::shared_ptr<const policy::Policy>&)>;

    ImpactResource(PolicyDesk& desk, const api::Trail& trail, api::Jobs& jobs,
                   std::filesystem::path auditFolder, AskOpenSessions askOpenSessions)
        : desk_(desk), trail_(trail), jobs_(jobs), auditFolder_(std::move(auditFolder)),
          askOpenSessions_(std::move(askOpenSessions))
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer measure(api::Call& call);

    PolicyDesk& desk_;
    const api::Trail& trail_;
    api::Jobs& jobs_;
    std::filesystem::path auditFolder_;
    AskOpenSessions askOpenSessions_;
};

} // namespace sallyport::admin
