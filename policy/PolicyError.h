// PolicyError: what is wrong with a policy document, a list or a question to the policy, for the
// person who wrote it.
#pragma once

#include <stdexcept>
#include <string>

namespace sallyport::policy {

/// Names the layer, the rule (by position and name), the field and what was expected, as far as
/// there are any.
class PolicyError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws the complaint fit for a terminal, whatever it quotes: control characters replaced, cut
/// after 1,000 bytes.
[[noreturn]] void failPolicy(std::string complaint);

} // namespace sallyport::policy
