// WhatIfResource: what the draft and the policy in force say to a request, and why:
// /policy/what-if. Decided by the proxy's own matcher.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"
#include "policy/FactSheet.h"

#include <functional>
#include <string>

namespace sallyport::admin {

class WhatIfResource {
public:
    /// What a person whose request is denied by this verdict gets to read.
    using BlockPage = std::function<std::string(const policy::Verdict&, const policy::FactSheet&)>;

    WhatIfResource(PolicyDesk& desk, BlockPage blockPage)
        : desk_(desk), blockPage_(std::move(blockPage))
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer ask(api::Call& call);

    PolicyDesk& desk_;
    BlockPage blockPage_;
};

} // namespace sallyport::admin
