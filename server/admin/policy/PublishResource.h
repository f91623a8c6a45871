// PublishResource: what is in force and how it is replaced: /policy/live, publish, confirm and
// rollback.
#pragma once

#include "admin/api/Router.h"
#include "admin/policy/PolicyDesk.h"

#include <functional>

namespace sallyport::admin {

class PublishResource {
public:
    /// Whether whoever changed the draft may not publish it; empty: he may.
    using TwoPersons = std::function<bool()>;

    PublishResource(PolicyDesk& desk, TwoPersons twoPersons)
        : desk_(desk), twoPersons_(std::move(twoPersons))
    {}
    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer publish(api::Call& call);
    [[nodiscard]] api::Answer confirm(api::Call& call);
    [[nodiscard]] api::Answer rollBack(api::Call& call);

    PolicyDesk& desk_;
    TwoPersons twoPersons_;
};

} // namespace sallyport::admin
