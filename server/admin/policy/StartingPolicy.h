// StartingPolicy: the first policy, as set-up lets the first administrator choose it.
#pragma once

#include "admin/api/Trail.h"

#include <filesystem>
#include <string>

namespace sallyport::admin {

/// Publishes it on `policyFile` and tells the trail. `kind`: "keep" (the one that the first start
/// wrote: nothing is done), "watch" (all is allowed and observed), "deny_all" (all is denied but
/// the list "allowed", which is made of the JSON text `document`, {"hosts": […]}, or empty),
/// "import" (`document` is a policy document). Throws policy::PolicyError and db::DatabaseError.
void applyStartingPolicy(const std::filesystem::path& policyFile, const api::Trail& trail,
                         const api::Caller& caller, const std::string& kind,
                         const std::string& document);

} // namespace sallyport::admin
