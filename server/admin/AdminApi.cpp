#include "admin/AdminApi.h"

#include "admin/policy/StartingPolicy.h"
#include "db/PolicyStore.h"

#include <utility>

namespace sallyport::admin {

AdminApi::AdminApi(AdminApiParts parts)
    : parts_(std::move(parts)), trail_(parts_.dataDirectory),
      accounts_({.dataDirectory = parts_.dataDirectory,
                 .trail = trail_,
                 .facts = {.node = parts_.node, .features = {}},
                 .setup = {.applyStartingPolicy =
                               [this](const api::Caller& caller, const std::string& kind,
                                      const std::string& document) {
                                   applyStartingPolicy(policyFile(), trail_, caller, kind,
                                                       document);
                               },
                           .listener = parts_.listener,
                           .changeListener = {},
                           .pacUrl = parts_.pacUrl}})
{
    accounts_.addTo(router_);
    jobs_.addTo(router_);
}

std::filesystem::path AdminApi::policyFile() const
{
    return parts_.dataDirectory / db::PolicyStore::FileName;
}

} // namespace sallyport::admin
