// SignInSettingsResource: /settings/sign-in: how long people stay signed in, and whether publishing
// takes two of them.
#pragma once

#include "admin/accounts/SignInOptions.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"

namespace sallyport::admin::accounts {

class SignInSettingsResource {
public:
    SignInSettingsResource(SignInOptions& options, const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show() const;
    [[nodiscard]] api::Answer change(api::Call& call);

    SignInOptions& options_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::accounts
