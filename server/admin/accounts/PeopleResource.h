// PeopleResource: /people: who may sign in, with which role; their sign-ins.
#pragma once

#include "admin/accounts/Password.h"
#include "admin/accounts/SignIns.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/AccountStore.h"

#include <string>

namespace sallyport::admin::accounts {

class PeopleResource {
public:
    PeopleResource(db::AccountStore& store, SignIns& signIns, PasswordHashing& hashing,
                   const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(api::Call& call);
    [[nodiscard]] api::Answer show(api::Call& call) const;
    [[nodiscard]] api::Answer add(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);
    [[nodiscard]] api::Answer resetTotp(api::Call& call);
    [[nodiscard]] api::Answer listSignIns(api::Call& call) const;
    [[nodiscard]] api::Answer endSignIns(api::Call& call);
    [[nodiscard]] api::Answer endSignIn(api::Call& call);

    [[nodiscard]] db::PersonEntry requireEntry(const api::Call& call) const;
    /// `before`, `after`: JSON text.
    void record(const api::Call& call, const std::string& action, const std::string& name,
                std::string before, std::string after, std::string note = {}) const;

    db::AccountStore& store_;
    SignIns& signIns_;
    PasswordHashing& hashing_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::accounts
