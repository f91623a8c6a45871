// SetupResource: /setup: makes the first administrator and puts the first policy in force. Nothing
// is kept before the last step; 404 once somebody is there.
#pragma once

#include "admin/accounts/Password.h"
#include "admin/accounts/RecoveryCodes.h"
#include "admin/accounts/SetupLink.h"
#include "admin/accounts/SetupSources.h"
#include "admin/accounts/SignInSteps.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace sallyport::admin::accounts {

class SetupResource {
public:
    SetupResource(db::AccountStore& store, const SetupLink& link, SignInSteps& steps,
                  PasswordHashing& hashing, const api::Trail& trail, SetupSources sources,
                  Clock clock);

    void addTo(api::Router& router);

private:
    /// A second factor that was offered in step 1 and is not anybody's yet.
    struct Offer {
        enum class State : std::uint8_t { Shown, Checked } state = State::Shown;
        std::string name; ///< as the authenticator shows it
        std::string secret;
        RecoveryCodes codes;
    };
    struct Wishes; ///< what the body of the last step says

    [[nodiscard]] api::Answer show() const;
    [[nodiscard]] api::Answer check(api::Call& call) const;
    [[nodiscard]] api::Answer offerTotp(api::Call& call);
    [[nodiscard]] api::Answer checkTotp(api::Call& call);
    [[nodiscard]] api::Answer testListening(api::Call& call) const;
    [[nodiscard]] api::Answer finish(api::Call& call);

    [[nodiscard]] Wishes wishesIn(api::Call& call) const;
    void apply(const api::Caller& who, const Wishes& wishes) const;

    db::AccountStore& store_;
    const SetupLink& link_;
    SignInSteps& steps_;
    PasswordHashing& hashing_;
    const api::Trail& trail_;
    const SetupSources sources_;
    Clock clock_;
    std::mutex mutex_; ///< one set-up at a time
    std::optional<Offer> offer_;
};

} // namespace sallyport::admin::accounts
