// WsTrialResource: what a profile's checks say to sample messages: /ws-rules/test. Asked of the
// proxy's own matcher, on messages as they come out of their frames.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class WsTrialResource {
public:
    explicit WsTrialResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer run(api::Call& call);

    PolicyDesk& desk_;
};

} // namespace sallyport::admin
