// PolicyDifferenceText: what differs between two policies, on standard output.
#pragma once

#include "admin/policy/VersionDifference.h"

namespace sallyport::app {

using admin::differenceMade;
using admin::differenceOf;
using admin::DifferenceSide;
using admin::sideOf;

/// "From version 2 to the draft:" and the lines, or that nothing differs.
void printDifference(const DifferenceSide& before, const DifferenceSide& after);

} // namespace sallyport::app
