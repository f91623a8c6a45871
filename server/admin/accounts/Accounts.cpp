#include "admin/accounts/Accounts.h"

#include "admin/accounts/MeResource.h"
#include "admin/accounts/PeopleResource.h"
#include "admin/accounts/SessionResource.h"
#include "admin/accounts/SetupResource.h"
#include "admin/accounts/SignInSettingsResource.h"
#include "admin/accounts/TokensResource.h"

#include <utility>

namespace sallyport::admin::accounts {

// In the order in which they need one another.
struct Accounts::Rooms {
    explicit Rooms(Parts parts)
        : clock(std::move(parts.clock)), store(parts.dataDirectory / db::AccountStore::FileName),
          options(store), signIns(store, options, clock), passwords(store, hashing, lockOut, clock),
          steps(store, signIns, passwords, options, parts.trail, std::move(parts.facts)),
          link(store, clock),
          setup(store, link, steps, hashing, parts.trail, std::move(parts.setup), clock),
          session(store, signIns, steps, passwords, hashing, codes, parts.trail),
          me(store, signIns, passwords, hashing, parts.trail),
          people(store, signIns, hashing, parts.trail), tokens(store, signIns, parts.trail),
          settings(options, parts.trail)
    {}

    Clock clock;
    db::AccountStore store;
    SignInOptions options;
    SignIns signIns;
    PasswordHashing hashing;
    LockOut lockOut;
    LockOut codes;
    PasswordCheck passwords;
    SignInSteps steps;
    SetupLink link;
    SetupResource setup;
    SessionResource session;
    MeResource me;
    PeopleResource people;
    TokensResource tokens;
    SignInSettingsResource settings;
};

Accounts::Accounts(Parts parts) : rooms_(std::make_unique<Rooms>(std::move(parts))) {}

Accounts::~Accounts() = default;

void Accounts::addTo(api::Router& router)
{
    rooms_->setup.addTo(router);
    rooms_->session.addTo(router);
    rooms_->me.addTo(router);
    rooms_->people.addTo(router);
    rooms_->tokens.addTo(router);
    rooms_->settings.addTo(router);
}

api::Authenticate Accounts::authenticate()
{
    return [this](const api::Credentials& credentials) {
        return rooms_->signIns.authenticate(credentials);
    };
}

std::optional<api::Caller> Accounts::callerOf(const std::string& session) const
{
    return rooms_->signIns.callerOf(session);
}

std::optional<std::string> Accounts::setupLink(std::string_view site)
{
    return rooms_->link.renew(site);
}

db::AccountStore& Accounts::store()
{
    return rooms_->store;
}

bool Accounts::twoPersonPublishing() const
{
    return rooms_->options.twoPersonPublishing();
}

} // namespace sallyport::admin::accounts
