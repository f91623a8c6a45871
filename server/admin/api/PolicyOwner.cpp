#include "admin/api/PolicyOwner.h"

#include "admin/api/ApiError.h"

#include <string>

namespace sallyport::admin::api {

std::string_view policyOwnerName(PolicyOwner owner)
{
    switch (owner) {
    case PolicyOwner::People:
        return "people";
    case PolicyOwner::Api:
        return "api";
    case PolicyOwner::File:
        return "file";
    }
    return "";
}

void requireMayChangePolicy(PolicyOwner owner, const Caller& caller)
{
    if (owner == PolicyOwner::People ||
        (owner == PolicyOwner::Api && caller.way == Caller::Way::Token))
        return;
    throw ApiError(ProblemKind::Forbidden,
                   owner == PolicyOwner::File
                       ? "This policy is owned by a file: it cannot be changed here. Change the "
                         "file, and have it published on the server's machine: sallyport policy "
                         "import FILE; a list: sallyport list import NAME FILE."
                       : "This policy is owned by the API: only programs with a token change it, "
                         "and you are signed in as a person. Have it changed where that program "
                         "takes it from.")
        .with("policy_owner", '"' + std::string(policyOwnerName(owner)) + '"');
}

} // namespace sallyport::admin::api
