// SectionResource: named groups of the draft's rules: /policy/draft/sections. A section is there as
// long as a rule names it.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class SectionResource {
public:
    explicit SectionResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer rename(api::Call& call);
    [[nodiscard]] api::Answer dissolve(api::Call& call);
    [[nodiscard]] api::Answer move(api::Call& call);

    PolicyDesk& desk_;
};

} // namespace sallyport::admin
