// ConditionValues: the values of a row's conditions one by one: in words, and whether facts fit
// them.
//
// Asks a policy of one row, so that what is said of a value rests on the look-ups of the real one.
#pragma once

#include "policy/Dimension.h"
#include "policy/Policy.h"

#include <optional>
#include <string>
#include <vector>

namespace sallyport::policy {

/// The values of that dimension alone.
[[nodiscard]] Conditions onlyOf(const Conditions& conditions, Dimension dimension);
/// One value each.
[[nodiscard]] std::vector<Conditions> singleValues(const Conditions& conditions,
                                                   Dimension dimension);
/// Of conditions with one value, as a document writes it: "*.a.example", "list:banks", "8000-8100".
[[nodiscard]] std::string valueText(const Conditions& single, Dimension dimension);

/// Whether a row with these conditions would match.
[[nodiscard]] bool holds(Conditions when, const Policy& policy, const Facts& facts);
/// One of the values that fit, by itself; nothing: none does.
[[nodiscard]] std::optional<Conditions> valueThatHolds(const Conditions& conditions,
                                                       Dimension dimension, const Policy& policy,
                                                       const Facts& facts);

} // namespace sallyport::policy
