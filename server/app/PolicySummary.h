// PolicySummary: a policy's figures, and JSON results on standard output.
#pragma once

#include "admin/api/Answer.h"
#include "admin/policy/PolicySummary.h"
#include "policy/PolicyDocument.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace sallyport::app {

using admin::counted;
using admin::summary;
using admin::api::orderedObject;

/// What summary() says as "guard_rules", …, "access_default".
[[nodiscard]] Poco::JSON::Object summaryJson(const policy::PolicyDocument& document);

/// On one line of standard output.
void printJson(const Poco::JSON::Object& object);

} // namespace sallyport::app
