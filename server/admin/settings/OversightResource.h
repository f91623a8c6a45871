// OversightResource: /settings/oversight: privacy of the audit log, who may read /metrics, and
// after how many days without a hit a rule is warned of.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "admin/settings/OversightOptions.h"

namespace sallyport::admin::settings {

class OversightResource {
public:
    OversightResource(OversightOptions& options, const api::Trail& trail)
        : options_(options), trail_(trail)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show() const;
    [[nodiscard]] api::Answer change(api::Call& call);

    OversightOptions& options_;
    const api::Trail& trail_;
    std::mutex changing_;
};

} // namespace sallyport::admin::settings
