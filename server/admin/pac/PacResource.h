// PacResource: /pac, /pac/draft and /pac/resolve: the PAC file of the policy in force and of its
// draft.
//
// What is saved becomes a part of the policy's draft, and is published with it.
#pragma once

#include "admin/api/Notify.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/pac/PacParts.h"
#include "db/PolicyStore.h"

#include <filesystem>
#include <mutex>
#include <optional>

namespace sallyport::admin::pac {

class PacResource {
public:
    PacResource(const std::filesystem::path& policyFile, PacParts parts, const api::Trail& trail,
                api::Notify notify);
    void addTo(api::Router& router);

private:
    using Pac = std::optional<policy::PacSettings>;

    [[nodiscard]] api::Answer both();
    [[nodiscard]] api::Answer save(api::Call& call);
    [[nodiscard]] api::Answer resolve(api::Call& call);
    [[nodiscard]] api::Answer describe() const;
    [[nodiscard]] Poco::JSON::Object fileJson(const Pac& pac) const;

    const PacParts parts_;
    const api::Trail& trail_;
    const api::Notify notify_; ///< may be empty
    std::mutex mutex_;         ///< guards what follows
    db::PolicyStore store_;
};

} // namespace sallyport::admin::pac
