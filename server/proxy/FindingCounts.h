// FindingCounts: how often the checks of inspection profiles found something on one worker.
//
// Belongs to its worker's thread. Knows checks by their names: a session goes on under the profile
// that it began with, whichever policy is in force by then.
#pragma once

#include "policy/Facts.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::proxy {

struct CountedCheck {
    std::string name;        ///< policy::inspection::checkCounterName()
    std::uint64_t found = 0; ///< as often as the log and the session's record were told of it
    policy::WallTime lastFound{};
};

class FindingCounts {
public:
    void count(std::string_view profile, std::string_view check, policy::WallTime now);

    /// Begins again at nothing.
    [[nodiscard]] std::vector<CountedCheck> take();

private:
    std::unordered_map<std::string, CountedCheck> checks_; ///< those that have found something
};

} // namespace sallyport::proxy
