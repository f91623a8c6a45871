// HitCounts: what one worker has counted since it was asked last.
#pragma once

#include "proxy/FindingCounts.h"
#include "proxy/PolicyInUse.h"

#include <vector>

namespace sallyport::proxy {

struct HitCounts {
    std::vector<PolicyCounts> policies; ///< by their rows
    std::vector<CountedCheck> checks;
};

} // namespace sallyport::proxy
