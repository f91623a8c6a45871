// SessionResource: /session: signs in, in up to three steps, and out; says who is signed in;
// confirms who it is.
#pragma once

#include "admin/accounts/PasswordCheck.h"
#include "admin/accounts/SignInSteps.h"
#include "admin/accounts/SignIns.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"

namespace sallyport::admin::accounts {

class SessionResource {
public:
    /// `codes` is the lock-out for codes: per person, wherever they come from.
    SessionResource(db::AccountStore& store, SignIns& signIns, SignInSteps& steps,
                    PasswordCheck& passwords, PasswordHashing& hashing, LockOut& codes,
                    const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show(api::Call& call) const;
    [[nodiscard]] api::Answer signIn(api::Call& call);
    [[nodiscard]] api::Answer giveCode(api::Call& call);
    [[nodiscard]] api::Answer givePassword(api::Call& call);
    [[nodiscard]] api::Answer confirm(api::Call& call);
    [[nodiscard]] api::Answer signOut(api::Call& call);

    [[nodiscard]] bool isRightCode(const db::Person& person, const std::string& code);
    void recordFailure(const api::Call& call, const std::string& object,
                       const std::string& what) const;

    db::AccountStore& store_;
    SignIns& signIns_;
    SignInSteps& steps_;
    PasswordCheck& passwords_;
    PasswordHashing& hashing_;
    LockOut& codes_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::accounts
