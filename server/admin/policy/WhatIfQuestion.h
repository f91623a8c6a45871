// WhatIfQuestion: a request that the policy is asked about, as the API writes it; saved tests are
// such questions, too.
//
// Reading goes through the reader of saved tests, so that both mean the same by the same words.
#pragma once

#include "admin/api/JsonFields.h"
#include "policy/PolicyCase.h"

#include <string>

namespace sallyport::admin {

/// What a test is called and expected to give; a what-if question has neither.
struct TestFrame {
    std::string name = "what-if";
    std::string verdict = "deny";
    std::string rule;
};

/// Asks `fields` for the members of a question; what is wrong with them is noted or thrown as
/// ApiError (Validation) with pointers into `fields`.
[[nodiscard]] policy::PolicyCase questionIn(api::JsonFields& fields, const TestFrame& frame = {});

/// The question as it would be asked: {"url", "client_ip", …}.
[[nodiscard]] std::string questionText(const policy::PolicyCase& policyCase);

} // namespace sallyport::admin
