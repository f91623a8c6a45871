// WsProfileResource: the draft's inspection profiles, which look into WebSockets: /ws-rules. A
// profile is known by its name, and rules of the inspection layer name it.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class WsProfileResource {
public:
    explicit WsProfileResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list();
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);
    [[nodiscard]] api::Answer move(api::Call& call);
    [[nodiscard]] api::Answer profileAnswer(const DraftView& draft, const std::string& name,
                                            unsigned status = 200);

    PolicyDesk& desk_;
};

} // namespace sallyport::admin
