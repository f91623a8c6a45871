// PacTestsResource: /pac/tests: addresses that people try the PAC file with. They are run in the
// browser, never here.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"

#include <filesystem>

namespace sallyport::admin::pac {

class PacTestsResource {
public:
    /// Of a policy.db that has its schema.
    PacTestsResource(std::filesystem::path policyFile, const api::Trail& trail)
        : policyFile_(std::move(policyFile)), trail_(trail)
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer all();
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer one(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);

    const std::filesystem::path policyFile_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::pac
