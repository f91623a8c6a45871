// RuleResource: the rules of the draft, one by one: /policy/draft/rules.
//
// Who changes a rule says which state of it he saw. If others changed it meanwhile, but other
// fields of it, both changes are kept.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class RuleResource {
public:
    explicit RuleResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer find(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);
    [[nodiscard]] api::Answer move(api::Call& call);

    PolicyDesk& desk_;
};

/// A rule of the draft with the draft's tag, as answers to changes have it.
[[nodiscard]] api::Answer ruleAnswer(const DraftView& draft, const std::string& id,
                                     unsigned status = 200);

} // namespace sallyport::admin
