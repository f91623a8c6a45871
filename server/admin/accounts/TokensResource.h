// TokensResource: /tokens: secrets by which programs call the API, with a role, an end, and the
// networks they may come from. The secret itself is told once.
#pragma once

#include "admin/accounts/SignIns.h"
#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/AccountStore.h"

#include <chrono>

namespace sallyport::admin::accounts {

class TokensResource {
public:
    static constexpr std::chrono::days LongestLife{366};
    static constexpr std::size_t MostNetworks = 50;

    TokensResource(db::AccountStore& store, const SignIns& signIns, const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(api::Call& call) const;
    [[nodiscard]] api::Answer show(api::Call& call) const;
    [[nodiscard]] api::Answer add(api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(api::Call& call);

    [[nodiscard]] db::PersonsToken requireToken(const api::Call& call) const;
    [[nodiscard]] Poco::JSON::Object describe(const db::PersonsToken& found) const;
    void record(const api::Call& call, const std::string& action, const std::string& name,
                std::string before, std::string after) const;

    db::AccountStore& store_;
    const SignIns& signIns_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::accounts
