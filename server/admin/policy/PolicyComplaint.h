// PolicyComplaint: what the policy's readers and compiler complain about, as errors of the fields
// of a request.
#pragma once

#include "admin/api/ApiError.h"
#include "policy/PolicyError.h"
#include "policy/Rule.h"
#include "policy/inspection/InspectionProfile.h"

#include <string>
#include <vector>

namespace sallyport::admin {

/// Of a part of a document that is a request's body by itself: a rule, a profile.
[[nodiscard]] api::ApiError fieldError(const policy::PolicyError& error);
/// Of a whole document.
[[nodiscard]] api::ApiError documentError(const policy::PolicyError& error);

/// What only compiling shows of a rule: expressions that are none, time zones that there are not.
/// Throws ApiError that names the value. Lists are not looked at.
void requireCompilable(const policy::Rule& rule);
/// The same of a WebSocket profile's patterns.
void requireCompilable(const policy::inspection::InspectionProfile& profile);
/// Throws ApiError at each destination list that is none of these.
void requireLists(const policy::Rule& rule, const std::vector<std::string>& known);

} // namespace sallyport::admin
