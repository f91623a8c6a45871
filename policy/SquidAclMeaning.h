// SquidAclMeaning: what the acls of a squid.conf ask of a request, as conditions of a rule.
#pragma once

#include "policy/SquidConfiguration.h"

#include <map>
#include <string>
#include <vector>

namespace sallyport::policy {

struct SquidAclMeaning {
    enum class Kind : std::uint8_t {
        Conditions, ///< one column of `conditions` has values
        Everything, ///< every request suits it
        Nothing,    ///< no request that is made here does
        NotKnown,   ///< it cannot be converted
    };

    Kind kind = Kind::NotKnown;
    Conditions conditions;
    std::string reason; ///< for Nothing and NotKnown: "acl NAME …"
};

/// Of all the acls of a configuration, and of those that squid has by itself. Hours count in
/// `zone`.
[[nodiscard]] std::map<std::string, SquidAclMeaning> meaningsOf(const std::vector<SquidAcl>& acls,
                                                                const std::string& zone);

} // namespace sallyport::policy
