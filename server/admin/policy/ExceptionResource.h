// ExceptionResource: drafts a rule that would have let a denied session through:
// /policy/draft/exceptions.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/policy/PolicyDesk.h"

#include <chrono>
#include <filesystem>

namespace sallyport::admin {

class ExceptionResource {
public:
    static constexpr std::chrono::days LastsFor{7};

    ExceptionResource(PolicyDesk& desk, const api::Trail& trail, std::filesystem::path auditFolder)
        : desk_(desk), trail_(trail), auditFolder_(std::move(auditFolder))
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer create(api::Call& call);

    PolicyDesk& desk_;
    const api::Trail& trail_;
    std::filesystem::path auditFolder_;
};

} // namespace sallyport::admin
