// TestRun: the tests that stand in a policy, put to it, and what came of them in words.
#pragma once

#include "policy/CaseRun.h"
#include "policy/Policy.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin {

struct TestRun {
    std::shared_ptr<const policy::Policy> policy; // the results point into it
    std::vector<policy::CaseResult> results;

    [[nodiscard]] std::size_t failures() const;
};

/// A test without a time is of now.
[[nodiscard]] TestRun runTests(std::shared_ptr<const policy::Policy> policy);
[[nodiscard]] bool hasFailed(const policy::CaseResult& result);

/// "passed "Chat": allow by access rule "Chat" at resolved-address".
[[nodiscard]] std::string resultLine(const policy::CaseResult& result);
/// "2 of 3 saved tests fail", then the line of each that does.
[[nodiscard]] std::string failuresText(const TestRun& run);

/// "allow by access rule "Chat"", "deny by the default row of guard", "undecided".
[[nodiscard]] std::string verdictWords(policy::Answer answer, policy::Layer layer,
                                       const std::string& rule);
/// "allow", "deny", "undecided".
[[nodiscard]] std::string_view answerName(policy::Answer answer);

} // namespace sallyport::admin
