// RollupFigures: histogram and facets of one file's roll-up.
//
// In sealed files whole hours are read from the sums of hours, which sealing makes, where the
// histogram's buckets are no narrower.
#pragma once

#include "db/FigureSums.h"
#include "db/OpenAuditFiles.h"

#include <vector>

namespace sallyport::db {

/// Whether the roll-up knows all that the filter asks.
[[nodiscard]] bool rollupTells(const SessionFilter& filter);

/// Adds to the histogram and to the facets that are of the roll-up. Throws DatabaseError.
void addRollup(OpenAuditFile& file, const FiguresWanted& wanted, FigureSpan span,
               HistogramSums& histogram, std::vector<FacetSums>& facets);

} // namespace sallyport::db
