#include "proxy/FindingCounts.h"

#include "policy/inspection/CheckCounter.h"

#include <utility>

namespace sallyport::proxy {

void FindingCounts::count(std::string_view profile, std::string_view check, policy::WallTime now)
{
    auto name = policy::inspection::checkCounterName({profile, check});
    auto& counted = checks_[name];
    if (counted.found++ == 0)
        counted.name = std::move(name);
    counted.lastFound = now;
}

std::vector<CountedCheck> FindingCounts::take()
{
    std::vector<CountedCheck> counted;
    counted.reserve(checks_.size());
    for (auto& entry : std::exchange(checks_, {}))
        counted.push_back(std::move(entry.second));
    return counted;
}

} // namespace sallyport::proxy
