// PolicyActs: what the admin trail says of a change of the policy, whoever makes it and however.
#pragma once

#include "admin/api/Trail.h"
#include "db/PolicyStore.h"

namespace sallyport::admin {

/// Within PolicyStore::beforeCommit().
[[nodiscard]] api::Trail::Act policyAct(const db::PolicyStore& store,
                                        db::PolicyStore::Change change);

} // namespace sallyport::admin
