// RowHits: how often a policy row or a check of a profile counted, as the workers hand it over and
// the store keeps it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sallyport::db {

struct RowHits {
    std::string row;             ///< policy::Policy::counterName(), inspection::checkCounterName()
    std::uint64_t hits = 0;      ///< sessions and refusals it decided, for its layer; findings
    std::uint64_t wouldHits = 0; ///< the same while it was in report mode
    std::uint64_t bytes = 0; ///< of the sessions it decided, all directions, counted at their end
    std::chrono::sys_seconds lastHit{}; ///< zero: never
};

} // namespace sallyport::db
