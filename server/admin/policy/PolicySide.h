// PolicySide: a policy as a request names it: "live", "draft", or the number of a version.
#pragma once

#include "admin/policy/PolicyDesk.h"
#include "admin/policy/VersionDifference.h"

#include <memory>
#include <string>

namespace sallyport::admin {

struct PolicySide {
    std::string name;     ///< "version 3", "the draft"
    std::string fileName; ///< "policy-v3", "policy-draft"
    policy::PolicyDocument document;
    std::optional<policy::ListHashes> lists; ///< of a version
    /// Null: it cannot be compiled, and `problem` says why.
    std::shared_ptr<const policy::Policy> policy;
    std::string problem;
};

/// Without its compiled policy. Throws ApiError (Validation at `pointer`, NotFound). Without a
/// draft the draft is what is in force.
[[nodiscard]] PolicySide policySide(PolicyDesk& desk, const std::string& name,
                                    const std::string& pointer);
/// With it. Throws ApiError (Conflict) where it cannot be compiled.
[[nodiscard]] PolicySide compiledSide(PolicyDesk& desk, const std::string& name,
                                      const std::string& pointer);

} // namespace sallyport::admin
