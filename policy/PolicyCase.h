// PolicyCase: a saved question to a policy and the answer that is expected of it.
#pragma once

#include "policy/FactSheet.h"
#include "policy/Verdict.h"

#include <optional>
#include <string>

namespace sallyport::policy {

struct PolicyCase {
    std::string name;
    std::string url; ///< as written; `facts` are made of it and of what else the case says
    FactSheet facts; ///< `at` is zero where the case names no time: then the time of the run counts
    Answer expected = Answer::Deny; ///< Allow or Deny
    std::string expectedRule;       ///< name or id of the deciding rule, "default"; empty: any

    friend bool operator==(const PolicyCase&, const PolicyCase&) = default;
};

} // namespace sallyport::policy
