// PersonJson: people and their sign-ins as the API and the admin trail write them.
#pragma once

#include "admin/accounts/SignIns.h"
#include "admin/api/Answer.h"
#include "db/Account.h"

#include <string>

namespace sallyport::admin::accounts {

/// For ETag and If-Match.
[[nodiscard]] std::string tagOf(const db::Person& person);
[[nodiscard]] Poco::JSON::Object describe(const db::PersonEntry& entry);
[[nodiscard]] api::Answer answerOf(const db::PersonEntry& entry);
/// What the trail keeps of a person before and after a change; never a secret.
[[nodiscard]] std::string trailText(const db::Person& person);

/// The open sign-ins of a person, newest first, as a list of the API; `current` is the id of the
/// one that asks.
[[nodiscard]] Poco::JSON::Object describeSignIns(const db::AccountStore& store,
                                                 const SignIns& signIns, const std::string& person,
                                                 const std::string& current);

/// A point in time, or null where it is zero.
[[nodiscard]] Poco::Dynamic::Var timeOrNull(db::AccountTime time);

} // namespace sallyport::admin::accounts
