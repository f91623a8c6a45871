// PolicyDocument: the policy as one JSON document (README, "Policy"), read and written without
// loss.
#pragma once

#include "policy/PacFile.h"
#include "policy/PolicyCase.h"
#include "policy/PolicyError.h"
#include "policy/Rule.h"
#include "policy/inspection/InspectionProfile.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// The default rows that can be chosen. Guard and emergency have one that cannot.
struct Defaults {
    Action access = Action::Deny;
    Action inspection = Action::Blind;
    std::string inspectionProfile;
    SessionLimits limits;

    friend bool operator==(const Defaults&, const Defaults&) = default;
};

struct PolicyDocument {
    std::array<std::vector<Rule>, LayerCount> layers; ///< each layer's rows in order
    Defaults defaults;
    std::vector<inspection::InspectionProfile> profiles; ///< all that its rows name
    std::vector<PolicyCase> cases;                       ///< "tests" in the document
    std::optional<PacSettings> pac;                      ///< missing: as the proxy's settings say

    [[nodiscard]] std::vector<Rule>& rows(Layer layer)
    {
        return layers[static_cast<std::size_t>(layer)];
    }
    [[nodiscard]] const std::vector<Rule>& rows(Layer layer) const
    {
        return layers[static_cast<std::size_t>(layer)];
    }
    /// Names of the destination lists that its rows refer to, with or without effect.
    [[nodiscard]] std::set<std::string> listsUsed() const;

    /// Unknown and repeated keys are errors; ids are made where missing. Throws PolicyError.
    [[nodiscard]] static PolicyDocument parse(std::string_view json);
    /// Indented, keys in a fixed order; parse() gives back an equal document.
    [[nodiscard]] std::string toJson() const;
    /// What the first start writes: private and loopback clients to public destinations on ports 80
    /// and 443; a row in report mode in front says which tunnels have names that differ.
    [[nodiscard]] static PolicyDocument initial();

    friend bool operator==(const PolicyDocument&, const PolicyDocument&) = default;
};

/// Names of the destination lists that a row refers to, with or without effect.
[[nodiscard]] std::set<std::string> listsUsedBy(const Rule& rule);

} // namespace sallyport::policy
