// DimensionCut: the conditions of a layer's rows as regions over cells, dimension by dimension.
//
// All values that rows name on a dimension cut it into cells that no row tells apart. The hours of
// each time zone are a dimension of their own; a row with hours of several zones is like no other.
#pragma once

#include "policy/Dimension.h"
#include "policy/Region.h"
#include "policy/Rule.h"

#include <span>
#include <vector>

namespace sallyport::policy {

struct DimensionCut {
    Dimension dimension = Dimension::Validity;
    CellSet everything;
    std::vector<Region> regions; ///< of each row
};

/// Dimensions on which no row has a condition are left out. Of time only what begins at `now`
/// counts. What a session turns out to be in the end is what is cut: there a fact that was never
/// learnt is like an empty one, but for a destination address that is never known: it suits only
/// rows without a condition on it.
[[nodiscard]] std::vector<DimensionCut> cutDimensions(std::span<const Rule* const> rows,
                                                      WallTime now);

} // namespace sallyport::policy
