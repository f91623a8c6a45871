// MeResource: /me: one's own account: names, preferences, password, second factor, sign-ins. For
// people: a token acts for one, but is none.
#pragma once

#include "admin/accounts/PasswordCheck.h"
#include "admin/accounts/SignIns.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/AccountStore.h"

#include <string>

namespace sallyport::admin::accounts {

class MeResource {
public:
    MeResource(db::AccountStore& store, SignIns& signIns, PasswordCheck& passwords,
               PasswordHashing& hashing, const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer show(api::Call& call) const;
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer changePassword(api::Call& call);
    [[nodiscard]] api::Answer offerTotp(api::Call& call);
    [[nodiscard]] api::Answer confirmTotp(api::Call& call);
    [[nodiscard]] api::Answer disableTotp(api::Call& call);
    [[nodiscard]] api::Answer renewRecoveryCodes(api::Call& call);
    [[nodiscard]] api::Answer listSignIns(api::Call& call) const;
    [[nodiscard]] api::Answer endOtherSignIns(api::Call& call);
    [[nodiscard]] api::Answer endSignIn(api::Call& call);

    [[nodiscard]] db::Person requirePerson(const api::Call& call) const;
    [[nodiscard]] api::Answer describe(const db::Person& person) const;
    void record(const api::Call& call, const std::string& action, std::string before = {},
                std::string after = {}) const;

    db::AccountStore& store_;
    SignIns& signIns_;
    PasswordCheck& passwords_;
    PasswordHashing& hashing_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::accounts
