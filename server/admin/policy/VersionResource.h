// VersionResource: the versions of the policy and what differs between them: /policy/versions and
// /policy/diff.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

#include <map>
#include <mutex>
#include <string>

namespace sallyport::admin {

class VersionResource {
public:
    explicit VersionResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(const api::Call& call);
    [[nodiscard]] api::Answer find(const api::Call& call);
    [[nodiscard]] api::Answer compare(const api::Call& call);
    /// What the version changed against the one before it, as JSON text; "null" where one of the
    /// two cannot be read.
    [[nodiscard]] std::string changesOf(std::uint32_t number);

    PolicyDesk& desk_;
    std::mutex mutex_;
    std::map<std::uint32_t, std::string> changes_; ///< by version; versions never change
};

} // namespace sallyport::admin
