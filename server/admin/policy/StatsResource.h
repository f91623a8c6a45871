// StatsResource: how often rules decided and checks of profiles found something, day by day:
// /policy/stats.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class StatsResource {
public:
    explicit StatsResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer find(const api::Call& call);
    [[nodiscard]] api::Answer findChecks(const api::Call& call);
    [[nodiscard]] api::Answer reset(api::Call& call);

    PolicyDesk& desk_;
};

} // namespace sallyport::admin
