// PolicyTestResource: the questions and expected answers that stand in the draft: /policy/tests. A
// test is known by its name.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

namespace sallyport::admin {

class PolicyTestResource {
public:
    explicit PolicyTestResource(PolicyDesk& desk) : desk_(desk) {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list();
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);
    [[nodiscard]] api::Answer run(api::Call& call);

    PolicyDesk& desk_;
};

} // namespace sallyport::admin
