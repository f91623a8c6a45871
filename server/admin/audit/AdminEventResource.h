// AdminEventResource: GET /audit/admin: who changed or looked at what, with before and after.
#pragma once

#include "admin/api/Router.h"

#include <filesystem>

namespace sallyport::admin::audit {

class AdminEventResource {
public:
    explicit AdminEventResource(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(const api::Call& call);

    const std::filesystem::path folder_;
};

} // namespace sallyport::admin::audit
