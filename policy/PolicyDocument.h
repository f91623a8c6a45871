// PolicyDocument: the policy as one JSON document (ARCHITECTURE's contract), read and written
// without loss.
#pragma once

#include "policy/Rule.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// What is wrong with a document: names the layer, the rule (by position and name), the field and
/// what was expected.
class PolicyError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct PolicyDocument {
    std::vector<Rule> guard;
    std::vector<Rule> access;
    Action accessDefault = Action::Deny;

    /// Unknown and repeated keys are errors; ids are made where missing. Throws PolicyError.
    [[nodiscard]] static PolicyDocument parse(std::string_view json);
    /// Indented, keys in a fixed order; parse() gives back an equal document.
    [[nodiscard]] std::string toJson() const;
    /// What the first start writes: private and loopback clients to public destinations on ports 80
    /// and 443.
    [[nodiscard]] static PolicyDocument initial();

    friend bool operator==(const PolicyDocument&, const PolicyDocument&) = default;
};

} // namespace sallyport::policy
