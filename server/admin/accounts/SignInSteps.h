// SignInSteps: what follows when a password, or a code, was right: the next thing to be asked for,
// or the open sign-in; with the cookie for it.
#pragma once

#include "admin/accounts/PasswordCheck.h"
#include "admin/accounts/SignIns.h"
#include "admin/api/Answer.h"
#include "admin/api/Call.h"
#include "admin/api/PolicyOwner.h"
#include "admin/api/Trail.h"

#include <string>
#include <vector>

namespace sallyport::admin::accounts {

/// What GET /session says of this server.
struct ServerFacts {
    std::string node;
    std::vector<std::string> features;
    api::AskPolicyOwner policyOwner = api::ownedByPeople;
};

class SignInSteps {
public:
    SignInSteps(db::AccountStore& store, SignIns& signIns, PasswordCheck& passwords,
                const SignInOptions& options, const api::Trail& trail, ServerFacts facts);

    [[nodiscard]] api::Answer afterPassword(const db::Person& person, const api::Call& call);
    [[nodiscard]] api::Answer afterCode(const db::Person& person, const api::Call& call);
    /// Nothing is missing.
    [[nodiscard]] api::Answer open(const db::Person& person, const api::Call& call,
                                   unsigned status = 200);
    /// GET /session; the caller is signed in.
    [[nodiscard]] Poco::JSON::Object describe(const api::Caller& caller) const;
    /// Takes the cookie away from the browser.
    static void clearCookie(api::Answer& answer);

private:
    [[nodiscard]] api::Answer waitFor(db::SignIn::Stage stage, const db::Person& person,
                                      const api::Call& call);
    [[nodiscard]] SignIns::Begun beginInstead(db::SignIn::Stage stage, const db::Person& person,
                                              const api::Call& call);
    void describeSignIn(const api::Caller& caller, Poco::JSON::Object& json) const;
    void describeToken(const api::Caller& caller, Poco::JSON::Object& json) const;

    db::AccountStore& store_;
    SignIns& signIns_;
    PasswordCheck& passwords_;
    const SignInOptions& options_;
    const api::Trail& trail_;
    const ServerFacts facts_;
};

} // namespace sallyport::admin::accounts
