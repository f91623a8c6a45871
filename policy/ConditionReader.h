// ConditionReader: the conditions of one rule out of a policy document, column by column.
#pragma once

#include "policy/DocumentPlace.h"
#include "policy/Rule.h"

namespace sallyport::policy {

/// Fills `rule.when` and `rule.except` from the value of "when". Throws PolicyError.
void readConditions(const JsonValue& written, const Place& place, Rule& rule);

} // namespace sallyport::policy
