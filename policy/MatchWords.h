// MatchWords: in words, by what of its conditions a row matches facts.
#pragma once

#include "policy/Dimension.h"
#include "policy/Policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sallyport::policy {

/// "the host www.dropbox.com is below *.dropbox.com", in the pieces that a page may set off; where
/// the fact is the value, "the port is 443".
struct MatchedCondition {
    Dimension dimension = Dimension::Host;
    std::string subject;  ///< "the host ", "the port is "
    std::string fact;     ///< "www.dropbox.com", "443"
    std::string relation; ///< " is below "; empty: nothing follows
    std::string value;    ///< "*.dropbox.com"
    enum class Value : std::uint8_t { Plain, NameOfAList } kind = Value::Plain;
};

/// One for each dimension that the rule names, in their order; those of which these facts do not
/// show that they hold are left out.
[[nodiscard]] std::vector<MatchedCondition> matchedConditions(const Policy& policy,
                                                              const Rule& rule, const Facts& facts);

} // namespace sallyport::policy
