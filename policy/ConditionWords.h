// ConditionWords: in words, why a row's condition does not hold for facts, or cannot be told yet.
#pragma once

#include "policy/Policy.h"

#include <string>

namespace sallyport::policy {

/// `dimension` is the first whose condition fails: "port 8443 is not 443".
[[nodiscard]] std::string failureText(const Policy& policy, const Rule& rule, Dimension dimension,
                                      const Facts& facts);
/// "the address is not known yet".
[[nodiscard]] std::string unknownText(Dimension dimension);

} // namespace sallyport::policy
